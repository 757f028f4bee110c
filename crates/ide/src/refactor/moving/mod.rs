//! A symbol goes to another module of its package, and everything that names it follows: imports of its users, the names that it needs itself,
//! a re-export where others may import it from its old place. Never does: move what can't be shown to mean the same there, edit strings or
//! documents, or format beyond blank lines between items.

mod place;
mod python;
mod rust;
mod suggest;
mod why;

use backstory_analysis::{Analysis, DefId, FileId, module_path};
use backstory_syntax::{Definition, Language, LocalKey, Span};

use super::{Edit, FileEdits, Kind, Outside, Past, Plan, Reason, Refused, by_file, lines, tidy};
use crate::lens::counted;

pub use suggest::{Toward, all_toward, tied, toward};
pub use why::NotMoved;

/// What is moved, and where to.
struct Moving<'a> {
    analysis: &'a Analysis,
    id: DefId,
    definition: &'a Definition,
    /// The file that it goes to.
    to: FileId,
    /// Whether its old module goes on lending it; `None` where that depends on whether it is public API.
    reexport: Option<bool>,
}

/// What a move makes of the files, and what is to be said of it.
#[derive(Default)]
struct Moved {
    edits: Vec<(FileId, Edit)>,
    /// Sentences for people.
    notes: Vec<String>,
    /// Its old place still has its name.
    is_lent: bool,
}

pub(super) fn plan(
    analysis: &Analysis,
    file: FileId,
    key: &LocalKey,
    to: &str,
    reexport: Option<bool>,
) -> Result<Plan, Refused> {
    let local = analysis.outline(file).find(key).ok_or(Refused::Gone)?;
    let id = DefId { file, local };
    let definition = analysis.definition(id);
    let refused = |why| Refused::NotMoved { name: definition.name.clone(), why };
    let to_file = analysis.file(to).ok_or(NotMoved::NoModule { path: to.to_owned() }).map_err(refused)?;
    let moving = Moving { analysis, id, definition, to: to_file, reexport };
    let moved = moving.check().and_then(|()| match analysis.language(file) {
        Language::Python => python::moved(&moving),
        Language::Rust => rust::moved(&moving),
    });
    let Moved { edits, notes, is_lent } = moved.map_err(refused)?;
    let mut edits = by_file(analysis, edits);
    for file in &mut edits {
        let Some(id) = analysis.file(&file.path) else { continue };
        if id != moving.from() {
            // What was imported for its sake alone.
            file.edits = tidy::without_unused_imports(analysis, id, std::mem::take(&mut file.edits));
        }
        make_room(analysis.text(id), &mut file.edits);
    }
    check_apart(&edits, &moving).map_err(refused)?;
    let reasons = notes.into_iter().map(|text| Reason { text, commits: Vec::new() }).collect();
    Ok(Plan {
        kind: Kind::Move,
        title: format!("Move `{}` to {}", definition.name, module_path(analysis, to_file)),
        edits,
        files: Vec::new(),
        outside: if is_lent { Outside::Nothing } else { Outside::Unmentioned(moving.paths()) },
        past: Past::Nothing,
        reasons,
    })
}

impl Moving<'_> {
    fn name(&self) -> &str {
        &self.definition.name
    }

    fn from(&self) -> FileId {
        self.id.file
    }

    fn check(&self) -> Result<(), NotMoved> {
        let analysis = self.analysis;
        if self.to == self.from() {
            return Err(NotMoved::Same);
        }
        if self.definition.parent.is_some() {
            return Err(NotMoved::Kind);
        }
        let path = |file| analysis.path(file).to_owned();
        if analysis.language(self.to) != analysis.language(self.from()) {
            return Err(NotMoved::NoModule { path: path(self.to) });
        }
        for file in [self.from(), self.to] {
            if analysis.parsed(file).has_error() {
                return Err(NotMoved::Broken { path: path(file) });
            }
        }
        let outline = analysis.outline(self.from());
        let is_it = |other: &&Definition| {
            other.parent.is_none() && other.name == self.name() && other.implemented.is_none()
        };
        let is_block = |it: &Definition| it.kind == backstory_syntax::DefinitionKind::Impl;
        let all = outline.definitions.iter().filter(is_it).filter(|it| !is_block(it));
        if all.count() != 1 {
            return Err(NotMoved::Several);
        }
        Ok(())
    }

    /// The lines of an item with what belongs to it, without blank lines, where nothing else stands in them.
    fn lines(&self, item: Span, full: Span) -> Result<Span, NotMoved> {
        let parsed = self.analysis.parsed(self.from());
        let standing = parsed.standing(item).ok_or(NotMoved::Placed)?;
        if standing.is_conditional || standing.is_in_macro {
            return Err(NotMoved::Placed);
        }
        let whole = Span {
            start: full.start.min(standing.statement.start),
            end: full.end.max(standing.statement.end),
        };
        let text = self.analysis.text(self.from());
        lines::own(text, whole, self.analysis.language(self.from())).ok_or(NotMoved::Lines)
    }

    /// How code and settings name it by its old module.
    fn paths(&self) -> Vec<String> {
        let module = module_path(self.analysis, self.from());
        let name = self.name();
        match self.analysis.language(self.from()) {
            Language::Python => vec![format!("{module}.{name}"), format!("{module}:{name}")],
            Language::Rust => vec![format!("{module}::{name}")],
        }
    }

    /// 1-based.
    fn line(&self, file: FileId, offset: u32) -> u32 {
        super::line(self.analysis.text(file), offset)
    }

    fn used(&self, file: FileId, offset: u32) -> NotMoved {
        NotMoved::Used { path: self.analysis.path(file).to_owned(), line: self.line(file, offset) }
    }
}

/// What was rewritten, in words.
fn counts(edits: &[(FileId, Edit)], moving: &Moving<'_>) -> Option<String> {
    let mut files: Vec<FileId> = edits.iter().map(|&(file, _)| file).collect();
    files.retain(|&file| file != moving.from() && file != moving.to);
    files.sort_unstable();
    files.dedup();
    (!files.is_empty())
        .then(|| format!("Places that use it are rewritten in {}.", counted(files.len(), "other file")))
}

/// Takes deletions back as far as they are about blank lines around what is inserted, and divides those that go on behind it.
fn make_room(text: &str, edits: &mut Vec<Edit>) {
    let inserted: Vec<u32> =
        edits.iter().filter(|it| it.span.start == it.span.end).map(|it| it.span.start).collect();
    for at in inserted {
        let inside = |it: &Edit| it.text.is_empty() && it.span.start < at && at < it.span.end;
        let Some(place) = edits.iter().position(inside) else { continue };
        let whole = edits[place].span;
        let (before, behind) = (Span { end: at, ..whole }, Span { start: at, ..whole });
        if lines::is_blank(behind.of(text)) {
            edits[place].span = before;
        } else if lines::is_blank(before.of(text)) {
            edits[place].span = behind;
        } else {
            edits[place].span = before;
            edits.push(Edit::deletes(behind, edits[place].mark));
        }
    }
    edits.sort_by_key(|it| (it.span.start, it.span.end));
}

/// Two edits of one place can't both be right.
fn check_apart(files: &[FileEdits], moving: &Moving<'_>) -> Result<(), NotMoved> {
    for file in files {
        let touching = file.edits.windows(2).find(|pair| pair[0].span.end > pair[1].span.start);
        if let Some(pair) = touching {
            let id = moving.analysis.file(&file.path).unwrap_or(moving.from());
            return Err(moving.used(id, pair[1].span.start));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
