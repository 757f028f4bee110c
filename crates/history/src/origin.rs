//! Finding a symbol in the older version of its own file: by name, by its text among symbols of one name, or by similarity
//! among those that the newer version lacks. Never does: look into other files (that is `elsewhere`).

use std::rc::Rc;

use crate::frontier::Standing;
use crate::objects::File;
use crate::similarity::{Sketch, accepted, is_related, score};
use crate::table::{Symbol, Table, TableCache, name, same_name};
use crate::unchanged::is_certainly_unchanged;
use crate::version::Version;

/// The symbol in an older version of its file, which stood at `path`; `None` where it isn't there.
pub(crate) fn in_older_file(
    tables: &TableCache,
    new: &Standing,
    old: Rc<File>,
    path: &str,
) -> Option<Standing> {
    let version = &new.version;
    if path == version.path {
        let same = Standing::new(Rc::clone(&old), Rc::clone(version));
        let (new, old) = ((&*new.file.text, new.sightings()), (&*old.text, same.sightings()));
        if is_certainly_unchanged(version, new, old) {
            return Some(same);
        }
    }
    let old_table = tables.get(&old, version.language);
    let index = by_name(tables, new, &old, &old_table).or_else(|| renamed(tables, new, &old, &old_table))?;
    let found = Version::of(path, version.language, &old.text, &old_table, index);
    Some(Standing::new(old, Rc::new(found)))
}

/// The index of the symbol in a table of its own file. The ordinal in its key may be one of a later version, where unchanged
/// text was followed without a parse.
pub(crate) fn index_in(table: &Table, version: &Version) -> Option<usize> {
    let is_same = |symbol: &Symbol| {
        same_name(&symbol.key, &version.key) && symbol.fingerprint.text == version.fingerprint.text
    };
    table.symbols.iter().position(is_same).or_else(|| table.find(&version.key))
}

fn by_name(tables: &TableCache, new: &Standing, old: &File, old_table: &Table) -> Option<usize> {
    let key = &new.version.key;
    let named = |table: &Table| -> Vec<usize> {
        (0..table.symbols.len()).filter(|&index| same_name(&table.symbols[index].key, key)).collect()
    };
    let olds = named(old_table);
    if olds.is_empty() {
        return None;
    }
    let text = |table: &Table, index: usize| table.symbols[index].fingerprint.text;
    if let Some(&same) = olds.iter().find(|&&index| text(old_table, index) == new.version.fingerprint.text) {
        return Some(same);
    }
    let new_table = tables.get(&new.file, new.version.language);
    let news = named(&new_table);
    // Variants that are still there word for word are spoken for.
    let old_texts: Vec<u64> = olds.iter().map(|&index| text(old_table, index)).collect();
    let new_texts: Vec<u64> = news.iter().map(|&index| text(&new_table, index)).collect();
    let olds: Vec<usize> =
        olds.into_iter().filter(|&index| !new_texts.contains(&text(old_table, index))).collect();
    let news: Vec<usize> =
        news.into_iter().filter(|&index| !old_texts.contains(&text(&new_table, index))).collect();
    let here = index_in(&new_table, &new.version)?;
    let position = news.iter().position(|&index| index == here)?;
    if olds.len() == news.len() {
        return Some(olds[position]);
    }
    let sketched = |file: &File, table: &Table, indices: &[usize]| -> Vec<Version> {
        let version = |&index| Version::of(&new.version.path, new.version.language, &file.text, table, index);
        indices.iter().map(version).collect()
    };
    let (old_versions, new_versions) =
        (sketched(old, old_table, &olds), sketched(&new.file, &new_table, &news));
    let old_index = best_partner(&old_versions, &new_versions, position)?;
    Some(olds[old_index])
}

/// Of the older variants that resemble none of the other newer ones more, the one that resembles this one most.
fn best_partner(olds: &[Version], news: &[Version], position: usize) -> Option<usize> {
    let news: Vec<Sketch<'_>> = news.iter().map(Sketch::of).collect();
    let scores = olds.iter().enumerate().filter_map(|(index, old)| {
        let old = Sketch::of(old);
        let own = score(&news[position], &old);
        news.iter().all(|new| score(new, &old) <= own).then_some((index, own))
    });
    scores.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(index, _)| index)
}

/// Searches among symbols whose names the newer version lacks.
fn renamed(tables: &TableCache, new: &Standing, old: &File, old_table: &Table) -> Option<usize> {
    let version = &new.version;
    let new_table = tables.get(&new.file, version.language);
    let here = index_in(&new_table, version).unwrap_or(0);
    let sketch = Sketch::of(version);
    let remaining = new_table.names();
    let candidates = old_table.symbols.iter().enumerate().filter(|(_, symbol)| {
        is_related(symbol.key.kind, version.key.kind) && !remaining.contains(&name(&symbol.key))
    });
    let scored = candidates.filter_map(|(index, symbol)| {
        let old = Version::of(&version.path, version.language, &old.text, old_table, index);
        let score = accepted(&sketch, &Sketch::of(&old), true)?;
        // Equal scores: the same container, then the nearest position, as when two classes are renamed at once.
        let tie = (symbol.key.container == version.key.container, std::cmp::Reverse(index.abs_diff(here)));
        Some((index, score, tie))
    });
    scored.max_by(|a, b| a.1.total_cmp(&b.1).then(a.2.cmp(&b.2))).map(|(index, ..)| index)
}
