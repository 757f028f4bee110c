//! What history says for a refactoring, a sentence each, with the commits that bear it out. Never does: read history.

use backstory_history::{Commit, LastUse};
use serde::Serialize;

use super::extract::Apart;
use crate::lens::counted;

/// A sentence and the commits (full hashes) that it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    pub text: String,
    pub commits: Vec<String>,
}

/// Since when nothing uses a symbol.
pub fn unused_since(name: &str, last: &LastUse) -> Reason {
    match last {
        LastUse::Gone { commit, path, user } => {
            let user = user.as_ref().map_or(String::new(), |user| format!("`{}` in ", qualified(user)));
            let (short, date, subject) = (commit.short(), commit.date(), &commit.subject);
            let text = format!(
                "Nothing has used `{name}` since {short} ({date}, \u{201c}{subject}\u{201d}) took its last use away, in {user}{path}."
            );
            Reason { text, commits: vec![commit.id.clone()] }
        }
        LastUse::Never { commit } => {
            let text = format!(
                "Nothing has used `{name}` since it came with {} ({}).",
                commit.short(),
                commit.date()
            );
            Reason { text, commits: vec![commit.id.clone()] }
        }
        LastUse::Unknown { commits } => {
            let commits = counted(*commits, "commit");
            let text = format!("Nothing uses `{name}`, and the newest {commits} took no use of it away.");
            Reason { text, commits: Vec::new() }
        }
    }
}

/// Where the lines of a piece come from: the commits (newest first) that last changed them, and how many of those changed another line of
/// its function last. `None` where no line is committed.
pub fn came_from(lines: usize, commits: &[Commit], shared: Option<(&str, usize)>) -> Option<Reason> {
    let newest = commits.first()?;
    let named: Vec<&str> = commits.iter().take(NAMED).map(Commit::short).collect();
    let more = commits.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let mut text = format!(
        "Its {} come from {}: {}{more}; the newest is of {} (\u{201c}{}\u{201d}).",
        counted(lines, "line"),
        counted(commits.len(), "commit"),
        named.join(", "),
        newest.date(),
        newest.subject
    );
    match shared {
        Some((function, 0)) => {
            text.push_str(&format!(" No other line of `{function}` comes from any of them."));
        }
        Some((function, shared)) => {
            text.push_str(&format!(" {} of them also changed other lines of `{function}`.", shared));
        }
        None => {}
    }
    Some(Reason { text, commits: commits.iter().map(|commit| commit.id.clone()).collect() })
}

/// Why a part of a function is one of its own: the commits that came and changed it.
pub fn came_apart(function: &str, part: &Apart) -> Reason {
    let commits = &part.commits;
    let named: Vec<&str> = commits.iter().take(NAMED).map(Commit::short).collect();
    let more = commits.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let text = format!(
        "These {} came and change apart: {} ({}{more}) changed them and no other line that `{function}` has now; {} changed those.",
        counted(part.lines.len(), "line"),
        counted(commits.len(), "commit"),
        named.join(", "),
        counted(part.others, "commit"),
    );
    Reason { text, commits: commits.iter().map(|commit| commit.id.clone()).collect() }
}

/// So many commits are named in a sentence.
const NAMED: usize = 5;

fn qualified(key: &backstory_syntax::LocalKey) -> String {
    key.container.iter().chain([&key.name]).map(String::as_str).collect::<Vec<_>>().join(".")
}
