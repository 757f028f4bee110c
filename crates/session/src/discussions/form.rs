//! What an object of a forge's export is: an issue, a pull or merge request, or neither, told by its keys alone. GitHub's REST and GraphQL
//! answers, its `gh` program's output, GitLab's REST and GraphQL answers and its project exports are known. Never does: read JSON.

use backstory_ide::discussion::{Discussion, DiscussionKind};
use serde_json::{Map, Value};

use super::address::{self, Address, is_repository_name};

/// More of a body is not kept, in bytes.
const BODY_LIMIT: usize = 16 << 10;

/// The keys that this module looks at. What else an object has may be passed over.
pub(super) const KEYS: [&str; 24] = [
    "number",
    "iid",
    "title",
    "body",
    "bodyText",
    "description",
    "user",
    "author",
    "author_id",
    "created_at",
    "createdAt",
    "html_url",
    "web_url",
    "webUrl",
    "url",
    "repository_url",
    "repository",
    "references",
    "reference",
    "nameWithOwner",
    "full_name",
    "fullPath",
    "path_with_namespace",
    "__typename",
];

/// Keys that only a pull or merge request has with a value, of which nothing but their presence counts.
pub(super) const MARKS: [&str; 13] = [
    "pull_request",
    "head",
    "base",
    "draft",
    "merged_at",
    "mergedAt",
    "headRefName",
    "baseRefName",
    "isDraft",
    "source_branch",
    "target_branch",
    "sourceBranch",
    "targetBranch",
];

/// What surrounds an object, where the object itself doesn't say.
#[derive(Clone, Debug, Default)]
pub(super) struct Context {
    pub repository: Option<String>,
    pub kind: Option<DiscussionKind>,
}

/// A discussion and whose it is.
#[derive(Debug)]
pub(super) struct Found {
    /// `None` where nothing says.
    pub repository: Option<String>,
    pub discussion: Discussion,
}

/// The discussion that an object is; `None` for all else.
pub(super) fn discussion(fields: &Map<String, Value>, context: &Context) -> Option<Found> {
    let number = number(fields.get("iid").or(fields.get("number"))?)?;
    let title = plain(text(fields, "title")?);
    let urls = || ["html_url", "web_url", "webUrl", "url"].into_iter().filter_map(|key| text(fields, key));
    let addresses: Vec<Address> = urls().filter_map(address::of_discussion).collect();
    if addresses.is_empty() && (urls().next().is_some() || !has_an_author_or_body(fields)) {
        // Milestones, epics and releases have numbers and titles, too.
        return None;
    }
    let kind = kind(fields, addresses.first(), context);
    let of_gitlab = fields.contains_key("iid") && kind == DiscussionKind::ChangeRequest;
    let url = urls().find(|url| address::of_discussion(url).is_some_and(|address| !address.is_api));
    let body = ["body", "description", "bodyText"].into_iter().find_map(|key| text(fields, key));
    let discussion = Discussion {
        reference: format!("{}{number}", if of_gitlab { '!' } else { '#' }),
        kind,
        title,
        body: capped(body.unwrap_or_default()),
        author: author(fields),
        date: date(fields),
        url: url.map(plain),
    };
    let addressed = || addresses.into_iter().next().map(|address| address.repository);
    let repository = reference_repository(fields).or_else(addressed).or_else(|| repository(fields));
    Some(Found { repository: repository.or_else(|| context.repository.clone()), discussion })
}

/// The repository that an object is, or is said to be in.
pub(super) fn repository(fields: &Map<String, Value>) -> Option<String> {
    let names = ["nameWithOwner", "fullPath", "full_name", "path_with_namespace"];
    let named = |object: &Map<String, Value>| {
        let mut names = names.into_iter().filter_map(|key| text(object, key));
        names.find(|name| is_repository_name(name)).map(str::to_owned)
    };
    let inner = || named(fields.get("repository")?.as_object()?);
    let addressed = || address::of_repository(text(fields, "repository_url")?);
    named(fields).or_else(inner).or_else(addressed)
}

