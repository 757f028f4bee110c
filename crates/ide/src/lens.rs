//! Code lenses: which declarations carry one, and what it says. Never does: read history.

use backstory_analysis::{Analysis, DefId, FileId};
use backstory_history::Counterpart;
use backstory_syntax::{DefinitionKind, LocalKey, Span};

use crate::summary::Summary;

/// A part of a lens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LensPart {
    /// The year in which the symbol came.
    Introduced,
    /// How many changes it has seen since.
    Changes,
    /// How many people made them.
    Authors,
    /// The date of the last one.
    Last,
}

impl LensPart {
    pub const ALL: [Self; 4] = [Self::Introduced, Self::Changes, Self::Authors, Self::Last];

    /// The part as settings write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Introduced => "introduced",
            Self::Changes => "changes",
            Self::Authors => "authors",
            Self::Last => "last",
        }
    }
}

/// A declaration that carries a lens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    pub key: LocalKey,
    /// Byte offsets of the declared name.
    pub name: Span,
}

/// The declarations of a file that are of one of the kinds, in source order. Those inside functions carry none: nobody looks
/// for the history of a local helper above each of its lines.
pub fn lenses(analysis: &Analysis, file: FileId, kinds: &[DefinitionKind]) -> Vec<Lens> {
    let (outline, spans) = (analysis.outline(file), analysis.spans(file));
    outline
        .ids()
        .filter(|&local| {
            kinds.contains(&outline.definition(local).kind) && !is_local(analysis, DefId { file, local })
        })
        .map(|local| Lens { key: outline.key(local), name: spans.definitions[local.index()].name })
        .collect()
}

fn is_local(analysis: &Analysis, id: DefId) -> bool {
    let outline = analysis.outline(id.file);
    let parents = std::iter::successors(outline.definition(id.local).parent, |&parent| {
        outline.definition(parent).parent
    });
    let mut kinds = parents.map(|parent| outline.definition(parent).kind);
    kinds.any(|kind| matches!(kind, DefinitionKind::Function | DefinitionKind::Method))
}

/// The text of a lens: `introduced 2019 · 14 changes · 6 authors`, with `edited` behind it where the text at hand differs in more
/// than documentation, style or formatting. Empty where no part has anything to say.
pub fn title(summary: &Summary, counterpart: &Counterpart, parts: &[LensPart]) -> String {
    let mut words: Vec<String> = parts.iter().filter_map(|part| part_title(summary, *part)).collect();
    words.extend(counterpart.is_edited().then(|| "edited".to_owned()));
    words.join(" · ")
}

fn part_title(summary: &Summary, part: LensPart) -> Option<String> {
    match part {
        LensPart::Introduced => Some(format!("introduced {}", summary.introduced.as_ref()?.year())),
        LensPart::Changes => Some(counted(summary.changes, "change")),
        LensPart::Authors => Some(counted(summary.authors.len(), "author")),
        LensPart::Last => Some(format!("last {}", summary.last.as_ref()?.date)),
    }
}

/// `no changes`, `1 change`, `2 changes`.
pub fn counted(count: usize, noun: &str) -> String {
    match count {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}
