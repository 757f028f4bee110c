//! A piece of a file that is extracted: which it is, and which commits its lines come from. Never does: judge it.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use backstory_analysis::Analysis;
use backstory_history::blame::{BlameQuery, Manner, blame, kept_lines};
use backstory_history::{Commit, Repository};
use backstory_ide::locate::{self, NotLocated, Target};
use backstory_ide::refactor::{self, Origins, Reason, Refused};
use backstory_syntax::Span;

use crate::Error;
use crate::patience::in_time;
use crate::workspace::decode;

/// The file and the bytes from a target on up to an end.
pub(super) fn span(
    analysis: &Analysis,
    target: &Target,
    (last, column): (u32, Option<u32>),
) -> Result<(String, Span), Error> {
    let Target::Place { path, line: Some(first), column: from } = target else {
        return Err(Refused::Gone.into());
    };
    let file = analysis.file(path).ok_or_else(|| NotLocated::NoFile { path: path.clone() })?;
    let text = analysis.text(file);
    let start = locate::offset(analysis, file, *first, from.unwrap_or(1))?;
    let end = match column {
        Some(column) => locate::offset(analysis, file, last, column)?,
        None => {
            let start = locate::offset(analysis, file, last, 1)?;
            let rest = &text[start as usize..];
            start + rest.find('\n').unwrap_or(rest.len()) as u32
        }
    };
    Ok((path.clone(), Span { start, end: end.max(start) }))
}

/// Where the lines of a piece come from, as far as that is known in time.
pub(super) fn told(
    repository: &Repository,
    at: &str,
    origins: &Origins,
    until: Instant,
    interrupted: &AtomicBool,
) -> Result<Option<Reason>, Error> {
    let Some(committed) = repository.file_at(at, &origins.path)?.as_deref().and_then(decode) else {
        return Ok(None);
    };
    let kept = kept_lines(&committed, &origins.text);
    let of = |lines: Range<u32>| -> BTreeSet<u32> {
        lines.filter_map(|line| Some(kept.get(line as usize).copied()?? + 1)).collect()
    };
    let piece = of(origins.piece.clone());
    let function = origins.function.as_ref().map(|(_, lines)| of(lines.clone())).unwrap_or_default();
    let lines: Vec<u32> = piece.union(&function).copied().collect();
    if piece.is_empty() {
        return Ok(None);
    }
    let query = BlameQuery { path: origins.path.clone(), at: at.to_owned(), lines, manner: Manner::Words };
    let found = in_time(until, interrupted, |stop| blame(repository, &query, stop))?;
    let Some(found) = found.filter(|blame| blame.complete) else { return Ok(None) };
    let by = |is_in: bool| -> BTreeSet<&str> {
        let lines = found.lines.iter().filter(|it| piece.contains(&it.line) == is_in);
        lines.map(|it| it.commit.as_str()).collect()
    };
    let (inside, outside) = (by(true), by(false));
    let mut commits: Vec<Commit> =
        found.commits.iter().filter(|it| inside.contains(it.id.as_str())).cloned().collect();
    commits.sort_by(|a, b| b.time.cmp(&a.time).then_with(|| a.id.cmp(&b.id)));
    let shared = inside.intersection(&outside).count();
    let shared = origins.function.as_ref().map(|(name, _)| (name.as_str(), shared));
    Ok(refactor::came_from(piece.len(), &commits, shared))
}
