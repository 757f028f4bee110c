//! Reads the header of a GGUF file and says whether the embedded engine can load it, because the engine itself panics
//! on what it does not know. Never reads weights, and trusts no length that the file states: each is held against the
//! bytes that are left.
//!
//! The format: <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>. All numbers are little-endian.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::{Error, at};

/// The architectures that mistralrs 0.8.1 loads from a GGUF file.
pub const SUPPORTED: [&str; 8] =
    ["llama", "mistral3", "phi2", "phi3", "starcoder2", "qwen2", "qwen3", "qwen3moe"];

/// What the header of a model file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// `general.architecture`.
    pub architecture: String,
    /// `general.name`.
    pub name: Option<String>,
    /// It knows how to lay out a conversation, as instruct models do.
    pub chat_template: bool,
    /// The number of files that the model is split into.
    pub parts: u64,
    /// The first tensor type that the engine cannot read.
    pub unreadable_type: Option<u32>,
    /// The number of weights in all tensors.
    pub weights: u64,
    /// Length of the file.
    pub bytes: u64,
    /// SHA-256 of the header: metadata, vocabulary and the list of tensors.
    pub sha256: [u8; 32],
}

/// Reads the header of the file at `path`.
///
/// # Errors
/// [`Error::NotGguf`], [`Error::TruncatedGguf`] (the header or a tensor ends beyond the file) and [`Error::Io`].
pub fn read(path: &Path) -> Result<Header, Error> {
    let file = File::open(path).map_err(at(path))?;
    let bytes = file.metadata().map_err(at(path))?.len();
    let mut input = Input { inner: BufReader::new(file), left: bytes, hash: Sha256::new() };
    match header(&mut input, bytes) {
        Ok(header) => Ok(header),
        Err(Fault::Foreign) => Err(Error::NotGguf { path: path.to_owned() }),
        Err(Fault::Truncated) => Err(Error::TruncatedGguf { path: path.to_owned() }),
        Err(Fault::Io(source)) => Err(Error::Io { path: path.to_owned(), source }),
    }
}

/// Reads the header and makes sure that the embedded engine can load the file and talk to the model.
///
/// # Errors
/// Those of [`read`], [`Error::UnsupportedArchitecture`], [`Error::UnsupportedQuantization`], [`Error::SplitGguf`] and
/// [`Error::NoChatTemplate`].
pub fn check(path: &Path) -> Result<Header, Error> {
    let header = read(path)?;
    let path = path.to_owned();
    if !SUPPORTED.contains(&header.architecture.to_ascii_lowercase().as_str()) {
        let supported = SUPPORTED.join(", ");
        return Err(Error::UnsupportedArchitecture { path, architecture: header.architecture, supported });
    }
    if header.parts > 1 {
        return Err(Error::SplitGguf { path });
    }
    if let Some(kind) = header.unreadable_type {
        return Err(Error::UnsupportedQuantization { path, kind });
    }
    if !header.chat_template {
        return Err(Error::NoChatTemplate { path });
    }
    Ok(header)
}

enum Fault {
    Foreign,
    Truncated,
    Io(std::io::Error),
}

struct Input<R> {
    inner: R,
    left: u64,
    hash: Sha256,
}

impl<R: Read> Input<R> {
    fn take(&mut self, length: u64) -> Result<Vec<u8>, Fault> {
        if length > self.left {
            return Err(Fault::Truncated);
        }
        self.left -= length;
        let mut buffer = vec![0; usize::try_from(length).map_err(|_| Fault::Truncated)?];
        self.inner.read_exact(&mut buffer).map_err(|error| match error.kind() {
            std::io::ErrorKind::UnexpectedEof => Fault::Truncated,
            _ => Fault::Io(error),
        })?;
        self.hash.update(&buffer);
        Ok(buffer)
    }

    fn u32(&mut self) -> Result<u32, Fault> {
        let bytes = self.take(4)?;
        Ok(u32::from_le_bytes(bytes.try_into().expect("four bytes were taken")))
    }

    fn u64(&mut self) -> Result<u64, Fault> {
        let bytes = self.take(8)?;
        Ok(u64::from_le_bytes(bytes.try_into().expect("eight bytes were taken")))
    }

    fn string(&mut self) -> Result<String, Fault> {
        let length = self.u64()?;
        Ok(String::from_utf8_lossy(&self.take(length)?).into_owned())
    }

