//! Finding and opening the git repository around a path. Never does: walk history.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use backstory_store::Store;
use gix::bstr::ByteSlice;
use gix::open::permissions::{Config, Environment};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Stop, read_error, reason};
use crate::lineage::start_node;
use crate::objects::Objects;
use crate::table::TableCache;
use crate::touch::SharedIndex;

/// Decoded objects that git's own part of a thread keeps, in bytes. It helps with trees that are compared; commits, look-ups
/// and texts are kept by `objects`.
const OBJECT_CACHE: usize = 16 << 20;

/// A git repository: cheap to clone, shared between threads. Clones share the symbol tables and the touch index read so
/// far.
#[derive(Clone)]
pub struct Repository {
    git: Arc<gix::ThreadSafeRepository>,
    common_dir: Arc<Path>,
    tables: Arc<TableCache>,
    touches: Arc<SharedIndex>,
    store: Store,
}

/// What is checked out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The branch without `refs/heads/`; `None` when detached.
    pub name: Option<String>,
    /// The full hash; `None` when the branch has no commit yet.
    pub commit: Option<String>,
}

/// What came of indexing up to a commit. The later ones say more about what is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Indexed {
    /// It has everything that leads up to the commit.
    Complete,
    /// A shallow clone, or one without all objects: there histories are walked, commit by commit.
    Impossible,
    /// It was stopped; what was done until then is kept.
    Interrupted,
}

impl Repository {
    /// Finds the repository that contains a file or directory, which need not exist. `None` where no directory above it is
    /// in a repository.
    ///
    /// The user's own git configuration counts, `GIT_*` environment variables don't: they speak of the process's working
    /// directory, not of the path.
    ///
    /// # Errors
    /// [`Error::Untrusted`] where git would refuse the repository, [`Error::Open`] where it is damaged or too new,
    /// [`Error::References`] where its references cannot be read.
    pub fn discover(path: &Path) -> Result<Option<Self>, Error> {
        let failed = |reason| Error::Open { path: path.to_owned(), reason };
        let start = std::path::absolute(path).map_err(|error| failed(error.to_string()))?;
        let Some(start) = start.ancestors().find(|ancestor| ancestor.is_dir()) else { return Ok(None) };
        let options = open_options();
        let options = gix::sec::trust::Mapping { full: options.clone(), reduced: options };
        match gix::ThreadSafeRepository::discover_opts(start, Default::default(), options) {
            Ok(git) => {
                check_references(&git)?;
                Ok(Some(Self::with_parts(Arc::new(git), Store::disabled())))
            }
            Err(error) if is_absence(&error) => Ok(None),
            Err(error) if is_distrust(&error) => Err(Error::Untrusted { path: repository_root(start) }),
            Err(error) => Err(failed(reason(&error))),
        }
    }

    /// The same repository with a cache on disk for its symbol tables and lineages. One with replaced objects (`git replace`) goes
    /// without: there a hash stands for another content than everywhere else.
    #[must_use]
    pub fn with_store(self, store: Store) -> Self {
        let store = if self.has_replaced_objects() { Store::disabled() } else { store };
        Self::with_parts(self.git, store)
    }

    fn has_replaced_objects(&self) -> bool {
        self.git.objects.replacements().next().is_some()
    }

    fn with_parts(git: Arc<gix::ThreadSafeRepository>, store: Store) -> Self {
        // A linked worktree names it by a path with `..` in it.
        let common_dir = git.common_dir.as_ref().map(|path| path.canonicalize().unwrap_or(path.clone()));
        let common_dir = common_dir.as_deref().unwrap_or_else(|| git.git_dir()).into();
        Self {
            git,
            common_dir,
            tables: Arc::new(TableCache::new(store.clone())),
            touches: Arc::default(),
            store,
        }
    }

    /// The root of the checked-out files; `None` for a bare repository.
    pub fn workdir(&self) -> Option<&Path> {
        self.git.work_dir()
    }

    /// The repository's own directory, private to a linked worktree.
    pub fn git_dir(&self) -> &Path {
        self.git.git_dir()
    }

