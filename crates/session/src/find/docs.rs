//! Documents of the work tree, section by section: READMEs, documentation, decision records, policies. Never does: parse them.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

use backstory_ide::sections::{Markup, Section, sections};
use ignore::overrides::Override;

use super::snippet::snippet;
use super::{Found, Wanted, is_wanted, looked_at};
use crate::Place;
use crate::index::{Collection, Hit, Kind, SectionKey, Table, doc, fitting};
use crate::workspace::{is_file, relative, walk};

/// Larger documents are data, or made by programs.
const LARGEST: u64 = 1 << 20;

/// The sections of all documents of a tree.
pub(super) struct Docs {
    /// When the file of each was written, and how long it is.
    stamps: HashMap<String, Stamp>,
    index: Collection<SectionKey>,
}

type Stamp = (Option<SystemTime>, u64);

impl Docs {
    pub(super) fn new(table: &Table) -> Self {
        Self { stamps: HashMap::new(), index: Collection::with_table(table.clone()) }
    }

    pub(super) fn find(&self, place: &Place, wanted: &Wanted<'_>, paths: &Option<Override>) -> Vec<Found> {
        let mut hits = self.index.search(wanted.question, looked_at(wanted.limit, wanted.paths, &[]));
        hits.retain(|hit| is_wanted(paths, &hit.group));
        hits.truncate(wanted.limit);
        fitting(Kind::Doc, hits).into_iter().filter_map(|hit| found(place, hit)).collect()
    }

    /// Takes in what was written since the last time.
    pub(super) fn read(&mut self, place: &Place) {
        let present = present(place);
        let gone =
            |path: &&str| present.binary_search_by(|(present, ..)| present.as_str().cmp(path)).is_err();
        let gone: Vec<String> = self.index.groups().filter(gone).map(str::to_owned).collect();
        gone.iter().for_each(|path| self.index.remove_group(path));
        let mut has_changed = !gone.is_empty() || self.index.is_empty();
        let before = std::mem::take(&mut self.stamps);
        for (path, file, stamp) in present {
            if before.get(&path) != Some(&stamp) {
                let content = fs::read(&file).unwrap_or_default();
                let markup = Markup::of_path(&path);
                let sections = markup.map(|markup| sections(&String::from_utf8_lossy(&content), markup));
                let prepared = doc(&path, &sections.unwrap_or_default(), self.index.table());
                self.index.set_prepared(&path, prepared);
                has_changed = true;
            }
            self.stamps.insert(path, stamp);
        }
        if has_changed {
            self.index.settle();
        }
    }
}

/// All documents of a tree with their files, by their paths.
fn present(place: &Place) -> Vec<(String, PathBuf, Stamp)> {
    let entries = walk(&place.root, &place.root).filter(is_file);
    let documents = entries.filter_map(|entry| {
        let path = relative(&place.root, entry.path())?;
        Markup::of_path(&path)?;
        let about = entry.metadata().ok().filter(|about| about.len() <= LARGEST)?;
        Some((path, entry.into_path(), (about.modified().ok(), about.len())))
    });
    let mut present: Vec<_> = documents.collect();
    // Walks come in no fixed order.
    present.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    present
}

/// A section as it is in its file; `None` where that is gone by now.
fn found(place: &Place, hit: Hit<SectionKey>) -> Option<Found> {
    let content = fs::read(place.root.join(&*hit.group)).ok()?;
    let present = sections(&String::from_utf8_lossy(&content), Markup::of_path(&hit.group)?);
    let is_it = |section: &&Section| section.headings == hit.key.headings && section.line == hit.key.line;
    let section = present.iter().find(is_it)?;
    let first = section.line + u32::from(!section.headings.is_empty());
    let snippet = snippet(&section.text, Some(first), &hit.why.terms);
    let key = section.headings.join(" > ");
    let found = Found::new(Kind::Doc, key, hit.score, hit.why);
    let text = section.text.clone();
    Some(Found { path: Some(hit.group.to_string()), line: Some(section.line), snippet, text, ..found })
}
