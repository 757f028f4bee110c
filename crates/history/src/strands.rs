//! Which commits changed which lines of a symbol, by the lines that it has now: the history of each line, not only its newest commit as blame
//! has it. Never does: judge whether lines belong together.
//!
//! The changes of a lineage are gone through from the newest to the oldest, each as a line diff of the symbol's own text. A line of an older
//! version stands for the present lines that took its place; a line that went without another in its place stands for its neighbours.

use std::ops::Range;

use crate::blame::line_pairs;
use crate::change::{ChangeKind, Lineage};
use crate::commit::Commit;
use crate::error::Error;
use crate::lineage::HistoryQuery;
use crate::patch::{Cut, Texts, text_at, texts};
use crate::repository::Repository;

/// The lines of a symbol with the commits that changed them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strands {
    /// The 1-based line of the file on which the symbol's text starts.
    pub line: u32,
    /// For each line of that text, indices of [`Strands::commits`] in ascending order, the newest first. The commit in which the line came is the
    /// last.
    pub lines: Vec<Vec<u32>>,
    /// Newest first. Those that only laid the text out anew are left out.
    pub commits: Vec<Commit>,
    /// Whether the symbol was followed to the commit in which it came.
    pub complete: bool,
}

/// The commits behind each line of a symbol, by its lineage as of the queried commit. `None` where the symbol isn't there.
///
/// # Errors
/// [`Error::UnknownCommit`], and [`Error::Read`] where an object is missing or damaged.
pub fn strands(
    repository: &Repository,
    query: &HistoryQuery,
    lineage: &Lineage,
) -> Result<Option<Strands>, Error> {
    let Some(cut) = text_at(repository, query)? else { return Ok(None) };
    let mut walk = Walk::new(&cut);
    for change in &lineage.changes {
        let is_moved_only = change.lines_added == 0 && change.lines_removed == 0;
        if is_moved_only || change.kinds.contains(&ChangeKind::Deleted) {
            continue;
        }
        let Texts { old, new } = texts(repository, change)?;
        let Some(new) = new else { continue };
        walk.arrive(&new.text);
        let counts = !change.hidden();
        walk.pass(old.as_ref().map(|cut| cut.text.as_str()), counts.then_some(&change.commit));
    }
    let Walk { touched, commits, .. } = walk;
    Ok(Some(Strands { line: cut.line, lines: touched, commits, complete: lineage.complete }))
}

/// A version of the text on the way back.
struct Walk {
    text: String,
    /// For each line of the version, the present lines that it stands for.
    stands: Vec<Range<u32>>,
    touched: Vec<Vec<u32>>,
    commits: Vec<Commit>,
}

impl Walk {
    fn new(cut: &Cut) -> Self {
        let count = cut.text.lines().count() as u32;
        Self {
            text: cut.text.clone(),
            stands: (0..count).map(|line| line..line + 1).collect(),
            touched: vec![Vec::new(); count as usize],
            commits: Vec::new(),
        }
    }

    /// Takes a text for the version at hand, which a merge may have made another one, and says nothing of what differs.
    fn arrive(&mut self, text: &str) {
        if self.text != text {
            self.pass(Some(text), None);
        }
    }

    /// Goes from the version at hand to the one before, `None` where there is none, on account of a commit.
    fn pass(&mut self, old: Option<&str>, commit: Option<&Commit>) {
        let lines: Vec<&str> = old.unwrap_or_default().lines().collect();
        let hunks = line_pairs(old.unwrap_or_default(), &self.text);
        let mut before: Vec<Range<u32>> = Vec::with_capacity(lines.len());
        let mut meant: Vec<Range<u32>> = Vec::new();
        let mut new = 0;
        for (gone, come) in hunks {
            before.extend(self.stands[new..come.start as usize].iter().cloned());
            new = come.end as usize;
            let here = self.here(come);
            before.extend(gone.map(|_| here.clone()));
            meant.push(here);
        }
        before.extend(self.stands[new..].iter().cloned());
        if let Some(commit) = commit {
            let index = self.commits.len() as u32;
            self.commits.push(commit.clone());
            for line in meant.into_iter().flatten() {
                let touched = &mut self.touched[line as usize];
                if touched.last() != Some(&index) {
                    touched.push(index);
                }
            }
        }
        self.stands = before;
        self.text = old.unwrap_or_default().to_owned();
    }

    /// The present lines that lines of the version stand for; of none the lines around.
    fn here(&self, lines: Range<u32>) -> Range<u32> {
        let of = |at: usize| self.stands.get(at).cloned();
        let (first, last) = if lines.is_empty() {
            let at = lines.start as usize;
            (at.checked_sub(1).and_then(of), of(at))
        } else {
            (of(lines.start as usize), of(lines.end as usize - 1))
        };
        match (first, last) {
            (Some(first), Some(last)) => first.start.min(last.start)..last.end.max(first.end),
            (Some(only), None) | (None, Some(only)) => only,
            (None, None) => 0..self.touched.len() as u32,
        }
    }
}
