//! One version of the followed symbol, cut out of its file so that it stays valid while the file around it changes. Never
//! does: compare versions.

use std::sync::Arc;

use backstory_syntax::{DefinitionSpans, Language, LocalKey, Span};

use crate::change::Place;
use crate::fragment::Fingerprint;
use crate::table::{Symbol, Table, file_fingerprint};

/// A symbol as it stands in one blob.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub language: Language,
    /// Relative to the repository's root.
    pub path: String,
    pub key: Arc<LocalKey>,
    /// The text of its full span.
    pub text: String,
    /// Its spans as offsets into `text`.
    pub spans: DefinitionSpans,
    /// The declarations of its containers, from the inside out, each up to its body.
    pub headers: Vec<String>,
    /// Of a file, that of the text only: see [`Version::parts`].
    pub fingerprint: Fingerprint,
}

impl Version {
    pub(crate) fn of(path: &str, language: Language, file: &str, table: &Table, index: usize) -> Self {
        let symbol = &table.symbols[index];
        Self {
            language,
            path: path.to_owned(),
            key: Arc::clone(&symbol.key),
            text: symbol.spans.full.of(file).to_owned(),
            spans: symbol.spans.moved(0_u32.wrapping_sub(symbol.spans.full.start)),
            headers: table.containers(index).map(|container| header(container, file)).collect(),
            fingerprint: symbol.fingerprint,
        }
    }

    /// What its parts are, for comparing them.
    pub(crate) fn parts(&self) -> Fingerprint {
        match *self.key == LocalKey::file() {
            true => file_fingerprint(&self.text, self.language),
            false => self.fingerprint,
        }
    }

    pub(crate) fn place(&self) -> Place {
        Place { path: self.path.clone(), key: LocalKey::clone(&self.key) }
    }
}

/// The declaration of a container, with the brace that ends it so that `impl Pool` is not found in `impl PoolInner {`.
fn header(container: &Symbol, file: &str) -> String {
    let spans = container.spans;
    let end = spans.body.map_or(spans.item.end, |body| body.start);
    let brace = file[end as usize..].starts_with('{') as u32;
    Span { start: spans.item.start, end: end + brace }.of(file).trim_end().to_owned()
}
