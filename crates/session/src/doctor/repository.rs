//! The repository around a directory and the files in it. Never does: read history or a source file.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use backstory_history::{Error, Head, Repository};
use backstory_syntax::Language;

use super::{Check, Topic};
use crate::workspace::{relative, walk};

/// The hashes of a repository of the newer format are longer.
const SHA256_DIGITS: usize = 64;

/// So many files and directories are counted: who asks in a home directory wants no tour of it.
const COUNTED: usize = 300_000;

/// What is in a work tree, as far as git does not ignore it.
pub struct Tree {
    /// Files, by language.
    files: BTreeMap<Language, usize>,
    /// The root included.
    pub directories: usize,
    /// Whether there was more than was counted.
    cut: bool,
}

/// The repository, and the root of the tree that Backstory would read; none where it would refuse to.
pub fn repository(directory: &Path) -> (Option<PathBuf>, Check) {
    match Repository::discover(directory) {
        Ok(Some(repository)) => match repository.workdir() {
            Some(root) => (Some(root.to_owned()), of_repository(&repository, root)),
            None => (None, bare(&repository)),
        },
        Ok(None) => {
            let finding = format!("none around {}: there is no history to read", directory.display());
            let advice = "clone the project with git (`git clone URL`) and work there";
            (Some(directory.to_owned()), Check::warning(Topic::Repository, finding).advise(advice))
        }
        Err(Error::Untrusted { path }) => (None, untrusted(&path)),
        Err(error) => (None, broken(&error)),
    }
}

fn of_repository(repository: &Repository, root: &Path) -> Check {
    let head = match repository.head() {
        Ok(head) => head,
        Err(error) => return broken(&error),
    };
    let Some(commit) = &head.commit else {
        let finding = format!("{} has no commits yet", root.display());
        return Check::warning(Topic::Repository, finding)
            .advise("history begins with the first one (`git commit`)");
    };
    let finding = format!("{}, {}{}", root.display(), checked_out(&head, commit), format_of(commit));
    if repository.is_shallow() {
        let finding = format!("{finding}; a shallow clone, which has only the newest part of the history");
        return Check::warning(Topic::Repository, finding).advise("`git fetch --unshallow` brings the rest");
    }
    if is_partial(repository) {
        // Such a clone stays marked as one when it has everything, so this is no warning.
        let advice =
            "where explanations lack old versions, `git fetch --refetch --no-filter` brings them all";
        let finding = format!("{finding}; a partial clone");
        return Check::ok(Topic::Repository, finding).advise(advice);
    }
    Check::ok(Topic::Repository, finding)
}

/// Whether objects were left out when the repository was cloned, for git to fetch when it needs them. Backstory never does.
fn is_partial(repository: &Repository) -> bool {
    let packs = fs::read_dir(repository.common_dir().join("objects/pack")).into_iter().flatten().flatten();
    packs.into_iter().any(|pack| pack.path().extension().is_some_and(|it| it == "promisor"))
}

fn checked_out(head: &Head, commit: &str) -> String {
    let short = &commit[..7];
    match &head.name {
        Some(name) => format!("{name} at {short}"),
        None => format!("a detached HEAD at {short}"),
    }
}

fn format_of(commit: &str) -> &'static str {
    if commit.len() == SHA256_DIGITS { ", SHA-256" } else { "" }
}

fn bare(repository: &Repository) -> Check {
    let finding =
        format!("{} is a bare repository: it has no files to explain", repository.git_dir().display());
    Check::problem(Topic::Repository, finding)
        .advise("work in a clone or a worktree of it (`git worktree add PATH`)")
}

fn untrusted(path: &Path) -> Check {
    let path = path.display();
    let finding = format!("{path} belongs to another user, so git and Backstory do not read it");
    let advice = format!("if you trust it: git config --global --add safe.directory '{path}'");
    Check::problem(Topic::Repository, finding).advise(advice)
}

fn broken(error: &Error) -> Check {
    // These errors say themselves what to do.
    Check::problem(Topic::Repository, error.to_string())
}

/// Counts what is in a tree.
pub fn tree(root: &Path) -> Tree {
    let mut tree = Tree { files: BTreeMap::new(), directories: 0, cut: false };
    for (counted, entry) in walk(root, root).enumerate() {
        if counted == COUNTED {
            tree.cut = true;
            break;
        }
        let Some(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            tree.directories += 1;
        } else if kind.is_file()
            && let Some(language) = relative(root, entry.path()).and_then(|path| Language::of_path(&path))
        {
            *tree.files.entry(language).or_default() += 1;
        }
    }
    tree
}

/// How many files there are of each language.
pub fn sources(tree: &Tree) -> Check {
    let names: Vec<&str> = Language::ALL.iter().map(|language| language.grammar().name.as_str()).collect();
    if tree.files.is_empty() {
        let finding = format!("no {} files", names.join(" or "));
        return Check::warning(Topic::Sources, finding).advise("other languages are not read yet");
    }
    let counts: Vec<String> =
        tree.files.iter().map(|(language, count)| format!("{count} {}", language.grammar().name)).collect();
    let least = if tree.cut { "at least " } else { "" };
    Check::ok(Topic::Sources, format!("{least}{} files", counts.join(" and ")))
}
