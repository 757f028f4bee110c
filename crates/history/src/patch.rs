//! A symbol's own text before and after a change, and the unified diff between the two. Never does: decide what a change is, or
//! look at the files around the symbol.

use std::io;
use std::ops::Range;

use backstory_syntax::{Language, LocalKey};
use gix::diff::blob::unified_diff::{ConsumeHunk, ContextSize, DiffLineKind, HunkHeader};
use gix::diff::blob::{Algorithm, InternedInput, UnifiedDiff, diff_with_slider_heuristics};

use crate::change::{Change, ChangeKind, Place};
use crate::error::{Error, Stop};
use crate::kinds::count_lines;
use crate::lineage::{HistoryQuery, start_node};
use crate::objects::{Node, Objects};
use crate::repository::Repository;
use crate::table::{TableCache, same_name};

/// A symbol's text, cut out of one version of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The file's path relative to the repository's root, with `/`.
    pub path: String,
    /// The 1-based line of the file on which the text starts.
    pub line: u32,
    /// With the white space in front of its first line, so that all lines are indented alike; without a line break at the end.
    pub text: String,
}

impl Cut {
    /// Cuts a byte range out of a file's text.
    ///
    /// # Panics
    /// Where the range is none of the text, or ends within a character.
    pub fn of(path: &str, file: &str, range: Range<usize>) -> Self {
        let before = &file[..range.start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let is_indented = before[line_start..].chars().all(char::is_whitespace);
        let start = if is_indented { line_start } else { range.start };
        let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        let text = &file[start..range.end];
        let text = text.strip_suffix('\n').unwrap_or(text);
        Self { path: path.to_owned(), line, text: text.to_owned() }
    }
}

/// A symbol's text on both sides of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    /// In the commit's parent that had the symbol, at the place that it had there; `None` where it is new or back again.
    pub old: Option<Cut>,
    /// In the commit itself; `None` where it was deleted.
    pub new: Option<Cut>,
}

/// The texts of the symbol that a change is about, read from the commit and its parents.
///
/// Several symbols of a file can share a name (under different `cfg`s): then those are taken whose difference is as large as the
/// change says.
///
/// # Errors
/// [`Error::UnknownCommit`] where the change is of another repository, [`Error::Read`] where an object is missing or damaged.
pub fn texts(repository: &Repository, change: &Change) -> Result<Texts, Error> {
    let what = || format!("{} at {}", change.path, change.commit.id);
    let mut reader = Reader::new(repository)?;
    reader.texts(change).map_err(|stop| stop.into_error(what))
}

/// The text of a symbol at a commit; `None` where it isn't there.
///
/// # Errors
/// [`Error::UnknownCommit`], and [`Error::Read`] where an object is missing or damaged.
pub fn text_at(repository: &Repository, query: &HistoryQuery) -> Result<Option<Cut>, Error> {
    let mut reader = Reader::new(repository)?;
    let found = start_node(&mut reader.objects, &query.at)
        .and_then(|node| reader.symbols(&node, &query.path, |key| *key == query.key));
    let found = found.map_err(|stop| stop.into_error(|| format!("{} at {}", query.path, query.at)))?;
    Ok(found.into_iter().next())
}

struct Reader<'a> {
    objects: Objects,
    tables: &'a TableCache,
}

impl<'a> Reader<'a> {
    fn new(repository: &'a Repository) -> Result<Self, Error> {
        Ok(Self { objects: Objects::new(repository)?, tables: repository.tables() })
    }

    fn texts(&mut self, change: &Change) -> Result<Texts, Stop> {
        let node = start_node(&mut self.objects, &change.commit.id)?;
        let here = Place { path: change.path.clone(), key: change.key.clone() };
        let is = |kinds: &[ChangeKind]| kinds.iter().any(|kind| change.kinds.contains(kind));
        let (mut olds, mut news) = (Vec::new(), Vec::new());
        if !is(&[ChangeKind::Deleted]) {
            news = self.namesakes(&node, &here)?;
        }
        if !is(&[ChangeKind::Introduced, ChangeKind::Reintroduced]) {
            let before = change.from.as_ref().unwrap_or(&here);
            for &parent in node.parents.iter() {
                let parent = self.objects.node(parent)?;
                olds.extend(self.namesakes(&parent, before)?);
            }
        }
        Ok(pair(olds, news, (change.lines_added, change.lines_removed)))
    }

    /// All symbols of a name, the one at its very place first. Where unchanged text was followed without a parse, the ordinal
    /// in a change's key can be that of a later version.
    fn namesakes(&mut self, node: &Node, place: &Place) -> Result<Vec<Cut>, Stop> {
        let mut found = self.symbols(node, &place.path, |key| *key == place.key)?;
        let others = |key: &LocalKey| same_name(key, &place.key) && *key != place.key;
        found.extend(self.symbols(node, &place.path, others)?);
        Ok(found)
    }

    /// The symbols of a file in a commit whose keys are wanted, in source order.
    fn symbols(
        &mut self,
        node: &Node,
        path: &str,
        is_wanted: impl Fn(&LocalKey) -> bool,
    ) -> Result<Vec<Cut>, Stop> {
        let Some(language) = Language::of_path(path) else { return Ok(Vec::new()) };
        let Some(blob) = self.objects.blob_at(node.tree, path)? else { return Ok(Vec::new()) };
        let file = self.objects.file(blob)?;
        let table = self.tables.get(&file, language);
        let wanted = table.symbols.iter().filter(|symbol| is_wanted(&symbol.key));
        let spans = wanted.map(|symbol| symbol.spans.full);
        Ok(spans.map(|span| Cut::of(path, &file.text, span.start as usize..span.end as usize)).collect())
    }
}

