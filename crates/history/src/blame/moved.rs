//! Lines that stood elsewhere before a commit: in the file's former path, or in a symbol that the commit moved. Never does: take
//! a copy for a move.

use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

use backstory_syntax::{Language, LocalKey};
use gix::diff::blob::Hunk;

use super::formatting::reformatted;
use super::lines::{Pair, compare};
use super::text::Text;
use super::walk::{Claim, Older, Version};
use crate::change::Limit;
use crate::commit::short_id;
use crate::elsewhere::{self, Search};
use crate::error::Stop;
use crate::frontier::Standing;
use crate::objects::{ChangedFile, File, Node, Objects};
use crate::origin::{in_older_file, index_in};
use crate::table::TableCache;
use crate::telling::{shared_lines, telling_lines};

/// Files of one commit that are read at most.
const READ_LIMIT: usize = 400;

/// So many telling lines that stood elsewhere are worth a search for the symbols that they are in.
const WORTH_A_SEARCH: usize = 3;

/// The deleted file of a parent that a new file goes on from: the same content, otherwise the one that shares most of their telling
/// lines, at least half of those of the longer one.
pub(super) fn renamed_from(
    objects: &mut Objects,
    node: &Node,
    parent: &Node,
    path: &str,
    new: &File,
) -> Result<Option<(String, Rc<File>)>, Stop> {
    let changed = objects.changed_files(parent.tree, node.tree)?;
    let mut deleted: Vec<&ChangedFile> = changed.iter().filter(|file| file.new.is_none()).collect();
    deleted.sort_by_key(|file| (file.old != new.id, !elsewhere::is_namesake(&file.path, path)));
    if let Some(twin) = deleted.first().filter(|file| file.old == new.id) {
        return Ok(Some((twin.path.clone(), objects.file(twin.old)?)));
    }
    let mut best = (0, None);
    for deleted in deleted.into_iter().take(READ_LIMIT) {
        let old = objects.file(deleted.old)?;
        let shared = shared_lines(new.telling(), old.telling());
        if shared > best.0 && shared * 2 >= new.telling().len().max(old.telling().len()) {
            best = (shared, Some((deleted.path.clone(), old)));
        }
    }
    Ok(best.1)
}

/// Lines of one symbol that stood elsewhere.
pub(super) struct Moved {
    /// Of the parent's file that had them.
    pub path: String,
    pub file: Rc<File>,
    pub pairs: Vec<Pair>,
}

/// The search for symbols that a commit moved, as seen from one of its parents.
pub(super) struct Moves<'a> {
    pub objects: &'a mut Objects,
    pub tables: &'a TableCache,
    pub interrupted: &'a AtomicBool,
    pub node: &'a Node,
    pub older: &'a Older,
    pub new: &'a Text,
    /// Of the new file.
    pub path: &'a str,
    pub limits: Vec<Limit>,
}

