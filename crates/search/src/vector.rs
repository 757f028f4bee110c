//! Vectors that come and go, searched in whatever way suits how many there are: an exact scan, or a graph beside a scan of what
//! changed since it was built.
//!
//! The owner takes a [`Snapshot`] when [`VectorIndex::wants_graph`] says so, builds a graph of it on a thread of its own, and hands the
//! graph to [`VectorIndex::attach`]; until then the scan answers. Never trusts a graph that it hasn't checked, never starts a
//! thread.

use std::collections::HashSet;

use crate::coded::{self, Coded, CodedIndex};
use crate::graph::{Construction, GraphIndex};
use crate::{Hit, VectorError};

/// From this many vectors on a graph is wanted: about where, at a recall of .98, it may answer in half of the scan's time. So many were not
/// measured: `docs/search.md` has the figures below that this is drawn on from, and `benches/search.rs` makes them anew.
pub const CROSSOVER: usize = 200_000;

/// Points that a search in the graph keeps in view.
pub const BREADTH: usize = 256;

/// A graph that finds fewer of its own points than this share isn't used.
const RELIABLE: f32 = 0.99;

/// A new graph is wanted when one in this many vectors has changed since the last was built.
const DRIFT: usize = 7;

/// How an index finds its answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// By looking at every vector: never misses one.
    Exact,
    /// By following links between neighbours: may miss one.
    Graph,
}

/// Vectors by number.
pub struct VectorIndex {
    codes: CodedIndex,
    attached: Option<Attached>,
    /// Numbers the snapshots.
    edition: u64,
    /// What changed since the last snapshot; `None` while no graph is being built.
    pending: Option<HashSet<u32>>,
    crossover: usize,
}

/// A graph, and what it doesn't know.
struct Attached {
    graph: GraphIndex,
    /// Documents that came, changed or went since it was built: what it says of them is void.
    stale: HashSet<u32>,
    /// Those of them that are there.
    since: CodedIndex,
}

/// The vectors of an index at one moment, to build a graph of.
pub struct Snapshot {
    codes: CodedIndex,
    edition: u64,
}

/// A graph that passed its check, for the index that its snapshot was taken of.
pub struct Checked {
    graph: GraphIndex,
    edition: u64,
}

impl Snapshot {
    /// Links all vectors: seconds to a minute of one core. `None` where the graph doesn't find its own points.
    pub fn build(self) -> Option<Checked> {
        let graph = GraphIndex::build(&self.codes, Construction::default());
        (graph.self_retrieval(BREADTH) >= RELIABLE).then_some(Checked { graph, edition: self.edition })
    }
}

impl VectorIndex {
    /// An empty index of vectors with that many components, with room for a number of them.
    pub fn with_capacity(dimensions: usize, count: usize) -> Self {
        Self {
            codes: CodedIndex::with_capacity(dimensions, count),
            attached: None,
            edition: 0,
            pending: None,
            crossover: CROSSOVER,
        }
    }

    /// As it was made, but a graph is wanted from so many vectors on.
    #[must_use]
    pub fn with_crossover(self, crossover: usize) -> Self {
        Self { crossover, ..self }
    }

    /// How many documents can be found; vectors of zeros are not among them.
    pub fn len(&self) -> usize {
        self.codes.ids().len()
    }

    /// Whether there is nothing to find.
    pub fn is_empty(&self) -> bool {
        self.codes.ids().is_empty()
    }

    /// Adds a document, in place of the one that had its number.
    ///
    /// # Errors
    /// A vector of the wrong length or with a component that isn't finite; the index is then as it was.
    pub fn add(&mut self, id: u32, vector: &[f32]) -> Result<(), VectorError> {
        self.codes.add(id, vector)?;
        if let Some(attached) = &mut self.attached {
            attached.since.add(id, vector)?;
        }
        self.changed(id);
        Ok(())
    }

    /// Removes a document; nothing where it isn't there.
    pub fn remove(&mut self, id: u32) {
        self.codes.remove(id);
        if let Some(attached) = &mut self.attached {
            attached.since.remove(id);
        }
        self.changed(id);
    }

    fn changed(&mut self, id: u32) {
        let stale = self.attached.as_mut().map(|attached| &mut attached.stale);
        for changed in stale.into_iter().chain(&mut self.pending) {
            changed.insert(id);
        }
    }

    /// The `k` nearest documents, best first; fewer where there are fewer. `vector` gives the full vector of a document, of any length but
    /// zero, as it was added.
    ///
    /// # Errors
    /// A query, or a full vector, of the wrong length or with a component that isn't finite.
    pub fn search<V: AsRef<[f32]>>(
        &self,
        query: &[f32],
        k: usize,
        vector: impl Fn(u32) -> V,
    ) -> Result<Vec<Hit>, VectorError> {
        coded::nearest(
            query,
            self.codes.dimensions(),
            k,
            |query, count| self.candidates(query, count),
            vector,
        )
    }

    fn candidates(&self, query: Coded<'_>, count: usize) -> Vec<u32> {
        let Some(attached) = &self.attached else { return self.codes.candidates(query, count) };
        let mut candidates = attached.graph.candidates(query, BREADTH.max(count));
        candidates.retain(|id| !attached.stale.contains(id));
        candidates.extend(attached.since.candidates(query, count));
        candidates
    }

    /// How this index finds its answers.
    pub fn strategy(&self) -> Strategy {
        if self.attached.is_some() { Strategy::Graph } else { Strategy::Exact }
    }

    /// Whether it is worth its time to build a graph: there are many vectors, no graph is being built, and there is none or a
    /// seventh of the vectors have changed since it was.
    pub fn wants_graph(&self) -> bool {
        let is_outdated = |attached: &Attached| attached.stale.len() > self.len() / DRIFT;
        self.len() >= self.crossover
            && self.pending.is_none()
            && self.attached.as_ref().is_none_or(is_outdated)
    }

    /// The vectors as they are, to build a graph of. Snapshots before this one are void.
    pub fn snapshot(&mut self) -> Snapshot {
        self.edition += 1;
        self.pending = Some(HashSet::new());
        Snapshot { codes: self.codes.clone(), edition: self.edition }
    }

    /// Searches by this graph from now on. Says whether it does: not where the graph is of an earlier snapshot, or of another index.
    pub fn attach(&mut self, Checked { graph, edition }: Checked) -> bool {
        if edition != self.edition {
            return false;
        }
        let Some(stale) = self.pending.take() else { return false };
        let mut since = CodedIndex::with_capacity(self.codes.dimensions(), 0);
        for &id in &stale {
            if let Some(coded) = self.codes.coded(id) {
                since.add_coded(id, coded);
            }
        }
        self.attached = Some(Attached { graph, stale, since });
        true
    }
}
