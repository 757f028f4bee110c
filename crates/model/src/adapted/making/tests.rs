//! A tiny model and a tiny adapter: what the copy holds, when it is made again, and how many copies are left.

use std::cell::Cell;
use std::collections::HashMap;

use candle_core::quantized::gguf_file::{Content, Value, write};
use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};
use tempfile::TempDir;

use super::*;
use crate::installed::Resolved;

const WIDTH: usize = 32;

/// A folder with a model of the architecture and an adapter of its value projection, rank 1, every weight `weight`.
fn folder(architecture: &str, weight: f32) -> (TempDir, Resolved) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.gguf");
    let metadata = [
        ("general.architecture", Value::String(architecture.to_owned())),
        (&*format!("{architecture}.attention.head_count"), Value::U32(4)),
        ("tokenizer.chat_template", Value::String("its own".to_owned())),
    ];
    let metadata: Vec<_> = metadata.iter().map(|(key, value)| (*key, value)).collect();
    let ones = Tensor::ones((WIDTH, WIDTH), candle_core::DType::F32, &Device::Cpu).unwrap();
    let matrix = |kind| QTensor::quantize(&ones, kind).unwrap();
    let (value, output) = (matrix(GgmlDType::Q4_0), matrix(GgmlDType::Q4_0));
    let tensors = [("blk.0.attn_v.weight", &value), ("blk.0.attn_output.weight", &output)];
    write(&mut fs::File::create(&path).unwrap(), &metadata, &tensors).unwrap();
    write_adapter(folder.path(), "model.layers.0.self_attn.v_proj", weight);
    let model =
        Resolved { title: "Tiny".to_owned(), path, id: "tiny".to_owned(), capable: false, adapted: None };
    (folder, model)
}

fn write_adapter(folder: &Path, module: &str, weight: f32) -> PathBuf {
    let full = |rows: usize, columns: usize| Tensor::full(weight, (rows, columns), &Device::Cpu).unwrap();
    let tensors =
        HashMap::from([(format!("{module}.A"), full(1, WIDTH)), (format!("{module}.B"), full(WIDTH, 1))]);
    let file = folder.join("adapter.safetensors");
    candle_core::safetensors::save(&tensors, &file).unwrap();
    file
}

fn adapt(folder: &TempDir, model: &Resolved) -> Result<Resolved, Error> {
    let file = folder.path().join("adapter.safetensors");
    model.clone().with_adapter(&file, &folder.path().join("copies"))
}

fn make(model: &Resolved) -> Result<PathBuf, Error> {
    copy(&model.path, model.adapted.as_ref().unwrap(), &mut |_| {})
}

#[test]
fn the_copy_has_the_adapter_merged_and_the_rest_as_it_was() {
    let (folder, model) = folder("llama", 0.5);
    let adapted = adapt(&folder, &model).unwrap();
    assert_eq!(adapted.title, "Tiny with adapter.safetensors");
    assert!(adapted.id.starts_with("tiny+"), "{}", adapted.id);
    let copy = make(&adapted).unwrap();
    let mut file = fs::File::open(&copy).unwrap();
    let content = Content::read(&mut file).unwrap();
    let mut first = |name: &str| {
        let tensor = content.tensor(&mut file, name, &Device::Cpu).unwrap();
        let values =
            tensor.dequantize(&Device::Cpu).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
        (tensor.dtype(), (values[0] * 10.0).round() / 10.0)
    };
    // 1 + 2 * 0.5 * 0.5
    assert_eq!(first("blk.0.attn_v.weight"), (GgmlDType::Q8_0, 1.5));
    assert_eq!(first("blk.0.attn_output.weight"), (GgmlDType::Q4_0, 1.0));
    let template = content.metadata["tokenizer.chat_template"].to_string().unwrap();
    assert_eq!(template, "its own");
}

#[test]
fn a_copy_is_made_once_and_again_where_it_is_damaged() {
    let (folder, model) = folder("llama", 0.5);
    let adapted = adapt(&folder, &model).unwrap();
    let steps = Cell::new(0);
    let mut count = |_: Progress<'_>| steps.set(steps.get() + 1);
    let target = copy(&model.path, adapted.adapted.as_ref().unwrap(), &mut count).unwrap();
    assert_eq!(steps.replace(0), 2);
    copy(&model.path, adapted.adapted.as_ref().unwrap(), &mut count).unwrap();
    assert_eq!(steps.replace(0), 0);
    let whole = fs::read(&target).unwrap();
    fs::write(&target, &whole[..whole.len() - 9]).unwrap();
    copy(&model.path, adapted.adapted.as_ref().unwrap(), &mut count).unwrap();
    assert_eq!((steps.get(), fs::read(&target).unwrap() == whole), (2, true));
}

#[test]
fn other_adapters_have_other_copies_and_old_ones_go() {
    let (folder, model) = folder("llama", 0.5);
    let copies: Vec<PathBuf> = [0.1, 0.2, 0.3]
        .into_iter()
        .map(|weight| {
            write_adapter(folder.path(), "model.layers.0.self_attn.v_proj", weight);
            let copy = make(&adapt(&folder, &model).unwrap()).unwrap();
            // Times of change may be as coarse as a tick of the clock.
            std::thread::sleep(std::time::Duration::from_millis(30));
            copy
        })
        .collect();
    let left: Vec<bool> = copies.iter().map(|copy| copy.is_file()).collect();
    assert_eq!(left, [false, true, true]);
}

#[test]
fn what_does_not_fit_is_told_and_leaves_nothing() {
    let (folder, model) = folder("llama", 0.5);
    write_adapter(folder.path(), "model.layers.7.self_attn.v_proj", 0.5);
    let adapted = adapt(&folder, &model).unwrap();
    assert!(matches!(make(&adapted), Err(Error::AdapterMismatch(_))));
    assert_eq!(fs::read_dir(folder.path().join("copies")).unwrap().count(), 0);
}

#[test]
fn only_llama_takes_an_adapter() {
    let (folder, model) = folder("qwen2", 0.5);
    let told = adapt(&folder, &model).unwrap_err().to_string();
    assert_eq!(told, "an adapter needs a model of the architecture llama, and Tiny has qwen2");
}
