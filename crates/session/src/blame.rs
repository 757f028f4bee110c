//! The lines of one file with the commits that last changed what they say, at what is checked out or at another commit. Never does:
//! judge lines (that is `history`), or decide how they look.

use std::fs;
use std::ops::{Range, RangeInclusive};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use backstory_history::blame::{Blame, BlameQuery, BlamedLine, Manner, Skipped, blame, kept_lines};
use backstory_history::{Commit, Repository, commit};
use backstory_ide::locate::NotLocated;
use backstory_ide::report::Reference;
use backstory_store::Store;
use backstory_syntax::{Language, LineIndex, parse};
use serde::Serialize;

use crate::Error;
use crate::place::Place;
use crate::workspace::{decode, relative};

/// What is asked about a file.
#[derive(Clone, Copy, Debug)]
pub struct BlameAsked<'a> {
    /// `path`, `path:12` or `path:12-20`, with 1-based lines; a range may end behind the last line.
    pub target: &'a str,
    /// The commit whose version of the file is meant; `None` for the file as it is on disk, with HEAD's history.
    pub revision: Option<&'a str>,
    /// Whether to say what git's own blame names as well.
    pub git: bool,
}

/// The answer to `blame`; its JSON is documented in `docs/blame.md`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attribution {
    /// The commit from which history is told.
    pub r#ref: Reference,
    /// Relative to the root of the repository, with `/`.
    pub path: String,
    /// Whether every line was followed to its end.
    pub complete: bool,
    /// What is missing and what to do about it, a sentence each.
    pub limits: Vec<String>,
    /// All commits that lines name, newest first by author date.
    pub commits: Vec<NamedCommit>,
    pub lines: Vec<AttributedLine>,
}

/// One commit, in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NamedCommit {
    /// Full hash.
    pub commit: String,
    /// The hash as short as it is unique.
    #[serde(skip)]
    pub short: String,
    /// `YYYY-MM-DD` in the author's own time zone.
    pub date: String,
    pub author: String,
    pub subject: String,
}

/// One line of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AttributedLine {
    /// 1-based.
    pub line: u32,
    /// Without the line break.
    pub text: String,
    /// The full hash of the commit that last changed what the line says; `None` where that is not committed yet.
    pub commit: Option<String>,
    /// Where the line stands in that commit.
    pub from: Option<Origin>,
    /// The innermost symbol that holds the line, named within the file.
    pub symbol: Option<String>,
    /// Commits that were passed by, newest first.
    pub skipped: Vec<Skipped>,
    /// Present where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub git: Option<GitLine>,
}

/// A line of a file in a commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Origin {
    pub path: String,
    /// 1-based.
    pub line: u32,
}

/// What git's own blame says of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GitLine {
    /// Full hash; `None` where the line is not committed yet.
    pub commit: Option<String>,
}

