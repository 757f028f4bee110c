//! A text that is not committed beside the same file of a commit: which symbol there each of its symbols is, and how the two
//! differ. Never does: read the disk, or keep anything of a text beyond its comparison.
//!
//! A symbol is found as `lineage` finds it between two commits: by name, by its text, by similarity. Code under edit can be too
//! broken or too short for that; then lines that a line diff pairs say where it stood.

use std::cell::OnceCell;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use backstory_store::Store;
use backstory_syntax::{Language, LocalKey, Parsed};
use gix::ObjectId;
use gix::diff::blob::{Algorithm, Diff, InternedInput, Token};

use crate::change::{ChangeKind, Place};
use crate::frontier::Standing;
use crate::kinds::{FileRelation, classify, count_lines};
use crate::objects::File;
use crate::origin::in_older_file;
use crate::similarity::{is_alike, is_related};
use crate::table::{Symbol, Table, TableCache, same_name};
use crate::version::Version;

/// Two symbols are one when the diff leaves this part of their lines as it is, from 0 to 1.
const SHARED_LINES: f64 = 0.5;

/// The text of a file as an editor or the disk has it.
#[derive(Clone, Debug)]
pub struct Working {
    pub text: Arc<str>,
    /// The tree of exactly this text, where there is one already; it saves parsing and changes nothing.
    pub parsed: Option<Parsed>,
}

/// A symbol of a commit that a text goes on with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counterpart {
    /// Where it stands in the commit.
    pub place: Place,
    /// How the text differs from it, sorted; empty where it doesn't.
    pub kinds: Vec<ChangeKind>,
    /// Lines that a diff of the symbol's own text adds.
    pub lines_added: u32,
    pub lines_removed: u32,
}

impl Counterpart {
    /// Whether the text differs in more than documentation, style or formatting.
    pub fn is_edited(&self) -> bool {
        !self.kinds.iter().all(|kind| kind.is_minor())
    }
}

/// One file of a commit, ready to be compared with texts. For one thread.
pub struct Committed {
    path: String,
    language: Language,
    as_is: Side,
    /// With the line ends that a checkout may give it.
    with_crlf: OnceCell<Side>,
}

/// One of the two files of a comparison.
#[derive(Clone)]
struct Side {
    file: Rc<File>,
    table: Arc<Table>,
}

impl Committed {
    pub(crate) fn new(path: &str, language: Language, file: Rc<File>, table: Arc<Table>) -> Self {
        Self { path: path.to_owned(), language, as_is: Side { file, table }, with_crlf: OnceCell::new() }
    }

    /// The names of its symbols in source order, the file's own last.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &LocalKey> {
        self.as_is.table.symbols.iter().map(|symbol| &*symbol.key)
    }

    /// Compares a text with the file.
    pub fn compare(&self, working: &Working) -> Comparison {
        let old = self.side(&working.text);
        let new = (*old.file.text != *working.text).then(|| self.side_of(working, old.file.id));
        let tables = TableCache::new(Store::disabled());
        for side in [Some(&old), new.as_ref()].into_iter().flatten() {
            tables.put(side.file.id, self.language, &side.table);
        }
        let Self { path, language, .. } = self;
        Comparison { path: path.clone(), language: *language, old, new, tables, lines: OnceCell::new() }
    }

    /// The file as it would be checked out beside this text: git may convert line ends.
    fn side(&self, text: &str) -> Side {
        if !text.contains("\r\n") || self.as_is.file.text.contains('\r') {
            return self.as_is.clone();
        }
        let convert = || {
            let text = self.as_is.file.text.replace('\n', "\r\n");
            let table = Arc::new(Table::of(&text, self.language));
            Side { file: Rc::new(File::new(self.as_is.file.id, text)), table }
        };
        self.with_crlf.get_or_init(convert).clone()
    }

    fn side_of(&self, working: &Working, beside: ObjectId) -> Side {
        let Working { text, parsed } = working;
        let table = match parsed {
            Some(parsed) => Table::of_parsed(text, parsed),
            None => Table::of(text, self.language),
        };
        // No blob has this id, and no table of it gets out of the comparison.
        let file = File::new(ObjectId::null(beside.kind()), text.as_ref().to_owned());
        Side { file: Rc::new(file), table: Arc::new(table) }
    }
}

