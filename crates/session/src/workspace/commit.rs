//! A commit's files as a tree: what [`super::load`] makes of the disk, made of a commit. Never does: look at the disk.

use backstory_analysis::{Analysis, Source};
use backstory_history::{CommittedFile, Repository, files_at};
use backstory_store::Store;
use backstory_syntax::Language;

use super::{Attention, FILE_LIMIT, MANIFEST, Tree, add_all_facts, declared, decode};

/// Reads all source files of a commit, a full hash. What a partial clone lacks is left out.
///
/// # Errors
/// As those of [`files_at`].
pub fn load_commit(repository: &Repository, commit: &str) -> Result<Analysis, backstory_history::Error> {
    Ok(tree_of(repository, commit)?.into_analysis())
}

/// Like [`load_commit`], with the facts that the cache holds; what it lacks is derived on all cores and stored.
///
/// # Errors
/// As [`load_commit`].
pub fn load_commit_with_facts(
    repository: &Repository,
    commit: &str,
    store: &Store,
) -> Result<Analysis, backstory_history::Error> {
    let mut tree = tree_of(repository, commit)?;
    add_all_facts(&mut tree.sources, store, Attention::none());
    Ok(tree.into_analysis())
}

fn tree_of(repository: &Repository, commit: &str) -> Result<Tree, backstory_history::Error> {
    let is_wanted = |path: &str| is_manifest(path) || Language::of_path(path).is_some();
    let mut tree = Tree::default();
    for file in files_at(repository, commit, &is_wanted)? {
        add(&mut tree, file);
    }
    Ok(tree)
}

fn add(tree: &mut Tree, file: CommittedFile) {
    let CommittedFile { path, content } = file;
    if is_manifest(&path) {
        tree.packages.extend(declared(&path, &String::from_utf8_lossy(&content)));
    } else if let Some(language) = Language::of_path(&path)
        && content.len() as u64 <= FILE_LIMIT
        && let Some(text) = decode(&content)
    {
        tree.sources.push(Source { path, language, text, facts: None });
    }
}

fn is_manifest(path: &str) -> bool {
    path.rsplit('/').next() == Some(MANIFEST)
}
