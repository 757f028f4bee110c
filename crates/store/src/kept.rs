//! Data that can't be made again: named collections of (key, value) in an SQLite database of their own, changed as a whole or not at all.
//!
//! Several processes may read while one changes it. Unlike the cache it fails loudly, and it never replaces or drops anything by itself:
//! not a damaged file, not one of a newer version. Never does: know what it stores.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use rusqlite::{
    Connection, OpenFlags, OptionalExtension, Row, Transaction, TransactionBehavior, named_params, params,
};

use crate::{BUSY_TIMEOUT, Error, files_of, is_busy, is_corrupt, patiently, remove_files};

/// The version of the tables below.
const VERSION: i64 = 1;

/// Collections are named without regard to ASCII case.
const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS kept (
        collection TEXT NOT NULL COLLATE NOCASE, key TEXT NOT NULL, checksum INTEGER NOT NULL, value BLOB NOT NULL,
        PRIMARY KEY (collection, key)
    );";

/// A handle to kept data; threads may share it.
pub struct Kept {
    path: PathBuf,
    connection: Mutex<Connection>,
}

/// Tells one state of kept data from another without opening it: when the database and its log were last written, and their sizes in bytes.
/// It may differ where the data doesn't; it is the same only where the data is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Edition([Option<(SystemTime, u64)>; 2]);

/// A change under way. Nothing of it is to be seen, and dropping it undoes all of it, until [`Edit::commit`].
pub struct Edit<'a> {
    path: &'a Path,
    transaction: Transaction<'a>,
}

