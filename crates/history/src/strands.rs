//! Which commits changed which lines of a symbol, by the lines that it has now: the history of each line, not only its newest commit as blame
//! has it. Never does: judge whether lines belong together.
//!
//! The changes of a lineage are gone through from the newest to the oldest, each as a line diff of the symbol's own text. A line of an older
//! version stands for the present line that it became: where a stretch was rewritten, for the one with half of its words in common, in
//! order. What nothing is left of stands for nothing; the commit that took it away changed its neighbours.

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
    /// For each line of the version, the present line that it stands for.
    stands: Vec<Option<u32>>,
    touched: Vec<Vec<u32>>,
    commits: Vec<Commit>,
}

impl Walk {
    fn new(cut: &Cut) -> Self {
        let count = cut.text.lines().count() as u32;
        Self {
            text: cut.text.clone(),
            stands: (0..count).map(Some).collect(),
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
        let old = old.unwrap_or_default();
        let (before, after): (Vec<&str>, Vec<&str>) = (old.lines().collect(), self.text.lines().collect());
        let mut stands: Vec<Option<u32>> = Vec::with_capacity(before.len());
        let mut touched: Vec<u32> = Vec::new();
        let mut new = 0;
        for (gone, come) in line_pairs(old, &self.text) {
            let (gone, come) = (as_range(gone), as_range(come));
            stands.extend(&self.stands[new..come.start]);
            new = come.end;
            let around = come.start.saturating_sub(1)..(come.end + 1).min(self.stands.len());
            let meant = if come.is_empty() { around } else { come.clone() };
            touched.extend(self.stands[meant].iter().flatten());
            let kept = rewritten(&before[gone], &after[come.clone()]);
            stands.extend(kept.into_iter().map(|at| self.stands[come.start + at?]));
        }
        stands.extend(&self.stands[new..]);
        if let Some(commit) = commit {
            let index = self.commits.len() as u32;
            self.commits.push(commit.clone());
            for line in touched {
                let of_line = &mut self.touched[line as usize];
                if of_line.last() != Some(&index) {
                    of_line.push(index);
                }
            }
        }
        self.stands = stands;
        self.text = old.to_owned();
    }
}

fn as_range(lines: Range<u32>) -> Range<usize> {
    lines.start as usize..lines.end as usize
}

/// Stretches with more pairs of lines than this are taken for written anew.
const PAIRS: usize = 20_000;

/// For each line of a stretch that was rewritten the line that it became: as many as can be paired in order.
fn rewritten(old: &[&str], new: &[&str]) -> Vec<Option<usize>> {
    let mut became = vec![None; old.len()];
    if old.len() * new.len() > PAIRS {
        return became;
    }
    let words = |lines: &[&str]| -> Vec<Vec<String>> { lines.iter().map(|line| words(line)).collect() };
    let (old_words, new_words) = (words(old), words(new));
    // By how many pairs can follow from two places on.
    let width = new.len() + 1;
    let mut most = vec![0_u32; (old.len() + 1) * width];
    let alike = |at: usize, to: usize| is_alike(&old_words[at], &new_words[to]);
    for at in (0..old.len()).rev() {
        for to in (0..new.len()).rev() {
            let skipping = most[(at + 1) * width + to].max(most[at * width + to + 1]);
            let pairing = if alike(at, to) { most[(at + 1) * width + to + 1] + 1 } else { 0 };
            most[at * width + to] = skipping.max(pairing);
        }
    }
    let (mut at, mut to) = (0, 0);
    while at < old.len() && to < new.len() {
        let here = most[at * width + to];
        if alike(at, to) && here == most[(at + 1) * width + to + 1] + 1 {
            became[at] = Some(to);
            (at, to) = (at + 1, to + 1);
        } else if most[(at + 1) * width + to] >= most[at * width + to + 1] {
            at += 1;
        } else {
            to += 1;
        }
    }
    became
}

/// The words and signs of a line, sorted.
fn words(line: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut is_open = false;
    for c in line.chars() {
        let is_word = c.is_alphanumeric() || c == '_';
        match found.last_mut() {
            Some(last) if is_word && is_open => last.push(c),
            _ if !c.is_whitespace() => found.push(c.to_string()),
            _ => {}
        }
        is_open = is_word;
    }
    found.sort_unstable();
    found
}

/// Whether two lines have half of their words in common.
fn is_alike(a: &[String], b: &[String]) -> bool {
    let (mut left, mut right, mut common) = (0, 0, 0);
    while left < a.len() && right < b.len() {
        match a[left].cmp(&b[right]) {
            std::cmp::Ordering::Less => left += 1,
            std::cmp::Ordering::Greater => right += 1,
            std::cmp::Ordering::Equal => (left, right, common) = (left + 1, right + 1, common + 1),
        }
    }
    common > 0 && 4 * common >= a.len() + b.len()
}
