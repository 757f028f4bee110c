//! The one on-disk cache: a table from (kind, key) to bytes in an SQLite database, crash-safe and shared by processes.
//!
//! Entries are immutable facts keyed by content, so nothing ever has to be invalidated, and losing any of them costs time
//! only: reading and writing cannot fail, a missing, corrupt or locked cache is a miss. [`Kept`] holds what can't be made again, by other
//! rules. Never does: know what it stores.

mod kept;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use std::{fs, io, thread};

use rusqlite::{Connection, ErrorCode, OptionalExtension, params};

pub use kept::{Edit, Edition, Kept};

/// The name of the database inside the cache directory.
const FILE_NAME: &str = "facts.sqlite";

/// Above this many bytes on disk, opening the cache drops its older half.
const SIZE_LIMIT: u64 = 1 << 30;

/// How long one process waits for another's write before it goes on without the cache.
const BUSY_TIMEOUT: Duration = Duration::from_millis(500);

/// How long opening waits for another process that is creating the cache.
const OPEN_TIMEOUT: Duration = Duration::from_secs(2);

/// How often it looks again.
const OPEN_RETRY: Duration = Duration::from_millis(5);

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS entries (
        kind TEXT NOT NULL, key BLOB NOT NULL, checksum INTEGER NOT NULL, value BLOB NOT NULL,
        PRIMARY KEY (kind, key)
    );";

/// Why a cache could not be opened or cleared (using one never fails), or kept data not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot create the cache directory {path}: {source}")]
    Directory { path: PathBuf, source: io::Error },
    #[error("cannot open the cache {path}: {source}")]
    Open { path: PathBuf, source: rusqlite::Error },
    #[error("cannot delete {path}: {source}")]
    Delete { path: PathBuf, source: io::Error },
    #[error("cannot create the data directory {path}: {source}")]
    DataDirectory { path: PathBuf, source: io::Error },
    #[error("cannot read {path}: {source}")]
    Read { path: PathBuf, source: rusqlite::Error },
    #[error("cannot write {path}: {source}; nothing in it was changed")]
    Write { path: PathBuf, source: rusqlite::Error },
    #[error("another process is changing {0}: try again when it is done; nothing was changed")]
    Busy(PathBuf),
    #[error("{0} is damaged")]
    Damaged(PathBuf),
    #[error("{0} was written by a newer version of this program")]
    Newer(PathBuf),
}

/// A handle to the cache; clones share one connection.
#[derive(Clone, Default)]
pub struct Store {
    /// `None` for a cache that holds nothing.
    connection: Option<Arc<Mutex<Connection>>>,
}

impl Store {
    /// Opens the cache in a directory, creating both. A file that is not a database, or a corrupt one, is replaced.
    pub fn open(directory: &Path) -> Result<Self, Error> {
        fs::create_dir_all(directory)
            .map_err(|source| Error::Directory { path: directory.to_owned(), source })?;
        let path = directory.join(FILE_NAME);
        let connection = match connect(&path) {
            Err(error) if is_corrupt(&error) => {
                remove_database(directory)?;
                connect(&path)
            }
            other => other,
        };
        let connection = connection.map_err(|source| Error::Open { path: path.clone(), source })?;
        if fs::metadata(&path).is_ok_and(|file| file.len() > SIZE_LIMIT) {
            drop_older_half(&connection);
        }
        Ok(Self { connection: Some(Arc::new(Mutex::new(connection))) })
    }

    /// A cache that remembers nothing, for where none can be had.
    pub fn disabled() -> Self {
        Self::default()
    }

    /// The stored value; `None` where there is none, or none that can be read whole.
    pub fn get(&self, kind: &str, key: &[u8]) -> Option<Vec<u8>> {
        let connection = self.lock()?;
        let mut statement = connection
            .prepare_cached("SELECT checksum, value FROM entries WHERE kind = ?1 AND key = ?2")
            .ok()?;
        let row = statement.query_row(params![kind, key], |row| Ok((row.get(0)?, row.get(1)?)));
        let (checksum, value): (u32, Vec<u8>) = row.optional().ok()??;
        (checksum == crc32fast::hash(&value)).then_some(value)
    }

