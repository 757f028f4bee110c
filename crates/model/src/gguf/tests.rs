//! Headers written byte by byte, whole and damaged, and what the reader says of them.

use std::fs;
use std::path::PathBuf;

use expect_test::expect;

use super::*;

/// A GGUF file in the making.
pub(crate) struct Draft {
    entries: u64,
    metadata: Vec<u8>,
    tensors: u64,
    infos: Vec<u8>,
    data: usize,
}

impl Draft {
    /// A file of that architecture with a chat template and one Q8_0 matrix of 32 by 2.
    pub(crate) fn new(architecture: &str) -> Self {
        let draft = Self { entries: 0, metadata: Vec::new(), tensors: 0, infos: Vec::new(), data: 0 };
        draft
            .text("general.architecture", architecture)
            .text("general.name", "Tiny")
            .texts("tokenizer.ggml.tokens", &["a", "b"])
            .text("tokenizer.chat_template", "{{ messages }}")
            .tensor("token_embd.weight", &[32, 2], 8, 68)
    }

    fn text(mut self, key: &str, value: &str) -> Self {
        self.key(key, STRING);
        push_text(&mut self.metadata, value);
        self
    }

    fn texts(mut self, key: &str, values: &[&str]) -> Self {
        self.key(key, ARRAY);
        self.metadata.extend(STRING.to_le_bytes());
        self.metadata.extend((values.len() as u64).to_le_bytes());
        values.iter().for_each(|value| push_text(&mut self.metadata, value));
        self
    }

    fn u16(mut self, key: &str, value: u16) -> Self {
        self.key(key, 2);
        self.metadata.extend(value.to_le_bytes());
        self
    }

    fn key(&mut self, key: &str, kind: u32) {
        self.entries += 1;
        push_text(&mut self.metadata, key);
        self.metadata.extend(kind.to_le_bytes());
    }

    fn tensor(mut self, name: &str, dimensions: &[u64], kind: u32, bytes: usize) -> Self {
        self.tensors += 1;
        push_text(&mut self.infos, name);
        self.infos.extend((dimensions.len() as u32).to_le_bytes());
        dimensions.iter().for_each(|dimension| self.infos.extend(dimension.to_le_bytes()));
        self.infos.extend(kind.to_le_bytes());
        self.infos.extend((self.data as u64).to_le_bytes());
        self.data += bytes;
        self
    }

    pub(crate) fn bytes(self) -> Vec<u8> {
        let mut bytes = b"GGUF\x03\0\0\0".to_vec();
        bytes.extend(self.tensors.to_le_bytes());
        bytes.extend(self.entries.to_le_bytes());
        bytes.extend(self.metadata);
        bytes.extend(self.infos);
        bytes.resize(bytes.len().next_multiple_of(32) + self.data, 0);
        bytes
    }
}

fn push_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u64).to_le_bytes());
    bytes.extend(text.as_bytes());
}

fn file(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.gguf");
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

/// The verdict on a file's bytes, with the folder's changing name cut out.
fn verdict(bytes: &[u8]) -> String {
    let (folder, path) = file(bytes);
    match check(&path) {
        Ok(header) => format!("{} {:?} {} bytes", header.architecture, header.name, header.bytes),
        Err(error) => error.to_string().replace(&format!("{}/", folder.path().display()), ""),
    }
}

#[test]
fn a_whole_file_of_a_supported_architecture_passes() {
    expect![[r#"llama Some("Tiny") 356 bytes"#]].assert_eq(&verdict(&Draft::new("llama").bytes()));
    expect![[r#"qwen3moe Some("Tiny") 356 bytes"#]].assert_eq(&verdict(&Draft::new("qwen3moe").bytes()));
}

#[test]
fn what_the_engine_cannot_load_is_refused_with_the_reason() {
    let verdicts = [
        verdict(&Draft::new("gemma3").bytes()),
        verdict(&Draft::new("llama").tensor("output.weight", &[256], 20, 100).bytes()),
        verdict(&Draft::new("llama").u16("split.count", 3).bytes()),
        verdict(
            &Draft { entries: 0, metadata: Vec::new(), ..Draft::new("llama") }
                .text("general.architecture", "llama")
                .bytes(),
        ),
    ];
    expect![[r#"
        model.gguf has the architecture gemma3, which the embedded engine cannot load; it loads llama, mistral3, phi2, phi3, starcoder2, qwen2, qwen3, qwen3moe
        model.gguf holds weights of a quantization that the embedded engine cannot read (GGML type 20): take a Q8_0 or Q4_K_M file of the same model
        model.gguf is one part of a split model: merge the parts into one file first
        model.gguf has no chat template: take the instruct variant of the model
    "#]]
    .assert_eq(&(verdicts.join("\n") + "\n"));
}

#[test]
fn other_files_are_not_gguf() {
    for bytes in [&b""[..], b"GG", b"PK\x03\x04 a zip file", b"GGUF\x01\0\0\0\0\0\0\0", b"GGUF\x03"] {
        let expected = if bytes == b"GGUF\x03" { "cut off" } else { "is not a GGUF file" };
        assert!(verdict(bytes).contains(expected), "{bytes:?}: {}", verdict(bytes));
    }
    let (_folder, path) = file(b"");
    assert!(matches!(read(&path.with_file_name("absent")), Err(Error::Io { .. })));
}

#[test]
fn every_shorter_file_is_refused_without_a_panic() {
    let whole = Draft::new("llama").bytes();
    for length in 8..whole.len() {
        assert!(verdict(&whole[..length]).contains("is cut off or damaged"), "at {length}");
    }
}

#[test]
fn lengths_that_no_file_has_allocate_nothing() {
    let whole = Draft::new("llama").bytes();
    // The number of tensors, the number of entries, the length of the first key.
    for place in [8, 16, 24] {
        let mut bytes = whole.clone();
        bytes[place..place + 8].copy_from_slice(&(u64::MAX / 2).to_le_bytes());
        assert!(verdict(&bytes).contains("is cut off or damaged"), "at {place}: {}", verdict(&bytes));
    }
}

#[test]
fn the_header_names_the_file() {
    let sha256 = |bytes: &[u8]| {
        let (_folder, path) = file(bytes);
        read(&path).unwrap().sha256
    };
    let mut weights = Draft::new("llama").bytes();
    let same = sha256(&weights);
    *weights.last_mut().unwrap() = 1;
    assert_eq!(sha256(&weights), same, "weights are not part of the header");
    assert_ne!(sha256(&Draft::new("qwen2").bytes()), same);
}
