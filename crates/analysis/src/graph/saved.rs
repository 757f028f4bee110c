//! A graph for the next run: files by their paths and the hashes of their texts, so that those which are still the same need not be resolved
//! again. Never does: hold texts, or trust anything that a text does not answer for.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::interface::Interface;
use super::refresh::module_names;
use super::{Drawn, Graph, Incoming, NodeId, Nodes, Packed, Role};
use crate::database::{Analysis, FileId, Package};

/// What a graph says, without the texts that it is of. Hashes and numbers are those of the program that made it: another version of the
/// program, or of the compiler, must not read it.
#[derive(Serialize, Deserialize)]
pub struct Saved {
    /// Sorted by path.
    files: Vec<File>,
    packages: Vec<Package>,
}

#[derive(Serialize, Deserialize)]
struct File {
    path: String,
    /// Of the text (64 bits).
    text: u64,
    /// The hashes of the keys of its nodes. Nodes are numbered through, file by file, in this order.
    keys: Vec<u64>,
    edges: Vec<(u32, u32)>,
    /// Indices of files.
    imports: Vec<u32>,
    /// Sorted by node.
    roles: Vec<(u32, Role)>,
    interface: Interface,
}

impl Saved {
    /// What a graph says, with the path and the text of each of its files.
    pub(super) fn of<'a>(graph: &Graph, known: impl Fn(FileId) -> (&'a str, &'a str)) -> Self {
        let files = (0..graph.files.len() as u32).map(FileId);
        let mut drawn: Vec<(FileId, &Drawn)> =
            files.zip(&graph.files).filter_map(|(file, drawn)| Some((file, drawn.as_deref()?))).collect();
        drawn.sort_by_key(|&(file, _)| known(file).0);
        let mut places = vec![None; graph.files.len()];
        let mut numbers = vec![None; graph.nodes.len()];
        let mut count = 0;
        for (&(file, _), at) in drawn.iter().zip(0u32..) {
            places[file.index()] = Some(at);
            for (_, node) in graph.nodes.keyed(file) {
                numbers[node.index()] = Some(NodeId(count));
                count += 1;
            }
        }
        let number = |node: NodeId| numbers[node.index()];
        let saved = |&(file, drawn): &(FileId, &Drawn)| {
            let (path, text) = known(file);
            let edge = |&(from, to): &(NodeId, Packed)| {
                Some((number(from)?.0, to.to_node(number(to.edge().node)?).0))
            };
            let role = |&(of, role): &(NodeId, Role)| Some((number(of)?.0, role));
            let mut roles: Vec<_> = drawn.roles.iter().filter_map(role).collect();
            roles.sort_unstable();
            File {
                path: path.to_owned(),
                text: hash(text),
                keys: graph.nodes.keyed(file).map(|(hash, _)| hash).collect(),
                edges: drawn.edges.iter().filter_map(edge).collect(),
                imports: drawn.imports.iter().filter_map(|file| places[file.index()]).collect(),
                roles,
                interface: drawn.interface.clone(),
            }
        };
        Self { files: drawn.iter().map(saved).collect(), packages: graph.packages.clone() }
    }

    /// Whether it knows a file with this very text.
    pub(super) fn has(&self, path: &str, text: &str) -> bool {
        let at = self.files.binary_search_by(|file| file.path.as_str().cmp(path));
        at.is_ok_and(|at| self.files[at].text == hash(text))
    }

    /// The graph, up to date but for the files that are new or have other texts, and the names of what has gone.
    pub(super) fn restored(&self, analysis: &Analysis) -> (Graph, HashSet<u32>) {
        let present: Vec<Option<FileId>> = self.files.iter().map(|file| analysis.file(&file.path)).collect();
        let mut graph = Graph {
            files: vec![None; analysis.workspace.files(&analysis.db).len()],
            nodes: Nodes::default(),
            incoming: Incoming::default(),
            packages: self.packages.clone(),
        };
        let mut forgotten = HashSet::new();
        for (saved, &file) in self.files.iter().zip(&present) {
            graph.nodes.restore(file, &saved.keys);
            let Some(file) = file else {
                forgotten.extend(saved.interface.names());
                forgotten.extend(module_names(&saved.path));
                continue;
            };
            let text = analysis.shared_text(file);
            let text = (hash(&text) == saved.text).then_some(text);
            if text.is_some() {
                graph.nodes.update(file, Some(analysis.outline(file)));
            }
            graph.files[file.index()] = Some(Arc::new(saved.drawn(text, &present)));
        }
        graph.link();
        (graph, forgotten)
    }
}

impl File {
    fn drawn(&self, text: Option<Arc<str>>, present: &[Option<FileId>]) -> Drawn {
        let imported = |&at: &u32| present.get(at as usize).copied().flatten();
        Drawn {
            text,
            edges: self.edges.iter().map(|&(from, to)| (NodeId(from), Packed(to))).collect(),
            imports: self.imports.iter().filter_map(imported).collect(),
            roles: self.roles.iter().map(|&(of, role)| (NodeId(of), role)).collect(),
            interface: self.interface.clone(),
        }
    }
}

fn hash(text: &str) -> u64 {
    let mut state = DefaultHasher::new();
    text.hash(&mut state);
    state.finish()
}
