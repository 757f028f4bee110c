//! Text of commit messages: its encoding, and the issues, people and commits that it names. Never does: know of git objects;
//! hashes stay as they are written.

use gix::bstr::BStr;
use serde::{Deserialize, Serialize};

/// Words behind which a forge takes an issue to be closed.
const CLOSING: [&str; 9] =
    ["close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves", "resolved"];

/// Words in front of `revert` after which the commit is not undone, or not all of it.
const DOUBT: [&str; 6] = ["partially", "partly", "not", "don't", "doesn't", "git"];

/// Words that may stand between such a word and the first thing that it is about.
const FILLERS: [&str; 12] = [
    "the",
    "commit",
    "commits",
    "changeset",
    "issue",
    "issues",
    "bug",
    "bugs",
    "pr",
    "prs",
    "pull",
    "request",
];

/// Words, beside punctuation, that may stand in front of any of the things.
const JOINTS: [&str; 2] = ["", "and"];

/// How the subject of a merged pull request begins: GitHub's and Bitbucket's own, then those of merging programs.
const MERGES: [&str; 5] =
    ["merge pull request ", "auto merge of ", "rollup merge of ", "merge pr ", "merge "];

/// The line that heads the list of commits where git squashes a branch.
const GIT_SQUASH: &str = "Squashed commit of the following:";

/// What a message says of issues, pull requests and other commits. References are as written; the address of an issue or pull
/// request is given as `owner/repo#123`, whatever the host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links {
    /// What stands behind `Fixes`, `Closes`, `Resolves` and their forms, in order, each once.
    pub closes: Vec<String>,
    /// The pull request with which it was merged: `#12`, or `!12` on GitLab.
    pub pull_request: Option<String>,
    /// Hashes of the commits that it undoes, of at least 7 digits; partial reverts are none.
    pub reverts: Vec<String>,
    /// The pull requests that it undoes.
    pub reverts_pull_requests: Vec<String>,
    /// Hashes of the commits of which it is a copy, of at least 7 digits, the first copied first.
    pub cherry_picked_from: Vec<String>,
    /// Whether the message lists several commits that were made into this one.
    pub squashed: bool,
}

/// Reads what a message says of issues, pull requests and other commits.
pub(crate) fn links(message: &str) -> Links {
    Links {
        closes: closes(message),
        pull_request: pull_request(message),
        reverts: reverts(message),
        reverts_pull_requests: reverts_pull_requests(message),
        cherry_picked_from: cherry_picked_from(message),
        squashed: is_squash(message),
    }
}

/// Decodes text of a commit with the encoding that its header names; UTF-8 without one, or where the name is unknown.
/// Bytes that are not valid in the encoding become replacement characters.
pub(crate) fn decode(bytes: &[u8], encoding: Option<&BStr>) -> String {
    let encoding =
        encoding.and_then(|label| encoding_rs::Encoding::for_label(label)).unwrap_or(encoding_rs::UTF_8);
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// The issues and pull or merge requests that a message refers to, in order, each once: `#123`, `owner/repo#123`, `!123`,
/// `group/project!123` and `GH-123` as written, and addresses as [`address_reference`] shortens them.
pub(crate) fn references(message: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in message.split(|c: char| c.is_whitespace() || "()[]{}<>,;'\"`*".contains(c)) {
        let of_word = match address_reference(word.trim_end_matches(['.', '!', '?', ':'])) {
            Some(reference) => vec![reference],
            None => word.split(':').filter_map(written_reference).map(str::to_owned).collect(),
        };
        for reference in of_word {
            if !found.contains(&reference) {
                found.push(reference);
            }
        }
    }
    found
}

fn written_reference(word: &str) -> Option<&str> {
    let word = word.trim_end_matches(['.', '!', '?']);
    hash_reference(word).or_else(|| dash_reference(word))
}

/// `#123` or `owner/repo#123`, of GitLab's merge requests `!123` or `group/subgroup/project!123`. Links to other places with a fragment
/// (`page.html#12`) are none.
fn hash_reference(word: &str) -> Option<&str> {
    let (before, digits) = word.split_once(['#', '!'])?;
    let may_nest = word[before.len()..].starts_with('!');
    (is_number(digits) && (before.is_empty() || is_repository(before, may_nest))).then_some(word)
}

/// `owner/repo`, of GitLab's also `group/subgroup/project`.
fn is_repository(name: &str, may_nest: bool) -> bool {
    let parts = name.split('/').count();
    (parts == 2 || may_nest && parts > 2)
        && name.split('/').all(|part| !part.is_empty() && part.chars().all(is_repository_char))
}

fn dash_reference(word: &str) -> Option<&str> {
    let prefix = word.get(..3)?;
    (prefix.eq_ignore_ascii_case("gh-") && is_number(&word[3..])).then_some(word)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() < 10 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_repository_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_.".contains(c)
}

fn closes(message: &str) -> Vec<String> {
    listed_behind(message, |_, word| is_one_of(word, &CLOSING), reference)
}

/// The hashes that a message says it reverts: see [`Links::reverts`].
pub(crate) fn reverts(message: &str) -> Vec<String> {
    listed_behind(message, opens_revert, hash)
}

fn reverts_pull_requests(message: &str) -> Vec<String> {
    // `Revert "Limit the pool (#12)"`, as forges write it.
    let subject = subject(message).strip_prefix("Revert \"");
    let quoted =
        subject.and_then(|rest| rest.rsplit_once('"')).and_then(|(quoted, _)| last_reference(quoted));
    let mut found = listed_behind(message, opens_revert, reference);
    found.extend(quoted.filter(|quoted| !found.contains(quoted)));
    found
}

fn opens_revert(before: &str, word: &str) -> bool {
    is_one_of(word, &["revert", "reverts"]) && !is_one_of(before, &DOUBT)
}

/// The hashes that a message says it is a copy of: see [`Links::cherry_picked_from`].
pub(crate) fn cherry_picked_from(message: &str) -> Vec<String> {
    let opens = |before: &str, word: &str| word == "from" && is_one_of(before, &["picked", "cherry-picked"]);
    listed_behind(message, opens, hash)
}

/// Where in a list a reader of words is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    None,
    /// Behind the word that opens it.
    Opened,
    /// Behind one of its items.
    Within,
}

