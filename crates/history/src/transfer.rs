//! Code that one commit took from one symbol to another: a new symbol that was cut out of one that goes on, and a symbol that took in
//! one that is gone. Never does: follow a symbol; that it is the same one is for `origin` and `elsewhere` to say.

use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

use backstory_syntax::{Language, LocalKey};
use gix::ObjectId;

use crate::change::Place;
use crate::error::Stop;
use crate::frontier::Standing;
use crate::lineage::Sources;
use crate::objects::{File, Node};
use crate::similarity::is_related;
use crate::table::{Symbol, Table, TableCache, name, same_name};
use crate::telling::{shared_lines, telling_lines};

/// Lines that must have gone over: a single one is alike by chance.
const LEAST: usize = 2;

/// The part of the new symbol's telling lines that must come from the other one, in percent.
const EXTRACTED: usize = 30;

/// The part of the vanished symbol's telling lines that must be in the one that took it in, in percent.
const ABSORBED: usize = 50;

/// Other files of the commit that are looked into.
const FILES: usize = 100;

/// The symbol that a new one was cut out of: it had its lines before the commit, lives on, and has lost them.
pub(crate) fn extracted_from(
    sources: &mut Sources<'_>,
    (parent, blob): (&Node, Option<ObjectId>),
    node: &Node,
    new: &Standing,
    interrupted: &AtomicBool,
) -> Result<Option<Place>, Stop> {
    let lines = telling_lines(&new.version.text);
    let needed = LEAST.max(lines.len() * EXTRACTED / 100);
    if lines.len() < LEAST {
        return Ok(None);
    }
    let Sources { objects, tables, .. } = sources;
    if let Some(blob) = blob {
        let old = objects.file(blob)?;
        let found = source_in(tables, new.version.language, [&old, &new.file], &lines, needed);
        if let Some(key) = found {
            return Ok(Some(Place { path: new.version.path.clone(), key }));
        }
    }
    let changed = objects.changed_files(parent.tree, node.tree)?;
    let is_other =
        |path: &str| path != new.version.path && Language::of_path(path) == Some(new.version.language);
    for file in changed.iter().filter(|file| is_other(&file.path)).take(FILES) {
        if interrupted.load(Ordering::Relaxed) {
            return Err(Stop::Interrupted);
        }
        let Some(id) = file.new else { continue };
        let (old, present) = (objects.file(file.old)?, objects.file(id)?);
        if let Some(key) = source_in(tables, new.version.language, [&old, &present], &lines, needed) {
            return Ok(Some(Place { path: file.path.clone(), key }));
        }
    }
    Ok(None)
}

/// The symbol of a file that lost at least so many of the lines, the smallest of those that lost most.
fn source_in(
    tables: &TableCache,
    language: Language,
    [old, new]: [&Rc<File>; 2],
    lines: &[u64],
    needed: usize,
) -> Option<LocalKey> {
    if shared_lines(lines, old.telling()) < needed {
        return None;
    }
    let (old_table, new_table) = (tables.get(old, language), tables.get(new, language));
    let lost = |symbol: &Symbol| {
        let before = common(lines, &telling_lines(symbol.spans.full.of(&old.text)));
        let after = telling_lines(twin(&new_table, symbol)?.spans.full.of(&new.text));
        Some(before.len() - shared_lines(&before, &after))
    };
    let candidates = old_table.symbols.iter().filter(|symbol| *symbol.key != LocalKey::file());
    let scored = candidates.filter_map(|symbol| Some((symbol, lost(symbol).filter(|&lost| lost >= needed)?)));
    let best = scored.max_by_key(|(symbol, lost)| {
        let full = symbol.spans.full;
        (*lost, std::cmp::Reverse(full.end - full.start))
    });
    best.map(|(symbol, _)| LocalKey::clone(&symbol.key))
}

/// The symbol in the newer table that goes on from an older one.
fn twin<'a>(table: &'a Table, symbol: &Symbol) -> Option<&'a Symbol> {
    let found = table.find(&symbol.key).map(|index| &table.symbols[index]);
    found.or_else(|| table.symbols.iter().find(|other| same_name(&other.key, &symbol.key)))
}

/// The symbol that an edited one took in: it stood in the same file, is gone, and most of its lines are in the edited one, which has
/// gained some of them, or shares its name.
pub(crate) fn absorbed(tables: &TableCache, old: &Standing, new: &Standing) -> Option<Place> {
    let (before, after) = (telling_lines(&old.version.text), telling_lines(&new.version.text));
    let language = new.version.language;
    // Most edits bring lines that the file never had.
    if shared_lines(&after, old.file.telling()) < LEAST {
        return None;
    }
    let (old_table, new_table) = (tables.get(&old.file, language), tables.get(&new.file, language));
    let taken_in = |symbol: &&Symbol| {
        let lines = telling_lines(symbol.spans.full.of(&old.file.text));
        let present = common(&lines, &after);
        let gained = present.len() - shared_lines(&present, &before);
        present.len() >= LEAST
            && present.len() * 100 >= lines.len() * ABSORBED
            && (gained >= LEAST || symbol.key.name == new.version.key.name)
    };
    let remaining = new_table.names();
    let may_be_gone = |symbol: &&Symbol| {
        is_related(symbol.key.kind, new.version.key.kind)
            && !same_name(&symbol.key, &old.version.key)
            && !remaining.contains(&name(&symbol.key))
    };
    let found = old_table.symbols.iter().filter(may_be_gone).find(taken_in)?;
    Some(Place { path: old.version.path.clone(), key: LocalKey::clone(&found.key) })
}

/// Lines that are in both lists, which are sorted.
fn common(a: &[u64], b: &[u64]) -> Vec<u64> {
    a.iter().copied().filter(|line| b.binary_search(line).is_ok()).collect()
}