    /// The value of a metadata entry as far as anyone here asks for it.
    fn value(&mut self, kind: u32) -> Result<Value, Fault> {
        match kind {
            STRING => self.string().map(Value::Text),
            ARRAY => self.array().map(|()| Value::Other),
            _ => {
                let mut number = [0; 8];
                let bytes = self.take(scalar_size(kind)?)?;
                number[..bytes.len()].copy_from_slice(&bytes);
                Ok(Value::Number(u64::from_le_bytes(number)))
            }
        }
    }

    fn array(&mut self) -> Result<(), Fault> {
        let (kind, length) = (self.u32()?, self.u64()?);
        match kind {
            STRING => {
                for _ in 0..length {
                    self.string()?;
                }
            }
            // The format allows nested arrays, and no model has one: refusing them bounds the recursion.
            ARRAY => return Err(Fault::Foreign),
            _ => {
                self.take(length.checked_mul(scalar_size(kind)?).ok_or(Fault::Truncated)?)?;
            }
        }
        Ok(())
    }
}

enum Value {
    Text(String),
    /// An integer, or the bits of a float: nobody asks for floats.
    Number(u64),
    Other,
}

const STRING: u32 = 8;
const ARRAY: u32 = 9;

/// Bytes of a metadata value of that type.
fn scalar_size(kind: u32) -> Result<u64, Fault> {
    match kind {
        0 | 1 | 7 => Ok(1),
        2 | 3 => Ok(2),
        4..=6 => Ok(4),
        10..=12 => Ok(8),
        _ => Err(Fault::Truncated),
    }
}

/// Weights in a block and bytes of a block, of the GGML types that candle 0.10 reads.
fn block(kind: u32) -> Option<(u64, u64)> {
    Some(match kind {
        0 => (1, 4),
        1 | 30 => (1, 2),
        2 => (32, 18),
        3 => (32, 20),
        6 => (32, 22),
        7 => (32, 24),
        8 => (32, 34),
        9 => (32, 36),
        10 => (256, 84),
        11 => (256, 110),
        12 => (256, 144),
        13 => (256, 176),
        14 => (256, 210),
        15 => (256, 292),
        _ => return None,
    })
}

fn header<R: Read>(input: &mut Input<R>, bytes: u64) -> Result<Header, Fault> {
    let magic = input.take(4).map_err(|_| Fault::Foreign)?;
    if magic != b"GGUF" || !matches!(input.u32()?, 2 | 3) {
        return Err(Fault::Foreign);
    }
    let (tensors, entries) = (input.u64()?, input.u64()?);
    let (mut architecture, mut name, mut chat_template) = (None, None, false);
    let (mut parts, mut alignment) = (1, 32);
    for _ in 0..entries {
        let key = input.string()?;
        let kind = input.u32()?;
        match (key.as_str(), input.value(kind)?) {
            ("general.architecture", Value::Text(text)) => architecture = Some(text),
            ("general.name", Value::Text(text)) => name = Some(text),
            ("tokenizer.chat_template", Value::Text(_)) => chat_template = true,
            ("split.count", Value::Number(count)) => parts = count,
            ("general.alignment", Value::Number(bytes)) => alignment = bytes.max(1),
            _ => {}
        }
    }
    let architecture = architecture.ok_or(Fault::Foreign)?;
    let mut extent = Extent::default();
    for _ in 0..tensors {
        tensor(input, &mut extent)?;
    }
    let data = (bytes - input.left).next_multiple_of(alignment);
    if data.checked_add(extent.end).is_none_or(|end| end > bytes) {
        return Err(Fault::Truncated);
    }
    Ok(Header {
        architecture,
        name,
        chat_template,
        parts,
        unreadable_type: extent.unreadable,
        weights: extent.weights,
        bytes,
        sha256: input.hash.finalize_reset().into(),
    })
}

/// How far the weights reach, in bytes from the start of the data, how many there are, and the first type that nobody
/// can size.
#[derive(Default)]
struct Extent {
    end: u64,
    weights: u64,
    unreadable: Option<u32>,
}

fn tensor<R: Read>(input: &mut Input<R>, extent: &mut Extent) -> Result<(), Fault> {
    input.string()?;
    let mut weights = 1u64;
    for _ in 0..input.u32()? {
        weights = weights.checked_mul(input.u64()?).ok_or(Fault::Truncated)?;
    }
    let (kind, offset) = (input.u32()?, input.u64()?);
    extent.weights = extent.weights.saturating_add(weights);
    let Some((per_block, block_bytes)) = block(kind) else {
        extent.unreadable.get_or_insert(kind);
        return Ok(());
    };
    let end = (weights / per_block).checked_mul(block_bytes).and_then(|size| size.checked_add(offset));
    extent.end = extent.end.max(end.ok_or(Fault::Truncated)?);
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests;
