//! A model of one layer, rewritten: which tensors become what, what is merged, what the metadata says.

use std::fs;

use candle_core::{DType, Device};
use expect_test::expect;
use tempfile::TempDir;

use super::*;
use crate::adapter;
use crate::catalogue::AdapterName;

const WIDTH: usize = 576;

fn tensor(rows: usize, columns: usize) -> Tensor {
    let values: Vec<f32> = (0..rows * columns).map(|i| ((i * 37) % 101) as f32 / 50.0 - 1.0).collect();
    Tensor::from_vec(values, (rows, columns), &Device::Cpu).unwrap()
}

/// Writes a llama file of `layers` layers that hold the key projection alone, in the shape of the default model.
fn base(layers: usize) -> (TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("base.gguf");
    let metadata = [
        ("general.architecture", Value::String("llama".to_owned())),
        ("general.alignment", Value::U32(32)),
        ("llama.attention.head_count", Value::U32(9)),
        ("llama.attention.head_count_kv", Value::U32(3)),
        ("tokenizer.chat_template", Value::String("You are a helpful assistant".to_owned())),
    ];
    let metadata: Vec<_> = metadata.iter().map(|(key, value)| (*key, value)).collect();
    let mut tensors = vec![
        ("output_norm.weight".to_owned(), tensor(1, WIDTH).flatten_all().unwrap(), GgmlDType::F32),
        ("odd.weight".to_owned(), tensor(4, 33), GgmlDType::F32),
        ("token_embd.weight".to_owned(), tensor(8, WIDTH), GgmlDType::Q4_1),
    ];
    for layer in 0..layers {
        tensors.push((format!("blk.{layer}.attn_k.weight"), tensor(192, WIDTH), GgmlDType::Q4_1));
    }
    let tensors: Vec<_> = tensors
        .into_iter()
        .map(|(name, tensor, kind)| (name, QTensor::quantize(&tensor, kind).unwrap()))
        .collect();
    let tensors: Vec<_> = tensors.iter().map(|(name, tensor)| (name.as_str(), tensor)).collect();
    gguf_file::write(&mut File::create(&path).unwrap(), &metadata, &tensors).unwrap();
    (folder, path)
}

fn convert(base: &Path, adapter: Option<AdapterName>) -> Result<(), Error> {
    let (adapter, target) =
        (adapter.map(|name| adapter::load(name).unwrap()), base.with_file_name("new.gguf"));
    let never = AtomicBool::new(false);
    requantize(base, &target, adapter.as_ref(), Others::Requantize, &mut |_| {}, &never)
}

fn read(path: &Path) -> (Content, File) {
    let mut file = File::open(path).unwrap();
    (Content::read(&mut file).unwrap(), file)
}

#[test]
fn matrices_become_q8_0_and_keep_their_values() {
    let (folder, base) = base(1);
    convert(&base, None).unwrap();
    let (content, mut file) = read(&folder.path().join("new.gguf"));
    let mut lines: Vec<_> = content
        .tensor_infos
        .iter()
        .map(|(name, info)| format!("{name} {:?} {:?}\n", info.ggml_dtype, info.shape.dims()))
        .collect();
    lines.sort();
    expect![[r#"
        blk.0.attn_k.weight Q8_0 [192, 576]
        odd.weight F32 [4, 33]
        output_norm.weight F32 [576]
        token_embd.weight Q8_0 [8, 576]
    "#]]
    .assert_eq(&lines.concat());
    let mut keys: Vec<_> = content.metadata.keys().map(String::as_str).collect();
    keys.sort_unstable();
    expect![[r#"
        general.architecture
        general.file_type
        llama.attention.head_count
        llama.attention.head_count_kv
        tokenizer.chat_template"#]]
    .assert_eq(&keys.join("\n"));

    let (old, mut old_file) = read(&base);
    let mut values = |name: &str| {
        let old = old.tensor(&mut old_file, name, &Device::Cpu).unwrap().dequantize(&Device::Cpu).unwrap();
        let new = content.tensor(&mut file, name, &Device::Cpu).unwrap().dequantize(&Device::Cpu).unwrap();
        let difference = (old - new).unwrap().abs().unwrap().flatten_all().unwrap().max(0).unwrap();
        difference.to_dtype(DType::F32).unwrap().to_scalar::<f32>().unwrap()
    };
    assert!(values("token_embd.weight") < 0.01, "within a step of Q8_0");
    assert_eq!(values("output_norm.weight"), 0.0);
}

#[test]
fn equal_inputs_give_equal_files() {
    let (folder, base) = base(1);
    let convert = |name: &str| {
        let target = folder.path().join(name);
        requantize(&base, &target, None, Others::Requantize, &mut |_| {}, &AtomicBool::new(false)).unwrap();
        fs::read(target).unwrap()
    };
    assert!(convert("a.gguf") == convert("b.gguf"));
}

#[test]
fn an_adapter_must_find_all_of_its_matrices() {
    let (_folder, base) = base(1);
    let error = convert(&base, Some(AdapterName::Wording)).unwrap_err();
    expect!["the tuning does not fit this model's weights: it changes 210 matrices, found were 1"]
        .assert_eq(&error.to_string());
}

#[test]
fn merging_adds_the_delta_and_refuses_other_shapes() {
    let ones = Tensor::ones((2, 3), DType::F32, &Device::Cpu).unwrap();
    let sum = merge("blk.0.attn_k.weight", &ones, &ones).unwrap();
    assert_eq!(sum.to_vec2::<f32>().unwrap(), [[2.0; 3]; 2]);
    let error = merge("blk.0.attn_k.weight", &ones, &ones.t().unwrap()).unwrap_err();
    expect!["the tuning does not fit this model's weights: blk.0.attn_k.weight is [2, 3], not [3, 2]"]
        .assert_eq(&error.to_string());
}

#[test]
fn an_interruption_stops_the_work() {
    let (folder, base) = base(1);
    let target = folder.path().join("new.gguf");
    let result = requantize(&base, &target, None, Others::Requantize, &mut |_| {}, &AtomicBool::new(true));
    assert!(matches!(result, Err(Error::Interrupted)));
    assert!(!target.exists());
}

#[test]
fn an_adapted_model_gets_the_template_it_was_trained_with() {
    let (_folder, base) = base(0);
    let (content, _) = read(&base);
    let template = |trained| match &metadata(&content, trained, Others::Keep)["tokenizer.chat_template"] {
        Value::String(text) => text.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(template(None), "You are a helpful assistant");
    expect![[r#"{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"#]]
        .assert_eq(&template(adapter::load(AdapterName::Wording).unwrap().chat_template));
}
