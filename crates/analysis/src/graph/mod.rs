//! Who depends on whom in the whole workspace: for every symbol the symbols whose code names it, with how and how surely.
//!
//! A graph is made at once for all files, beside the database ([`Apart`]), because resolving every word keeps the code of every file,
//! which is ten times what the graph takes. It goes along with edits by [`Graph::refreshed`]: a file is drawn again where its own text
//! has changed, or where it has a word that now means something else to others ([`interface`]). Symbols are numbered by their
//! [`LocalKey`](backstory_syntax::LocalKey), not by their place, so that what other files hold of them outlives edits. No positions are
//! kept. The next run takes up what was [`Saved`]. Never does: follow edges further than one step.

mod apart;
mod drafting;
mod fixtures;
mod interface;
mod nodes;
mod overrides;
mod refresh;
mod roles;
mod saved;
mod uses;

use std::sync::Arc;

use crate::confidence::Confidence;
use crate::database::{Analysis, DefId, FileId};
use nodes::Nodes;

pub use apart::Apart;
pub use fixtures::{asks_for_fixtures, is_fixture};
pub use refresh::Refreshed;
pub use roles::{Role, has_tests, role_of};
pub use saved::Saved;
pub use uses::owner_in;

/// A symbol of a graph, or the top level of a file. It means the same in every graph that was refreshed from the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(crate) u32);

/// How one symbol depends on another, the closest dependence first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Use {
    /// It calls it, or makes an instance of it.
    Call,
    /// It stands for it in a subclass or an implementation of the trait.
    Override,
    /// What stands for it below may run in its place.
    Dispatch,
    /// It is a class below it, or implements or requires the trait.
    Inherit,
    /// It names it as a type.
    Type,
    /// It names it otherwise: passes it on, reads or assigns it.
    Mention,
    /// It imports it and lets others import it from there.
    Reexport,
    Import,
}

impl Use {
    const ALL: [Self; 8] = [
        Self::Call,
        Self::Override,
        Self::Dispatch,
        Self::Inherit,
        Self::Type,
        Self::Mention,
        Self::Reexport,
        Self::Import,
    ];

    /// The word for it in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Override => "override",
            Self::Dispatch => "dispatch",
            Self::Inherit => "inherit",
            Self::Type => "type",
            Self::Mention => "mention",
            Self::Reexport => "reexport",
            Self::Import => "import",
        }
    }
}

/// One end of a dependence, seen from the other one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    pub node: NodeId,
    pub how: Use,
    pub confidence: Confidence,
}

/// A dependence in 32 bits: the node, then how, then how surely.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Packed(u32);

/// Bits of the use and the confidence.
const BITS: u32 = 5;

impl Packed {
    fn new(edge: Edge) -> Self {
        Self(edge.node.0 << BITS | (edge.how as u32) << 2 | edge.confidence as u32)
    }

    /// The same dependence on another node.
    fn to_node(self, node: NodeId) -> Self {
        Self::new(Edge { node, ..self.edge() })
    }

    fn edge(self) -> Edge {
        let confidence = match self.0 & 3 {
            0 => Confidence::Exact,
            1 => Confidence::Inferred,
            _ => Confidence::ByName,
        };
        Edge { node: NodeId(self.0 >> BITS), how: Use::ALL[(self.0 >> 2 & 7) as usize], confidence }
    }
}

/// The dependences of a workspace as it was when the graph was made. A clone shares what it can.
#[derive(Clone, Debug)]
pub struct Graph {
    /// By [`FileId`]; none of files that were not present.
    files: Vec<Option<Arc<Drawn>>>,
    nodes: Nodes,
    incoming: Incoming,
    packages: Vec<crate::Package>,
}

/// What is known of a file.
#[derive(Debug)]
struct Drawn {
    /// The text that it was drawn from; `None` where that is none of the workspace's.
    text: Option<Arc<str>>,
    /// From whom, to whom.
    edges: Box<[(NodeId, Packed)]>,
    /// The files that its imports lead to.
    imports: Box<[FileId]>,
    /// Sorted by node.
    roles: Box<[(NodeId, Role)]>,
    interface: interface::Interface,
}

