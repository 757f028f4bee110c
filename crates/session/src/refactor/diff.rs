//! A refactoring as a patch that `git apply` takes. Never does: write it.

use std::path::Path;

use backstory_history::patch::file_diff;
use backstory_ide::refactor::FileChange;

use super::Refactored;
use crate::Error;

impl Refactored {
    /// The unified diff, as bytes: files need be in no encoding.
    ///
    /// # Errors
    /// [`Error::Changed`] where a file is no longer the one that was looked at, [`Error::Read`] where it can't be read.
    pub fn diff(&self, root: &Path) -> Result<Vec<u8>, Error> {
        let mut patch = Vec::new();
        let mut moved: Vec<&FileChange> = self.files.iter().collect();
        for file in self.rewritten(root)? {
            let new = self.renamed(&file.path);
            moved.retain(|change| !matches!(change, FileChange::Rename { from, .. } if *from == file.path));
            patch.extend(file_diff(Some((&file.path, &file.before)), (&new, &file.after)));
        }
        for change in moved {
            match change {
                FileChange::Create { path, text } => patch.extend(file_diff(None, (path, text.as_bytes()))),
                FileChange::Rename { from, to } => {
                    for path in below(root, from) {
                        // What was edited has told of its new name.
                        if !self.edits.iter().any(|file| file.path == path) {
                            let new = format!("{to}{}", &path[from.len()..]);
                            patch.extend(file_diff(Some((&path, b"")), (&new, b"")));
                        }
                    }
                }
            }
        }
        Ok(patch)
    }

    /// The path that a file has afterwards.
    fn renamed(&self, path: &str) -> String {
        let changed = self.files.iter().find_map(|change| match change {
            FileChange::Rename { from, to } => {
                let rest = path.strip_prefix(from.as_str())?;
                (rest.is_empty() || rest.starts_with('/')).then(|| format!("{to}{rest}"))
            }
            FileChange::Create { .. } => None,
        });
        changed.unwrap_or_else(|| path.to_owned())
    }
}

/// A file, or all files of a directory, as paths relative to the root in their order.
fn below(root: &Path, path: &str) -> Vec<String> {
    let full = root.join(path);
    if !full.is_dir() {
        return vec![path.to_owned()];
    }
    let walk = crate::workspace::walk(root, &full).filter(crate::workspace::is_file);
    let mut found: Vec<String> =
        walk.filter_map(|entry| crate::workspace::relative(root, entry.path())).collect();
    found.sort_unstable();
    found
}
