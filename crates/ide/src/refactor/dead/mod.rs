//! A symbol that nothing uses goes, with its documentation, its attributes and the imports that only it used.
//!
//! It is dead where its name stands nowhere but in itself: no code, no string, no comment and no document has the word, unless the word certainly
//! means something else there. That is more than that no edge of any confidence leads to it, and takes no graph. What runs without being named
//! (entry points, hooks, what frameworks register, names that are put together) is told by [`entry`] and [`built`]. Never does: remove what
//! others may name (public API), or something that runs when it is declared.

mod built;
pub(super) mod entry;
mod named;

use std::fmt;

use backstory_analysis::{Analysis, Confidence, DefId, FileId};
use backstory_syntax::{Definition, DefinitionKind, Language, LocalKey, Span, Standing};

use super::{Edit, FileEdits, Kind, Mark, Offer, Outside, Past, Plan, Refused, Request, lines, tidy};

/// Why a symbol is not dead, or can't be shown to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alive {
    /// Symbols of this kind are not looked after.
    Kind(DefinitionKind),
    /// Somebody else may name it.
    Public,
    /// Something runs it without naming it: what that is, in a clause.
    Run(&'static str),
    /// An attribute or a decorator may use it.
    Marked(String),
    /// Python: what stands above its class is not known and may use it.
    Bases,
    /// It stands for another member, or another one for it.
    Family,
    /// Several symbols have its name in the same place.
    Several,
    /// It is declared under a condition, or inside of a macro.
    Placed,
    /// It has no lines of its own.
    Lines,
    /// Declaring it does something.
    Effect,
    /// The file has syntax errors: what is in it can't be told.
    Broken,
    Used {
        path: String,
        line: u32,
        confidence: Confidence,
    },
    /// The name stands in a string, a comment or somewhere else that is not followed.
    Mentioned {
        path: String,
        line: u32,
    },
    /// A string there may be a part of the name.
    Built {
        path: String,
        line: u32,
        part: String,
    },
}

impl fmt::Display for Alive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind(kind) => write!(f, "a {} is not looked after", kind.as_str()),
            Self::Public => f.write_str("it is not private, so code that is not here may use it"),
            Self::Run(what) => f.write_str(what),
            Self::Marked(mark) => write!(f, "`{mark}` may use it, or keeps it on purpose"),
            Self::Bases => f.write_str("its class has bases that are not in this workspace and may use it"),
            Self::Family => f.write_str("it overrides another member, or is overridden"),
            Self::Several => f.write_str("several symbols have its name there"),
            Self::Placed => f.write_str("it is declared under a condition or inside of a macro"),
            Self::Lines => f.write_str("something else stands in its lines"),
            Self::Effect => f.write_str("declaring it may do something"),
            Self::Broken => f.write_str("its file has syntax errors"),
            Self::Used { path, line, confidence: Confidence::Exact } => write!(f, "{path}:{line} uses it"),
            Self::Used { path, line, .. } => write!(f, "{path}:{line} may use it"),
            Self::Mentioned { path, line } => write!(f, "{path}:{line} names it"),
            Self::Built { path, line, part } => {
                write!(f, "{path}:{line} may put its name together from \u{201c}{part}\u{201d}")
            }
        }
    }
}

/// The offer to remove the symbol whose name or first line a span touches, where nothing seems to use it.
pub(super) fn offer(analysis: &Analysis, file: FileId, at: Span) -> Option<Offer> {
    let spans = analysis.spans(file);
    let local = spans.definition_at(at.start)?;
    let definition = spans.definitions[local.index()];
    let head = definition.body.map_or(definition.item.end, |body| body.start);
    let id = DefId { file, local };
    // Inside a body people ask for something else.
    if at.start > head.max(definition.name.end)
        || entry::is_needed(analysis, id).is_some()
        || !named::seems_unnamed(analysis, id)
    {
        return None;
    }
    let refused = check(analysis, id).err();
    // That it is used is nothing to be told.
    let is_worth = !matches!(refused, Some(Alive::Used { .. } | Alive::Kind(_) | Alive::Public));
    let name = analysis.definition(id).name.clone();
    is_worth.then(|| Offer {
        kind: Kind::Dead,
        title: title(analysis.definition(id)),
        request: Request::Dead {
            path: analysis.path(file).to_owned(),
            key: analysis.outline(file).key(local),
        },
        refused: refused.map(|why| Refused::Alive { name, why }),
    })
}

