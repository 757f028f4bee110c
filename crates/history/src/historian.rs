//! Many questions about one repository, one after another: what one of them read and found out serves the next. Never does:
//! answer otherwise than a single question would.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use backstory_syntax::{Language, LocalKey};

use crate::anchor::{Anchors, Spot};
use crate::change::{Change, Lineage};
use crate::error::{Error, Stop};
use crate::lineage::{HistoryQuery, Sources, start_node, walk};
use crate::objects::{Objects, Refreshed};
use crate::remembered::Remembered;
use crate::repository::Repository;

/// Answers questions about one repository one after another and keeps what earlier ones decoded, within bounds. All of them are
/// reached (some 300 MB) in a repository of half a million commits only; see `objects`, `lookups`, `anchor` and `remembered`.
/// For one thread: make one per thread.
pub struct Historian {
    repository: Repository,
    objects: Objects,
    anchors: Anchors,
    remembered: Remembered,
}

impl Historian {
    /// Opens the repository for one thread. Its symbol tables are shared with all clones of the repository.
    ///
    /// # Errors
    /// [`Error::Read`] where the list of a shallow clone's ends is damaged.
    pub fn new(repository: &Repository) -> Result<Self, Error> {
        Ok(Self {
            repository: repository.clone(),
            objects: Objects::new(repository)?,
            anchors: Anchors::default(),
            remembered: Remembered::new(),
        })
    }

    /// Walks the history of a symbol, as the free function [`crate::lineage`] does: the same answers, always.
    ///
    /// # Errors
    /// As those of [`crate::lineage`].
    pub fn lineage(
        &mut self,
        query: &HistoryQuery,
        interrupted: &AtomicBool,
        on_change: &mut dyn FnMut(&Change),
    ) -> Result<Lineage, Error> {
        self.refresh()?;
        let Self { repository, objects, anchors, .. } = self;
        walk(Sources { objects, anchors, tables: repository.tables() }, query, interrupted, on_change)
    }

    /// The lineage where memory or the store has it, without a walk over symbols. At most it looks for the commit that
    /// last changed the file, which takes longest where that was long ago, and gives up (`None`) when `interrupted`; what it
    /// read until then makes the next try quicker.
    ///
    /// # Errors
    /// As those of [`crate::lineage`].
    pub fn known(
        &mut self,
        query: &HistoryQuery,
        interrupted: &AtomicBool,
    ) -> Result<Option<Arc<Lineage>>, Error> {
        self.refresh()?;
        match self.anchored(query, interrupted)? {
            Anchored::At(query) => {
                Ok(self.remembered.get(&mut self.objects, self.repository.store(), &query))
            }
            Anchored::NoFile => Ok(Some(Arc::new(not_found()))),
            Anchored::Unknown => Ok(None),
        }
    }

    /// The lineage, from memory or the store where they have it; otherwise it is walked for, and kept if it is complete.
    ///
    /// # Errors
    /// As those of [`crate::lineage`].
    pub fn remembered(
        &mut self,
        query: &HistoryQuery,
        interrupted: &AtomicBool,
    ) -> Result<Arc<Lineage>, Error> {
        self.refresh()?;
        let anchored = match self.anchored(query, interrupted)? {
            Anchored::At(query) => query,
            Anchored::NoFile => return Ok(Arc::new(not_found())),
            // The walk meets the same obstacle, and says which.
            Anchored::Unknown => return Ok(Arc::new(self.lineage(query, interrupted, &mut |_| {})?)),
        };
        if let Some(known) = self.remembered.get(&mut self.objects, self.repository.store(), &anchored) {
            return Ok(known);
        }
        let lineage = Arc::new(self.lineage(&anchored, interrupted, &mut |_| {})?);
        self.remembered.put(&self.objects, self.repository.store(), &anchored, &lineage);
        Ok(lineage)
    }

    /// The names of the symbols in a file at a commit (a full hash), in source order; empty where the file is not there or in
    /// no supported language.
    ///
    /// # Errors
    /// [`Error::UnknownCommit`], and [`Error::Read`] where an object is missing or damaged.
    pub fn symbols_at(&mut self, commit: &str, path: &str) -> Result<Vec<LocalKey>, Error> {
        self.refresh()?;
        self.keys_at(commit, path).map_err(|stop| stop.into_error(|| format!("{path} at {commit}")))
    }

    fn keys_at(&mut self, commit: &str, path: &str) -> Result<Vec<LocalKey>, Stop> {
        let Some(language) = Language::of_path(path) else { return Ok(Vec::new()) };
        let node = start_node(&mut self.objects, commit)?;
        let Some(blob) = self.objects.blob_at(node.tree, path)? else { return Ok(Vec::new()) };
        let table = self.repository.tables().get(&*self.objects.file(blob)?, language);
        let keys = table.symbols.iter().map(|symbol| symbol.key.clone());
        Ok(keys.filter(|key| *key != LocalKey::file()).collect())
    }

    /// The same question, asked at the anchor of its file.
    fn anchored(&mut self, query: &HistoryQuery, interrupted: &AtomicBool) -> Result<Anchored, Error> {
        match self.find_anchor(query, interrupted) {
            Ok(anchored) => Ok(anchored),
            Err(Stop::Interrupted | Stop::Missing(_)) => Ok(Anchored::Unknown),
            Err(Stop::Failed(error)) => Err(error),
        }
    }

    fn find_anchor(&mut self, query: &HistoryQuery, interrupted: &AtomicBool) -> Result<Anchored, Stop> {
        let node = start_node(&mut self.objects, &query.at)?;
        if Language::of_path(&query.path).is_none() {
            return Ok(Anchored::NoFile);
        }
        let Some(blob) = self.objects.blob_at(node.tree, &query.path)? else { return Ok(Anchored::NoFile) };
        let spot = Spot { path: &query.path, blob };
        let store = Some(self.repository.store());
        let anchor = self.anchors.find(&mut self.objects, store, &node, spot, interrupted)?;
        Ok(Anchored::At(HistoryQuery { at: anchor.id.to_string(), ..query.clone() }))
    }

    fn refresh(&mut self) -> Result<(), Error> {
        if self.objects.refresh()? == Refreshed::Forgotten {
            self.anchors = Anchors::default();
            self.remembered.forget();
        }
        Ok(())
    }
}

/// What came of looking for a question's anchor.
enum Anchored {
    At(HistoryQuery),
    /// At the commit there is no file of a supported language at the path.
    NoFile,
    /// The search was interrupted, or came to a commit or tree that is not in the repository.
    Unknown,
}

fn not_found() -> Lineage {
    Lineage { complete: true, ..Lineage::default() }
}
