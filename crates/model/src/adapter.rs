//! Low-rank adapters, those that ship with this crate and the user's own: which weights of a model they change and by how
//! much. Never writes files, and never applies an adapter to a model of another shape.
//!
//! An adapter (LoRA, Hu et al. 2021, <https://arxiv.org/abs/2106.09685>) replaces a weight matrix W by
//! W + alpha / rank * B A. Ours have alpha = 2 * rank. The names in their files are those of the training framework,
//! `model.layers.N.(self_attn|mlp).PROJECTION.(A|B)`; the PEFT library writes
//! `base_model.model.model.layers.N.(self_attn|mlp).PROJECTION.lora_(A|B).weight` and puts alpha and rank into
//! `adapter_config.json` beside the file; a GGUF file calls the same matrix `blk.N.NAME.weight`.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use candle_core::{DType, Device, Result, Tensor};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::catalogue::AdapterName;
use crate::error::{Error, at};
use crate::installed::hex;

/// alpha / rank of our own adapters, and of files that are named as ours and say nothing else.
const SCALE: f64 = 2.0;

/// The conversation as our adapter was trained: no system prompt, which the base model's own template would add.
const CHAT_TEMPLATE: &str = "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + \
    message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ \
    '<|im_start|>assistant\\n' }}{% endif %}";

/// The number of attention heads, which decides how a GGUF file orders the rows of the query and key projections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Heads {
    pub(crate) query: usize,
    pub(crate) key: usize,
}

pub(crate) struct Adapter {
    /// By the name that our own files have.
    tensors: HashMap<String, Tensor>,
    scale: f64,
    /// The chat template that it was trained with, where that is not the model's own.
    pub(crate) chat_template: Option<&'static str>,
}

fn bytes(name: AdapterName) -> &'static [u8] {
    match name {
        AdapterName::Wording => include_bytes!("../assets/wording.safetensors"),
    }
}

/// SHA-256 of the adapter, in hex: its identity in `installed.json`.
pub(crate) fn sha256(name: AdapterName) -> String {
    hex(&Sha256::digest(bytes(name)))
}

pub(crate) fn load(name: AdapterName) -> Result<Adapter> {
    let tensors = candle_core::safetensors::load_buffer(bytes(name), &Device::Cpu)?;
    Ok(Adapter { tensors, scale: SCALE, chat_template: Some(CHAT_TEMPLATE) })
}

/// What PEFT says of an adapter; the rest of its file changes nothing in the weights.
#[derive(Deserialize)]
struct PeftConfig {
    r: f64,
    lora_alpha: f64,
    #[serde(default)]
    use_rslora: bool,
    #[serde(default)]
    use_dora: bool,
    #[serde(default)]
    fan_in_fan_out: bool,
    #[serde(default)]
    rank_pattern: HashMap<String, f64>,
    #[serde(default)]
    alpha_pattern: HashMap<String, f64>,
}

/// Reads an adapter of the user's own: a safetensors file, as PEFT or our training script writes it.
///
/// # Errors
/// [`Error::Adapter`] for what is no such file or scales its matrices in a way that is not known here.
pub(crate) fn load_file(path: &Path) -> std::result::Result<Adapter, Error> {
    let broken = |reason: String| Error::Adapter { path: path.to_owned(), reason };
    let read = fs::read(path).map_err(at(path))?;
    let read = candle_core::safetensors::load_buffer(&read, &Device::Cpu);
    let read = read.map_err(|_| broken("it is no safetensors file".to_owned()))?;
    let config = path.with_file_name("adapter_config.json");
    let scale = if config.is_file() {
        peft_scale(&fs::read(&config).map_err(at(&config))?).map_err(broken)?
    } else if read.keys().any(|name| name.contains(".lora_")) {
        return Err(broken("adapter_config.json must lie beside it, with its rank and alpha".to_owned()));
    } else {
        SCALE
    };
    let tensors = read.into_iter().map(|(name, tensor)| (own_name(&name), tensor)).collect();
    Ok(Adapter { tensors, scale, chat_template: None })
}

fn peft_scale(config: &[u8]) -> std::result::Result<f64, String> {
    let config: PeftConfig = serde_json::from_slice(config)
        .map_err(|_| "adapter_config.json does not state its rank (`r`) and `lora_alpha`".to_owned())?;
    let patterns = config.rank_pattern.len() + config.alpha_pattern.len();
    if config.use_dora || config.fan_in_fan_out || patterns > 0 {
        return Err(
            "only plain LoRA can be merged: no DoRA, no transposed weights, one rank and alpha".to_owned()
        );
    }
    if config.r < 1.0 {
        return Err("its rank is below 1".to_owned());
    }
    Ok(config.lora_alpha / if config.use_rslora { config.r.sqrt() } else { config.r })
}

/// PEFT's name of a matrix as ours; any other name as it is.
fn own_name(name: &str) -> String {
    let peft = name.strip_prefix("base_model.model.").and_then(|name| name.strip_suffix(".weight"));
    peft.map_or_else(|| name.to_owned(), |name| name.replace(".lora_", "."))
}

impl Adapter {
    /// The number of matrices that it changes.
    pub(crate) fn len(&self) -> usize {
        self.tensors.len() / 2
    }

    /// What to add to the matrix that a GGUF file of the llama architecture calls `name`; nothing for most.
    pub(crate) fn delta(&self, name: &str, heads: Heads) -> Result<Option<Tensor>> {
        let Some((key, order)) = trained_name(name) else { return Ok(None) };
        let (Some(a), Some(b)) =
            (self.tensors.get(&format!("{key}.A")), self.tensors.get(&format!("{key}.B")))
        else {
            return Ok(None);
        };
        let (a, b) = (a.to_dtype(DType::F32)?, b.to_dtype(DType::F32)?);
        let b = match order {
            Rows::AsTrained => b,
            Rows::Query => interleave(&b, heads.query)?,
            Rows::Key => interleave(&b, heads.key)?,
        };
        (b.matmul(&a)? * self.scale).map(Some)
    }
}

/// How the rows of a GGUF matrix lie, compared to the trained one.
enum Rows {
    AsTrained,
    Query,
    Key,
}

fn trained_name(gguf: &str) -> Option<(String, Rows)> {
    let (layer, matrix) = gguf.strip_prefix("blk.")?.strip_suffix(".weight")?.split_once('.')?;
    let (projection, rows) = match matrix {
        "attn_q" => ("self_attn.q_proj", Rows::Query),
        "attn_k" => ("self_attn.k_proj", Rows::Key),
        "attn_v" => ("self_attn.v_proj", Rows::AsTrained),
        "attn_output" => ("self_attn.o_proj", Rows::AsTrained),
        "ffn_gate" => ("mlp.gate_proj", Rows::AsTrained),
        "ffn_up" => ("mlp.up_proj", Rows::AsTrained),
        "ffn_down" => ("mlp.down_proj", Rows::AsTrained),
        _ => return None,
    };
    Some((format!("model.layers.{layer}.{projection}"), rows))
}

/// Reorders rows from the trained layout to that of a llama GGUF file. Rotary embedding turns pairs of dimensions: the
/// training framework pairs dimension `i` of a head with `i + half`, a GGUF file puts the two side by side.
fn interleave(b: &Tensor, heads: usize) -> Result<Tensor> {
    let (rows, rank) = b.dims2()?;
    let half = rows / heads / 2;
    b.reshape((heads, 2, half, rank))?.transpose(1, 2)?.contiguous()?.reshape((rows, rank))
}

#[cfg(test)]
mod tests;