    /// The directory shared by all worktrees (refs, objects): for the main one that of [`Repository::git_dir`]. In a linked
    /// worktree its links are resolved.
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// The path as git names it: relative to the root, with `/`. `None` for a path outside, or one that is not UTF-8.
    ///
    /// A symbolic link inside the repository keeps its own name; links on the way to the repository are followed.
    pub fn relative(&self, path: &Path) -> Option<String> {
        let workdir = self.workdir()?;
        let path = std::path::absolute(path).ok()?;
        let plain = !path.components().any(|component| component == Component::ParentDir);
        if plain && let Ok(relative) = path.strip_prefix(workdir) {
            return with_slashes(relative);
        }
        with_slashes(resolve_directory(&path)?.strip_prefix(workdir.canonicalize().ok()?).ok()?)
    }

    /// What is checked out.
    ///
    /// # Errors
    /// [`Error::Read`] where `HEAD` is damaged.
    pub fn head(&self) -> Result<Head, Error> {
        let git = self.local();
        let mut head = git.head().map_err(|error| read_error("HEAD", error))?;
        let name = head.referent_name().map(|name| name.shorten().to_str_lossy().into_owned());
        let commit = head.try_peel_to_id().map_err(|error| read_error("HEAD", error))?;
        Ok(Head { name, commit: commit.map(|id| id.to_string()) })
    }

    /// The commit that any revision which git understands names, as a full hash.
    ///
    /// # Errors
    /// [`Error::UnknownCommit`].
    pub fn resolve(&self, revision: &str) -> Result<String, Error> {
        Ok(peeled(&self.local(), revision)?.id.to_string())
    }

    /// The last commit that both of two (full hashes) have in their history; `None` where they have none, or where a shallow clone ends before it.
    pub fn merge_base(&self, one: &str, other: &str) -> Option<String> {
        let git = self.local();
        let id = |hash: &str| gix::ObjectId::from_hex(hash.as_bytes()).ok();
        git.merge_base(id(one)?, id(other)?).ok().flatten().map(|base| base.to_string())
    }

    /// Whom the configuration names as the author of new commits.
    pub fn user_name(&self) -> Option<String> {
        let git = self.local();
        let author = git.author()?.ok()?;
        Some(author.name.to_string())
    }

    /// Whether the clone holds only the newest part of the history.
    pub fn is_shallow(&self) -> bool {
        // An unreadable list of boundary commits is no list.
        self.local().is_shallow().unwrap_or(false)
    }

    /// The content of a file at a commit (any revision that git understands); `None` where there is no such file there.
    ///
    /// # Errors
    /// [`Error::UnknownCommit`], and [`Error::Read`] where an object is missing or damaged.
    pub fn file_at(&self, commit: &str, path: &str) -> Result<Option<Vec<u8>>, Error> {
        let git = self.local();
        let commit = peeled(&git, commit)?;
        let failed = |error| read_error(format!("{path} at {}", commit.id), error);
        let entry = commit.tree().map_err(failed)?.lookup_entry(path.split('/')).map_err(failed)?;
        let Some(entry) = entry.filter(|entry| entry.mode().is_blob()) else { return Ok(None) };
        let mut blob = entry.object().map_err(failed)?;
        Ok(Some(std::mem::take(&mut blob.data)))
    }

    /// A handle for one thread, with a cache of decoded objects.
    pub(crate) fn local(&self) -> gix::Repository {
        let mut git = self.git.to_thread_local();
        git.object_cache_size_if_unset(OBJECT_CACHE);
        git
    }

    /// Lets go of the symbol tables in memory, which all clones share. Loses nothing but time: for when nobody asks for a while.
    pub fn rest(&self) {
        self.tables.forget();
    }

