//! Search by meaning over the symbols of a tree: reads it, embeds every symbol, ranks them against the question. Never does: keep
//! an index between questions. A program run asks one question, for which building a graph never pays: the exact scan answers.

use std::path::Path;

use backstory_analysis::Analysis;
use backstory_ide::documents::{Document, documents};
use backstory_ide::symbol::describe;
use backstory_model::embedder::{self, DocumentFrequencies, Embedder};
use backstory_search::{ExactIndex, VectorError};
use backstory_store::Store;
use backstory_syntax::DefinitionKind;
use serde::Serialize;

use crate::workspace::load_with_facts;

/// One symbol that search found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Found {
    pub kind: DefinitionKind,
    /// The qualified name.
    pub key: String,
    pub path: String,
    /// 1-based line of the name.
    pub line: u32,
    /// The first line of the documentation; may be empty.
    pub docs: String,
    /// Cosine between question and symbol, -1 to 1.
    pub score: f32,
}

/// The symbols below a root that do what the question says, best first, at most `limit`.
pub fn find(root: &Path, store: &Store, question: &str, limit: usize) -> Vec<Found> {
    let analysis = load_with_facts(root, store);
    let documents: Vec<Document> = analysis.files().flat_map(|file| documents(&analysis, file)).collect();
    let hits =
        rank(&documents, question, limit).expect("the embedder makes finite vectors of its own dimension");
    hits.into_iter().map(|(index, score)| found(&analysis, &documents[index], score)).collect()
}

fn rank(documents: &[Document], question: &str, limit: usize) -> Result<Vec<(usize, f32)>, VectorError> {
    let embedder = Embedder::shipped();
    let mut frequencies = DocumentFrequencies::default();
    for document in documents {
        frequencies.add(fields(document).iter().flat_map(|(_, text)| embedder.field(text)));
    }
    let mut index = ExactIndex::new(embedder::DIMENSIONS);
    for (id, document) in (0..).zip(documents) {
        index.add(id, &embedder.embed(&fields(document), &frequencies))?;
    }
    let hits = index.search(&embedder.embed_query(question, &frequencies), limit)?;
    Ok(hits.into_iter().map(|hit| (hit.id as usize, hit.score)).collect())
}

fn fields(document: &Document) -> [(f32, &str); 6] {
    [
        (embedder::NAME_WEIGHT, &document.name),
        (embedder::CONTAINER_WEIGHT, &document.container),
        (embedder::PATH_WEIGHT, &document.path),
        (embedder::SIGNATURE_WEIGHT, &document.signature),
        (embedder::DOCS_WEIGHT, &document.docs),
        (embedder::BODY_WEIGHT, &document.body),
    ]
}

fn found(analysis: &Analysis, document: &Document, score: f32) -> Found {
    let symbol = describe(analysis, document.id);
    Found {
        kind: symbol.kind,
        key: symbol.key,
        path: symbol.path,
        line: symbol.line,
        docs: symbol.docs,
        score,
    }
}
