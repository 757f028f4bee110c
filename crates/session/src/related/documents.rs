//! The sections of documents that mention a symbol. Never does: ask what they say of it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use backstory_analysis::{Confidence, DefId};
use backstory_ide::explain::{Subject, names, spellings};
use backstory_ide::impact::{DOCUMENT, Ground, LookAt};
use backstory_ide::related::{Edge, Signs, WEIGHTS, features, score};
use backstory_ide::sections::{Markup, Section, sections};
use backstory_ide::symbol::describe;
use memchr::memmem::Finder;

use super::gather::{FileParts, Gathering};
use crate::material::document;
use crate::workspace::walk;

/// So many sections are told of one document and symbol: a list of changes mentions some names often.
const SECTIONS: usize = 2;

/// A symbol, how documents write its name, and which files change with its own.
struct Named<'a> {
    key: String,
    spellings: Vec<String>,
    parts: FileParts<'a>,
}

impl<'a> Named<'a> {
    /// `None` for a name that could be any word.
    fn of(gathering: &Gathering<'a>, id: DefId) -> Option<Self> {
        let symbol = describe(gathering.analysis, id);
        let mut spellings = spellings(&Subject::of(&symbol));
        if symbol.local_key.container.is_empty() {
            spellings.extend(in_module(&symbol.key));
        }
        let parts = gathering.file_parts(id.file);
        (!spellings.is_empty()).then_some(Self { key: symbol.key, spellings, parts })
    }

    fn is_in(&self, section: &Section) -> bool {
        let texts = || section.headings.last().into_iter().chain([&section.text]);
        self.spellings.iter().any(|spelling| texts().any(|text| names(text, spelling)))
    }

    fn score(&self, path: &str) -> f64 {
        let edge = Edge { confidence: Confidence::Exact, count: 1 };
        let signs = Signs { dependant: Some(edge), files_together: self.parts.of(path), ..Signs::default() };
        score(&features(&signs), &WEIGHTS)
    }
}

/// `jobs.work` for `python:app.jobs.work`.
fn in_module(key: &str) -> Option<String> {
    let (_, path) = key.split_once(':')?;
    let joint = if path.contains("::") { "::" } else { "." };
    let mut parts = path.rsplit(joint);
    let (name, module) = (parts.next()?, parts.next()?);
    Some(format!("{module}{joint}{name}"))
}

/// Each with its place among the symbols: that of a user whose file changed with the symbol's as often as the document did. Of a mention itself
/// the weights know nothing. The first ones first.
pub(super) fn naming(
    root: &Path,
    gathering: &Gathering<'_>,
    subjects: &[DefId],
    interrupted: &AtomicBool,
) -> Vec<(f64, LookAt)> {
    let named: Vec<Named<'_>> = subjects.iter().filter_map(|&id| Named::of(gathering, id)).collect();
    let spellings = named.iter().flat_map(|named| &named.spellings);
    let finders: Vec<Finder<'_>> = spellings.map(|spelling| Finder::new(spelling.as_bytes())).collect();
    if finders.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for entry in walk(root, root).take_while(|_| !interrupted.load(Ordering::Relaxed)) {
        let Some((path, bytes)) = document(root, entry.path()) else { continue };
        let Some(markup) = Markup::of_path(&path) else { continue };
        if !finders.iter().any(|finder| finder.find(&bytes).is_some()) {
            continue;
        }
        let sections = sections(&String::from_utf8_lossy(&bytes), markup);
        for named in &named {
            let naming = sections.iter().filter(|section| named.is_in(section)).take(SECTIONS);
            found.extend(naming.map(|section| (named.score(&path), look_at(named, &path, section))));
        }
    }
    // Walks come in no fixed order.
    found.sort_by(|(a, one), (b, other)| {
        b.total_cmp(a).then_with(|| (&one.path, one.line).cmp(&(&other.path, other.line)))
    });
    // One section that mentions several of the symbols is told once.
    let mut seen = BTreeSet::new();
    found.retain(|(_, item)| seen.insert((item.path.clone(), item.line)));
    found
}

fn look_at(named: &Named<'_>, path: &str, section: &Section) -> LookAt {
    let file = path.rsplit('/').next().unwrap_or(path);
    let headings = section.headings.join(" > ");
    LookAt {
        kind: DOCUMENT,
        key: if headings.is_empty() { file.to_owned() } else { headings },
        path: path.to_owned(),
        line: section.line,
        of: named.key.clone(),
        reasons: vec![Ground::Mentions],
    }
}