/// A text and the file of a commit that it goes on with. For one thread.
pub struct Comparison {
    path: String,
    language: Language,
    old: Side,
    /// `None` where the text is the file's.
    new: Option<Side>,
    tables: TableCache,
    lines: OnceCell<PairedLines>,
}

impl Comparison {
    /// The symbol of the commit that a symbol of the text goes on with; `None` where it is new. One that the text does not have is
    /// looked for by its name.
    pub fn counterpart(&self, key: &LocalKey) -> Option<Counterpart> {
        let Some((new, index_here)) = self.new.as_ref().and_then(|new| Some((new, new.table.find(key)?)))
        else {
            self.old.table.find(key)?;
            let place = Place { path: self.path.clone(), key: key.clone() };
            return Some(Counterpart { place, kinds: Vec::new(), lines_added: 0, lines_removed: 0 });
        };
        let standing = Standing::new(Rc::clone(&new.file), Rc::new(self.version(new, index_here)));
        let version = &*standing.version;
        let found = in_older_file(&self.tables, &standing, Rc::clone(&self.old.file), &self.path);
        let index = found.as_ref().and_then(|found| self.index_of(&found.version));
        let old = self.version(&self.old, index.or_else(|| self.by_lines(new, index_here, version))?);
        // Where its text was found without a parse, what contains it is the same: broken code can only make it look otherwise.
        let is_unchanged = found.is_some_and(|found| Rc::ptr_eq(&found.version, &standing.version))
            && old.text == version.text;
        let kinds = if is_unchanged { Vec::new() } else { classify(&old, version, FileRelation::Same) };
        let (lines_added, lines_removed) = count_lines(&old.text, &version.text);
        Some(Counterpart { place: old.place(), kinds, lines_added, lines_removed })
    }

    fn version(&self, side: &Side, index: usize) -> Version {
        Version::of(&self.path, self.language, &side.file.text, &side.table, index)
    }

    /// A version's index in the commit. Where its text was found without a parse, its key is that of the newer text, which may be
    /// too broken for its ordinal and containers to mean anything.
    fn index_of(&self, version: &Version) -> Option<usize> {
        let symbols = &self.old.table.symbols;
        let is_named = |symbol: &Symbol| same_name(&symbol.key, &version.key);
        let has_text = |symbol: &Symbol| symbol.fingerprint.text == version.fingerprint.text;
        let is_like = |symbol: &Symbol| {
            symbol.key.name == version.key.name && is_related(symbol.key.kind, version.key.kind)
        };
        let find = |is_it: &dyn Fn(&Symbol) -> bool| symbols.iter().position(is_it);
        find(&|symbol| is_named(symbol) && has_text(symbol))
            .or_else(|| find(&|symbol| is_like(symbol) && has_text(symbol)))
            .or_else(|| find(&is_named))
    }

    /// The symbol that stood where this one stands, of those whose names the text lacks or has fewer times.
    fn by_lines(&self, new: &Side, index: usize, version: &Version) -> Option<usize> {
        let lines = self.lines.get_or_init(|| PairedLines::of(&self.old.file.text, &new.file.text));
        let span = new.table.symbols[index].spans.item;
        let here = lines.new.range(span.start..span.end);
        let named = |table: &Table, key: &LocalKey| {
            table.symbols.iter().filter(|symbol| same_name(&symbol.key, key)).count()
        };
        let is_lost = |symbol: &Symbol| named(&new.table, &symbol.key) < named(&self.old.table, &symbol.key);
        let symbols = self.old.table.symbols.iter().enumerate();
        let related = symbols.filter(|(_, symbol)| is_related(symbol.key.kind, version.key.kind));
        let accepted = related.filter_map(|(index, symbol)| {
            let span = symbol.spans.item;
            let shares = lines.shares(&here, &lines.old.range(span.start..span.end));
            let old = || self.version(&self.old, index);
            let is_it =
                shares.same >= SHARED_LINES || (shares.paired >= SHARED_LINES && is_alike(version, &old()));
            (is_it && is_lost(symbol)).then_some((index, shares.same + shares.paired))
        });
        accepted.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(index, _)| index)
    }
}

