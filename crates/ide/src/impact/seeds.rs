//! What is asked about, as nodes of a graph. Never does: look at what depends on it.

use backstory_analysis::{Analysis, DefId, FileId, Graph, NodeId};
use backstory_syntax::Outline;

use crate::locate::Located;

/// The nodes of a symbol with all inside it, or of a file with all in it. A change of a class may be one of anything in it.
pub fn seeds(analysis: &Analysis, graph: &Graph, located: Located) -> Vec<NodeId> {
    let file = located.file();
    let outline = analysis.outline(file);
    let mut found: Vec<NodeId> = match located {
        Located::File(_) => graph.node_of_file(file).into_iter().collect(),
        Located::Symbol(id) => graph.node_of(analysis, id).into_iter().collect(),
    };
    let inside = outline.ids().filter(|&local| match located {
        Located::File(_) => true,
        Located::Symbol(id) => is_inside(outline, local, id),
    });
    found.extend(inside.filter_map(|local| graph.node_of(analysis, DefId { file, local })));
    found.sort_unstable();
    found.dedup();
    found
}

/// The nodes of several, each once.
pub fn seeds_of(
    analysis: &Analysis,
    graph: &Graph,
    located: impl IntoIterator<Item = Located>,
) -> Vec<NodeId> {
    let all = located.into_iter().flat_map(|located| seeds(analysis, graph, located));
    let mut nodes: Vec<NodeId> = all.collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}

fn is_inside(outline: &Outline, local: backstory_syntax::LocalId, id: DefId) -> bool {
    std::iter::successors(Some(local), |&at| outline.definition(at).parent).any(|at| at == id.local)
}

/// The files in which nodes are, each once.
pub fn files_of(graph: &Graph, nodes: &[NodeId]) -> Vec<FileId> {
    let mut files: Vec<FileId> = nodes.iter().filter_map(|&node| Some(graph.symbol(node)?.0)).collect();
    files.sort_unstable();
    files.dedup();
    files
}
