//! From a graph of a workspace to that of the same workspace after some changes. Never does: draw a file again that neither changed
//! nor has a word which means something else now.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use backstory_syntax::LocalId;

use super::drafting::drafted;
use super::interface::Interface;
use super::roles::{Role, roles};
use super::uses::{End, imports_of, uses_of};
use super::{Drawn, Edge, Graph, Incoming, Packed, Use};
use crate::confidence::Confidence;
use crate::database::{Analysis, FileId};
use crate::queries;
use crate::words::hash;

/// A graph that is up to date, and what was done for it.
pub struct Refreshed {
    pub graph: Graph,
    /// The files that were looked at again.
    pub drawn: Vec<FileId>,
}

/// What was found in a file, before its symbols have numbers.
pub(super) struct Draft {
    pub file: FileId,
    text: Arc<str>,
    edges: Vec<(End, End, Use, Confidence)>,
    imports: Vec<FileId>,
    roles: Vec<(LocalId, Role)>,
    interface: Interface,
}

pub(super) fn draft(analysis: &Analysis, file: FileId) -> Draft {
    Draft {
        file,
        text: analysis.shared_text(file),
        edges: uses_of(analysis, file).sorted(),
        imports: imports_of(analysis, file),
        roles: roles(analysis, file),
        interface: Interface::of(analysis, file),
    }
}

impl Graph {
    /// The graph of what a snapshot has now. Asked while somebody waits to change the workspace, it unwinds as every question does.
    pub fn refreshed(&self, analysis: &Analysis) -> Refreshed {
        self.renewed(analysis, HashSet::new(), &AtomicBool::new(false)).expect("nobody stops it")
    }

    /// The same where some names are known to mean something else; `None` where it is told to stop.
    pub(super) fn renewed(
        &self,
        analysis: &Analysis,
        mut names: HashSet<u32>,
        stop: &AtomicBool,
    ) -> Option<Refreshed> {
        let count = analysis.workspace.files(&analysis.db).len();
        let mut graph = self.clone();
        graph.files.resize(count, None);
        let is_present = |file: FileId| analysis.source(file).present(&analysis.db);
        let gone: Vec<FileId> = (0..count as u32)
            .map(FileId)
            .filter(|&file| graph.files[file.index()].is_some() && !is_present(file))
            .collect();
        let mut next: Vec<FileId> = analysis.files().filter(|&file| self.is_old(analysis, file)).collect();
        for &file in &gone {
            let old = graph.files[file.index()].take();
            names.extend(old.iter().flat_map(|drawn| drawn.interface.names()));
            names.extend(module_names(analysis.path(file)));
            graph.nodes.update(file, None);
        }
        let new_packages = analysis.workspace.packages(&analysis.db);
        if graph.packages != new_packages {
            graph.packages = new_packages.to_vec();
            next = analysis.files().collect();
        }
        next.extend(with_names(analysis, &names));
        let drafts = self.drafts(analysis, next, stop)?;
        for draft in &drafts {
            graph.nodes.update(draft.file, Some(analysis.outline(draft.file)));
        }
        let drawn = drafts.iter().map(|draft| draft.file).collect();
        if !drafts.is_empty() || !gone.is_empty() {
            drafts.into_iter().for_each(|draft| graph.enter(draft));
            graph.link();
        }
        Some(Refreshed { graph, drawn })
    }

    /// Whether nothing has changed since the graph was made.
    pub fn is_current(&self, analysis: &Analysis) -> bool {
        let count = self.files.iter().flatten().count();
        self.packages == analysis.workspace.packages(&analysis.db)
            && count == analysis.files().count()
            && !analysis.files().any(|file| self.is_old(analysis, file))
    }

    fn is_old(&self, analysis: &Analysis, file: FileId) -> bool {
        let Some(Some(drawn)) = self.files.get(file.index()) else { return true };
        let text = analysis.source(file).text(&analysis.db);
        drawn.text.as_ref().is_none_or(|drawn| !Arc::ptr_eq(text, drawn) && text != drawn)
    }

    /// Drafts of files, and of those to which they matter otherwise than before, until no more do.
    fn drafts(&self, analysis: &Analysis, mut next: Vec<FileId>, stop: &AtomicBool) -> Option<Vec<Draft>> {
        let mut done: HashSet<FileId> = HashSet::new();
        let mut drafts = Vec::new();
        while !next.is_empty() {
            next.retain(|&file| done.insert(file));
            let new = drafted(analysis, &next, stop)?;
            next = match self.changed_names(analysis, &new) {
                Some(names) => with_names(analysis, &names),
                None => analysis.files().collect(),
            };
            next.retain(|file| !done.contains(file));
            drafts.extend(new);
        }
        drafts.sort_by_key(|draft| draft.file);
        Some(drafts)
    }

    /// The names that mean something else in new drafts than they did, or are new. `None` where any may.
    fn changed_names(&self, analysis: &Analysis, drafts: &[Draft]) -> Option<HashSet<u32>> {
        let mut names: HashSet<u32> = HashSet::new();
        for draft in drafts {
            match self.files.get(draft.file.index()).and_then(Option::as_ref) {
                Some(before) => names.extend(draft.interface.changed(&before.interface)?),
                None => {
                    names.extend(draft.interface.names());
                    names.extend(module_names(analysis.path(draft.file)));
                }
            }
        }
        Some(names)
    }

    /// Takes a file's draft in; the symbols of all files have their numbers.
    pub(super) fn enter(&mut self, draft: Draft) {
        let number = |end: End| self.nodes.of(end.file, end.local);
        let edges = draft.edges.into_iter().filter_map(|(from, to, how, confidence)| {
            Some((number(from)?, Packed::new(Edge { node: number(to)?, how, confidence })))
        });
        let role = |(local, role)| Some((self.nodes.of(draft.file, Some(local))?, role));
        let mut roles: Vec<_> = draft.roles.into_iter().filter_map(role).collect();
        roles.sort_unstable();
        let drawn = Drawn {
            roles: roles.into(),
            text: Some(draft.text),
            edges: edges.collect(),
            imports: draft.imports.into(),
            interface: draft.interface,
        };
        self.files[draft.file.index()] = Some(Arc::new(drawn));
    }

    /// Turns the edges of all files around.
    pub(super) fn link(&mut self) {
        self.incoming = Incoming::of(&self.files, self.nodes.len());
    }
}

/// The files that have one of the words.
fn with_names(analysis: &Analysis, names: &HashSet<u32>) -> Vec<FileId> {
    if names.is_empty() {
        return Vec::new();
    }
    let has = |&file: &FileId| {
        let words = queries::words(&analysis.db, analysis.source(file));
        names.iter().any(|&name| words.contains_hash(name))
    };
    analysis.files().filter(has).collect()
}

/// The names by which imports may call a file.
pub(super) fn module_names(path: &str) -> Vec<u32> {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    stem.rsplit('/').take(2).map(hash).collect()
}