impl Kept {
    /// Opens what is kept in a file; `None` where nothing is.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Newer`], [`Error::Busy`], and [`Error::Read`] for all else.
    pub fn open(path: &Path) -> Result<Option<Self>, Error> {
        if !path.exists() {
            return Ok(None);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let read = || {
            let connection = Connection::open_with_flags(path, flags)?;
            connection.busy_timeout(BUSY_TIMEOUT)?;
            let version = version(&connection)?;
            Ok((connection, version))
        };
        match patiently(read).map_err(|source| read_error(path, source))? {
            // Somebody is about to create it, or was killed doing so.
            (_, 0) => Ok(None),
            (connection, VERSION) => {
                Ok(Some(Self { path: path.to_owned(), connection: Mutex::new(connection) }))
            }
            _ => Err(Error::Newer(path.to_owned())),
        }
    }

    /// The state of what is kept in a file at this moment.
    pub fn edition(path: &Path) -> Edition {
        let [database, log, _] = files_of(path);
        Edition([database, log].map(|file| {
            let metadata = fs::metadata(file).ok()?;
            // Whoever reads makes an empty log for as long as that takes.
            (metadata.len() > 0).then_some((metadata.modified().ok()?, metadata.len()))
        }))
    }

    /// Opens what is kept in a file, and creates it and its directory where there is none.
    ///
    /// # Errors
    /// [`Error::DataDirectory`]; [`Error::Write`] where it can't be created; otherwise as [`Kept::open`].
    pub fn create(path: &Path) -> Result<Self, Error> {
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory)
                .map_err(|source| Error::DataDirectory { path: directory.to_owned(), source })?;
        }
        let create = || {
            let mut connection = Connection::open(path)?;
            connection.busy_timeout(BUSY_TIMEOUT)?;
            if version(&connection)? == 0 {
                connection.execute_batch("PRAGMA journal_mode = WAL;")?;
                let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
                transaction.execute_batch(SCHEMA)?;
                transaction.pragma_update(None, "user_version", VERSION)?;
                transaction.commit()?;
            }
            Ok(())
        };
        patiently(create).map_err(|source| write_error(path, source))?;
        Self::open(path)?.ok_or_else(|| Error::Damaged(path.to_owned()))
    }

    /// The value of a key; `None` where there is none.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Read`].
    pub fn get(&self, collection: &str, key: &str) -> Result<Option<Vec<u8>>, Error> {
        get(&self.lock(), &self.path, collection, key)
    }

    /// Hands out everything as (collection, key, value), collection by collection.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Read`].
    pub fn visit(&self, mut visitor: impl FnMut(&str, &str, &[u8])) -> Result<(), Error> {
        let connection = self.lock();
        let failed = |source| read_error(&self.path, source);
        let mut statement = connection
            .prepare_cached("SELECT checksum, value, collection, key FROM kept ORDER BY collection, key")
            .map_err(failed)?;
        let mut rows = statement.query([]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let value = whole(row).map_err(failed)?.ok_or_else(|| Error::Damaged(self.path.clone()))?;
            let (collection, key): (String, String) =
                (row.get(2).map_err(failed)?, row.get(3).map_err(failed)?);
            visitor(&collection, &key, &value);
        }
        Ok(())
    }

    /// Begins a change, and waits so long for another process that is at one.
    ///
    /// # Errors
    /// [`Error::Busy`], and [`Error::Write`] where it is read-only.
    pub fn edit(&mut self, patience: Duration) -> Result<Edit<'_>, Error> {
        let Self { path, connection } = self;
        let connection = connection.get_mut().unwrap_or_else(PoisonError::into_inner);
        let begin = connection
            .busy_timeout(patience)
            .and_then(|()| connection.transaction_with_behavior(TransactionBehavior::Immediate));
        let transaction = begin.map_err(|source| write_error(path, source))?;
        Ok(Edit { path, transaction })
    }

    /// Deletes everything, so that the text is gone from the disk too; a damaged file goes as a whole. Waits so long for another process that
    /// is changing it.
    ///
    /// # Errors
    /// [`Error::Busy`], [`Error::Newer`], [`Error::Write`], [`Error::Delete`].
    pub fn remove(path: &Path, patience: Duration) -> Result<(), Error> {
        let emptied = || {
            let Some(mut kept) = Self::open(path)? else { return Ok(()) };
            let edit = kept.edit(patience)?;
            edit.clear()?;
            edit.commit()?;
            // Where somebody reads at this moment the text stays in free pages, which the next change fills.
            let _ = kept.lock().execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);");
            Ok(())
        };
        match emptied() {
            Err(Error::Damaged(_)) => remove_files(&files_of(path)),
            other => other,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic elsewhere cannot leave the connection half-changed: SQLite rolls its transaction back.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Edit<'_> {
    /// As [`Kept::get`], with what was changed so far.
    ///
    /// # Errors
    /// As those of [`Kept::get`].
    pub fn get(&self, collection: &str, key: &str) -> Result<Option<Vec<u8>>, Error> {
        get(&self.transaction, self.path, collection, key)
    }

    /// Puts a value in the place of what was there; whether there was something.
    ///
    /// # Errors
    /// [`Error::Write`] (a full disk), [`Error::Damaged`].
    pub fn put(&self, collection: &str, key: &str, value: &[u8]) -> Result<bool, Error> {
        let parameters = named_params! {
            ":collection": collection, ":key": key, ":checksum": crc32fast::hash(value), ":value": value
        };
        let put = || {
            let mut update = self.transaction.prepare_cached(
                "UPDATE kept SET collection = :collection, checksum = :checksum, value = :value \
                 WHERE collection = :collection AND key = :key",
            )?;
            if update.execute(parameters)? > 0 {
                return Ok(true);
            }
            let mut insert = self.transaction.prepare_cached(
                "INSERT INTO kept (collection, key, checksum, value) VALUES (:collection, :key, :checksum, :value)",
            )?;
            insert.execute(parameters)?;
            Ok(false)
        };
        put().map_err(|source| write_error(self.path, source))
    }

    /// Drops everything; how many values that were.
    ///
    /// # Errors
    /// As [`Edit::put`].
    pub fn clear(&self) -> Result<usize, Error> {
        self.transaction.execute("DELETE FROM kept", []).map_err(|source| write_error(self.path, source))
    }

    /// Makes the change last.
    ///
    /// # Errors
    /// As [`Edit::put`]; then nothing was changed.
    pub fn commit(self) -> Result<(), Error> {
        self.transaction.commit().map_err(|source| write_error(self.path, source))
    }
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

fn get(connection: &Connection, path: &Path, collection: &str, key: &str) -> Result<Option<Vec<u8>>, Error> {
    let row = connection
        .prepare_cached("SELECT checksum, value FROM kept WHERE collection = ?1 AND key = ?2")
        .and_then(|mut statement| statement.query_row(params![collection, key], whole).optional());
    match row.map_err(|source| read_error(path, source))? {
        Some(None) => Err(Error::Damaged(path.to_owned())),
        row => Ok(row.flatten()),
    }
}

/// The value of a row that begins with (checksum, value); `None` where the one does not belong to the other.
fn whole(row: &Row<'_>) -> rusqlite::Result<Option<Vec<u8>>> {
    let (checksum, value): (u32, Vec<u8>) = (row.get(0)?, row.get(1)?);
    Ok((checksum == crc32fast::hash(&value)).then_some(value))
}

fn read_error(path: &Path, source: rusqlite::Error) -> Error {
    error(path, source, |path, source| Error::Read { path, source })
}

fn write_error(path: &Path, source: rusqlite::Error) -> Error {
    error(path, source, |path, source| Error::Write { path, source })
}

fn error(
    path: &Path,
    source: rusqlite::Error,
    otherwise: impl FnOnce(PathBuf, rusqlite::Error) -> Error,
) -> Error {
    match source {
        source if is_busy(&source) => Error::Busy(path.to_owned()),
        source if is_corrupt(&source) || source.to_string().contains("no such table") => {
            Error::Damaged(path.to_owned())
        }
        source => otherwise(path.to_owned(), source),
    }
}

#[cfg(test)]
mod tests;