impl Moves<'_> {
    /// The older places of open lines, symbol by symbol, outer ones first. What is searched for depends on whole stretches, so a line
    /// has the same answer whichever others are open.
    pub(super) fn find(&mut self, open: &[Claim]) -> Result<Vec<Moved>, Stop> {
        let Some(language) = self.new.language else { return Ok(Vec::new()) };
        let mut open: BTreeSet<u32> = open.iter().map(|claim| claim.line).collect();
        let changed = self.objects.changed_files(self.older.node.tree, self.node.tree)?;
        let stretches = self.worth_a_search(&changed, language)?;
        open.retain(|line| stretches.iter().any(|stretch| stretch.contains(line)));
        if open.is_empty() {
            return Ok(Vec::new());
        }
        let table = self.tables.get(&self.new.file, language);
        let mut found = Vec::new();
        for (index, symbol) in table.symbols.iter().enumerate() {
            let name = self.new.line_at(symbol.spans.name.start);
            let is_new = stretches.iter().any(|stretch| stretch.contains(&name));
            let lines = self.new.lines_of(symbol.spans.full);
            if *symbol.key == LocalKey::file() || !is_new || open.range(lines.clone()).next().is_none() {
                continue;
            }
            let version =
                crate::version::Version::of(self.path, language, &self.new.file.text, &table, index);
            let standing = Standing::new(Rc::clone(&self.new.file), Rc::new(version));
            let Some(old) = self.older_standing(&standing, &changed)? else { continue };
            let mut moved = self.pair(&old, lines);
            moved.pairs.retain(|(_, new)| open.contains(new));
            open.retain(|&line| !moved.pairs.iter().any(|&(_, new)| new == line));
            found.push(moved);
        }
        Ok(found)
    }

    /// The stretches of new lines (all of them where the parent has no file) that the commit took away elsewhere, in part at least.
    fn worth_a_search(
        &mut self,
        changed: &[ChangedFile],
        language: Language,
    ) -> Result<Vec<Range<u32>>, Stop> {
        let whole = [Hunk { before: 0..0, after: 0..self.new.len() }];
        let version = self.older.version.as_ref();
        let hunks = version.map_or(&whole[..], |version| &version.compared.hunks);
        let mut added: Vec<(usize, Vec<u64>)> = Vec::new();
        for (index, hunk) in hunks.iter().enumerate() {
            let lines = telling_lines(self.new.stretch(hunk.after.clone()));
            if !lines.is_empty() {
                added.push((index, lines));
            }
        }
        if added.is_empty() {
            return Ok(Vec::new());
        }
        // What a stretch replaced has not come from elsewhere.
        let own = version.map(|version| hunks.iter().map(|hunk| removed_here(version, hunk)).collect());
        let own: Vec<Vec<u64>> = own.unwrap_or_default();
        let others = self.removed_elsewhere(changed, language)?;
        let is_worth = |(index, lines): &(usize, Vec<u64>)| {
            let here = own.iter().enumerate().filter(|(other, _)| other != index).map(|(_, removed)| removed);
            here.chain(&others)
                .map(|removed| shared_lines(lines, removed))
                .any(|shared| shared >= WORTH_A_SEARCH || (shared > 0 && shared * 10 >= lines.len() * 3))
        };
        Ok(added.into_iter().filter(is_worth).map(|(index, _)| hunks[index].after.clone()).collect())
    }

    /// The telling lines that the commit took out of other files, file by file.
    fn removed_elsewhere(
        &mut self,
        changed: &[ChangedFile],
        language: Language,
    ) -> Result<Vec<Vec<u64>>, Stop> {
        let is_other = |file: &&ChangedFile| {
            file.path != self.older.path && Language::of_path(&file.path) == Some(language)
        };
        let mut removed = Vec::new();
        for file in changed.iter().filter(is_other).take(READ_LIMIT) {
            if self.interrupted.load(Ordering::Relaxed) {
                return Err(Stop::Interrupted);
            }
            let mut lines = self.objects.file(file.old)?.telling().to_vec();
            if let Some(new) = file.new {
                let new = self.objects.file(new)?;
                lines.retain(|line| new.telling().binary_search(line).is_err());
            }
            removed.push(lines);
        }
        Ok(removed)
    }

    /// The symbol before the commit: in the same file, otherwise in another one.
    fn older_standing(&mut self, new: &Standing, changed: &[ChangedFile]) -> Result<Option<Standing>, Stop> {
        if let Some(version) = &self.older.version {
            let file = Rc::clone(&version.text.file);
            if let Some(old) = in_older_file(self.tables, new, file, &self.older.path) {
                return Ok(Some(old));
            }
        }
        let here = self.older.version.as_ref().map(|version| version.text.file.id);
        let (objects, tables) = (&mut *self.objects, self.tables);
        let mut search = Search { objects, tables, interrupted: self.interrupted, new, here };
        let outcome = elsewhere::search(&mut search, changed)?;
        if let Some(capped) = outcome.capped {
            let commit = short_id(&self.objects.git, self.node.id);
            let count = |files: usize| u32::try_from(files).unwrap_or(u32::MAX);
            let (searched, changed) = (count(capped.searched), count(capped.changed));
            self.limits.push(Limit::TooManyCandidates { commit, searched, changed });
        }
        Ok(outcome.found.map(|(old, _)| old))
    }

    /// Pairs the lines of a symbol with those that it had. Lines of the same file that are still where they were are not moved.
    fn pair(&self, old: &Standing, lines: Range<u32>) -> Moved {
        let Standing { file, version, .. } = old;
        let text = Text::of(Rc::clone(file), &version.path);
        let table = self.tables.get(file, version.language);
        let full = index_in(&table, version).map(|index| table.symbols[index].spans.full);
        let old_lines = full.map_or(0..0, |full| text.lines_of(full));
        let compared = compare(&text.lines(old_lines.clone()), &self.new.lines(lines.clone()));
        let shift = |(old, new): Pair| (old + old_lines.start, new + lines.start);
        let mut pairs: Vec<Pair> = compared.pairs().map(shift).collect();
        for hunk in &compared.hunks {
            let before = hunk.before.start + old_lines.start..hunk.before.end + old_lines.start;
            let after = hunk.after.start + lines.start..hunk.after.end + lines.start;
            pairs.extend(reformatted(&text, self.new, &Hunk { before, after }));
        }
        if let Some(same) = self.older.version.as_ref().filter(|same| same.text.file.id == file.id) {
            let is_removed = |line: u32| same.compared.hunks.iter().any(|hunk| hunk.before.contains(&line));
            pairs.retain(|&(old, _)| is_removed(old));
        }
        Moved { path: version.path.clone(), file: Rc::clone(file), pairs }
    }
}

/// The telling lines that a stretch of the parent's file had.
fn removed_here(version: &Version, hunk: &Hunk) -> Vec<u64> {
    telling_lines(version.text.stretch(hunk.before.clone()))
}
