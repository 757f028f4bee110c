//! What uses a symbol and what it uses, as signs. Never does: follow them further.

use backstory_analysis::{Analysis, DefId, Relation, used_by, uses};
use backstory_ide::related::Edge;

use super::unit;
use crate::explain::read_ahead;

/// Both ways, the surest first.
pub(super) struct Edges {
    pub dependants: Vec<(DefId, Edge)>,
    pub dependencies: Vec<(DefId, Edge)>,
}

impl Edges {
    pub(super) fn of(analysis: &Analysis, id: DefId) -> Self {
        read_ahead(analysis, id);
        Self {
            dependants: edges(analysis, id, used_by(analysis, id)),
            dependencies: edges(analysis, id, uses(analysis, id)),
        }
    }
}

/// The symbols that relations lead to, each once with its best edge.
fn edges(analysis: &Analysis, id: DefId, relations: Vec<Relation>) -> Vec<(DefId, Edge)> {
    let mut edges: Vec<(DefId, Edge)> = Vec::new();
    for relation in relations {
        let whole = relation.symbol.map(|local| DefId { file: relation.file, local });
        let Some(other) = whole.and_then(|other| unit(analysis, other)).filter(|other| *other != id) else {
            continue;
        };
        match edges.iter_mut().find(|(known, _)| *known == other) {
            Some((_, known)) => {
                known.confidence = known.confidence.min(relation.confidence);
                known.count += relation.count;
            }
            None => {
                edges.push((other, Edge { confidence: relation.confidence, count: relation.count }));
            }
        }
    }
    edges
}
