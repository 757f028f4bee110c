//! Indexes of what is written for people, made when somebody asks and kept for the next question: what changed since is taken in then. Never does:
//! watch anything, or keep texts.

use std::path::Path;
use std::time::{Duration, Instant};

use super::commits::Commits;
use super::discussions::Discussions;
use super::docs::Docs;
use crate::Place;
use crate::index::Table;

/// The indexes of one tree.
pub(crate) struct Kept {
    table: Table,
    commits: Option<Commits>,
    docs: Option<Docs>,
    discussions: Option<Discussions>,
    used: Instant,
}

impl Kept {
    /// Nothing yet, of the tree below a root.
    pub(crate) fn new(root: &Path) -> Self {
        let table = Table::of(root);
        Self { table, commits: None, docs: None, discussions: None, used: Instant::now() }
    }

    /// The table that documents are made with.
    pub(crate) fn table(&self) -> &Table {
        &self.table
    }

    pub(super) fn commits(&mut self) -> &mut Commits {
        self.used = Instant::now();
        self.commits.get_or_insert_with(|| Commits::new(&self.table))
    }

    /// As they are on disk now.
    pub(super) fn docs(&mut self, place: &Place) -> &mut Docs {
        self.used = Instant::now();
        let docs = self.docs.get_or_insert_with(|| Docs::new(&self.table));
        docs.read(place);
        docs
    }

    pub(super) fn discussions(&mut self) -> &mut Discussions {
        self.used = Instant::now();
        self.discussions.get_or_insert_with(|| Discussions::new(&self.table))
    }

    /// Lets go of everything where nobody has asked for so long.
    pub(crate) fn let_go(&mut self, after: Duration) {
        if self.used.elapsed() >= after {
            (self.commits, self.docs, self.discussions) = (None, None, None);
        }
    }
}
