//! `backstory blame`: the lines of a file beside the commits that last changed what they say, or all of it as one JSON object. Never
//! does: find any of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use backstory_session::history::blame::Why;
use backstory_session::{AttributedLine, Attribution, BlameAsked, NamedCommit, attribute};
use textwrap::core::display_width;

use crate::args::BlameArgs;
use crate::cache;
use crate::output::{self, BOLD, DIM, Failure, HASH, Output};
use crate::progress::Progress;

/// Columns that a name takes at most.
const AUTHOR: usize = 16;

const UNCOMMITTED: &str = "not committed yet";

pub fn run(args: &BlameArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let asked = BlameAsked { target: &args.target, revision: args.rev.as_deref(), git: args.git };
    let progress = Progress::new("reading history");
    // Ctrl-C ends the process at once.
    let attribution = attribute(&asked, &cache::open(), &AtomicBool::new(false));
    drop(progress);
    let attribution = attribution?;
    match args.json {
        true => output::json(output, &attribution)?,
        false => print(&attribution, output)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn print(attribution: &Attribution, output: &mut Output) -> io::Result<()> {
    let margin = Margin::of(attribution);
    let mut before = None;
    for line in &attribution.lines {
        let (commit, git) = (line.commit.as_deref(), margin.other(line));
        // A run of lines of one commit says so once.
        let is_first = before != Some((commit, git));
        before = Some((commit, git));
        let head = if is_first { margin.head(commit, git) } else { " ".repeat(margin.width()) };
        let text = format!("{head}  {DIM}{:>2$}{DIM:#}  {}", line.line, line.text, margin.digits);
        output.line(text.trim_end())?;
    }
    if let Some(summary) = summary(&attribution.lines) {
        output.line(format!("{DIM}{summary}{DIM:#}"))?;
    }
    for limit in &attribution.limits {
        output.prose("", &format!("{BOLD}Note{BOLD:#}: {limit}"))?;
    }
    Ok(())
}

/// What stands in front of the lines.
struct Margin<'a> {
    commits: HashMap<&'a str, &'a NamedCommit>,
    hash: usize,
    author: usize,
    /// Of the largest line number.
    digits: usize,
    has_git: bool,
}

impl<'a> Margin<'a> {
    fn of(attribution: &'a Attribution) -> Self {
        let Attribution { commits, lines, .. } = attribution;
        let authors = commits.iter().map(|commit| display_width(&commit.author).min(AUTHOR));
        Self {
            hash: commits.iter().map(|commit| commit.short.len()).max().unwrap_or(7),
            author: authors.max().unwrap_or(0),
            digits: lines.last().map_or(1, |line| line.line.to_string().len()),
            has_git: lines.iter().any(|line| line.git.is_some()),
            commits: commits.iter().map(|commit| (commit.commit.as_str(), commit)).collect(),
        }
    }

    /// The commit that git names, if it names another one.
    fn other(&self, line: &'a AttributedLine) -> Option<&'a str> {
        let git = line.git.as_ref()?.commit.as_deref();
        git.filter(|_| git != line.commit.as_deref())
    }

    /// Columns of [`Margin::head`].
    fn width(&self) -> usize {
        let git = if self.has_git { self.hash + 6 } else { 0 };
        (self.hash + 14 + self.author).max(UNCOMMITTED.len()) + git
    }

    fn head(&self, commit: Option<&str>, git: Option<&str>) -> String {
        let named = |id: &str| self.commits.get(id).copied();
        let (plain, styled) = match commit.and_then(named) {
            None => (UNCOMMITTED.len(), format!("{DIM}{UNCOMMITTED}{DIM:#}")),
            Some(NamedCommit { short, date, author, .. }) => {
                let (author, width) = (output::cut(author, AUTHOR), self.hash);
                let plain = self.hash + 14 + display_width(&author);
                (plain, format!("{HASH}{short:<width$}{HASH:#}  {date}  {author}"))
            }
        };
        let other = git.and_then(named).map(|git| (format!("  git {}", git.short), git.short.len() + 6));
        let (other, len) = other.unwrap_or_default();
        let room = if self.has_git { self.hash + 6 } else { 0 };
        let gap = self.width() - room - plain;
        format!("{styled}{}{DIM}{other}{DIM:#}{}", " ".repeat(gap), " ".repeat(room - len))
    }
}

/// How many commits were passed by, and why.
fn summary(lines: &[AttributedLine]) -> Option<String> {
    let mut passed: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for skipped in lines.iter().flat_map(|line| &line.skipped) {
        passed.entry(name(skipped.why)).or_default().insert(&skipped.commit);
    }
    let commits: BTreeSet<&str> = passed.values().flatten().copied().collect();
    let kinds: Vec<String> = passed.iter().map(|(why, commits)| format!("{} {why}", commits.len())).collect();
    let (count, kinds) = (commits.len(), kinds.join(", "));
    let noun = if count == 1 { "commit" } else { "commits" };
    (count > 0).then(|| format!("{count} {noun} passed by ({kinds}); --json names them"))
}

fn name(why: Why) -> &'static str {
    match why {
        Why::Formatting => "formatting",
        Why::Ignored => "listed as noise",
        Why::Move => "move",
        Why::FileRename => "file rename",
    }
}