    /// Brings the touch index (see the crate's `touch`) up to a commit, a full hash: with it, histories are found without walking over
    /// commits that left a file alone. Saves what it finds as it goes, so that an interrupted or killed build goes on from
    /// there. `on_progress` is told how many of the missing commits are done, and how many there are.
    ///
    /// # Errors
    /// [`Error::UnknownCommit`], and [`Error::Read`] where an object is damaged.
    pub fn index_touches(
        &self,
        at: &str,
        interrupted: &AtomicBool,
        on_progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Indexed, Error> {
        let mut objects = Objects::new(self)?;
        let extended = start_node(&mut objects, at).and_then(|node| {
            self.touches.extend(&mut objects, &self.store, node.id, interrupted, on_progress)
        });
        match extended {
            Ok(()) if objects.is_shallow() => Ok(Indexed::Impossible),
            Ok(()) => Ok(Indexed::Complete),
            Err(Stop::Interrupted) => Ok(Indexed::Interrupted),
            Err(Stop::Missing(_)) => Ok(Indexed::Impossible),
            Err(Stop::Failed(error)) => Err(error),
        }
    }

    /// The same repository with symbol tables of its own in memory, which come from the store but don't go there: for work after which
    /// few of them are asked for again.
    pub(crate) fn with_passing_tables(&self) -> Self {
        Self { tables: Arc::new(TableCache::passing(self.store.clone())), ..self.clone() }
    }

    /// As [`Repository::with_passing_tables`], for reading many commits one after another.
    pub(crate) fn with_tables_along_paths(&self) -> Self {
        Self { tables: Arc::new(TableCache::along_paths(self.store.clone())), ..self.clone() }
    }

    pub(crate) fn touch_index(&self) -> &SharedIndex {
        &self.touches
    }

    pub(crate) fn tables(&self) -> &TableCache {
        &self.tables
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// The repository around a path, with the cache of this one.
    ///
    /// # Errors
    /// As those of [`Repository::discover`].
    pub fn neighbour(&self, path: &Path) -> Result<Option<Self>, Error> {
        Ok(Self::discover(path)?.map(|repository| repository.with_store(self.store.clone())))
    }
}

/// The commit that a revision names.
pub(crate) fn peeled<'a>(git: &'a gix::Repository, revision: &str) -> Result<gix::Commit<'a>, Error> {
    let unknown = || Error::UnknownCommit { revision: revision.to_owned() };
    let id = git.rev_parse_single(revision).map_err(|_| unknown())?;
    id.object().and_then(|object| object.peel_to_commit()).map_err(|_| unknown())
}

/// The user's configuration files (for `safe.directory`), no environment variables, and git's own refusal of repositories
/// that belong to others.
fn open_options() -> gix::open::Options {
    let allow = gix::sec::Permission::Allow;
    let mut permissions = gix::open::Permissions::isolated();
    permissions.env = Environment { xdg_config_home: allow, home: allow, ..Environment::isolated() };
    permissions.config = Config { env: false, ..Config::all() };
    gix::open::Options::isolated().permissions(permissions).bail_if_untrusted(true).lossy_config(true)
}

/// Those of a reftable are nowhere to be found as files, so that the repository would seem to have no commits.
fn check_references(git: &gix::ThreadSafeRepository) -> Result<(), Error> {
    let format = git.to_thread_local().config_snapshot().string("extensions.refStorage");
    match format.filter(|format| format != "files") {
        Some(format) => Err(Error::References { path: git.git_dir().to_owned(), format: format.to_string() }),
        None => Ok(()),
    }
}

fn is_absence(error: &gix::Error) -> bool {
    use gix::discover::upwards::Error as Outcome;
    matches!(
        error.downcast_any_ref::<Outcome>(),
        Some(
            Outcome::NoGitRepository { .. }
                | Outcome::NoGitRepositoryWithinCeiling { .. }
                | Outcome::NoGitRepositoryWithinFs { .. }
        )
    )
}

/// Refused for its owner, as opposed to files that cannot be read.
fn is_distrust(error: &gix::Error) -> bool {
    error.is_permission_denied() && error.downcast_any_ref::<std::io::Error>().is_none()
}

/// The directory that the user would have to call safe.
fn repository_root(start: &Path) -> PathBuf {
    let Ok((found, _)) = gix::discover::upwards(start) else { return start.to_owned() };
    let (git_dir, workdir) = found.into_repository_and_work_tree_directories();
    workdir.unwrap_or(git_dir)
}

/// The path with links in its directory part resolved; a last part that does not exist is kept as it is.
fn resolve_directory(path: &Path) -> Option<PathBuf> {
    let existing = path.ancestors().skip(1).find(|ancestor| ancestor.is_dir())?;
    let rest = path.strip_prefix(existing).ok()?;
    Some(existing.canonicalize().ok()?.join(rest))
}

fn with_slashes(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> =
        path.components().map(|component| component.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}
