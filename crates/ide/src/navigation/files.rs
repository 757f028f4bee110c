//! What has to be written where when a file or a directory gets another name, which its module has, too. Never does: follow a file to
//! another directory, or touch a place where only the name agrees.

use backstory_analysis::{Analysis, Confidence, FileId, Target, occurrences};

use super::rename::{NotRenamed, TextEdit, edits, is_name};

/// Files that are named by their directory, or not at all.
const NAMELESS: [&str; 5] = ["__init__", "__main__", "lib", "main", "mod"];

/// The files that have a directory's name.
const OF_DIRECTORY: [&str; 3] = ["__init__.py", "__init__.pyi", "mod.rs"];

/// The edits that let everything that names the module of a file or of a directory follow it to another name in the same place. None where
/// nothing names it. Paths are relative to the root, with `/`.
///
/// # Errors
/// Why the module can't have that name.
pub fn rename_file(analysis: &Analysis, from: &str, to: &str) -> Result<Vec<TextEdit>, NotRenamed> {
    let Some(Renamed { module, old, new }) = renamed(analysis, from, to) else { return Ok(Vec::new()) };
    let places: Vec<_> = occurrences(analysis, &[Target::Module(module)])
        .into_iter()
        .filter(|place| place.confidence != Confidence::ByName)
        .filter(|place| place.span.of(analysis.text(place.file)) == old)
        .collect();
    if !places.is_empty() && !is_name(analysis.language(module), new) {
        return Err(NotRenamed::NoName(new.to_owned()));
    }
    edits(analysis, &places, old, new)
}

/// A module that gets another name.
struct Renamed<'a> {
    module: FileId,
    old: &'a str,
    new: &'a str,
}

fn renamed<'a>(analysis: &Analysis, from: &'a str, to: &'a str) -> Option<Renamed<'a>> {
    let (directory, from_name) = from.rsplit_once('/').unwrap_or(("", from));
    let (to_directory, to_name) = to.rsplit_once('/').unwrap_or(("", to));
    if directory != to_directory {
        return None;
    }
    let (module, old, new) = match analysis.file(from) {
        Some(file) => {
            let (old, suffix) = from_name.rsplit_once('.')?;
            (file, old, to_name.strip_suffix(suffix)?.strip_suffix('.')?)
        }
        None => {
            let file = OF_DIRECTORY.iter().find_map(|name| analysis.file(&format!("{from}/{name}")))?;
            (file, from_name, to_name)
        }
    };
    (old != new && !NAMELESS.contains(&old)).then_some(Renamed { module, old, new })
}