/// What stands directly behind the words that open a list, each once. `opens` is asked with the word before, too; both without
/// punctuation around them.
fn listed_behind(
    message: &str,
    opens: impl Fn(&str, &str) -> bool,
    item: impl Fn(&str) -> Option<String>,
) -> Vec<String> {
    let mut found = Vec::new();
    let (mut before, mut list) = ("", List::None);
    for written in words(message) {
        let word = written.trim_matches(|c: char| !c.is_alphanumeric());
        if list != List::None
            && let Some(item) = item(written)
        {
            list = if written.ends_with(['.', ':', ';', ')']) { List::None } else { List::Within };
            if !found.contains(&item) {
                found.push(item);
            }
        } else if !goes_on(list, word) {
            list = if opens(before, word) { List::Opened } else { List::None };
        }
        before = word;
    }
    found
}

/// Whether a word that is no item leaves the list open.
fn goes_on(list: List, word: &str) -> bool {
    match list {
        List::None => false,
        List::Opened => is_one_of(word, &JOINTS) || is_one_of(word, &FILLERS),
        List::Within => is_one_of(word, &JOINTS),
    }
}

fn is_one_of(word: &str, known: &[&str]) -> bool {
    known.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Words with the punctuation around them, but for commas. `Fixes:#1` is two.
fn words(message: &str) -> impl Iterator<Item = &str> {
    let parts = message.split(|c: char| c.is_whitespace() || c == ',').filter(|part| !part.is_empty());
    parts.flat_map(|part| match part.find(":#") {
        Some(colon) => [Some(&part[..=colon]), Some(&part[colon + 1..])].into_iter().flatten(),
        None => [Some(part), None].into_iter().flatten(),
    })
}

/// A word without quotes or Markdown around it, nor punctuation behind. What is in parentheses is an aside: nothing is left.
fn core(word: &str) -> &str {
    let word = word.trim_start_matches(['[', '<', '`', '"', '\'']);
    let end = word.find(|c: char| "()[]{}<>;'\"`*".contains(c)).unwrap_or(word.len());
    word[..end].trim_end_matches(['.', '!', '?', ':'])
}

/// `#123`, `owner/repo#123`, `!123`, `GH-123`, or the address of an issue or pull request.
fn reference(word: &str) -> Option<String> {
    let word = core(word);
    let written = hash_reference(word).or_else(|| dash_reference(word)).map(str::to_owned);
    written.or_else(|| address_reference(word))
}

/// `https://host/owner/repo/issues/123` and `../pull/123` as `owner/repo#123`; GitLab's `https://host/group/sub/project/-/issues/123`
/// and `../-/merge_requests/123` as `group/sub/project#123` and `..!123`.
fn address_reference(word: &str) -> Option<String> {
    let rest = word.strip_prefix("https://").or_else(|| word.strip_prefix("http://"))?;
    let (_, path) = rest.split(['#', '?']).next()?.split_once('/')?;
    let [number, kind, repository] = path.rsplitn(3, '/').collect::<Vec<_>>().try_into().ok()?;
    let (repository, may_nest) = match repository.strip_suffix("/-") {
        Some(project) => (project, true),
        None => (repository, false),
    };
    let sigil = match kind {
        "issues" | "pull" | "work_items" => '#',
        "merge_requests" => '!',
        _ => return None,
    };
    (is_number(number) && is_repository(repository, may_nest)).then(|| format!("{repository}{sigil}{number}"))
}

/// At least 7 hexadecimal digits, one of them a decimal one: a few English words need nothing but letters up to f.
fn hash(word: &str) -> Option<String> {
    let word = core(word);
    let is_hash = (7..=64).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_hexdigit())
        && word.bytes().any(|byte| byte.is_ascii_digit());
    is_hash.then(|| word.to_owned())
}