/// Says of each line of a file, or of some lines, which commit last changed what it says.
///
/// # Errors
/// Where there is no repository, commit or such revision, where the target is no text file with such lines that is committed there, or
/// where the repository can't be read.
pub fn attribute(
    asked: &BlameAsked<'_>,
    store: &Store,
    interrupted: &AtomicBool,
) -> Result<Attribution, Error> {
    let subject = match asked.revision {
        None => on_disk(asked.target, store)?,
        Some(revision) => at_revision(asked.target, revision, store)?,
    };
    let shown = shown(&subject)?;
    // By shown line, its 1-based line in the commit.
    let committed: Vec<Option<u32>> =
        shown.clone().map(|line| subject.kept[line].map(|old| old + 1)).collect();
    let query = BlameQuery {
        path: subject.path.clone(),
        at: subject.reference.commit.clone(),
        lines: committed.iter().flatten().copied().collect(),
        manner: Manner::Words,
    };
    let ask = |query: &BlameQuery| {
        Ok::<_, Error>(blame(&subject.repository, query, interrupted)?.unwrap_or_default())
    };
    let blamed = ask(&query)?;
    let git = asked.git.then(|| ask(&BlameQuery { manner: Manner::Git, ..query })).transpose()?;
    let mut limits: Vec<String> = Vec::new();
    for limit in std::iter::once(&blamed).chain(&git).flat_map(|blame| &blame.limits) {
        let sentence = limit.to_string();
        if !limits.contains(&sentence) {
            limits.push(sentence);
        }
    }
    let commits = named(std::iter::once(&blamed).chain(&git));
    let git = git.map(|git| git.lines.into_iter().map(|line| line.commit).collect());
    let lines = lines(&subject, shown, &committed, &blamed.lines, git);
    let (r#ref, path) = (subject.reference, subject.path);
    Ok(Attribution { r#ref, path, complete: blamed.complete, limits, commits, lines })
}

/// The file that is meant.
struct Subject {
    repository: Repository,
    reference: Reference,
    /// Relative to the repository's root.
    path: String,
    text: Arc<str>,
    /// By line of the text, that line in the commit; both 0-based.
    kept: Vec<Option<u32>>,
    range: Option<RangeInclusive<u32>>,
}

fn on_disk(target: &str, store: &Store) -> Result<Subject, Error> {
    let (file, range) = match split(target).filter(|_| !Path::new(target).exists()) {
        Some((path, range)) => (Path::new(path), Some(range)),
        None => (Path::new(target), None),
    };
    if file.is_dir() {
        return Err(Error::NotAFile(file.to_owned()));
    }
    if !file.is_file() {
        return Err(no_file(target));
    }
    let unreadable = |source| Error::Read { path: file.to_owned(), source };
    let full = file.canonicalize().map_err(unreadable)?;
    let place = Place::around(full.parent().unwrap_or(&full), store)?;
    let repository = place.repository.ok_or(Error::NoRepository)?;
    let head = repository.head()?;
    let reference = Reference { name: head.name, commit: head.commit.ok_or(Error::NoCommits)? };
    let path = relative(&place.root, &full).ok_or_else(|| Error::NoSuchFile(file.to_owned()))?;
    let binary = || Error::Binary(file.to_owned());
    let text = decode(&fs::read(&full).map_err(unreadable)?).ok_or_else(binary)?;
    let uncommitted = || Error::NotCommitted(file.to_owned());
    let old = repository.file_at(&reference.commit, &path)?.ok_or_else(uncommitted)?;
    let kept = kept_lines(&decode(&old).ok_or_else(binary)?, &text);
    Ok(Subject { repository, reference, path, text, kept, range })
}

/// A path that isn't there, or one that is with lines that can't be.
fn no_file(target: &str) -> Error {
    match target.rsplit_once(':').filter(|(path, _)| Path::new(path).is_file()) {
        Some((path, lines)) => Error::NoRange { path: path.into(), lines: lines.to_owned() },
        None => Error::NoSuchFile(split(target).map_or(target, |(path, _)| path).into()),
    }
}

fn at_revision(target: &str, revision: &str, store: &Store) -> Result<Subject, Error> {
    let repository = Repository::discover(Path::new(target))?.ok_or(Error::NoRepository)?;
    let repository = repository.with_store(store.clone());
    let unknown = || backstory_history::Error::UnknownCommit { revision: revision.to_owned() };
    let commit = commit(&repository, revision)?.ok_or_else(unknown)?.id;
    let whole = Some((target, None));
    let readings = whole.into_iter().chain(split(target).map(|(path, range)| (path, Some(range))));
    let mut last = target;
    for (written, range) in readings {
        last = written;
        let path = match repository.workdir() {
            Some(_) => repository.relative(Path::new(written)),
            None => Some(written.to_owned()),
        };
        let Some(path) = path else { continue };
        let Some(content) = repository.file_at(&commit, &path)? else { continue };
        let text = decode(&content).ok_or_else(|| Error::Binary(written.into()))?;
        let kept = (0..).map(Some).take(text.split_inclusive('\n').count()).collect();
        let reference = Reference { name: Some(revision.to_owned()), commit };
        return Ok(Subject { repository, reference, path, text, kept, range });
    }
    Err(Error::NoSuchFileThen { revision: revision.to_owned(), path: last.into() })
}

/// `path:12` and `path:12-20` in their parts; `None` for anything else, which is all path.
fn split(target: &str) -> Option<(&str, RangeInclusive<u32>)> {
    let (path, lines) = target.rsplit_once(':')?;
    let (first, last) = lines.split_once('-').unwrap_or((lines, lines));
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?;
    let (first, last): (u32, u32) = (number(first)?, number(last)?);
    (first > 0 && first <= last && !path.is_empty()).then_some((path, first..=last))
}

/// The 0-based lines to show.
fn shown(subject: &Subject) -> Result<Range<usize>, Error> {
    let count = subject.kept.len();
    if count == 0 {
        return Err(Error::Empty(subject.path.clone().into()));
    }
    let Some(range) = &subject.range else { return Ok(0..count) };
    let (first, last) = (*range.start() as usize, *range.end() as usize);
    if first > count {
        let lines = u32::try_from(count).unwrap_or(u32::MAX);
        let (path, line) = (subject.path.clone(), *range.start());
        return Err(NotLocated::NoLine { path, line, lines }.into());
    }
    Ok(first - 1..last.min(count))
}

/// Everything that is known of the shown lines, in their order.
fn lines(
    subject: &Subject,
    shown: Range<usize>,
    committed: &[Option<u32>],
    blamed: &[BlamedLine],
    git: Option<Vec<String>>,
) -> Vec<AttributedLine> {
    let symbols = symbols(subject);
    let texts: Vec<&str> = subject.text.split_inclusive('\n').collect();
    let mut blamed = blamed.iter();
    let asks_git = git.is_some();
    let mut git = git.unwrap_or_default().into_iter();
    let line = |(index, committed): (usize, &Option<u32>)| {
        let known = committed.and_then(|_| blamed.next());
        let named = committed.and_then(|_| git.next());
        AttributedLine {
            line: index as u32 + 1,
            text: texts[index].trim_end_matches(['\r', '\n']).to_owned(),
            commit: known.map(|line| line.commit.clone()),
            from: known.map(|line| Origin { path: line.path.clone(), line: line.original_line }),
            symbol: symbols.get(index).cloned().flatten(),
            skipped: known.map(|line| line.skipped.clone()).unwrap_or_default(),
            git: asks_git.then_some(GitLine { commit: named }),
        }
    };
    shown.zip(committed).map(line).collect()
}

/// By line, the innermost symbol that holds it; empty for files in no supported language.
fn symbols(subject: &Subject) -> Vec<Option<String>> {
    let Some(language) = Language::of_path(&subject.path) else { return Vec::new() };
    let facts = parse(&subject.text, language).facts(&subject.text);
    let index = LineIndex::new(&subject.text);
    let mut symbols = vec![None; subject.kept.len()];
    // Outer symbols come first, so that inner ones replace them.
    for id in facts.outline.ids() {
        let span = facts.spans.definitions[id.index()].full;
        let (first, last) =
            (index.line(span.start) as usize, index.line(span.end.max(span.start + 1) - 1) as usize);
        let key = facts.outline.key(id).to_string();
        symbols.iter_mut().take(last + 1).skip(first).for_each(|symbol| *symbol = Some(key.clone()));
    }
    symbols
}

/// All commits that lines name, newest first.
fn named<'a>(blames: impl Iterator<Item = &'a Blame>) -> Vec<NamedCommit> {
    let mut commits: Vec<&Commit> = blames.flat_map(|blame| &blame.commits).collect();
    commits.sort_by(|a, b| b.time.cmp(&a.time).then_with(|| a.id.cmp(&b.id)));
    commits.dedup_by(|a, b| a.id == b.id);
    commits.into_iter().map(NamedCommit::from).collect()
}

impl From<&Commit> for NamedCommit {
    fn from(commit: &Commit) -> Self {
        Self {
            commit: commit.id.clone(),
            short: commit.short().to_owned(),
            date: commit.date(),
            author: commit.author.name.clone(),
            subject: commit.subject.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn targets_are_split_at_ranges_only() {
        assert_eq!(split("a.rs"), None);
        assert_eq!(split("a.rs:3"), Some(("a.rs", 3..=3)));
        assert_eq!(split("a.rs:3-7"), Some(("a.rs", 3..=7)));
        assert_eq!(split("my file: one.rs:3-7"), Some(("my file: one.rs", 3..=7)));
        for odd in
            ["a.rs:", "a.rs:0", "a.rs:0-3", "a.rs:7-3", "a.rs:3-", "a.rs:-3", "a.rs:+3", "a.rs:3-x", ":3"]
        {
            assert_eq!(split(odd), None, "{odd}");
        }
    }
}