fn title(definition: &Definition) -> String {
    format!("Remove `{}`, which nothing uses", definition.name)
}

pub(super) fn plan(analysis: &Analysis, file: FileId, key: &LocalKey) -> Result<Plan, Refused> {
    let local = analysis.outline(file).find(key).ok_or(Refused::Gone)?;
    let id = DefId { file, local };
    let definition = analysis.definition(id);
    let refused = |why| Refused::Alive { name: definition.name.clone(), why };
    let standing = check(analysis, id).map_err(refused)?;
    let edit = removal(analysis, id, standing).ok_or(Alive::Lines).map_err(refused)?;
    let path = analysis.path(file).to_owned();
    let edits = tidy::without_unused_imports(analysis, file, vec![edit]);
    Ok(Plan {
        kind: Kind::Dead,
        title: title(definition),
        edits: vec![FileEdits { path: path.clone(), edits }],
        files: Vec::new(),
        outside: Outside::Unmentioned(named::words_of(analysis, id)),
        past: Past::LastUse { path, key: key.clone(), word: definition.name.clone() },
        reasons: Vec::new(),
    })
}

/// All symbols that are dead as far as the analysis sees, in the order of files.
pub fn all_dead(analysis: &Analysis) -> Vec<DefId> {
    let mut found = Vec::new();
    for file in analysis.files() {
        let ids = analysis.outline(file).ids().map(|local| DefId { file, local });
        let likely =
            ids.filter(|&id| entry::is_needed(analysis, id).is_none() && named::seems_unnamed(analysis, id));
        found.extend(likely.filter(|&id| {
            check(analysis, id).is_ok_and(|standing| removal(analysis, id, standing).is_some())
        }));
    }
    found
}

/// Whether a symbol is dead, and how it stands.
fn check(analysis: &Analysis, id: DefId) -> Result<Standing, Alive> {
    if let Some(why) = entry::is_needed(analysis, id) {
        return Err(why);
    }
    named::check(analysis, id)?;
    let parsed = analysis.parsed(id.file);
    if parsed.has_error() {
        return Err(Alive::Broken);
    }
    let spans = analysis.spans(id.file).definitions[id.local.index()];
    let standing = parsed.standing(spans.item).ok_or(Alive::Placed)?;
    if standing.is_conditional || standing.is_in_macro {
        return Err(Alive::Placed);
    }
    if !standing.statement.contains(spans.item) {
        return Err(Alive::Lines);
    }
    entry::check_effect(analysis, id)?;
    built::check(analysis, id)?;
    Ok(standing)
}

/// The edit that takes a symbol out of its file.
fn removal(analysis: &Analysis, id: DefId, standing: Standing) -> Option<Edit> {
    let (text, language) = (analysis.text(id.file), analysis.language(id.file));
    let full = analysis.spans(id.file).definitions[id.local.index()].full;
    let whole =
        Span { start: full.start.min(standing.statement.start), end: full.end.max(standing.statement.end) };
    let is_only_one =
        language == Language::Python && standing.others == 0 && analysis.definition(id).parent.is_some();
    if is_only_one {
        // The suite must have something.
        return Some(Edit { span: whole, text: "pass".to_owned(), mark: Mark::Certain });
    }
    Some(Edit::deletes(lines::whole(text, whole, language)?, Mark::Certain))
}

#[cfg(test)]
mod tests;
