//! The low-rank adapters that ship with this crate: which weights of a model they change and by how much. Never writes
//! files, and never applies an adapter to a model of another shape.
//!
//! An adapter (LoRA, Hu et al. 2021, <https://arxiv.org/abs/2106.09685>) replaces a weight matrix W by
//! W + alpha / rank * B A. Ours have alpha = 2 * rank. The names in the file are those of the training framework,
//! `model.layers.N.(self_attn|mlp).PROJECTION.(A|B)`; a GGUF file calls the same matrix `blk.N.NAME.weight`.

use std::collections::HashMap;

use candle_core::{DType, Device, Result, Tensor};
use sha2::{Digest, Sha256};

use crate::catalogue::AdapterName;
use crate::installed::hex;

/// alpha / rank.
const SCALE: f64 = 2.0;

/// The number of attention heads, which decides how a GGUF file orders the rows of the query and key projections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Heads {
    pub(crate) query: usize,
    pub(crate) key: usize,
}

pub(crate) struct Adapter {
    tensors: HashMap<String, Tensor>,
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
    Ok(Adapter { tensors: candle_core::safetensors::load_buffer(bytes(name), &Device::Cpu)? })
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
        (b.matmul(&a)? * SCALE).map(Some)
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
mod tests {
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
        (Adapter { tensors }, Heads { query: 2, key: 1 })
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
}
