//! The texts of a comparison with their symbols. Never does: compare.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use backstory_syntax::Language;
use gix::ObjectId;

use super::Note;
use super::delta::After;
use crate::error::Stop;
use crate::objects::{File, Objects};
use crate::table::{TEXT_LIMIT, Table, TableCache};
use crate::version::Version;

/// One version of a file.
pub(crate) struct Text {
    pub path: String,
    pub language: Language,
    pub file: Rc<File>,
    pub table: Arc<Table>,
}

impl Text {
    pub(super) fn version(&self, symbol: usize) -> Version {
        Version::of(&self.path, self.language, &self.file.text, &self.table, symbol)
    }
}

/// Where a comparison reads from.
pub(crate) struct Texts<'a> {
    pub objects: &'a mut Objects,
    pub tables: &'a TableCache,
    pub interrupted: &'a AtomicBool,
    /// What could not be read so far.
    pub notes: Vec<Note>,
}

impl Texts<'_> {
    /// The older version of a file; `None`, with a note, where it can't be read for symbols.
    pub(super) fn before(&mut self, path: &str, blob: ObjectId) -> Result<Option<Text>, Stop> {
        self.after(path, &After::Blob(blob))
    }

    /// The newer version of a file.
    pub(super) fn after(&mut self, path: &str, content: &After) -> Result<Option<Text>, Stop> {
        if self.interrupted.load(Ordering::Relaxed) {
            return Err(Stop::Interrupted);
        }
        let Some(language) = Language::of_path(path) else { return Ok(None) };
        let file = match content {
            After::Gone => return Ok(None),
            After::Text(text) => {
                Rc::new(File::new(ObjectId::null(self.objects.git.object_hash()), text.to_string()))
            }
            After::Blob(blob) => match self.objects.file(*blob) {
                Ok(file) => file,
                Err(Stop::Missing(_)) => {
                    self.notes.push(Note::Unreadable { path: path.to_owned() });
                    return Ok(None);
                }
                Err(stop) => return Err(stop),
            },
        };
        if file.text.len() > TEXT_LIMIT {
            self.notes.push(Note::TooLarge { path: path.to_owned() });
            return Ok(None);
        }
        let table = match content {
            After::Text(text) => Arc::new(Table::of(text, language)),
            After::Gone | After::Blob(_) => self.tables.get_at(&file, language, Some(path)),
        };
        Ok(Some(Text { path: path.to_owned(), language, file, table }))
    }
}
