//! Writing a refactoring: all files or none. What is not edited stays byte for byte, what is no UTF-8 too, and so do line ends, marks of
//! encodings and the modes of files. Never does: write over what somebody has changed meanwhile.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use backstory_ide::refactor::{Edit, FileChange};
use serde::Serialize;

use super::Refactored;
use crate::Error;

/// What was written.
#[derive(Debug, Serialize)]
pub struct Applied {
    /// Paths of edited and new files, relative to the root.
    pub written: Vec<String>,
    /// Old and new paths.
    pub renamed: Vec<(String, String)>,
}

/// A file on both sides, as bytes.
pub(super) struct Rewritten {
    pub path: String,
    pub before: Vec<u8>,
    pub after: Vec<u8>,
}

impl Refactored {
    /// The edited files as they are and as they would be.
    ///
    /// # Errors
    /// [`Error::Changed`] where a file is no longer the one that was looked at, [`Error::Read`] where it can't be read.
    pub(super) fn rewritten(&self, root: &Path) -> Result<Vec<Rewritten>, Error> {
        let mut all = Vec::new();
        for file in &self.edits {
            let full = root.join(&file.path);
            let before = fs::read(&full).map_err(|source| Error::Read { path: full.clone(), source })?;
            let text = String::from_utf8_lossy(&before);
            let is_same = self.texts.iter().any(|(path, known)| *path == file.path && *known == text);
            if !is_same {
                return Err(Error::Changed(full));
            }
            let after = edited(&before, &file.edits);
            all.push(Rewritten { path: file.path.clone(), before, after });
        }
        Ok(all)
    }

    /// Writes it. Where something fails, what was written already is taken back.
    ///
    /// # Errors
    /// [`Error::Changed`] where a file is no longer the one that was looked at, [`Error::Read`] and [`Error::Write`]. Nothing is changed then.
    pub fn apply(&self, root: &Path) -> Result<Applied, Error> {
        let rewritten = self.rewritten(root)?;
        for change in &self.files {
            let (FileChange::Create { path: new, .. } | FileChange::Rename { to: new, .. }) = change;
            let full = root.join(new);
            if fs::symlink_metadata(&full).is_ok() {
                let source = io::Error::from(io::ErrorKind::AlreadyExists);
                return Err(Error::Write { path: full, source });
            }
        }
        let mut done = Vec::new();
        match self.write(root, &rewritten, &mut done) {
            Ok(()) => Ok(self.applied(&rewritten)),
            Err(error) => {
                take_back(done);
                Err(error)
            }
        }
    }

    fn write(&self, root: &Path, rewritten: &[Rewritten], done: &mut Vec<Done>) -> Result<(), Error> {
        for file in rewritten {
            let full = root.join(&file.path);
            replace(&full, &file.after).map_err(|source| Error::Write { path: full.clone(), source })?;
            done.push(Done::Written { path: full, before: file.before.clone() });
        }
        for change in &self.files {
            match change {
                FileChange::Create { path, text } => {
                    let full = root.join(path);
                    create(&full, text).map_err(|source| Error::Write { path: full.clone(), source })?;
                    done.push(Done::Created(full));
                }
                FileChange::Rename { from, to } => {
                    let (from, to) = (root.join(from), root.join(to));
                    fs::rename(&from, &to).map_err(|source| Error::Write { path: to.clone(), source })?;
                    done.push(Done::Renamed { from, to });
                }
            }
        }
        Ok(())
    }

    fn applied(&self, rewritten: &[Rewritten]) -> Applied {
        let mut applied = Applied {
            written: rewritten.iter().map(|file| file.path.clone()).collect(),
            renamed: Vec::new(),
        };
        for change in &self.files {
            match change {
                FileChange::Create { path, .. } => applied.written.push(path.clone()),
                FileChange::Rename { from, to } => applied.renamed.push((from.clone(), to.clone())),
            }
        }
        applied
    }
}

/// A step that can be taken back.
enum Done {
    Written { path: PathBuf, before: Vec<u8> },
    Created(PathBuf),
    Renamed { from: PathBuf, to: PathBuf },
}

fn take_back(done: Vec<Done>) {
    for step in done.into_iter().rev() {
        let (path, result) = match step {
            Done::Written { path, before } => {
                let result = replace(&path, &before);
                (path, result)
            }
            Done::Created(path) => {
                let result = fs::remove_file(&path);
                (path, result)
            }
            Done::Renamed { from, to } => {
                let result = fs::rename(&to, &from);
                (to, result)
            }
        };
        if let Err(error) = result {
            tracing::error!("{} could not be put back as it was: {error}", path.display());
        }
    }
}

/// Puts new content in the place of a file in one step, with the mode that it has.
fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let mode = fs::metadata(path)?.permissions();
    if mode.readonly() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}.backstory", std::process::id()));
    let written = write_new(&beside, content, mode).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // It may never have come into being.
        let _ = fs::remove_file(&beside);
    }
    written
}

fn write_new(path: &Path, content: &[u8], mode: fs::Permissions) -> io::Result<()> {
    let mut file = fs::File::create_new(path)?;
    file.write_all(content)?;
    file.set_permissions(mode)?;
    file.sync_all()
}

fn create(path: &Path, text: &str) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    let mut file = fs::File::create_new(path)?;
    file.write_all(text.as_bytes())
}

/// Bytes after some edits whose offsets are of the bytes' text, in which each piece that is no UTF-8 is one replacement character.
fn edited(content: &[u8], edits: &[Edit]) -> Vec<u8> {
    let offsets = Offsets::of(content);
    let mut new = Vec::with_capacity(content.len());
    let mut from = 0;
    for edit in edits {
        new.extend_from_slice(&content[from..offsets.byte(edit.span.start)]);
        new.extend_from_slice(edit.text.as_bytes());
        from = offsets.byte(edit.span.end);
    }
    new.extend_from_slice(&content[from..]);
    new
}

/// From offsets in a text with replacement characters to offsets in the bytes that it was made of.
struct Offsets(Vec<(usize, usize)>);

impl Offsets {
    /// Where the text goes on behind each replacement character: there, and in the bytes.
    fn of(content: &[u8]) -> Self {
        let mut behind = vec![(0, 0)];
        let (mut text, mut bytes) = (0, 0);
        for chunk in content.utf8_chunks() {
            text += chunk.valid().len();
            bytes += chunk.valid().len() + chunk.invalid().len();
            if !chunk.invalid().is_empty() {
                text += char::REPLACEMENT_CHARACTER.len_utf8();
                behind.push((text, bytes));
            }
        }
        Self(behind)
    }

    fn byte(&self, at: u32) -> usize {
        let at = at as usize;
        let (text, bytes) = self.0[self.0.partition_point(|&(text, _)| text <= at) - 1];
        bytes + (at - text)
    }
}

#[cfg(test)]
mod tests {
    use backstory_ide::refactor::{Edit, Mark};
    use backstory_syntax::Span;

    use super::edited;

    #[test]
    fn what_is_no_text_stays_byte_for_byte() {
        let content = b"a\xff\xfe = 1\r\nname = '\xe9'\r\nname";
        let text = String::from_utf8_lossy(content);
        let edits: Vec<Edit> = text
            .match_indices("name")
            .map(|(at, name)| {
                let span = Span { start: at as u32, end: (at + name.len()) as u32 };
                Edit { span, text: "n".to_owned(), mark: Mark::Certain }
            })
            .collect();
        assert_eq!(edited(content, &edits), b"a\xff\xfe = 1\r\nn = '\xe9'\r\nn");
        assert_eq!(edited(content, &[]), content);
    }
}
