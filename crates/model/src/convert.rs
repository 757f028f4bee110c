//! Rewrites a GGUF file: weights as Q8_0, for which candle has fast code on every processor, and an adapter merged on
//! the way. Never changes the vocabulary or the shape of a model.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use candle_core::quantized::gguf_file::{self, Content, Value};
use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};

use crate::adapter::{Adapter, Heads};
use crate::error::{Error, at};
use crate::progress::Progress;

/// `general.file_type` of a file whose matrices are Q8_0.
const MOSTLY_Q8_0: u32 = 7;

/// What becomes of matrices that nothing is merged into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Others {
    /// They become Q8_0 too.
    Requantize,
    /// They stay as they are.
    Keep,
}

/// Writes the model in `base` to `target`, requantized and with the adapter merged. The chat template becomes the one that
/// the adapter was trained with, where it states one, so that the file needs nothing beside it.
pub(crate) fn requantize(
    base: &Path,
    target: &Path,
    adapter: Option<&Adapter>,
    others: Others,
    progress: &mut dyn FnMut(Progress),
    interrupted: &AtomicBool,
) -> Result<(), Error> {
    let mut input = BufReader::new(File::open(base).map_err(at(base))?);
    let content = Content::read(&mut input).map_err(conversion)?;
    let tensors = rewrite(&content, &mut input, adapter, others, progress, interrupted)?;
    let metadata = metadata(&content, adapter.and_then(|adapter| adapter.chat_template), others);

    let mut output = BufWriter::new(File::create(target).map_err(at(target))?);
    let metadata: Vec<_> = metadata.iter().map(|(key, value)| (key.as_str(), value)).collect();
    let tensors: Vec<_> = tensors.iter().map(|(name, tensor)| (name.as_str(), tensor)).collect();
    gguf_file::write(&mut output, &metadata, &tensors).map_err(conversion)?;
    output.flush().map_err(at(target))
}

/// All tensors in a fixed order, so that equal inputs give equal files.
fn rewrite(
    content: &Content,
    input: &mut BufReader<File>,
    adapter: Option<&Adapter>,
    others: Others,
    progress: &mut dyn FnMut(Progress),
    interrupted: &AtomicBool,
) -> Result<BTreeMap<String, QTensor>, Error> {
    let heads = heads(content)?;
    let (total, mut merged) = (content.tensor_infos.len(), 0);
    let mut tensors = BTreeMap::new();
    for name in content.tensor_infos.keys() {
        if interrupted.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        progress(Progress::Converting { done: tensors.len(), total });
        let tensor = content.tensor(input, name, &Device::Cpu).map_err(conversion)?;
        let delta = adapter.and_then(|adapter| adapter.delta(name, heads).transpose());
        let delta = delta.transpose().map_err(conversion)?;
        if delta.is_none() && others == Others::Keep {
            tensors.insert(name.clone(), tensor);
            continue;
        }
        let mut weights = tensor.dequantize(&Device::Cpu).map_err(conversion)?;
        if let Some(delta) = delta {
            weights = merge(name, &weights, &delta)?;
            merged += 1;
        }
        tensors.insert(name.clone(), quantize(&weights).map_err(conversion)?);
    }
    match adapter {
        Some(adapter) if merged != adapter.len() => {
            Err(Error::AdapterMismatch(format!("it changes {} matrices, found were {merged}", adapter.len())))
        }
        _ => Ok(tensors),
    }
}

fn merge(name: &str, weights: &Tensor, delta: &Tensor) -> Result<Tensor, Error> {
    if weights.dims() != delta.dims() {
        let shapes = format!("{name} is {:?}, not {:?}", weights.dims(), delta.dims());
        return Err(Error::AdapterMismatch(shapes));
    }
    (weights + delta).map_err(conversion)
}

/// Matrices whose rows fill whole blocks become Q8_0; norms and other vectors stay as exact as they are small.
fn quantize(weights: &Tensor) -> candle_core::Result<QTensor> {
    let columns = weights.dims().last().copied().unwrap_or(0);
    let whole = weights.rank() >= 2 && columns % GgmlDType::Q8_0.block_size() == 0;
    QTensor::quantize(weights, if whole { GgmlDType::Q8_0 } else { GgmlDType::F32 })
}

fn heads(content: &Content) -> Result<Heads, Error> {
    let architecture = content.metadata.get("general.architecture");
    let architecture = architecture.and_then(|value| value.to_string().ok()).map_or("", String::as_str);
    let count = |key: &str| {
        let key = format!("{architecture}.attention.{key}");
        let value = content.metadata.get(&key).and_then(|value| value.to_u64().ok());
        let value = value.and_then(|value| usize::try_from(value).ok()).filter(|&value| value > 0);
        value.ok_or_else(|| Error::Conversion(format!("the file does not state {key}")))
    };
    let query = count("head_count")?;
    // A file may leave it out where both are the same.
    Ok(Heads { query, key: count("head_count_kv").unwrap_or(query) })
}

fn metadata(content: &Content, template: Option<&str>, others: Others) -> BTreeMap<String, Value> {
    let mut metadata: BTreeMap<_, _> =
        content.metadata.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    if others == Others::Requantize {
        metadata.insert("general.file_type".to_owned(), Value::U32(MOSTLY_Q8_0));
    }
    // candle writes at the default alignment, whatever the base file had.
    metadata.remove("general.alignment");
    if let Some(template) = template {
        metadata.insert("tokenizer.chat_template".to_owned(), Value::String(template.to_owned()));
    }
    metadata
}

pub(crate) fn conversion(error: candle_core::Error) -> Error {
    // candle appends a backtrace where one was asked for; the first line is the message.
    Error::Conversion(error.to_string().lines().next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests;
