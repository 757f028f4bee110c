//! Many questions about one repository, one after another: what one of them read and found out serves the next. Never does:
//! answer otherwise than a single question would.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use backstory_syntax::{Language, LocalKey};
use gix::ObjectId;

use crate::anchor::{Anchors, Spot};
use crate::change::{Change, Lineage};
use crate::error::{Error, Stop};
use crate::lineage::{HistoryQuery, Sources, start_node, walk};
use crate::linked::Links;
use crate::objects::{Objects, Refreshed};
use crate::remembered::{Remembered, STORE_KIND, entry, is_kept};
use crate::repository::Repository;
use crate::touch::TouchIndex;
use crate::unsaved::Committed;
use crate::whole::file_query;

/// Answers questions about one repository one after another and keeps what earlier ones decoded, within bounds. All of them are
/// reached (some 300 MB) in a repository of half a million commits only; see `objects`, `lookups`, `anchor` and `remembered`.
/// For one thread: make one per thread.
pub struct Historian {
    repository: Repository,
    objects: Objects,
    anchors: Anchors,
    remembered: Remembered,
    index: Option<Arc<TouchIndex>>,
    links: Option<Links>,
}

impl Historian {
    /// Opens the repository for one thread. Its symbol tables are shared with all clones of the repository.
    ///
    /// # Errors
    /// [`Error::Read`] where the list of a shallow clone's ends is damaged.
    pub fn new(repository: &Repository) -> Result<Self, Error> {
        let mut objects = Objects::new(repository)?;
        let index = repository.touch_index().get(&mut objects, repository.store());
        Ok(Self {
            repository: repository.clone(),
            objects,
            anchors: Anchors::new(index.clone()),
            remembered: Remembered::new(),
            index,
            links: None,
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
        self.look_from(&query.at);
        let Self { repository, objects, anchors, links, .. } = self;
        let (tables, links) = (repository.tables(), links.as_ref());
        let sources = Sources { objects, anchors, tables, links, known: None };
        walk(sources, query, interrupted, on_change)
    }

    /// Takes note of where a question looks back from.
    fn look_from(&mut self, at: &str) {
        let Some(index) = &self.index else { return self.links = None };
        let Ok(tip) = ObjectId::from_hex(at.as_bytes()) else { return self.links = None };
        if !self.links.as_ref().is_some_and(|links| links.is_of(index, tip)) {
            self.links = Links::new(Arc::clone(index), tip);
        }
    }

    /// A lineage with what other commits say of its changes, which is not remembered: the next commit may say more.
    fn linked(&mut self, at: &str, lineage: Arc<Lineage>) -> Arc<Lineage> {
        self.look_from(at);
        match &self.links {
            Some(links) => links.on(&mut self.objects, lineage),
            None => lineage,
        }
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
            Anchored::At(anchored) => {
                let known = self.remembered.get(&mut self.objects, self.repository.store(), &anchored);
                Ok(known.map(|lineage| self.linked(&query.at, lineage)))
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
            return Ok(self.linked(&query.at, known));
        }
        let lineage = Arc::new(self.read_anew(&anchored, interrupted)?);
        self.remembered.put(&self.objects, self.repository.store(), &anchored, &lineage);
        Ok(self.linked(&query.at, lineage))
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

    /// A file of a commit (a full hash), for comparing texts that are not committed with it; `None` where it is not there or in no
    /// supported language.
    ///
    /// # Errors
    /// As those of [`Historian::symbols_at`].
    pub fn committed(&mut self, commit: &str, path: &str) -> Result<Option<Committed>, Error> {
        self.refresh()?;
        self.find_committed(commit, path).map_err(|stop| stop.into_error(|| format!("{path} at {commit}")))
    }

    fn find_committed(&mut self, commit: &str, path: &str) -> Result<Option<Committed>, Stop> {
        let Some(language) = Language::of_path(path) else { return Ok(None) };
        let node = start_node(&mut self.objects, commit)?;
        let Some(blob) = self.objects.blob_at(node.tree, path)? else { return Ok(None) };
        let file = self.objects.file(blob)?;
        let table = self.repository.tables().get(&file, language);
        Ok(Some(Committed::new(path, language, file, table)))
    }

    /// The names of the symbols in a file, as [`Historian::symbols_at`] has them, with what was read about the commits so far.
    pub(crate) fn keys_at(&mut self, commit: &str, path: &str) -> Result<Vec<LocalKey>, Stop> {
        let Some(committed) = self.find_committed(commit, path)? else { return Ok(Vec::new()) };
        Ok(committed.keys().filter(|key| **key != LocalKey::file()).cloned().collect())
    }

    /// The question about a file as a whole, asked at its anchor; `None` where the commit has no such source file. Prepares
    /// for the questions about its symbols that follow.
    pub(crate) fn anchor_of(
        &mut self,
        at: &str,
        path: &str,
        interrupted: &AtomicBool,
    ) -> Result<Option<HistoryQuery>, Stop> {
        self.refresh()?;
        match self.find_anchor(&file_query(at, path), interrupted)? {
            Anchored::At(file) => Ok(Some(file)),
            Anchored::NoFile | Anchored::Unknown => Ok(None),
        }
    }

    /// Whether the store has all lineages of a file, asked about at its anchor.
    pub(crate) fn is_whole(&mut self, file: &HistoryQuery) -> bool {
        self.remembered.is_whole(self.repository.store(), file)
    }

    /// Takes note that the store has all lineages of a file; says whether the store took the note.
    pub(crate) fn note_whole(&mut self, file: &HistoryQuery) -> bool {
        self.remembered.note_whole(self.repository.store(), file)
    }

    /// Whether the store has a lineage, asked for at its anchor.
    pub(crate) fn is_kept(&self, anchored: &HistoryQuery) -> bool {
        is_kept(self.repository.store(), anchored)
    }

    /// Walks for a lineage at its anchor, on the ground of what the store has of older anchors.
    pub(crate) fn read_anew(
        &mut self,
        anchored: &HistoryQuery,
        interrupted: &AtomicBool,
    ) -> Result<Lineage, Error> {
        let Self { repository, objects, anchors, remembered, .. } = self;
        let known = Some((remembered, repository.store()));
        let sources = Sources { objects, anchors, tables: repository.tables(), links: None, known };
        walk(sources, anchored, interrupted, &mut |_| {})
    }

    /// What the store keeps of a lineage, for [`Historian::keep_all`].
    pub(crate) fn entry(&self, anchored: &HistoryQuery, lineage: &Lineage) -> Option<(Vec<u8>, Vec<u8>)> {
        entry(&self.objects, anchored, lineage)
    }

    /// Puts lineages into the store, in one transaction.
    pub(crate) fn keep_all(&self, entries: &[(Vec<u8>, Vec<u8>)]) {
        let entries = entries.iter().map(|(key, value)| (&key[..], &value[..]));
        self.repository.store().put_all(STORE_KIND, entries);
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
        let spot = Spot { path: &query.path, blob: Some(blob) };
        let anchor = self.anchors.find(&mut self.objects, &node, spot, interrupted)?;
        Ok(Anchored::At(HistoryQuery { at: anchor.id.to_string(), ..query.clone() }))
    }

    fn refresh(&mut self) -> Result<(), Error> {
        let refreshed = self.objects.refresh()?;
        let index = self.repository.touch_index().get(&mut self.objects, self.repository.store());
        self.index.clone_from(&index);
        match refreshed {
            Refreshed::Same => self.anchors.set_index(index),
            Refreshed::Forgotten => {
                self.anchors = Anchors::new(index);
                self.links = None;
                self.remembered.forget();
            }
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
