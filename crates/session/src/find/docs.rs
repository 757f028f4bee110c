//! Documents of the work tree, section by section: READMEs, documentation, decision records, policies. Never does: parse them.

use std::fs;

use backstory_ide::sections::{Markup, Section, sections};
use ignore::overrides::Override;

use super::snippet::snippet;
use super::{Found, Wanted, is_wanted};
use crate::Place;
use crate::index::{Collection, Hit, Kind, SectionKey, Table, doc, fitting};
use crate::workspace::{is_file, relative, walk};

/// Larger documents are data, or made by programs.
const LARGEST: u64 = 1 << 20;

pub(super) fn find(
    place: &Place,
    table: &Table,
    wanted: &Wanted<'_>,
    paths: &Option<Override>,
) -> Vec<Found> {
    let mut index = Collection::with_table(table.clone());
    for (path, sections) in read(place, paths) {
        index.set_prepared(&path, doc(&path, &sections, table));
    }
    index.rebuild();
    let hits = index.search(wanted.question, wanted.limit);
    fitting(Kind::Doc, hits).into_iter().filter_map(|hit| found(place, hit)).collect()
}

/// All documents that are wanted, by their paths.
fn read(place: &Place, paths: &Option<Override>) -> Vec<(String, Vec<Section>)> {
    let entries = walk(&place.root, &place.root).filter(is_file);
    let wanted = entries.filter_map(|entry| {
        let path = relative(&place.root, entry.path()).filter(|path| is_wanted(paths, path))?;
        let markup = Markup::of_path(&path)?;
        let is_small = entry.metadata().is_ok_and(|about| about.len() <= LARGEST);
        let content = is_small.then(|| fs::read(entry.path()).ok()).flatten()?;
        Some((path, sections(&String::from_utf8_lossy(&content), markup)))
    });
    let mut read: Vec<_> = wanted.collect();
    // Walks come in no fixed order.
    read.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    read
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
