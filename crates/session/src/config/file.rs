//! Reads one settings file. A repository's file is written by strangers, so what is read is small, text, a plain file, and inside
//! the repository. Never does: judge the settings in it.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use toml::Table;

/// Larger files hold no settings.
pub(super) const SIZE_LIMIT: u64 = 64 << 10;

/// What became of a settings file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    Absent,
    Read,
    /// It is there and could not be used at all; a warning says why.
    Refused,
}

/// The user's file, which may be anywhere. `Ok(None)` where there is none.
///
/// # Errors
/// A part of a sentence that says why the file is left out.
pub(super) fn user(path: &Path) -> Result<Option<Table>, String> {
    read(path)?.as_deref().map(parsed).transpose()
}

/// The file of a repository or workspace folder, which must be inside of it. `Ok(None)` where there is none.
///
/// # Errors
/// A part of a sentence that says why the file is left out.
pub(super) fn project(path: &Path, root: &Path) -> Result<Option<Table>, String> {
    project_text(path, root)?.as_deref().map(parsed).transpose()
}

/// The text of such a file.
///
/// # Errors
/// As above.
pub(super) fn project_text(path: &Path, root: &Path) -> Result<Option<String>, String> {
    let real = match path.canonicalize().and_then(|real| Ok((real, root.canonicalize()?))) {
        Ok((real, root)) if real.starts_with(&root) => real,
        Ok(_) => return Err("is a link to a file outside the repository".to_owned()),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(&error)),
    };
    read(&real)
}

/// What a text says.
///
/// # Errors
/// As above.
pub(super) fn parsed(text: &str) -> Result<Table, String> {
    text.parse().map_err(|error: toml::de::Error| syntax_error(text, &error))
}

fn read(path: &Path) -> Result<Option<String>, String> {
    let bytes = match read_bytes(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(&error)),
    };
    let Some(bytes) = bytes else { return Err("is no plain file".to_owned()) };
    if bytes.len() as u64 > SIZE_LIMIT {
        return Err(format!("is larger than {} KiB", SIZE_LIMIT >> 10));
    }
    let text = String::from_utf8(bytes).map_err(|_| "is not UTF-8 text".to_owned())?;
    // Some editors begin a file with a mark of its encoding.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Ok(Some(text.to_owned()))
}

/// The file's content, one byte above the limit at most; `None` for a directory, a pipe or a device, which could block or never
/// end.
fn read_bytes(path: &Path) -> io::Result<Option<Vec<u8>>> {
    if !path.metadata()?.is_file() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(SIZE_LIMIT + 1).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

fn unreadable(error: &io::Error) -> String {
    format!("cannot be read ({error})")
}

fn syntax_error(text: &str, error: &toml::de::Error) -> String {
    let start = error.span().map_or(0, |span| span.start.min(text.len()));
    let line = text.as_bytes()[..start].iter().filter(|&&byte| byte == b'\n').count() + 1;
    format!("is no TOML in line {line} ({})", error.message().lines().next().unwrap_or_default())
}
