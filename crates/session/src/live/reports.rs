//! Where reports can be opened: as files in the cache, or as documents that the client asks for. Never does: make a report.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use backstory_syntax::LocalKey;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::context::{Context, lock};
use super::event::Reports;
use super::histories::FileOf;
use crate::directories;

/// So many texts of virtual reports are kept; others are made again when they are asked for.
const KEPT: usize = 16;

/// Report files that nobody has renewed for so long are deleted.
const AGE: Duration = Duration::from_secs(30 * 24 * 3600);

/// The scheme of virtual reports.
const SCHEME: &str = "backstory:";

/// A symbol as the URI of its virtual report names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Subject {
    pub root: PathBuf,
    pub path: String,
    pub key: LocalKey,
}

/// The texts of virtual reports, by URI, the newest last.
#[derive(Default)]
pub(super) struct Shelf {
    texts: Mutex<VecDeque<(String, String)>>,
}

impl Shelf {
    pub(super) fn put(&self, uri: &str, text: String) {
        let mut texts = lock(&self.texts);
        texts.retain(|(other, _)| other != uri);
        texts.push_back((uri.to_owned(), text));
        if texts.len() > KEPT {
            texts.pop_front();
        }
    }

    pub(super) fn get(&self, uri: &str) -> Option<String> {
        lock(&self.texts).iter().find(|(other, _)| other == uri).map(|(_, text)| text.clone())
    }
}

/// The URI of a virtual report.
pub(super) fn virtual_uri(subject: &Subject) -> String {
    let name = encode(&name(&subject.key));
    let query = serde_json::to_string(subject).expect("paths from the client and keys are Unicode");
    format!("{SCHEME}/{name}.md?{}", encode(&query))
}

/// The symbol that the URI of a virtual report names.
pub(super) fn subject_of(uri: &str) -> Option<Subject> {
    let (_, query) = uri.strip_prefix(SCHEME)?.split_once('?')?;
    serde_json::from_slice(&decode(query)?).ok()
}

/// Where a hover's link to the whole report leads, for the client at hand; `None` where there is nothing to open.
pub(super) fn link(context: &Context, file: &FileOf, key: &LocalKey) -> Option<String> {
    let subject = Subject { root: file.root.to_path_buf(), path: file.path.clone(), key: key.clone() };
    if context.abilities.reports == Reports::Virtual {
        return Some(virtual_uri(&subject));
    }
    if context.abilities.command_links {
        let uri = file_uri(&context.shown(&file.root, &file.path));
        let arguments = serde_json::json!([{ "uri": uri, "symbol": key }]);
        return Some(format!("command:backstory.explain?{}", encode(&arguments.to_string())));
    }
    let file = file_of(&subject)?;
    file.is_file().then(|| file_uri(&file))
}

/// Writes a report file; `None` where it can't be written, which is logged.
pub(super) fn write(subject: &Subject, text: &str) -> Option<String> {
    let file = file_of(subject)?;
    let written = (|| {
        fs::create_dir_all(file.parent().unwrap_or(&file))?;
        // Another process may be reading it.
        let temporary = file.with_extension(format!("{}.tmp", std::process::id()));
        fs::write(&temporary, text)?;
        fs::rename(&temporary, &file)
    })();
    match written {
        Ok(()) => Some(file_uri(&file)),
        Err(error) => {
            tracing::warn!("cannot write the report {}: {error}", file.display());
            None
        }
    }
}

/// Deletes report files that are old.
pub(super) fn tidy() {
    let Some(entries) = directory().and_then(|directory| fs::read_dir(directory).ok()) else { return };
    let oldest = SystemTime::now() - AGE;
    for entry in entries.flatten() {
        let is_old = entry.metadata().and_then(|file| file.modified()).is_ok_and(|time| time < oldest);
        if is_old {
            // Another process may have been faster.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn directory() -> Option<PathBuf> {
    Some(directories::cache()?.join("reports"))
}

fn file_of(subject: &Subject) -> Option<PathBuf> {
    let mut hash = Sha256::new();
    hash.update(subject.root.as_os_str().as_encoded_bytes());
    hash.update([0]);
    hash.update(format!("{}\0{}", subject.path, subject.key));
    let mut digits = String::new();
    for byte in &hash.finalize()[..6] {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    Some(directory()?.join(format!("{}-{digits}.md", name(&subject.key))))
}

/// A file name for people, of characters that every system allows.
fn name(key: &LocalKey) -> String {
    let plain: String =
        key.name.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '-' }).collect();
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

    use super::{Subject, file_uri, subject_of, virtual_uri};

    #[test]
    fn a_uri_names_its_symbol() {
        let key = LocalKey { name: "<A as B<'_>>::größe🦀".to_owned(), ..LocalKey::file() };
        let subject = Subject { root: "/tmp/a b/%41".into(), path: "src/ü.rs".to_owned(), key };
        let uri = virtual_uri(&subject);
        assert!(uri.starts_with("backstory:/A-as-B--_----gr%C3%B6%C3%9Fe.md?%7B"), "{uri}");
        assert_eq!(subject_of(&uri), Some(subject));
        for broken in ["backstory:/x.md", "backstory:/x.md?%7", "backstory:/x.md?%7B", "file:///x?{}", ""] {
            assert_eq!(subject_of(broken), None, "{broken}");
        }
    }

    #[test]
    fn files_become_uris() {
        assert_eq!(file_uri(Path::new("/tmp/a b/ü#.rs")), "file:///tmp/a%20b/%C3%BC%23.rs");
    }
}
