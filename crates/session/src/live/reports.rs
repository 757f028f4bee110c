//! Where reports and changes can be opened: as files in the cache, or as documents that the client asks for. Never does: make any
//! of them.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use backstory_syntax::LocalKey;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::context::{Context, lock};
use super::event::{Notice, Reports};
use super::histories::FileOf;
use super::uris::{self, Document, Subject, file_uri};
use crate::directories;

/// So many texts of virtual reports are kept; others are made again when they are asked for.
const KEPT: usize = 16;

/// Files that nobody has renewed for so long are deleted.
const AGE: Duration = Duration::from_secs(30 * 24 * 3600);

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

/// Where a hover's link to the whole report leads, for the client at hand; `None` where there is nothing to open.
pub(super) fn link(context: &Context, file: &FileOf, key: &LocalKey) -> Option<String> {
    let subject = Subject { root: file.root.to_path_buf(), path: file.path.clone(), key: key.clone() };
    let report = Document::Report(subject);
    // Hovers of clients with both follow commands, and no scheme of ours.
    if context.abilities.command_links {
        let uri = file_uri(&context.shown(&file.root, &file.path));
        return Some(uris::command("backstory.explain", &json!([{ "uri": uri, "symbol": key }])));
    }
    if context.abilities.reports == Reports::Virtual {
        return Some(uris::virtual_uri(&report));
    }
    let file = file_of(&report)?;
    file.is_file().then(|| file_uri(&file))
}

/// Where a report's link to one of its changes leads; `None` where the client follows no links of ours.
pub(super) fn change_link(context: &Context, uri: &str) -> Option<String> {
    match (context.abilities.command_links, context.abilities.reports) {
        (true, _) => Some(uris::command("backstory.openChange", &json!([{ "uri": uri }]))),
        (false, Reports::Virtual) => Some(uri.to_owned()),
        (false, Reports::File) => None,
    }
}

/// Makes a report that can be opened, in the way that the client knows, and shows it where that is wanted. Returns its URI, `None` where it
/// can't be written.
pub(super) fn offer(context: &Context, document: &Document, text: &str, shown: bool) -> Option<String> {
    let uri = match context.abilities.reports {
        Reports::Virtual => {
            let uri = uris::virtual_uri(document);
            context.reports.put(&uri, text.to_owned());
            context.notify(Notice::ReportChanged(uri.clone()));
            Some(uri)
        }
        Reports::File => write(document, text),
    };
    if let Some(uri) = uri.as_ref().filter(|_| shown) {
        context.notify(Notice::ShowReport(uri.clone()));
    }
    uri
}

/// Writes a file; returns its URI, `None` where it can't be written, which is logged.
pub(super) fn write(document: &Document, text: &str) -> Option<String> {
    let file = file_of(document)?;
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
            tracing::warn!("cannot write {}: {error}", file.display());
            None
        }
    }
}

/// Deletes files that are old.
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

fn file_of(document: &Document) -> Option<PathBuf> {
    let mut digits = String::new();
    for byte in &Sha256::digest(uris::virtual_uri(document))[..6] {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    let extension = document.extension();
    Some(directory()?.join(format!("{}-{digits}.{extension}", document.name())))
}
