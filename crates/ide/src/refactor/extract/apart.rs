//! Parts of long functions that came and change apart from the rest, by the commits behind their lines. Never does: read history, or offer a
//! part that can't be extracted.

use std::collections::BTreeSet;
use std::ops::Range;

use backstory_history::{Commit, Strands};
use backstory_syntax::flow::{Chosen, Event, Piece, Statements, Wanted};
use backstory_syntax::{LineIndex, Parsed, Span};

use super::python;

/// A function of fewer lines needs no other.
pub const FUNCTION_LINES: u32 = 50;
/// A part of fewer lines with code is no function.
const PART_LINES: usize = 10;
/// Of so much of a function a part would be the function.
const MOST: f64 = 0.6;
/// So many commits came and changed a part.
const COMMITS: usize = 3;
/// So many commits changed the rest, or there is nothing that the part is apart from.
const OTHERS: usize = 3;
/// What decides nothing is a list of things to do, of which any stretch is as good as another: one of these begins a statement of a part.
const DECIDES: [&str; 7] = ["if ", "for ", "while ", "try:", "with ", "match ", "async "];
/// A part that takes or gives more is too entangled to be read alone.
const PARAMETERS: usize = 4;
const RESULTS: usize = 1;

/// A part with a history of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Apart {
    /// Whole statements.
    pub span: Span,
    /// 0-based lines of the text.
    pub lines: Range<u32>,
    /// The commits that came and changed it, the newest first; none of them changed another line of the function.
    pub commits: Vec<Commit>,
    /// How many commits changed the rest.
    pub others: usize,
}

/// The part of a function that came and changed apart from the rest in most commits, if there is one. `name` is the byte offset of the
/// function's name, `strands` are of its text as it stands.
pub fn apart(tree: &Parsed, text: &str, name: u32, strands: &Strands) -> Option<Apart> {
    let index = LineIndex::new(text);
    let first = strands.line - 1;
    let all = strands.lines.len();
    if !strands.complete || (all as u32) < FUNCTION_LINES {
        return None;
    }
    let lines_of = |span: Span| index.line(span.start)..index.line(span.end.max(span.start + 1) - 1) + 1;
    let mut found: Vec<Apart> = Vec::new();
    for block in tree.statements_of(text, name) {
        for from in 0..block.len() {
            for to in from..block.len() {
                let span = Span { start: block[from].start, end: block[to].end };
                let lines = lines_of(span);
                let Some(part) =
                    within(&lines, first, all).filter(|_| is_substantial(text, &block[from..=to]))
                else {
                    continue;
                };
                if part.len() as f64 > MOST * all as f64 {
                    break;
                }
                if let Some((own, others)) = own(strands, text, &index, first, &part) {
                    let commits = own.iter().map(|&at| strands.commits[at as usize].clone()).collect();
                    found.push(Apart { span, lines, commits, others });
                }
            }
        }
    }
    found.sort_by_key(|it| std::cmp::Reverse((it.commits.len(), it.lines.len())));
    found.into_iter().find(|it| is_simple(tree, text, it.span))
}

/// Lines of a file as lines of a symbol's text.
fn within(lines: &Range<u32>, first: u32, all: usize) -> Option<Range<usize>> {
    let start = lines.start.checked_sub(first)? as usize;
    let end = lines.end.checked_sub(first)? as usize;
    (end <= all && end - start >= PART_LINES).then_some(start..end)
}

/// Whether statements have enough lines of code, and one of them decides something.
fn is_substantial(text: &str, statements: &[Span]) -> bool {
    let code = |statement: &Span| {
        let lines = statement.of(text).lines().map(str::trim);
        lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect::<Vec<_>>()
    };
    let each: Vec<Vec<&str>> = statements.iter().map(code).collect();
    let decides = |lines: &Vec<&str>| {
        lines.first().is_some_and(|line| DECIDES.iter().any(|word| line.starts_with(word)))
    };
    each.iter().map(Vec::len).sum::<usize>() >= PART_LINES && each.iter().any(decides)
}

/// The commits of a part, where none of them changed another line, and how many others there are.
fn own(
    strands: &Strands,
    text: &str,
    index: &LineIndex,
    first: u32,
    part: &Range<usize>,
) -> Option<(BTreeSet<u32>, usize)> {
    let is_blank = |at: usize| {
        let start = index.start_of(first + at as u32).unwrap_or(0) as usize;
        text[start..].lines().next().is_none_or(|line| line.trim().is_empty())
    };
    let commits = |is_in: bool| -> BTreeSet<u32> {
        let lines = (0..strands.lines.len()).filter(|at| part.contains(at) == is_in && !is_blank(*at));
        lines.flat_map(|at| strands.lines[at].iter().copied()).collect()
    };
    let own = commits(true);
    if own.len() < COMMITS {
        return None;
    }
    let others = commits(false);
    (own.is_disjoint(&others) && others.len() >= OTHERS).then_some((own, others.len()))
}

/// Whether it can be extracted, does one thing, and has few names going in and out.
fn is_simple(tree: &Parsed, text: &str, span: Span) -> bool {
    let Ok(piece) = tree.piece(text, span, Wanted::Statements) else { return false };
    let parts = python::parts(&piece, text);
    parts.is_ok_and(|(given, taken)| given <= PARAMETERS && taken <= RESULTS) && does_one_thing(&piece)
}

/// Whether all statements have to do with each other by names that one of them gives a value. What only stands in a row is no function.
fn does_one_thing(piece: &Piece) -> bool {
    let Chosen::Statements(Statements { each, .. }) = &piece.chosen else { return false };
    let (mut written, mut used) = (Vec::new(), Vec::new());
    for step in &piece.flow.steps {
        let Some(at) = each.iter().position(|it| it.contains(step.span)) else { continue };
        match step.event {
            Event::Write(variable, _) => {
                written.push((variable, at));
                used.push((variable, at));
            }
            Event::Read(variable) | Event::Capture { variable, .. } => used.push((variable, at)),
            _ => {}
        }
    }
    let meets = |one: usize, other: usize| {
        written.iter().any(|&(variable, at)| at == one && used.contains(&(variable, other)))
    };
    let mut together = vec![0];
    let next = |together: &[usize]| {
        let is_near = |at: &usize| together.iter().any(|&it| meets(it, *at) || meets(*at, it));
        (0..each.len()).find(|at| !together.contains(at) && is_near(at))
    };
    while let Some(more) = next(&together) {
        together.push(more);
    }
    together.len() == each.len()
}
