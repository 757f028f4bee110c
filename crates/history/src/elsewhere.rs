//! Finding where a symbol came from when its file has no older version of it: the file's former path, or another file that
//! the same commit took it from. Never does: look at files that the commit left alone, so a copy is no move.

use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

use backstory_syntax::{DefinitionKind, Language, LocalKey, whole_words};
use gix::ObjectId;

use crate::error::Stop;
use crate::frontier::Standing;
use crate::kinds::FileRelation;
use crate::objects::{ChangedFile, File, Objects};
use crate::origin::{in_older_file, index_in};
use crate::similarity::{Sketch, accepted, is_related};
use crate::table::{Symbol, Table, TableCache, name};
use crate::telling::{shared_lines, telling_lines};
use crate::version::Version;

/// Files of one commit that are read at most.
const READ_LIMIT: usize = 400;

/// Files of one commit that are parsed at most.
const PARSE_LIMIT: usize = 40;

/// A deleted file that shares this part of its symbols with a new one is its older version.
pub(crate) const RENAMED_SHARE: f64 = 0.5;

/// Words before the names that they declare, in either language.
const DECLARING: &[&str] = &[
    "class",
    "const",
    "def",
    "enum",
    "fn",
    "macro_rules!",
    "mod",
    "mut",
    "static",
    "struct",
    "trait",
    "type",
    "union",
];

/// From this score on nothing better is searched for.
const CERTAIN: f64 = 0.999;

/// What a search in other files came to.
#[derive(Default)]
pub(crate) struct Outcome {
    pub found: Option<(Standing, FileRelation)>,
    /// Set where not all files could be searched and nothing was found.
    pub capped: Option<Capped>,
}

/// How much of a large commit was searched.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Capped {
    pub searched: usize,
    pub changed: usize,
}

/// What a search needs.
pub(crate) struct Search<'a> {
    pub objects: &'a mut Objects,
    pub tables: &'a TableCache,
    pub interrupted: &'a AtomicBool,
    pub new: &'a Standing,
    /// What the older version of the repository has at the symbol's path.
    pub here: Option<ObjectId>,
}

/// An older symbol that may be the one.
struct Candidate {
    standing: Standing,
    score: f64,
}

/// Searches the files that a commit deleted or modified (in their older versions).
pub(crate) fn search(search: &mut Search<'_>, changed: &[ChangedFile]) -> Result<Outcome, Stop> {
    let version = &search.new.version;
    let is_other = |file: &&ChangedFile| {
        file.path != version.path && Language::of_path(&file.path) == Some(version.language)
    };
    let mut changed: Vec<&ChangedFile> = changed.iter().filter(is_other).collect();
    changed.sort_by_key(|file| (!is_namesake(&file.path, &version.path), file.new.is_some()));
    if search.here.is_none()
        && let Some(standing) = in_renamed_file(search, &changed)?
    {
        return Ok(Outcome { found: Some((standing, FileRelation::Renamed)), capped: None });
    }
    let telling = telling_lines(&version.text);
    let (mut best, mut read, mut parsed): (Option<Candidate>, usize, usize) = (None, 0, 0);
    for file in changed.iter().copied() {
        let is_certain = best.as_ref().is_some_and(|best| best.score >= CERTAIN);
        if read == READ_LIMIT || parsed == PARSE_LIMIT || is_certain {
            break;
        }
        let old = search.read(file)?;
        read += 1;
        if is_plausible(&telling, &version.key, &old) && has_lost(search, file, &old, &telling)? {
            parsed += 1;
            let candidate = best_in_file(search, file, old)?;
            best = best.into_iter().chain(candidate).max_by(|a, b| a.score.total_cmp(&b.score));
        }
    }
    let found = match best {
        Some(best) => Some((best.standing, FileRelation::Other)),
        None => with_container(search, &changed)?.map(|standing| (standing, FileRelation::Other)),
    };
    let is_capped = found.is_none() && read < changed.len();
    let capped = is_capped.then_some(Capped { searched: read, changed: changed.len() });
    Ok(Outcome { found, capped })
}

/// The symbol of the same name in the container from which its own came: members follow it, however short or rewritten.
fn with_container(search: &mut Search<'_>, changed: &[&ChangedFile]) -> Result<Option<Standing>, Stop> {
    let Standing { file, version, .. } = search.new;
    let table = search.tables.get(file, version.language);
    let parent = index_in(&table, version).and_then(|index| table.symbols[index].parent);
    let Some(parent) = parent.map(|parent| parent as usize) else { return Ok(None) };
    if let Some(here) = search.here {
        let here = search.tables.get(&*search.objects.file(here)?, version.language);
        if here.has_named(&table.symbols[parent].key) {
            return Ok(None);
        }
    }
    let container = Version::of(&version.path, version.language, &file.text, &table, parent);
    let container = Standing::new(Rc::clone(file), Rc::new(container));
    let Search { objects, tables, interrupted, here, .. } = search;
    let mut outer = Search { objects, tables, interrupted, new: &container, here: *here };
    let changed: Vec<ChangedFile> = changed.iter().copied().cloned().collect();
    let Some((old, _)) = self::search(&mut outer, &changed)?.found else { return Ok(None) };
    Ok(member(search.tables, &old, version))
}

/// The member of an older container that has the symbol's name.
fn member(tables: &TableCache, container: &Standing, version: &Version) -> Option<Standing> {
    let table = tables.get(&container.file, version.language);
    let parent = index_in(&table, &container.version)?;
    let is_member = |symbol: &Symbol| {
        symbol.parent == Some(parent as u32)
            && symbol.key.name == version.key.name
            && is_related(symbol.key.kind, version.key.kind)
    };
    let index = table.symbols.iter().position(is_member)?;
    let file = Rc::clone(&container.file);
    let version = Version::of(&container.version.path, version.language, &file.text, &table, index);
    Some(Standing::new(file, Rc::new(version)))
}