/// The lines of two texts, each of the newer one with the older one that it was.
struct PairedLines {
    old: LineStarts,
    new: LineStarts,
    /// By the newer text's lines.
    pairs: Vec<Pair>,
    /// By the older text's lines, whether they say anything.
    old_telling: Vec<bool>,
}

/// What a line was in the older text.
#[derive(Clone, Copy)]
struct Pair {
    /// The 0-based line there.
    line: Option<u32>,
    is_same: bool,
    /// Whether it says anything: blank lines and lone brackets are alike everywhere.
    is_telling: bool,
}

/// Which part of two symbols' lines belongs together, from 0 to 1.
struct Shares {
    /// As they were.
    same: f64,
    /// Those, and changed ones that stand where the other stood.
    paired: f64,
}

impl PairedLines {
    /// Lines that a diff leaves alone are pairs; so are the first, second.. of as many that it replaces by as many.
    fn of(old: &str, new: &str) -> Self {
        let input = InternedInput::new(old, new);
        let diff = Diff::compute(Algorithm::Histogram, &input);
        let tells = |line: &Token| input.interner[*line].chars().any(char::is_alphanumeric);
        let old_telling = input.before.iter().map(tells).collect();
        let pair = |line| Pair { line: None, is_same: false, is_telling: tells(line) };
        let mut pairs: Vec<Pair> = input.after.iter().map(pair).collect();
        let (mut old_line, mut new_line) = (0, 0);
        let end = (input.before.len() as u32, input.after.len() as u32);
        let hunks = diff.hunks().map(|hunk| (hunk.before, hunk.after));
        for (before, after) in hunks.chain([(end.0..end.0, end.1..end.1)]) {
            for line in new_line..after.start {
                let pair = &mut pairs[line as usize];
                (pair.line, pair.is_same) = (Some(old_line + line - new_line), true);
            }
            if before.len() == after.len() {
                for (old, new) in before.clone().zip(after.clone()) {
                    pairs[new as usize].line = Some(old);
                }
            }
            (old_line, new_line) = (before.end, after.end);
        }
        Self { old: LineStarts::of(old), new: LineStarts::of(new), pairs, old_telling }
    }

    fn shares(&self, new: &Range<u32>, old: &Range<u32>) -> Shares {
        let telling = self.pairs.get(indices(new)).unwrap_or_default().iter().filter(|pair| pair.is_telling);
        let old_telling = self.old_telling.get(indices(old)).unwrap_or_default();
        let old_telling = old_telling.iter().filter(|is_telling| **is_telling).count();
        let all = telling.clone().count().max(old_telling).max(1) as f64;
        let inside = telling.filter(|pair| pair.line.is_some_and(|line| old.contains(&line)));
        let same = inside.clone().filter(|pair| pair.is_same).count() as f64 / all;
        Shares { same, paired: inside.count() as f64 / all }
    }
}

fn indices(lines: &Range<u32>) -> Range<usize> {
    lines.start as usize..lines.end as usize
}

/// Byte offsets at which lines start.
struct LineStarts(Vec<u32>);

impl LineStarts {
    fn of(text: &str) -> Self {
        let ends = text.bytes().zip(1..).filter(|(byte, _)| *byte == b'\n').map(|(_, next)| next);
        Self(std::iter::once(0).chain(ends).collect())
    }

    /// The 0-based lines that a range of bytes touches.
    fn range(&self, bytes: Range<u32>) -> Range<u32> {
        let line = |offset: u32| self.0.partition_point(|&start| start <= offset) as u32 - 1;
        line(bytes.start)..line(bytes.end.saturating_sub(1).max(bytes.start)) + 1
    }
}
