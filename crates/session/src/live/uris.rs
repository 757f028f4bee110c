//! URIs: of files, and of documents that the session makes when the client asks for them. What such a URI names, it holds in full, so
//! that the text can be made again in another session. Never does: trust one (whoever makes the text asks the repository).

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use backstory_ide::explain::Question;
use backstory_syntax::LocalKey;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The scheme of virtual documents.
const SCHEME: &str = "backstory:";

/// A virtual document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Document {
    /// Why a symbol is as it is.
    Report(Subject),
    /// The answer to another question.
    Answer(Answered),
    /// What depends on a symbol.
    Impact(Subject),
    /// Every change of a symbol with its diff.
    History(Subject),
    /// The diff of one change.
    Change(ChangeOf),
    /// The answer to a question about a whole tree.
    Asked(Asked),
}

/// A question about a tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Asked {
    pub root: PathBuf,
    pub question: String,
}

/// A symbol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Subject {
    pub root: PathBuf,
    /// Relative to the root, with `/`.
    pub path: String,
    pub key: LocalKey,
}

/// What was asked of a symbol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Answered {
    pub subject: Subject,
    pub question: Question,
}

/// One change in the history of a symbol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ChangeOf {
    /// As it stands in the commit from which its history is told.
    pub subject: Subject,
    /// Full hash of that commit.
    pub at: String,
    /// Full hash of the commit that made the change.
    pub commit: String,
}

impl Document {
    /// The report that answers a question.
    pub(super) fn answer(subject: Subject, question: Question) -> Self {
        match question {
            Question::Why => Self::Report(subject),
            question => Self::Answer(Answered { subject, question }),
        }
    }

    /// A file name for people, of characters that every system allows.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Report(subject) => name(&subject.key),
            Self::Impact(subject) => format!("{}-impact", name(&subject.key)),
            Self::History(subject) => format!("{}-history", name(&subject.key)),
            Self::Answer(Answered { subject, question }) => {
                format!("{}-{}", name(&subject.key), question.as_str())
            }
            Self::Change(ChangeOf { subject, commit, .. }) => {
                // It comes from the client, so it need not be a hash.
                let digits: String = commit.chars().filter(char::is_ascii_hexdigit).take(7).collect();
                format!("{}-{digits}", name(&subject.key))
            }
            Self::Asked(Asked { question, .. }) => plain(question),
        }
    }

    /// What tells an editor how to show it.
    pub(super) fn extension(&self) -> &'static str {
        match self {
            Self::Report(_) | Self::Answer(_) | Self::Asked(_) | Self::Impact(_) => "md",
            Self::Change(_) | Self::History(_) => "diff",
        }
    }
}

/// The URI of a virtual document. All but unreserved characters are encoded, so that it can be a link anywhere.
pub(super) fn virtual_uri(document: &Document) -> String {
    let query = serde_json::to_string(document).expect("paths from the client and keys are Unicode");
    format!("{SCHEME}/{}.{}?{}", encode(&document.name()), document.extension(), encode(&query))
}

/// The document that a virtual URI names.
pub(super) fn document_of(uri: &str) -> Option<Document> {
    let (_, query) = uri.strip_prefix(SCHEME)?.split_once('?')?;
    serde_json::from_slice(&decode(query)?).ok()
}

/// The URI that runs a command in clients that know such.
pub(super) fn command(command: &str, arguments: &Value) -> String {
    format!("command:{command}?{}", encode(&arguments.to_string()))
}

fn name(key: &LocalKey) -> String {
    plain(&key.name)
}

fn plain(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '-' }).collect();
    let plain = plain.trim_matches('-');
    if plain.is_empty() { "file".to_owned() } else { plain.chars().take(60).collect() }
}

/// The URI of a file (RFC 8089).
pub(super) fn file_uri(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    let slash = if path.starts_with('/') { "" } else { "/" };
    format!("file://{slash}{}", encode_but(&path, |byte| matches!(byte, b'/' | b':')))
}

/// Percent-encodes all but unreserved characters (RFC 3986, section 2.3).
fn encode(text: &str) -> String {
    encode_but(text, |_| false)
}

fn encode_but(text: &str, keep: fn(u8) -> bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        let unreserved = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        if unreserved || keep(byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next()?, rest.next()?];
        bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use backstory_syntax::LocalKey;

    use super::{Asked, ChangeOf, Document, Subject, document_of, file_uri, virtual_uri};

    #[test]
    fn a_uri_names_its_document() {
        let key = LocalKey { name: "<A as B<'_>>::größe🦀".to_owned(), ..LocalKey::file() };
        let subject = Subject { root: "/tmp/a b/%41".into(), path: "src/ü).rs".to_owned(), key };
        let asked = Asked { root: "/tmp/a b".into(), question: "why (ever)?".to_owned() };
        let (at, commit) = ("b".repeat(40), "0123456789".repeat(4));
        let change = ChangeOf { subject: subject.clone(), at, commit };
        for (document, start) in [
            (Document::Report(subject.clone()), "backstory:/A-as-B--_----gr%C3%B6%C3%9Fe.md?%7B"),
            (Document::Impact(subject.clone()), "backstory:/A-as-B--_----gr%C3%B6%C3%9Fe-impact.md?%7B"),
            (Document::History(subject), "backstory:/A-as-B--_----gr%C3%B6%C3%9Fe-history.diff?%7B"),
            (Document::Change(change), "backstory:/A-as-B--_----gr%C3%B6%C3%9Fe-0123456.diff?%7B"),
            (Document::Asked(asked), "backstory:/why--ever.md?%7B"),
        ] {
            let uri = virtual_uri(&document);
            assert!(uri.starts_with(start), "{uri}");
            assert!(!uri.contains(['(', ')', ' ', '"']), "it can be a link in Markdown: {uri}");
            assert_eq!(document_of(&uri), Some(document));
        }
        for broken in ["backstory:/x.md", "backstory:/x.md?%7", "backstory:/x.md?%7B", "file:///x?{}", ""] {
            assert_eq!(document_of(broken), None, "{broken}");
        }
    }

    #[test]
    fn files_become_uris() {
        assert_eq!(file_uri(Path::new("/tmp/a b/ü#.rs")), "file:///tmp/a%20b/%C3%BC%23.rs");
    }
}
