//! Source trees to packages: one version of each, those that are to be left out left out. Never reads a source file.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Error;

/// A package to harvest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// In lower case, with `-` for `_` and without a version.
    pub name: String,
    pub root: PathBuf,
}

/// The packages of a source, by name.
///
/// A folder with sub-folders that are called `NAME-VERSION`, as package managers unpack them, is a folder of packages, of
/// each of which the newest version counts. Every other folder is a package itself.
///
/// # Errors
/// When the folder cannot be listed.
pub fn packages(source: &Path) -> Result<Vec<Package>, Error> {
    let unreadable = |error| Error::Read { path: source.to_owned(), source: error };
    let mut newest: BTreeMap<String, (Vec<u64>, PathBuf)> = BTreeMap::new();
    for entry in fs::read_dir(source).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let folder = path.file_name().and_then(|name| name.to_str()).filter(|_| path.is_dir());
        let Some((name, version)) = folder.and_then(named_version) else { continue };
        let known = newest.entry(name).or_insert_with(|| (version.clone(), path.clone()));
        // The path decides between versions that differ in words only: a choice that doesn't depend on the disk's order.
        *known = std::mem::take(known).max((version, path));
    }
    if newest.is_empty() {
        return Ok(vec![Package { name: plain(&own_name(source)), root: source.to_owned() }]);
    }
    Ok(newest.into_iter().map(|(name, (_, root))| Package { name, root }).collect())
}

/// Whether a package is to be left out: the pattern is its name, or the beginning of it before a `*`.
pub fn matches(pattern: &str, name: &str) -> bool {
    let pattern = plain(pattern);
    match pattern.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == pattern,
    }
}

/// The folder's own name, also of `.`.
fn own_name(folder: &Path) -> String {
    let full = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    full.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// `NAME-VERSION` taken apart; the version as its numbers.
fn named_version(folder: &str) -> Option<(String, Vec<u64>)> {
    let starts = folder.match_indices('-').map(|(at, _)| at);
    let mut split = starts.map(|at| (&folder[..at], &folder[at + 1..]));
    let (name, version) = split.find(|(name, version)| {
        let release = version.split(['-', '+']).next().unwrap_or_default();
        !name.is_empty() && release.contains('.') && release.starts_with(|first: char| first.is_ascii_digit())
    })?;
    let numbers = version.split(|character: char| !character.is_ascii_digit());
    Some((plain(name), numbers.filter_map(|number| number.parse().ok()).collect()))
}

/// As registries compare names.
fn plain(name: &str) -> String {
    name.to_lowercase().replace(['_', '.'], "-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn a_folder_of_versions_gives_the_newest_of_each() {
        let folder = tempfile::tempdir().unwrap();
        let unpacked =
            ["serde-1.0.9", "serde-1.0.10", "Foo_bar-2.1.0+wasi-0.3", "sha-1-0.10.1", "notes", "x-ray"];
        for name in unpacked {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        fs::write(folder.path().join("index-1.0.json"), "").unwrap();
        let shown: String = packages(folder.path())
            .unwrap()
            .iter()
            .map(|package| format!("{}: {}\n", package.name, own_name(&package.root)))
            .collect();
        expect![[r#"
            foo-bar: Foo_bar-2.1.0+wasi-0.3
            serde: serde-1.0.10
            sha-1: sha-1-0.10.1
        "#]]
        .assert_eq(&shown);
    }

    #[test]
    fn any_other_folder_is_a_package() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("My.Tool");
        fs::create_dir_all(root.join("src")).unwrap();
        assert_eq!(packages(&root).unwrap(), [Package { name: "my-tool".into(), root: root.clone() }]);
        assert!(matches!(packages(&root.join("missing")), Err(Error::Read { .. })));
    }

    #[test]
    fn patterns_name_packages_or_how_their_names_begin() {
        let cases = [
            ("tokio", "tokio"),
            ("tokio", "tokio-util"),
            ("tokio-*", "tokio-util"),
            ("Tokio_*", "tokio-io"),
            ("*", "a"),
        ];
        let shown: Vec<bool> = cases.iter().map(|(pattern, name)| matches(pattern, name)).collect();
        assert_eq!(shown, [true, false, true, true, true]);
    }
}
