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
    /// How many symbols depend on it.
    Dependents,
    /// How many tests reach it.
    Tests,
    /// What usually changes with it.
    Companion,
}

impl LensPart {
    pub const ALL: [Self; 7] = [
        Self::Introduced,
        Self::Changes,
        Self::Authors,
        Self::Last,
        Self::Dependents,
        Self::Tests,
        Self::Companion,
    ];

    /// Whether it says what stands in the graph of who depends on whom.
    pub fn is_of_graph(self) -> bool {
        matches!(self, Self::Dependents | Self::Tests)
    }

    /// The part as settings write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Introduced => "introduced",
            Self::Changes => "changes",
            Self::Authors => "authors",
            Self::Last => "last",
            Self::Dependents => "dependents",
            Self::Tests => "tests",
            Self::Companion => "companion",
        }
    }
}

/// What a symbol is tied to, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ties {
    pub dependents: Option<usize>,
    pub tests: Option<usize>,
    /// The name of what usually changes with it.
    pub companion: Option<String>,
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

/// The text of a lens: `introduced 2019 · 14 changes · 23 dependents · 5 tests`, with `edited` behind it where the text at hand differs
/// in more than documentation, style or formatting. Empty where no part has anything to say.
pub fn title(summary: &Summary, counterpart: &Counterpart, ties: &Ties, parts: &[LensPart]) -> String {
    let mut words: Vec<String> = parts.iter().filter_map(|part| part_title(summary, ties, *part)).collect();
    words.extend(counterpart.is_edited().then(|| "edited".to_owned()));
    words.join(" · ")
}

/// The text of the lens of a symbol that no commit has.
pub fn title_of_new(ties: &Ties, parts: &[LensPart]) -> String {
    let ties = parts.iter().filter_map(|part| tie_title(ties, *part));
    std::iter::once("not committed yet".to_owned()).chain(ties).collect::<Vec<_>>().join(" · ")
}

fn tie_title(ties: &Ties, part: LensPart) -> Option<String> {
    match part {
        LensPart::Dependents => Some(counted(ties.dependents?, "dependent")),
        LensPart::Tests => Some(counted(ties.tests?, "test")),
        LensPart::Companion => Some(format!("usually with `{}`", ties.companion.as_ref()?)),
        LensPart::Introduced | LensPart::Changes | LensPart::Authors | LensPart::Last => None,
    }
}

fn part_title(summary: &Summary, ties: &Ties, part: LensPart) -> Option<String> {
    match part {
        LensPart::Dependents | LensPart::Tests | LensPart::Companion => tie_title(ties, part),
        LensPart::Introduced => Some(format!("introduced {}", summary.introduced.as_ref()?.year())),
        LensPart::Changes => Some(counted(summary.changes, "change")),
        LensPart::Authors => Some(counted(summary.authors.len(), "author")),
        LensPart::Last => Some(format!("last {}", summary.last.as_ref()?.date)),
    }
}

/// `14 changes · last 2024-05-01`.
pub fn times_changed(summary: &Summary) -> String {
    let parts = [LensPart::Changes, LensPart::Last];
    let words = parts.iter().filter_map(|&part| part_title(summary, &Ties::default(), part));
    words.collect::<Vec<_>>().join(" · ")
}

/// `no changes`, `1 change`, `2 changes`.
pub fn counted(count: usize, noun: &str) -> String {
    match count {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}