fn pull_request(message: &str) -> Option<String> {
    let subject = subject(message);
    let in_body = || message.trim_start().lines().skip(1).find_map(named_pull_request);
    merged(subject).or_else(|| last_reference(subject)).or_else(in_body)
}

fn subject(message: &str) -> &str {
    message.trim_start().lines().next().unwrap_or_default().trim_end()
}

/// `Merge pull request #12 from ..`, `Auto merge of #12 - ..`, `Merge #12`.
fn merged(subject: &str) -> Option<String> {
    let rest = |start: &&str| {
        let head = subject.get(..start.len())?;
        head.eq_ignore_ascii_case(start).then(|| &subject[start.len()..])
    };
    let word = MERGES.iter().find_map(rest)?.split_whitespace().next()?;
    reference(word)
}

/// The reference in parentheses that ends a subject: `Limit the pool (#12)`, `Merged in pool (pull request #12)`.
fn last_reference(subject: &str) -> Option<String> {
    let (_, inside) = subject.strip_suffix(')')?.rsplit_once('(')?;
    let inside = inside.strip_prefix("pull request ").unwrap_or(inside);
    hash_reference(inside).or_else(|| dash_reference(inside)).map(str::to_owned)
}

/// A line that is there to name the pull request: `See merge request group/project!12`, `Pull-request: ADDRESS`, `PR #12`.
fn named_pull_request(line: &str) -> Option<String> {
    let line = line.trim_end();
    if let Some(request) = line.strip_prefix("See merge request ") {
        let (_, number) = request.rsplit_once('!')?;
        return is_number(number).then(|| format!("!{number}"));
    }
    if let Some(number) = line.strip_prefix("PR ") {
        return hash_reference(number).map(str::to_owned);
    }
    let (key, value) = line.split_once(": ")?;
    is_one_of(key, &["pull-request", "pr-url"]).then(|| reference(value.trim())).flatten()
}

/// The list of commits is git's own, or GitHub's: the body begins with `* subject`, and so does one of its further paragraphs.
fn is_squash(message: &str) -> bool {
    let lines = || message.trim_start().lines().skip(1);
    let is_item = |line: &str| line.starts_with("* ");
    let starts_with_item = || lines().find(|line| !line.trim().is_empty()).is_some_and(is_item);
    let items =
        || lines().zip(lines().skip(1)).filter(|(before, line)| before.trim().is_empty() && is_item(line));
    message.lines().any(|line| line.trim_end() == GIT_SQUASH)
        || last_reference(subject(message)).is_some() && starts_with_item() && items().count() > 1
}

/// Names and addresses of the `Co-authored-by:` trailers. They count wherever they begin a line: a squash merge keeps those of
/// its commits where they were.
pub(crate) fn co_authors(message: &str) -> impl Iterator<Item = (&str, &str)> {
    message.lines().filter_map(|line| {
        let (key, value) = line.split_once(':')?;
        let (name, address) = value.split_once('<')?;
        let (address, _) = address.split_once('>')?;
        let (name, address) = (name.trim(), address.trim());
        let counts = key.trim_end().eq_ignore_ascii_case("co-authored-by") && !name.is_empty();
        counts.then_some((name, address))
    })
}
