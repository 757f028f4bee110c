//! Commits that people have listed as noise for blame: `.git-blame-ignore-revs` and `blame.ignoreRevsFile`. Never does: judge a
//! commit by itself.

use std::fs;
use std::path::{Path, PathBuf};

use gix::ObjectId;
use gix::bstr::{BString, ByteSlice};

/// Where forges and editors look for the list, at the root; git itself only where the configuration names it.
const LIST: &str = ".git-blame-ignore-revs";

/// The commits listed as noise in a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct IgnoredRevs {
    /// Sorted, each once.
    commits: Vec<ObjectId>,
}

impl IgnoredRevs {
    /// Reads the lists as they are now: that of the work tree's root (of `HEAD` in a bare repository), and those that
    /// `blame.ignoreRevsFile` names. One that can't be read is empty.
    pub(crate) fn read(git: &gix::Repository) -> Self {
        let mut commits = Vec::new();
        if let Some(text) = own_list(git) {
            commits.extend(listed(&text));
        }
        for path in configured_lists(git) {
            if let Ok(text) = fs::read(path) {
                commits.extend(listed(&text));
            }
        }
        commits.sort_unstable();
        commits.dedup();
        Self { commits }
    }

    pub(crate) fn contains(&self, commit: ObjectId) -> bool {
        self.commits.binary_search(&commit).is_ok()
    }
}

fn own_list(git: &gix::Repository) -> Option<Vec<u8>> {
    match git.workdir() {
        Some(root) => read_own(&root.join(LIST)),
        None => {
            let id = git.rev_parse_single(format!("HEAD:{LIST}").as_str()).ok()?;
            Some(id.object().ok()?.try_into_blob().ok()?.take_data())
        }
    }
}

/// Reads a regular file. A link may have come with a clone and lead anywhere, to a device that never ends too.
fn read_own(path: &Path) -> Option<Vec<u8>> {
    fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
    fs::read(path).ok()
}

/// Files that the user's or the repository's configuration names, relative ones from the root. An empty name drops those
/// before it.
fn configured_lists(git: &gix::Repository) -> Vec<PathBuf> {
    let names = git.config_snapshot().plumbing().strings("blame.ignoreRevsFile").unwrap_or_default();
    let kept = names.iter().rposition(|name| name.is_empty()).map_or(0, |last| last + 1);
    let root = git.workdir().unwrap_or_else(|| git.git_dir());
    names.into_iter().skip(kept).filter_map(|name| Some(root.join(expand(name)?))).collect()
}

/// `~/` in front is the user's home directory.
fn expand(name: BString) -> Option<PathBuf> {
    let home = gix::path::env::home_dir();
    let context = gix::config::path::interpolate::Context { home_dir: home.as_deref(), ..Default::default() };
    gix::config::Path::from(name).interpolate(context).ok()
}

/// The full hashes of a list, one a line; `#` begins a comment. Lines that hold anything else, abbreviated hashes too, name no
/// commit.
fn listed(text: &[u8]) -> impl Iterator<Item = ObjectId> {
    text.lines().filter_map(|line| {
        let hash = line.split(|&byte| byte == b'#').next().unwrap_or_default();
        ObjectId::from_hex(hash.trim()).ok()
    })
}
