//! Who stands behind a commit: names through the repository's mailmap, and which of them are programs. Never does: read commits.

use std::fs;

use gix::actor::SignatureRef;
use gix::bstr::ByteSlice;
use gix::mailmap::Snapshot;
use serde::{Deserialize, Serialize};

/// Programs that merge, update and format under a name of their own, in lower case. Those whose name or address ends in `[bot]`
/// (all GitHub apps) need no entry.
const BOTS: [&str; 21] = [
    "bors",
    "bors-servo",
    "dependabot",
    "dependabot-preview",
    "github actions",
    "github-actions",
    "greenkeeper",
    "homu",
    "k8s-ci-robot",
    "mend renovate",
    "mergify",
    "pre-commit-ci",
    "pyup-bot",
    "pyup.io bot",
    "renovate",
    "renovate bot",
    "renovate-bot",
    "rust-bors",
    "rust-timer",
    "rustbot",
    "snyk-bot",
];

/// Someone as the mailmap of their repository names them; as a commit does where it says nothing of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Person {
    pub name: String,
    pub email: String,
    /// Whether it is a program: its name or address ends in `[bot]`, or it is a well-known one.
    pub bot: bool,
}

impl Person {
    /// Whether both mean the same human being: one name, or one address in any case.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.name == other.name || self.email.eq_ignore_ascii_case(&other.email)
    }
}

/// Reads the mailmap as it is now: `.mailmap` of the work tree (of `HEAD` in a bare repository), then `mailmap.blob` and
/// `mailmap.file` of the configuration. What is missing or malformed is left out, as git does.
pub(crate) fn read_mailmap(git: &gix::Repository) -> Snapshot {
    let mut mailmap = git.open_mailmap();
    // The library takes a relative path to start at the working directory of the process; for git it starts at the root.
    if let Some(root) = git.workdir()
        && let Ok(Some(path)) = git.config_snapshot().trusted_path("mailmap.file")
        && path.is_relative()
        && let Ok(text) = fs::read(root.join(path))
    {
        mailmap.merge(gix::mailmap::parse_ignore_errors(&text));
    }
    mailmap
}

/// The person behind a name and an address as a commit has them.
pub(crate) fn person(mailmap: &Snapshot, name: &str, email: &str) -> Person {
    // The time is beside the point: a signature merely has one.
    let written = SignatureRef { name: name.into(), email: email.into(), time: "" };
    let mapped = mailmap.try_resolve_ref(written);
    let mapped_name = mapped.as_ref().and_then(|mapped| mapped.name);
    let mapped_email = mapped.as_ref().and_then(|mapped| mapped.email);
    let name = mapped_name.map_or_else(|| name.to_owned(), |name| name.to_str_lossy().into_owned());
    let email = mapped_email.map_or_else(|| email.to_owned(), |email| email.to_str_lossy().into_owned());
    let bot = is_bot(&name, &email);
    Person { name, email, bot }
}

/// Whether a name alone shows that it is a program's, as [`Person::bot`] says.
pub fn is_bot_name(name: &str) -> bool {
    is_bot(name, "")
}

fn is_bot(name: &str, email: &str) -> bool {
    let local_part = email.split_once('@').map_or(email, |(local_part, _)| local_part);
    let name = name.to_ascii_lowercase();
    name.ends_with("[bot]") || local_part.ends_with("[bot]") || BOTS.contains(&name.as_str())
}