/// Of all that share the symbol's name, the first two that differ by so many added and removed lines; otherwise the first ones.
fn pair(olds: Vec<Cut>, news: Vec<Cut>, lines: (u32, u32)) -> Texts {
    let some = |cuts: Vec<Cut>| -> Vec<Option<Cut>> {
        if cuts.is_empty() { vec![None] } else { cuts.into_iter().map(Some).collect() }
    };
    let (olds, news) = (some(olds), some(news));
    // The indentation in front belongs to the cut, not to the symbol.
    let text = |cut: &Option<Cut>| cut.as_ref().map_or(String::new(), |cut| cut.text.trim_start().to_owned());
    let fits = |old: &Option<Cut>, new: &Option<Cut>| count_lines(&text(old), &text(new)) == lines;
    let mut pairs = news.iter().flat_map(|new| olds.iter().map(move |old| (old, new)));
    let (old, new) = pairs.find(|(old, new)| fits(old, new)).unwrap_or((&olds[0], &news[0]));
    Texts { old: old.clone(), new: new.clone() }
}

/// The change as a unified diff with three lines of context, in the files' line numbers; empty where the texts are equal.
pub fn unified(texts: &Texts) -> String {
    // Without a line break the last line would differ from the same line with others after it.
    let text = |cut: &Option<Cut>| match cut {
        Some(cut) if !cut.text.is_empty() => format!("{}\n", cut.text),
        _ => String::new(),
    };
    let (old, new) = (text(&texts.old), text(&texts.new));
    let input = InternedInput::new(&*old, &*new);
    let diff = diff_with_slider_heuristics(Algorithm::Histogram, &input);
    let start = |cut: &Option<Cut>| cut.as_ref().map_or(1, |cut| cut.line);
    let hunks = Hunks { text: String::new(), old: start(&texts.old), new: start(&texts.new) };
    let hunks = UnifiedDiff::new(&diff, &input, hunks, ContextSize::symmetrical(3)).consume();
    let hunks = hunks.expect("only the printer of hunks can fail, and ours doesn't");
    if hunks.is_empty() {
        return hunks;
    }
    let name = |side: char, cut: &Option<Cut>| match cut {
        Some(cut) => format!("{side}/{}", cut.path),
        None => "/dev/null".to_owned(),
    };
    format!("--- {}\n+++ {}\n{hunks}", name('a', &texts.old), name('b', &texts.new))
}

/// The unified diff of a whole file with three lines of context, as git writes it and takes it: bytes, for a file need be in no encoding. Each
/// side is a path and the content; without an old one the file is new. Empty where nothing differs.
pub fn file_diff(old: Option<(&str, &[u8])>, new: (&str, &[u8])) -> Vec<u8> {
    let (path, after) = new;
    let (from, before) = old.unwrap_or((path, b""));
    let is_moved = from != path;
    if old.is_some() && !is_moved && before == after {
        return Vec::new();
    }
    let mut text = format!("diff --git a/{from} b/{path}\n").into_bytes();
    if old.is_none() {
        text.extend(b"new file mode 100644\n");
    }
    if is_moved {
        text.extend(format!("rename from {from}\nrename to {path}\n").bytes());
    }
    let input = InternedInput::new(before, after);
    let diff = diff_with_slider_heuristics(Algorithm::Histogram, &input);
    let hunks = UnifiedDiff::new(&diff, &input, ByteHunks(Vec::new()), ContextSize::symmetrical(3)).consume();
    let hunks = hunks.expect("only the printer of hunks can fail, and ours doesn't");
    if !hunks.is_empty() {
        let before = if old.is_none() { "/dev/null".to_owned() } else { format!("a/{from}") };
        text.extend(format!("--- {before}\n+++ b/{path}\n").bytes());
        text.extend(hunks);
    }
    text
}

/// Writes hunks of whole files as git does.
struct ByteHunks(Vec<u8>);

impl ConsumeHunk for ByteHunks {
    type Out = Vec<u8>;

    fn consume_hunk(&mut self, header: HunkHeader, lines: &[(DiffLineKind, &[u8])]) -> io::Result<()> {
        let range = |start: u32, len: u32| format!("{},{len}", start - u32::from(len == 0));
        let old = range(header.before_hunk_start, header.before_hunk_len);
        let new = range(header.after_hunk_start, header.after_hunk_len);
        self.0.extend(format!("@@ -{old} +{new} @@\n").bytes());
        for (kind, line) in lines {
            self.0.push(kind.to_prefix() as u8);
            self.0.extend_from_slice(line);
            if !line.ends_with(b"\n") {
                self.0.extend(b"\n\\ No newline at end of file\n");
            }
        }
        Ok(())
    }

    fn finish(self) -> Vec<u8> {
        self.0
    }
}

/// Writes hunks as git does.
struct Hunks {
    text: String,
    /// The 1-based line of the old file on which its text starts.
    old: u32,
    new: u32,
}

impl ConsumeHunk for Hunks {
    type Out = String;

    fn consume_hunk(&mut self, header: HunkHeader, lines: &[(DiffLineKind, &[u8])]) -> io::Result<()> {
        let range = |first: u32, start: u32, len: u32| {
            // An empty range is named by the line before it.
            let start = first + start - 1 - u32::from(len == 0);
            format!("{start},{len}")
        };
        let old = range(self.old, header.before_hunk_start, header.before_hunk_len);
        let new = range(self.new, header.after_hunk_start, header.after_hunk_len);
        self.text.push_str(&format!("@@ -{old} +{new} @@\n"));
        for (kind, line) in lines {
            self.text.push(kind.to_prefix());
            self.text.push_str(&String::from_utf8_lossy(line));
        }
        Ok(())
    }

    fn finish(self) -> String {
        self.text
    }
}
