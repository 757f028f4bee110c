//! Where a question is asked: the repository or directory around it, and what it means there. Never does: look into files.

use std::path::{Path, PathBuf};

use backstory_history::Repository;
use backstory_ide::locate::Target;
use backstory_ide::symbol::SymbolInfo;
use backstory_store::Store;

use crate::Error;
use crate::workspace::relative;

/// A work tree with its repository, if there is one.
pub struct Place {
    /// The root of the work tree; without a repository the directory that was asked about, in a bare one the repository itself.
    pub root: PathBuf,
    pub repository: Option<Repository>,
}

impl Place {
    /// The place around a directory.
    ///
    /// # Errors
    /// [`Error::Bare`] where there is a repository without files, [`Error::History`] where git would refuse it.
    pub fn around(directory: &Path, store: &Store) -> Result<Self, Error> {
        let directory =
            directory.canonicalize().map_err(|source| Error::Read { path: directory.to_owned(), source })?;
        let Some(repository) = Repository::discover(&directory)? else {
            return Ok(Self { root: directory, repository: None });
        };
        let Some(root) = repository.workdir() else {
            return Err(Error::Bare(repository.git_dir().to_owned()));
        };
        let root = root.canonicalize().map_err(|source| Error::Read { path: root.to_owned(), source })?;
        Ok(Self { root, repository: Some(repository.with_store(store.clone())) })
    }

    /// What a person wrote as the thing to explain, and the place that it is in: `path[:line[:column]]` where such a file is
    /// there, a directory where it is written as a path (`src/`, `.`), otherwise a symbol of the place around the working directory.
    ///
    /// # Errors
    /// As [`Place::around`]; [`Error::NoSuchFile`] for what looks like a path.
    pub fn of(written: &str, store: &Store) -> Result<(Self, Target), Error> {
        let (path, line, column) = split(written);
        let file = Path::new(path);
        if file.is_file() {
            let full = file.canonicalize().map_err(|source| Error::Read { path: file.to_owned(), source })?;
            let mut place = Self::around(full.parent().unwrap_or(&full), store)?;
            if place.repository.is_none() {
                place.widen(&full);
            }
            let path = relative(&place.root, &full).unwrap_or_else(|| path.to_owned());
            return Ok((place, Target::Place { path, line, column }));
        }
        if (looks_like_a_path(path) || [".", ".."].contains(&path)) && file.is_dir() {
            let full = file.canonicalize().map_err(|source| Error::Read { path: file.to_owned(), source })?;
            let place = Self::around(&full, store)?;
            let path = relative(&place.root, &full).unwrap_or_else(|| path.to_owned());
            return Ok((place, Target::Directory { path }));
        }
        if looks_like_a_path(path) {
            return Err(Error::NoSuchFile(file.to_owned()));
        }
        Ok((Self::around(Path::new("."), store)?, Target::Name(written.to_owned())))
    }

    /// Without a repository to say where the tree begins, it is the directory in which one works, where that is around the file.
    fn widen(&mut self, file: &Path) {
        if let Ok(working) = Path::new(".").canonicalize()
            && file.starts_with(&working)
        {
            self.root = working;
        }
    }

    /// The place of a repository within this work tree (a submodule, or a clone of another one) that a file of the tree is in, and the
    /// same target there; `None` where the file is in this place's own repository.
    ///
    /// # Errors
    /// As [`Place::around`].
    pub(crate) fn within(
        &self,
        symbol: &SymbolInfo,
        target: &Target,
    ) -> Result<Option<(Self, Target)>, Error> {
        let Some(outer) = &self.repository else { return Ok(None) };
        let full = self.root.join(&symbol.path);
        let mut between = full.ancestors().skip(1).take_while(|directory| *directory != self.root);
        let Some(root) = between.find(|directory| directory.join(".git").exists()) else { return Ok(None) };
        // A directory of that name may be anything.
        let is_its_root = |repository: &Repository| repository.workdir() == Some(root);
        let Some(repository) = outer.neighbour(root)?.filter(is_its_root) else { return Ok(None) };
        let Some(path) = relative(root, &full) else { return Ok(None) };
        let (line, column) = match target {
            Target::Place { line, column, .. } => (*line, *column),
            Target::Name(_) => (Some(symbol.line), None),
            Target::Directory { .. } => (None, None),
        };
        let inner = Self { root: root.to_owned(), repository: Some(repository) };
        Ok(Some((inner, Target::Place { path, line, column })))
    }

    /// As [`Place::of`], where a commit's files are meant: the path need not be on disk, and a bare repository, whose paths are
    /// those of its commits, will do.
    ///
    /// # Errors
    /// [`Error::NoRepository`]; [`Error::History`] where git would refuse the repository; [`Error::NoSuchFile`] for a path
    /// outside of it.
    pub fn of_past(written: &str, store: &Store) -> Result<(Self, Target), Error> {
        let (path, line, column) = split(written);
        let file = Path::new(path);
        let is_path = looks_like_a_path(path) || file.is_file();
        let around = if is_path { file } else { Path::new(".") };
        let repository = Repository::discover(around)?.ok_or(Error::NoRepository)?;
        let target = if !is_path {
            Target::Name(written.to_owned())
        } else {
            let relative = match repository.workdir() {
                Some(_) => repository.relative(file),
                None => Some(path.to_owned()),
            };
            let path = relative.ok_or_else(|| Error::NoSuchFile(file.to_owned()))?;
            Target::Place { path, line, column }
        };
        let root = repository.workdir().unwrap_or(repository.git_dir()).to_owned();
        Ok((Self { root, repository: Some(repository.with_store(store.clone())) }, target))
    }
}

/// `path:12:5` in its parts; anything but numbers from 1 on after a colon belongs to the path.
fn split(written: &str) -> (&str, Option<u32>, Option<u32>) {
    let number = |text: &str| -> Option<u32> { text.parse().ok().filter(|&number| number > 0) };
    let last = |text| -> Option<(&str, u32)> {
        let (rest, digits) = str::rsplit_once(text, ':')?;
        Some((rest, number(digits)?))
    };
    match last(written) {
        None => (written, None, None),
        Some((rest, last_number)) => match last(rest) {
            Some((path, line)) => (path, Some(line), Some(last_number)),
            None => (rest, Some(last_number), None),
        },
    }
}

fn looks_like_a_path(written: &str) -> bool {
    let extension = Path::new(written).extension().and_then(|extension| extension.to_str());
    written.contains(['/', '\\']) || matches!(extension, Some("rs" | "py" | "pyi"))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn places_are_split_at_numbers_only() {
        assert_eq!(split("a.rs"), ("a.rs", None, None));
        assert_eq!(split("a.rs:3"), ("a.rs", Some(3), None));
        assert_eq!(split("a.rs:3:7"), ("a.rs", Some(3), Some(7)));
        assert_eq!(split("a.rs:0"), ("a.rs:0", None, None));
        assert_eq!(split("C:\\a.rs:3"), ("C:\\a.rs", Some(3), None));
        assert_eq!(split("Type::method"), ("Type::method", None, None));
    }
}
