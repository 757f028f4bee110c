//! What the address of an issue, pull or merge request says: whose it is, and what it is. Never does: open it.

use backstory_ide::discussion::DiscussionKind;

/// The part of an address in front of the number, and what it stands for: GitHub's and Gitea's, then GitLab's.
const KINDS: [(&str, DiscussionKind); 5] = [
    ("issues", DiscussionKind::Issue),
    ("pull", DiscussionKind::ChangeRequest),
    ("pulls", DiscussionKind::ChangeRequest),
    ("work_items", DiscussionKind::Issue),
    ("merge_requests", DiscussionKind::ChangeRequest),
];

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// `owner/name`, or `group/subgroup/name`.
    pub repository: String,
    pub kind: DiscussionKind,
    /// Whether it is one for programs, which people can't read.
    pub is_api: bool,
}

/// Reads the address of a discussion, on whatever host; `None` where it is one of something else.
pub(super) fn of_discussion(address: &str) -> Option<Address> {
    let (parts, is_api) = path(address)?;
    let (number, before) = parts.split_last()?;
    super::number(number)?;
    let at = before.iter().rposition(|part| KINDS.iter().any(|(name, _)| part == name))?;
    let (_, kind) = KINDS.iter().find(|(name, _)| *name == before[at])?;
    // GitLab puts `incident` between an issue's kind and its number.
    if !matches!(before[at + 1..], [] | ["incident"]) {
        return None;
    }
    Some(Address { repository: named(&before[..at])?, kind: *kind, is_api })
}

/// The repository that an address is the one of.
pub(super) fn of_repository(address: &str) -> Option<String> {
    named(&path(address)?.0)
}

/// The parts of an address's path without those that every address of an API begins with; whether it had these.
fn path(address: &str) -> Option<(Vec<&str>, bool)> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    let (host, path) = rest.split(['#', '?']).next()?.split_once('/')?;
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let bare = match parts.as_slice() {
        ["api", _, "repos", rest @ ..] => rest,
        ["repos", rest @ ..] if host.starts_with("api.") => rest,
        _ => return Some((parts, false)),
    };
    Some((bare.to_vec(), true))
}

/// The name of a repository from the path to it. GitLab ends that with a dash.
fn named(parts: &[&str]) -> Option<String> {
    let parts = parts.strip_suffix(&["-"]).unwrap_or(parts);
    Some(parts.join("/")).filter(|name| is_repository_name(name))
}

/// Whether a text can name a repository in a reference: `owner/name` or longer, of what forges allow in names.
pub fn is_repository_name(name: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '+'))
    };
    name.contains('/') && name.split('/').all(is_part)
}