impl Search<'_> {
    /// The older version of a file.
    fn read(&mut self, file: &ChangedFile) -> Result<Rc<File>, Stop> {
        if self.interrupted.load(Ordering::Relaxed) {
            return Err(Stop::Interrupted);
        }
        self.objects.file(file.old)
    }
}

/// The symbol in the deleted file that the new file continues: the same content, or most of the symbols.
fn in_renamed_file(search: &mut Search<'_>, changed: &[&ChangedFile]) -> Result<Option<Standing>, Stop> {
    let Standing { file: new_file, version, .. } = search.new;
    let deleted = || changed.iter().copied().filter(|file| file.new.is_none());
    if let Some(twin) = deleted().find(|file| file.old == new_file.id) {
        let version = Version { path: twin.path.clone(), ..Version::clone(version) };
        return Ok(Some(Standing::new(Rc::clone(new_file), Rc::new(version))));
    }
    let new_table = search.tables.get(new_file, version.language);
    let mut best: Option<(f64, &str, Rc<File>)> = None;
    for file in deleted().take(READ_LIMIT) {
        let old = search.read(file)?;
        if shared_lines(new_file.telling(), old.telling()) * 10 < old.telling().len() {
            continue;
        }
        let old_table = search.tables.get(&old, version.language);
        let share = shared_symbols(&old_table, &new_table);
        if share >= RENAMED_SHARE && best.as_ref().is_none_or(|(best, ..)| share > *best) {
            best = Some((share, &file.path, old));
        }
    }
    Ok(best.and_then(|(_, path, old)| in_older_file(search.tables, search.new, old, path)))
}

/// The part of both files' symbols that has its like in the other (Dice coefficient), from 0 to 1.
pub(crate) fn shared_symbols(old: &Table, new: &Table) -> f64 {
    // Every table ends with the file itself, which tells nothing.
    let named = |table: &Table| table.symbols.len() - 1;
    let names = new.names();
    let is_shared = |symbol: &&Symbol| *symbol.key != LocalKey::file() && names.contains(&name(&symbol.key));
    let shared = old.symbols.iter().filter(is_shared).count();
    2.0 * shared as f64 / (named(old) + named(new)).max(1) as f64
}

/// The best symbol that the file had and no longer has.
fn best_in_file(
    search: &mut Search<'_>,
    file: &ChangedFile,
    old: Rc<File>,
) -> Result<Option<Candidate>, Stop> {
    let Version { language, key, .. } = &*search.new.version;
    let table = search.tables.get(&old, *language);
    let sketch = Sketch::of(&search.new.version);
    let related =
        (0..table.symbols.len()).filter(|&index| is_related(table.symbols[index].key.kind, key.kind));
    let scored = related.filter_map(|index| {
        let version = Version::of(&file.path, *language, &old.text, &table, index);
        let score = accepted(&sketch, &Sketch::of(&version), false)?;
        Some((version, score))
    });
    let mut scored: Vec<(Version, f64)> = scored.collect();
    if let Some(id) = file.new.filter(|_| !scored.is_empty()) {
        let table = search.tables.get(&*search.objects.file(id)?, *language);
        let remaining = table.names();
        scored.retain(|(version, _)| !remaining.contains(&name(&version.key)));
    }
    // Of equal scores the first.
    let best = scored.into_iter().rev().max_by(|a, b| a.1.total_cmp(&b.1));
    Ok(best.map(|(version, score)| Candidate { standing: Standing::new(old, Rc::new(version)), score }))
}

/// Whether a file that goes on may have lost the symbol to another one: it no longer has some line of it, or no longer declares its
/// name. Saves a parse.
fn has_lost(search: &mut Search<'_>, file: &ChangedFile, old: &File, telling: &[u64]) -> Result<bool, Stop> {
    let Some(id) = file.new else { return Ok(true) };
    let (new, key) = (search.objects.file(id)?, &search.new.version.key);
    let has = |file: &File, line: &u64| file.telling().binary_search(line).is_ok();
    Ok(telling.iter().any(|line| has(old, line) && !has(&new, line))
        || (declares(&old.text, key) && !declares(&new.text, key)))
}

pub(crate) fn is_namesake(a: &str, b: &str) -> bool {
    let name = |path: &str| path.rsplit('/').next().map(str::to_owned);
    name(a) == name(b)
}

/// Whether a file may hold an older version of the symbol: it has some of its lines and its name, or many of its lines. One of
/// few lines is believed to have come from elsewhere only under its own name. Saves a parse.
fn is_plausible(telling: &[u64], key: &LocalKey, file: &File) -> bool {
    if telling.len() < 3 {
        return declares(&file.text, key);
    }
    let shared = shared_lines(telling, file.telling());
    shared * 10 >= telling.len() * 3 || (shared > 0 && file.text.contains(&key.name))
}

/// Whether a line looks as if it declared the name: it begins with it, or has it behind a keyword.
pub(crate) fn declares(text: &str, key: &LocalKey) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    whole_words(text, &key.name).any(|at| {
        let line = text[..at].rsplit('\n').next().unwrap_or_default().trim_start();
        let word = line.trim_end().rsplit(|c: char| !is_name(c) && c != '!').next().unwrap_or_default();
        let begins = line.is_empty() || line.starts_with("pub") || DECLARING.contains(&word);
        begins || key.kind == DefinitionKind::Impl
    })
}
