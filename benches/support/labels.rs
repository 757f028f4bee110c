//! Reading the files of judged histories, see `benches/histories/RULES.md`. Never does: judge.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// One file.
pub struct Labels {
    /// `owner/name`.
    pub repository: String,
    /// The full hash of the commit that the symbols are of.
    pub at: String,
    pub symbols: Vec<Symbol>,
}

/// One symbol and its history, newest first.
pub struct Symbol {
    pub path: String,
    /// From 1.
    pub line: u32,
    pub name: String,
    pub changes: Vec<Label>,
}

pub struct Label {
    /// 12 digits of the hash.
    pub commit: String,
    kinds: Vec<String>,
}

impl Labels {
    /// The repository without its owner.
    pub fn name(&self) -> &str {
        self.repository.rsplit('/').next().unwrap()
    }
}

impl Symbol {
    pub fn introduced(&self) -> Option<&str> {
        let label = self.changes.iter().find(|label| label.kinds.iter().any(|kind| kind == "introduced"));
        label.map(|label| label.commit.as_str())
    }
}

impl Label {
    pub fn kinds(&self) -> BTreeSet<&str> {
        self.kinds.iter().map(String::as_str).collect()
    }
}

/// All files of a directory, in order of their names.
pub fn all(directory: &Path) -> Vec<Labels> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|it| it == "txt")).collect();
    files.sort();
    files.iter().map(|file| read(&fs::read_to_string(file).unwrap())).collect()
}

fn read(text: &str) -> Labels {
    let mut labels = Labels { repository: String::new(), at: String::new(), symbols: Vec::new() };
    for line in text.lines() {
        let line = line.split('#').next().unwrap().trim();
        let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
        match first {
            "" => {}
            "repository" => labels.repository = rest.to_owned(),
            "at" => labels.at = rest.to_owned(),
            "symbol" => labels.symbols.push(symbol(rest)),
            commit => {
                let kinds = rest.split("<-").next().unwrap().split_whitespace().map(str::to_owned);
                let label = Label { commit: commit.to_owned(), kinds: kinds.collect() };
                labels.symbols.last_mut().expect("a symbol comes first").changes.push(label);
            }
        }
    }
    labels
}

fn symbol(text: &str) -> Symbol {
    let (place, name) = text.split_once(' ').unwrap();
    let (path, line) = place.rsplit_once(':').unwrap();
    Symbol { path: path.to_owned(), line: line.parse().unwrap(), name: name.to_owned(), changes: Vec::new() }
}