/// The edges by the node that they lead to: those of node `n` are `edges[starts[n]..starts[n + 1]]`.
#[derive(Clone, Debug, Default)]
struct Incoming {
    starts: Vec<u32>,
    edges: Vec<Packed>,
}

impl Incoming {
    fn of(files: &[Option<Arc<Drawn>>], nodes: usize) -> Self {
        let all = || files.iter().flatten().flat_map(|drawn| drawn.edges.iter().copied());
        let mut starts = vec![0u32; nodes + 1];
        for (_, to) in all() {
            starts[to.edge().node.0 as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut edges = vec![Packed(0); starts[nodes] as usize];
        for (from, to) in all() {
            let Edge { node, how, confidence } = to.edge();
            let at = &mut next[node.0 as usize];
            edges[*at as usize] = Packed::new(Edge { node: from, how, confidence });
            *at += 1;
        }
        Self { starts, edges }
    }
}

impl Graph {
    /// What depends on a node directly, in the order of files.
    pub fn dependants(&self, node: NodeId) -> impl Iterator<Item = Edge> + '_ {
        let starts = &self.incoming.starts;
        let at = node.0 as usize;
        let range = match (starts.get(at), starts.get(at + 1)) {
            (Some(&start), Some(&end)) => start as usize..end as usize,
            _ => 0..0,
        };
        self.incoming.edges[range].iter().map(|packed| packed.edge())
    }

    /// The node of a symbol, or of a symbol around it that stands for all in it; `None` where the graph does not have its file. The graph
    /// must be [current](Self::is_current): ids of definitions mean nothing beyond the text that they are of.
    pub fn node_of(&self, analysis: &Analysis, id: DefId) -> Option<NodeId> {
        let owner = owner_in(analysis.outline(id.file), id.local);
        self.nodes.of(id.file, Some(owner))
    }

    /// The node of a file's top level.
    pub fn node_of_file(&self, file: FileId) -> Option<NodeId> {
        self.nodes.of(file, None)
    }

    /// What a node is: a symbol, or the top level of a file. `None` where it has gone.
    pub fn symbol(&self, node: NodeId) -> Option<(FileId, Option<backstory_syntax::LocalId>)> {
        self.nodes.get(node)
    }

    /// How many nodes there are, those that have gone included: each has a smaller index.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.nodes.len() == 0
    }

    /// How many dependences there are.
    pub fn edges(&self) -> usize {
        self.incoming.edges.len()
    }

    /// The files that a file's imports lead to.
    pub fn imports_of(&self, file: FileId) -> &[FileId] {
        self.files.get(file.index()).and_then(Option::as_ref).map_or(&[], |drawn| &drawn.imports)
    }

    /// What a test framework makes of a node.
    pub fn role(&self, node: NodeId) -> Option<Role> {
        let (file, _) = self.symbol(node)?;
        let roles = &self.files.get(file.index())?.as_ref()?.roles;
        roles.binary_search_by_key(&node, |&(of, _)| of).ok().map(|at| roles[at].1)
    }

    /// What a test framework makes of the definitions of a file.
    pub fn roles_in(&self, file: FileId) -> &[(NodeId, Role)] {
        self.files.get(file.index()).and_then(Option::as_ref).map_or(&[], |drawn| &drawn.roles)
    }

    /// About how many bytes the graph takes, texts not counted: those are the workspace's.
    pub fn size(&self) -> usize {
        let files = self.files.iter().flatten();
        let drawn = files.map(|it| {
            it.edges.len() * 8 + it.imports.len() * 4 + it.roles.len() * 8 + it.interface.size() + 96
        });
        drawn.sum::<usize>()
            + self.nodes.size()
            + self.incoming.starts.len() * 4
            + self.incoming.edges.len() * 4
    }
}

impl NodeId {
    /// As an index below [`Graph::len`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

#[cfg(test)]
mod tests {
    use super::{Edge, NodeId, Packed, Use};
    use crate::Confidence;

    #[test]
    fn an_edge_survives_packing() {
        for how in Use::ALL {
            for confidence in [Confidence::Exact, Confidence::Inferred, Confidence::ByName] {
                let edge = Edge { node: NodeId(123_456), how, confidence };
                assert_eq!(Packed::new(edge).edge(), edge);
            }
        }
    }
}