    /// Stores a value; silently does nothing where it can't (full disk, locked for long).
    pub fn put(&self, kind: &str, key: &[u8], value: &[u8]) {
        self.put_all(kind, [(key, value)]);
    }

    /// Stores many values of a kind in one transaction.
    pub fn put_all<'a>(&self, kind: &str, entries: impl IntoIterator<Item = (&'a [u8], &'a [u8])>) {
        let Some(mut connection) = self.lock() else { return };
        // A cache that can't be written is a slower program, not a broken one.
        let _ = insert_all(&mut connection, kind, entries);
    }

    fn lock(&self) -> Option<MutexGuard<'_, Connection>> {
        // A panic elsewhere cannot leave the connection half-changed: SQLite rolls its transaction back.
        Some(self.connection.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Deletes the cache in a directory and returns how many bytes that freed. Processes that have it open go on without.
pub fn clear(directory: &Path) -> Result<u64, Error> {
    let freed = size(directory);
    remove_database(directory)?;
    Ok(freed)
}

/// The bytes that the cache takes on disk.
pub fn size(directory: &Path) -> u64 {
    database_files(directory).iter().filter_map(|path| fs::metadata(path).ok()).map(|file| file.len()).sum()
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    patiently(|| connect_once(path))
}

/// Opens a database and waits for another process that is creating it: SQLite's own waiting does not cover the switch to a
/// write-ahead log.
fn patiently<T>(mut open: impl FnMut() -> rusqlite::Result<T>) -> rusqlite::Result<T> {
    let end = Instant::now() + OPEN_TIMEOUT;
    loop {
        match open() {
            Err(error) if is_busy(&error) && Instant::now() < end => thread::sleep(OPEN_RETRY),
            other => return other,
        }
    }
}

fn connect_once(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.execute_batch(SCHEMA)?;
    // A truncated or foreign file may open and only fail when it is read; one with another table fails here too.
    connection
        .query_row("SELECT kind, key, checksum, value FROM entries LIMIT 1", [], |_| Ok(()))
        .optional()?;
    Ok(connection)
}

fn insert_all<'a>(
    connection: &mut Connection,
    kind: &str,
    entries: impl IntoIterator<Item = (&'a [u8], &'a [u8])>,
) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    {
        let mut statement = transaction.prepare_cached(
            "INSERT OR REPLACE INTO entries (kind, key, checksum, value) VALUES (?1, ?2, ?3, ?4)",
        )?;
        for (key, value) in entries {
            statement.execute(params![kind, key, crc32fast::hash(value), value])?;
        }
    }
    transaction.commit()
}

/// Bounds the cache. Row ids grow, so the lower half of them is the older half.
fn drop_older_half(connection: &Connection) {
    let middle = "(SELECT (min(rowid) + max(rowid)) / 2 FROM entries)";
    // Without room or a lock to do so the cache stays large for this session; the next one tries again.
    let _ = connection.execute_batch(&format!("DELETE FROM entries WHERE rowid <= {middle}; VACUUM;"));
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

fn is_corrupt(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt))
        || error.to_string().contains("no such column")
}

/// The files of the cache's database.
fn database_files(directory: &Path) -> [PathBuf; 3] {
    files_of(&directory.join(FILE_NAME))
}

/// The files that SQLite makes of a database.
fn files_of(database: &Path) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|suffix| {
        let mut path = database.as_os_str().to_owned();
        path.push(suffix);
        path.into()
    })
}

fn remove_database(directory: &Path) -> Result<(), Error> {
    remove_files(&database_files(directory))
}

fn remove_files(paths: &[PathBuf]) -> Result<(), Error> {
    for path in paths {
        match fs::remove_file(path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(Error::Delete { path: path.clone(), source });
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
