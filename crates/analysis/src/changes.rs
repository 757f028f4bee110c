//! What changes in the present tree: files come, are edited and go. Each change makes running questions unwind and waits for
//! their snapshots to be dropped; no snapshot sees half of a change. Never does: decide what is worth asking again (salsa does).

use std::sync::Arc;
use std::time::{Duration, Instant};

use backstory_syntax::{FileFacts, Parsed, parse};
use salsa::{Database as _, Setter};

use crate::database::{AT_REST, Analysis, FileId, Hint, Package, Source, SourceFile, UNDER_EDIT};
use crate::queries;

/// Texts of up to this many bytes are parsed at once when their editing begins (about 40 ms). Larger ones wait for
/// [`Analysis::settle`], and are parsed in full by whoever asks until then.
const PARSED_AT_ONCE: usize = 256 << 10;

/// How long parsing may take between a keystroke and the next answer. A text that does not parse takes longer when it is large: then
/// the tree before is moved to where things stand now, until the text is left alone and [`Analysis::settle`] comes.
const KEYSTROKE: Duration = Duration::from_millis(5);

/// The same where the tree before has only been moved: the text was broken a moment ago, and most likely still is.
const STILL_BROKEN: Duration = Duration::from_millis(2);

fn parsed_from(tree: &Parsed, old: &str, text: &str) -> Parsed {
    let began = Instant::now();
    let limit = if tree.is_moved() { STILL_BROKEN } else { KEYSTROKE };
    let parsed = tree.reparse_unless(old, text, &mut || began.elapsed() >= limit);
    parsed.unwrap_or_else(|| tree.moved(old, text))
}

/// The code of so many files is kept while nobody asks anything.
const KEPT: usize = 512;

impl Analysis {
    /// Lets go of the code of all files but those used last. It is made anew when it is needed, so this is for when nobody asks
    /// anything: like a change it interrupts the questions that are asked of snapshots.
    pub fn let_go(&mut self) {
        queries::let_go_of_code(&mut self.db, KEPT);
    }

    /// Adds files, or replaces the text of those whose path is known; removed ones come back. Where nothing differs, nothing
    /// changes. Returns the files in the order in which they were given.
    pub fn insert(&mut self, sources: Vec<Source>) -> Vec<FileId> {
        let mut files = self.workspace.files(&self.db).to_vec();
        let known = files.len();
        let mut has_come = false;
        let mut ids = Vec::with_capacity(sources.len());
        for source in sources {
            let new = FileId(files.len() as u32);
            let id = self.directory.by_path.get(&source.path).copied().unwrap_or(new);
            ids.push(id);
            if id == new {
                Arc::make_mut(&mut self.directory).by_path.insert(source.path.clone(), id);
                files.push(SourceFile::from_source(&self.db, source));
            } else {
                has_come |= self.replace(files[id.0 as usize], source);
            }
        }
        if files.len() > known {
            self.workspace.set_files(&mut self.db).to(files);
            has_come = true;
        }
        if has_come {
            self.list();
        }
        ids
    }

    /// Says whether the file comes back by this.
    fn replace(&mut self, file: SourceFile, source: Source) -> bool {
        let comes_back = !file.present(&self.db);
        if comes_back || *file.text(&self.db) != source.text {
            let hint = source.facts.map_or(Hint::None, Hint::Facts);
            file.set_hint(&mut self.db).with_durability(AT_REST).to(hint);
            file.set_text(&mut self.db).with_durability(AT_REST).to(source.text);
        }
        if comes_back {
            file.set_present(&mut self.db).to(true);
        }
        comes_back
    }

    /// Forgets files: [`file`](Analysis::file), [`files`](Analysis::files) and every question no longer know them, and what was
    /// derived from them is dropped. Their ids stay taken.
    pub fn remove(&mut self, files: &[FileId]) {
        for file in files
            .iter()
            .map(|&file| self.source(file))
            .filter(|file| file.present(&self.db))
            .collect::<Vec<_>>()
        {
            file.set_present(&mut self.db).to(false);
            file.set_hint(&mut self.db).with_durability(AT_REST).to(Hint::None);
            file.set_text(&mut self.db).with_durability(AT_REST).to(Arc::default());
            // An answer is kept until the same question is asked again, which nobody else would do.
            queries::outline(&self.db, file);
            queries::words(&self.db, file);
        }
        self.list();
    }

