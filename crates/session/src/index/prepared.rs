//! What search knows of each sort of document, field by field, and how much each field counts. Making it is nearly all of the work of
//! indexing, and needs neither snapshot nor index. Never does: rank.

use std::hash::{DefaultHasher, Hash, Hasher};

use backstory_history::Logged;
use backstory_ide::discussion::Discussion;
use backstory_ide::documents::Document;
use backstory_ide::sections::Section;
use backstory_model::embedder;
use backstory_search::Words;
use backstory_syntax::LocalKey;
use serde::{Deserialize, Serialize};

use super::table::Table;

/// Numbers and weights of the embedder's pieces, in four bytes each: beside the vectors they are most of what an index keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pieces(Box<[(u16, u16)]>);

/// Steps of a weight, of which a document has at most 4.2: fields that count as much as the embedder's, each saturated at 1.5.
const WEIGHT_STEPS: f32 = 8192.0;

impl Pieces {
    /// As a table gave them; tables have no more numbers than fit.
    fn of(weighed: &[(u32, f32)]) -> Self {
        let kept = |&(piece, weight): &(u32, f32)| (piece as u16, (weight * WEIGHT_STEPS).round() as u16);
        Self(weighed.iter().map(kept).collect())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, f32)> + '_ {
        self.0.iter().map(|&(piece, weight)| (u32::from(piece), f32::from(weight) / WEIGHT_STEPS))
    }

    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().map(|&(piece, _)| u32::from(piece))
    }
}

/// The documents of one group, ready to be taken in.
#[derive(Serialize, Deserialize)]
pub struct Prepared<K>(pub(super) Vec<Item<K>>);

#[derive(Serialize, Deserialize)]
pub(super) struct Item<K> {
    pub key: K,
    pub pieces: Pieces,
    pub words: Words,
    pub fingerprint: u64,
}

/// A section of a document, inside its file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SectionKey {
    pub headings: Vec<String>,
    /// 1-based line on which it started.
    pub line: u32,
}

/// A text, and how much it counts by meaning and by words.
struct Field<'a>(f32, u32, &'a str);

/// The symbols of a file.
pub fn symbols(documents: &[Document], table: &Table) -> Prepared<LocalKey> {
    let fields = |document: &Document| {
        item(
            document.key.clone(),
            &[
                Field(embedder::NAME_WEIGHT, 5, &document.name),
                Field(embedder::CONTAINER_WEIGHT, 2, &document.container),
                Field(embedder::PATH_WEIGHT, 1, &document.path),
                Field(embedder::SIGNATURE_WEIGHT, 2, &document.signature),
                Field(embedder::DOCS_WEIGHT, 1, &document.docs),
                Field(embedder::BODY_WEIGHT, 1, &document.body),
            ],
            table,
        )
    };
    Prepared(documents.iter().map(fields).collect())
}

/// The sections of a document.
pub fn doc(path: &str, sections: &[Section], table: &Table) -> Prepared<SectionKey> {
    let fields = |section: &Section| {
        let (last, above) = section
            .headings
            .split_last()
            .map_or(("", String::new()), |(last, above)| (last.as_str(), above.join(" ")));
        let key = SectionKey { headings: section.headings.clone(), line: section.line };
        item(
            key,
            &[Field(1.0, 3, last), Field(0.5, 1, &above), Field(0.2, 1, path), Field(0.5, 1, &section.text)],
            table,
        )
    };
    Prepared(sections.iter().map(fields).collect())
}

/// A commit's message.
pub fn commit(commit: &Logged, table: &Table) -> Prepared<()> {
    Prepared(vec![item((), &[Field(1.0, 2, &commit.subject), Field(0.6, 1, &commit.body)], table)])
}

/// An issue or a pull request.
pub fn discussion(discussion: &Discussion, table: &Table) -> Prepared<()> {
    Prepared(vec![item((), &[Field(1.0, 2, &discussion.title), Field(0.6, 1, &discussion.body)], table)])
}

fn item<K>(key: K, fields: &[Field<'_>], table: &Table) -> Item<K> {
    let weighed: Vec<(f32, &str)> = fields.iter().map(|&Field(weight, _, text)| (weight, text)).collect();
    let counted: Vec<(u32, &str)> = fields.iter().map(|&Field(_, count, text)| (count, text)).collect();
    let pieces = Pieces::of(&table.weigh(&weighed));
    let words = Words::of(&counted);
    let mut hasher = DefaultHasher::new();
    words.hash(&mut hasher);
    Item { key, pieces, words, fingerprint: hasher.finish() }
}
