//! What adapters change: the shipped one, a tiny one, and files as people have them.

use super::*;
use expect_test::expect;

/// A matrix whose every number tells where it stood: row * 10 + column.
fn numbered(rows: usize, columns: usize) -> Tensor {
    let values: Vec<f32> =
        (0..rows).flat_map(|row| (0..columns).map(move |column| (row * 10 + column) as f32)).collect();
    Tensor::from_vec(values, (rows, columns), &Device::Cpu).unwrap()
}

fn show(tensor: &Tensor) -> String {
    tensor.to_vec2::<f32>().unwrap().iter().map(|row| format!("{row:?}\n")).collect()
}

/// Two layers of a model with 2 query heads and 1 key head of 4 dimensions, width 2, rank 1.
fn tiny() -> (Adapter, Heads) {
    let a = Tensor::new(&[[1f32, 100.]], &Device::Cpu).unwrap();
    let tensors = [
        ("model.layers.0.self_attn.q_proj.A", a.clone()),
        ("model.layers.0.self_attn.q_proj.B", numbered(8, 1)),
        ("model.layers.0.self_attn.k_proj.A", a.clone()),
        ("model.layers.0.self_attn.k_proj.B", numbered(4, 1)),
        ("model.layers.1.self_attn.v_proj.A", a),
        ("model.layers.1.self_attn.v_proj.B", numbered(4, 1)),
    ];
    let tensors = tensors.map(|(name, tensor)| (name.to_owned(), tensor)).into();
    (Adapter { tensors, scale: SCALE, chat_template: None }, Heads { query: 2, key: 1 })
}

#[test]
fn rows_of_a_head_are_interleaved() {
    expect![[r#"
        [0.0]
        [20.0]
        [10.0]
        [30.0]
        [40.0]
        [60.0]
        [50.0]
        [70.0]
    "#]]
    .assert_eq(&show(&interleave(&numbered(8, 1), 2).unwrap()));
}

#[test]
fn deltas_are_twice_b_times_a_in_the_order_of_the_file() {
    let (adapter, heads) = tiny();
    let delta = |name| {
        let delta = adapter.delta(name, heads).unwrap();
        delta.map_or_else(|| "none\n".to_owned(), |delta| show(&delta))
    };
    expect![[r#"
        [0.0, 0.0]
        [40.0, 4000.0]
        [20.0, 2000.0]
        [60.0, 6000.0]
        [80.0, 8000.0]
        [120.0, 12000.0]
        [100.0, 10000.0]
        [140.0, 14000.0]
    "#]]
    .assert_eq(&delta("blk.0.attn_q.weight"));
    expect![[r#"
        [0.0, 0.0]
        [40.0, 4000.0]
        [20.0, 2000.0]
        [60.0, 6000.0]
    "#]]
    .assert_eq(&delta("blk.0.attn_k.weight"));
    expect![[r#"
        [0.0, 0.0]
        [20.0, 2000.0]
        [40.0, 4000.0]
        [60.0, 6000.0]
    "#]]
    .assert_eq(&delta("blk.1.attn_v.weight"));
    assert_eq!(delta("blk.0.attn_v.weight"), "none\n");
    assert_eq!(delta("blk.0.attn_norm.weight"), "none\n");
    assert_eq!(delta("token_embd.weight"), "none\n");
}

#[test]
fn the_shipped_adapter_changes_every_projection_of_thirty_layers() {
    let adapter = load(AdapterName::Wording).unwrap();
    assert_eq!(adapter.len(), 30 * 7);
    let heads = Heads { query: 9, key: 3 };
    let delta = adapter.delta("blk.29.attn_k.weight", heads).unwrap().unwrap();
    assert_eq!(delta.dims(), [192, 576]);
}

/// Writes the tiny adapter into a file with the names that PEFT gives, and `config` beside it.
fn peft(config: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (file, (tiny, _)) = (folder.path().join("adapter_model.safetensors"), tiny());
    let renamed = |name: &str| {
        let (module, matrix) = name.rsplit_once('.').unwrap();
        format!("base_model.model.{module}.lora_{matrix}.weight")
    };
    let tensors: HashMap<_, _> =
        tiny.tensors.into_iter().map(|(name, tensor)| (renamed(&name), tensor)).collect();
    candle_core::safetensors::save(&tensors, &file).unwrap();
    if !config.is_empty() {
        fs::write(folder.path().join("adapter_config.json"), config).unwrap();
    }
    (folder, file)
}

#[test]
fn files_of_peft_are_read_with_the_scale_that_stands_beside_them() {
    let configs = [
        r#"{"r": 1, "lora_alpha": 2, "bias": "none"}"#,
        r#"{"r": 16, "lora_alpha": 8, "use_rslora": true}"#,
        r#"{"r": 16, "lora_alpha": 16, "use_dora": true}"#,
        r#"{"r": 16, "lora_alpha": 16, "rank_pattern": {"q_proj": 8}}"#,
        r#"{"r": 0, "lora_alpha": 16}"#,
        r#"{"peft_type": "LORA"}"#,
        "",
    ];
    let (own, heads) = tiny();
    let wanted = show(&own.delta("blk.0.attn_q.weight", heads).unwrap().unwrap());
    let told = configs.map(|config| {
        let (folder, file) = peft(config);
        match load_file(&file) {
            Ok(adapter) => {
                let delta = show(&adapter.delta("blk.0.attn_q.weight", heads).unwrap().unwrap());
                format!("{} matrices, scale {}, as ours: {}\n", adapter.len(), adapter.scale, delta == wanted)
            }
            Err(error) => format!("{error}\n").replace(&*folder.path().to_string_lossy(), "DIR"),
        }
    });
    expect![[r#"
        3 matrices, scale 2, as ours: true
        3 matrices, scale 2, as ours: true
        DIR/adapter_model.safetensors cannot be used as an adapter: only plain LoRA can be merged: no DoRA, no transposed weights, one rank and alpha
        DIR/adapter_model.safetensors cannot be used as an adapter: only plain LoRA can be merged: no DoRA, no transposed weights, one rank and alpha
        DIR/adapter_model.safetensors cannot be used as an adapter: its rank is below 1
        DIR/adapter_model.safetensors cannot be used as an adapter: adapter_config.json does not state its rank (`r`) and `lora_alpha`
        DIR/adapter_model.safetensors cannot be used as an adapter: adapter_config.json must lie beside it, with its rank and alpha
    "#]].assert_eq(&told.concat());
}

#[test]
fn what_is_no_adapter_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.safetensors");
    assert!(matches!(load_file(&file), Err(Error::Io { .. })));
    fs::write(&file, b"not tensors").unwrap();
    let told = load_file(&file).err().unwrap().to_string().replace(&*folder.path().to_string_lossy(), "DIR");
    expect!["DIR/a.safetensors cannot be used as an adapter: it is no safetensors file"].assert_eq(&told);
}