    /// Takes note of which files are present.
    fn list(&mut self) {
        let files = self.workspace.files(&self.db).iter().zip((0..).map(FileId));
        let mut present: Vec<_> = files.filter(|(file, _)| file.present(&self.db)).collect();
        present.sort_by_key(|(file, _)| file.path(&self.db));
        let present = present.into_iter().map(|(_, id)| id).collect();
        Arc::make_mut(&mut self.directory).present = present;
    }

    /// Replaces the packages that manifests declare, if they differ.
    pub fn set_packages(&mut self, packages: Vec<Package>) {
        if self.workspace.packages(&self.db) != packages {
            self.workspace.set_packages(&mut self.db).to(packages);
        }
    }

    /// Replaces the text of a file, which ends an edit of it.
    pub fn set_text(&mut self, file: FileId, text: Arc<str>) {
        let source = self.source(file);
        source.set_hint(&mut self.db).with_durability(AT_REST).to(Hint::None);
        source.set_text(&mut self.db).with_durability(AT_REST).to(text);
    }

    /// Hands in facts of the file's present text from an earlier run. A file under edit has no use for them.
    pub fn set_facts(&mut self, file: FileId, facts: Arc<FileFacts>) {
        let source = self.source(file);
        if !matches!(source.hint(&self.db), Hint::Edited(_)) {
            source.set_hint(&mut self.db).with_durability(AT_REST).to(Hint::Facts(facts));
        }
    }

    /// Replaces the text of a file that is under edit from now on: its tree is kept, and the next one is parsed from it, until the
    /// file comes to [`rest`](Self::rest). Does nothing for a file that was removed.
    pub fn edit_text(&mut self, file: FileId, text: Arc<str>) {
        let source = self.source(file);
        let before = match source.hint(&self.db) {
            Hint::Edited(tree) => Some(tree.clone()),
            Hint::Facts(_) | Hint::None => None,
        };
        let old = Arc::clone(source.text(&self.db));
        if !source.present(&self.db) || (before.is_some() && old == text) {
            return;
        }
        // Readers have to go in any case; without them the parser has the processor for itself.
        self.db.trigger_cancellation();
        let tree = match before.flatten() {
            Some(tree) => Some(parsed_from(&tree, &old, &text)),
            None if text.len() <= PARSED_AT_ONCE => Some(parse(&text, source.language(&self.db)).kept()),
            None => None,
        };
        source.set_hint(&mut self.db).with_durability(UNDER_EDIT).to(Hint::Edited(tree));
        source.set_text(&mut self.db).with_durability(UNDER_EDIT).to(text);
    }

    /// The file is no longer under edit: its tree is dropped.
    pub fn rest(&mut self, file: FileId) {
        let source = self.source(file);
        if matches!(source.hint(&self.db), Hint::Edited(_)) {
            let text = Arc::clone(source.text(&self.db));
            self.set_text(file, text);
        }
    }

    /// Parses the present text of a file in full, for [`settle`](Self::settle). Asked of a snapshot, it unwinds where a writer
    /// waits.
    pub fn parse_in_full(&self, file: FileId) -> Parsed {
        let source = self.source(file);
        let text = source.text(&self.db);
        let parsed = queries::parse(&self.db, text, source.language(&self.db)).kept();
        // What they find is kept: it is wanted soon.
        queries::facts_of(&self.db, &parsed, text);
        parsed
    }

    /// Gives a file under edit the tree that [`parse_in_full`](Self::parse_in_full) made of exactly its present text, where its
    /// facts differ, the text has errors, or there is no tree yet: a tree that was parsed from another one may read broken code in
    /// another way, also where its facts are the same. Says whether the facts differed.
    pub fn settle(&mut self, file: FileId, parsed: Parsed) -> bool {
        let source = self.source(file);
        let Hint::Edited(tree) = source.hint(&self.db) else { return false };
        let differs = tree.is_some() && *self.facts(file) != parsed.facts(source.text(&self.db));
        let may_differ = tree.as_ref().is_none_or(|tree| tree.has_error() || tree.is_moved());
        if differs || may_differ || parsed.has_error() {
            source.set_hint(&mut self.db).with_durability(UNDER_EDIT).to(Hint::Edited(Some(parsed)));
        }
        differs
    }
}