/// What stands in front of the number in GitLab's `references.full`, or its GraphQL answer's `reference`.
fn reference_repository(fields: &Map<String, Value>) -> Option<String> {
    let (repository, _) = full_reference(fields)?.rsplit_once(['#', '!'])?;
    is_repository_name(repository).then(|| repository.to_owned())
}

fn full_reference(fields: &Map<String, Value>) -> Option<&str> {
    let full = || fields.get("references")?.get("full")?.as_str();
    full().or_else(|| text(fields, "reference"))
}

/// The author alone will do for GitLab, whose milestones have none; those of GitHub have no body.
fn has_an_author_or_body(fields: &Map<String, Value>) -> bool {
    let has = |keys: &[&str]| keys.iter().any(|key| fields.contains_key(*key));
    has(&["author", "author_id"]) || !fields.contains_key("iid") && has(&["user", "body", "bodyText"])
}

/// The address says it best; then GitLab's own reference, the type of a GraphQL answer, and keys of one kind alone.
fn kind(fields: &Map<String, Value>, address: Option<&Address>, context: &Context) -> DiscussionKind {
    use DiscussionKind::{ChangeRequest, Issue};
    if let Some(address) = address {
        return address.kind;
    }
    match text(fields, "__typename") {
        Some("PullRequest" | "MergeRequest") => return ChangeRequest,
        Some("Issue") => return Issue,
        _ => {}
    }
    let is_referred_to = || full_reference(fields).is_some_and(|full| full.contains('!'));
    if is_referred_to() || MARKS.iter().any(|mark| fields.contains_key(*mark)) {
        return ChangeRequest;
    }
    context.kind.unwrap_or(Issue)
}

/// A whole number, which GraphQL answers of GitLab give as text.
fn number(value: &Value) -> Option<u32> {
    match value {
        Value::Number(number) => super::number(&number.to_string()),
        Value::String(digits) => super::number(digits),
        _ => None,
    }
}

/// The name, where there is one, otherwise the login. Accounts that were deleted leave nothing; those of programs end in `[bot]`, as
/// their commits have it.
fn author(fields: &Map<String, Value>) -> String {
    let author = ["author", "user"].into_iter().find_map(|key| fields.get(key).filter(|it| !it.is_null()));
    match author {
        Some(Value::String(name)) => plain(name),
        Some(Value::Object(author)) => {
            let mut names = ["name", "login", "username"].into_iter().filter_map(|key| text(author, key));
            let name = plain(names.find(|name| !name.trim().is_empty()).unwrap_or_default());
            if is_program(author) { bot_name(&name) } else { name }
        }
        _ => String::new(),
    }
}

/// GitHub's REST and GraphQL answers and `gh` each have a way to say that an account is a program's, as has GitLab's API.
fn is_program(account: &Map<String, Value>) -> bool {
    let is_true = |key: &str| account.get(key).and_then(Value::as_bool) == Some(true);
    is_true("is_bot")
        || is_true("bot")
        || ["type", "__typename"].iter().any(|key| text(account, key) == Some("Bot"))
}

/// `gh` writes `app/` in front of the name and leaves the ending out.
fn bot_name(name: &str) -> String {
    let name = name.strip_prefix("app/").unwrap_or(name);
    if name.ends_with("[bot]") { name.to_owned() } else { format!("{name}[bot]") }
}

/// The day in front of a time of ISO 8601; nothing where there is none.
fn date(fields: &Map<String, Value>) -> String {
    let time = text(fields, "created_at").or_else(|| text(fields, "createdAt"));
    let day = time.and_then(|time| time.get(..10)).filter(|day| {
        day.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
    });
    day.unwrap_or_default().to_owned()
}

fn text<'a>(fields: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    fields.get(key)?.as_str()
}

/// One line that can't move a terminal's cursor.
fn plain(text: &str) -> String {
    text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// As written, but for characters that steer a terminal, up to the limit.
fn capped(body: &str) -> String {
    let body = &body[..body.floor_char_boundary(BODY_LIMIT)];
    body.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t')).collect()
}
