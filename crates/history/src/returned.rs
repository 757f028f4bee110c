//! Symbols that come back: where an older version of their file had them, and which commit took them away. Never does: look into
//! other files.

use std::sync::atomic::AtomicBool;

use crate::error::Stop;
use crate::frontier::Standing;
use crate::lineage::Sources;
use crate::objects::{File, Node};
use crate::origin::in_older_file;
use crate::similarity::{Sketch, accepted};
use crate::table::same_name;
use crate::telling::{shared_lines, telling_lines};
use crate::version::Version;

/// Versions of the file that are looked through.
const VERSIONS: usize = 64;

/// A commit that deleted a symbol.
pub(crate) struct Deletion {
    pub node: Node,
    /// The parent that has it.
    pub parent: Node,
    /// The symbol there.
    pub standing: Standing,
}

/// The latest deletion before commit `from` of a symbol that comes back after it under its name, with much the same text.
pub(crate) fn deletion(
    sources: &mut Sources<'_>,
    from: &Node,
    new: &Standing,
    interrupted: &AtomicBool,
) -> Result<Option<Deletion>, Stop> {
    let Sources { objects, anchors, tables, .. } = sources;
    let path = &new.version.path;
    let traces = Traces::of(&new.version);
    let mut at = from.clone();
    for _ in 0..VERSIONS {
        let Some(node) = anchors.last_touch(objects, &at, path, interrupted)? else { break };
        if objects.is_boundary(node.id) {
            break;
        }
        for &id in node.parents.iter() {
            let parent = objects.node(id)?;
            let Some(blob) = anchors.blob_at(objects, &parent, path)? else { continue };
            let file = objects.file(blob)?;
            let old = traces.are_in(&file).then(|| in_older_file(tables, new, file, path)).flatten();
            if let Some(standing) = old.filter(|old| is_recognizable(&old.version, &new.version)) {
                return Ok(Some(Deletion { node, parent, standing }));
            }
        }
        let Some(&first) = node.parents.first() else { break };
        at = objects.node(first)?;
    }
    Ok(None)
}

fn is_recognizable(old: &Version, new: &Version) -> bool {
    same_name(&old.key, &new.key)
        && (old.fingerprint.text == new.fingerprint.text
            || accepted(&Sketch::of(new), &Sketch::of(old), true).is_some())
}

/// What a file must have for a symbol to be in it again. Saves parsing files that lack it.
struct Traces<'a> {
    name: &'a str,
    text: &'a str,
    /// Its longest line.
    longest: &'a str,
    lines: Vec<u64>,
}

impl<'a> Traces<'a> {
    fn of(version: &'a Version) -> Self {
        let (name, text) = (&version.key.name, &version.text);
        let longest = text.lines().map(str::trim).max_by_key(|line| line.len()).unwrap_or_default();
        Self { name, text, longest, lines: telling_lines(text) }
    }

    fn are_in(&self, file: &File) -> bool {
        if self.lines.len() < 3 {
            return file.text.contains(self.text);
        }
        if !file.text.contains(self.name) {
            return false;
        }
        // The cheaper test first; a symbol whose longest line was changed is recognized by the others.
        file.text.contains(self.longest) || shared_lines(&self.lines, file.telling()) * 2 >= self.lines.len()
    }
}
