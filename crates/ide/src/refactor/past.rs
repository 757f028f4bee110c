//! What history says for a refactoring, a sentence each, with the commits that bear it out. Never does: read history.

use backstory_history::LastUse;
use serde::Serialize;

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

fn qualified(key: &backstory_syntax::LocalKey) -> String {
    key.container.iter().chain([&key.name]).map(String::as_str).collect::<Vec<_>>().join(".")
}
