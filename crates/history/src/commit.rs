//! One commit as plain data: who, when and what the message says. Never does: follow parents.

use gix::bstr::{BStr, ByteSlice};
use serde::{Deserialize, Serialize};

use crate::error::{Error, read_error};
use crate::message::{self, Links};
use crate::people::{Person, person, read_mailmap};
use crate::repository::Repository;

/// The shortest abbreviation of a hash that is shown.
const MIN_SHORT: usize = 7;

/// A commit, as its author wrote it; people are named as the repository's mailmap has them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// The full hash in hexadecimal digits.
    pub id: String,
    /// How many digits of `id` name it uniquely in its repository, at least 7.
    pub short_len: u8,
    /// When it was authored, in seconds since 1970-01-01T00:00:00Z.
    pub time: i64,
    /// The author's time zone, in minutes east of UTC.
    pub offset_minutes: i32,
    pub author: Person,
    /// Those of the `Co-authored-by:` trailers, in order, each once, without the author.
    pub co_authors: Vec<Person>,
    /// The message's first paragraph on one line.
    pub subject: String,
    /// The rest of the message, trailers included; may be empty.
    pub body: String,
    /// The issues and pull or merge requests that the message names, in order, each once: `#123`, `owner/repo#123`, `!123` and `GH-123` as
    /// written, the address of one as `owner/repo#123` or `group/project!123`.
    pub refs: Vec<String>,
    pub links: Links,
}

impl Commit {
    /// The abbreviated hash, unique in its repository when it was read.
    pub fn short(&self) -> &str {
        self.id.get(..usize::from(self.short_len)).unwrap_or(&self.id)
    }

    /// The day on which it was authored, in the author's own time zone: `YYYY-MM-DD`.
    pub fn date(&self) -> String {
        gix::date::Time::new(self.time, self.offset_minutes * 60)
            .format_or_unix(gix::date::time::format::SHORT)
    }
}

/// Reads the commit that a revision names (`HEAD~3`, a branch, an abbreviated hash); `None` where there is no such commit.
///
/// # Errors
/// [`Error::Read`] for a damaged commit.
pub fn commit(repository: &Repository, revision: &str) -> Result<Option<Commit>, Error> {
    let git = repository.local();
    let Ok(id) = git.rev_parse_single(revision) else { return Ok(None) };
    let object = id.try_object().map_err(|error| read_error(revision, error))?;
    let peeled = object.and_then(|object| object.peel_to_commit().ok());
    Ok(peeled.map(|commit| decode(&git, &read_mailmap(&git), &commit)))
}

/// Makes plain data of a git commit. Text that is not valid in the commit's encoding is kept with replacement characters.
pub(crate) fn decode(
    git: &gix::Repository,
    mailmap: &gix::mailmap::Snapshot,
    commit: &gix::Commit<'_>,
) -> Commit {
    let raw = commit.decode().ok();
    // git itself shows a commit with a broken author as being from nobody, with a broken date as being from 1970.
    let author = raw.as_ref().and_then(|raw| raw.author().ok()).unwrap_or_default();
    let time = author.time().unwrap_or_default();
    let encoding = raw.as_ref().and_then(|raw| raw.encoding);
    let text = |bytes: &BStr| message::decode(bytes, encoding);
    let full = text(commit.message_raw_sloppy());
    let author = person(mailmap, &text(author.name), &text(author.email));
    let (subject, body) = summary_and_body(&full);
    Commit {
        id: commit.id.to_string(),
        short_len: short_len(git, commit.id),
        time: time.seconds,
        offset_minutes: time.offset / 60,
        co_authors: co_authors(mailmap, &full, &author),
        author,
        refs: message::references(&full),
        links: message::links(&full),
        subject,
        body,
    }
}

/// A message's first paragraph on one line, and the rest of it.
pub(crate) fn summary_and_body(message: &str) -> (String, String) {
    let parts = gix::objs::commit::MessageRef::from_bytes(message.trim_start().as_bytes());
    let summary = parts.summary().to_str_lossy().trim().to_owned();
    (summary, parts.body.map(|body| body.to_str_lossy().trim().to_owned()).unwrap_or_default())
}

fn co_authors(mailmap: &gix::mailmap::Snapshot, message: &str, author: &Person) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    for (name, email) in message::co_authors(message) {
        let person = person(mailmap, name, email);
        if !person.is_same(author) && !people.iter().any(|known| known.is_same(&person)) {
            people.push(person);
        }
    }
    people
}

/// The abbreviated hash of a commit, without reading it.
pub(crate) fn short_id(git: &gix::Repository, id: gix::ObjectId) -> String {
    id.to_hex_with_len(usize::from(short_len(git, id))).to_string()
}

fn short_len(git: &gix::Repository, id: gix::ObjectId) -> u8 {
    use gix::prelude::ObjectIdExt as _;
    let len = id.attach(git).shorten_or_id().hex_len().max(MIN_SHORT);
    u8::try_from(len).expect("hashes have at most 64 digits")
}
