//! Which symbols of two versions are the same ones: by name, then by similarity, each with one partner at most. Never does: say what
//! changed.

use std::collections::HashMap;

use backstory_syntax::{DefinitionKind, LocalKey};

use super::crossing;
use super::sides::Text;
use crate::similarity::{Sketch, accepted, is_related, score};
use crate::table::{Name, Table, name};
use crate::version::Version;

/// Pairs of symbols that are scored at most, for one file and for what is left of all files.
pub(super) const PAIRS: usize = 20_000;

/// A symbol of one of the texts of one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct At {
    pub file: usize,
    pub symbol: usize,
}

/// The symbols of two versions, and which of them are the same.
pub(super) struct Pairing<'a> {
    pub olds: &'a [Text],
    pub news: &'a [Text],
    /// By file and symbol of the older version.
    pub after: Vec<Vec<Option<At>>>,
    /// By file and symbol of the newer version.
    pub before: Vec<Vec<Option<At>>>,
}

impl<'a> Pairing<'a> {
    pub(super) fn new(olds: &'a [Text], news: &'a [Text]) -> Self {
        let none = |texts: &[Text]| texts.iter().map(|text| vec![None; text.table.symbols.len()]).collect();
        Self { olds, news, after: none(olds), before: none(news) }
    }

    fn pair(&mut self, old: At, new: At) {
        self.after[old.file][old.symbol] = Some(new);
        self.before[new.file][new.symbol] = Some(old);
    }

    fn is_open(&self, old: At, new: At) -> bool {
        self.after[old.file][old.symbol].is_none() && self.before[new.file][new.symbol].is_none()
    }

    /// Pairs the symbols of two versions of one file.
    pub(super) fn within(&mut self, old_file: usize, new_file: usize) {
        let (old_table, new_table) = (&self.olds[old_file].table, &self.news[new_file].table);
        let mut named: HashMap<Name<'_>, (Vec<usize>, Vec<usize>)> = HashMap::new();
        for symbol in units(old_table) {
            named.entry(name(&old_table.symbols[symbol].key)).or_default().0.push(symbol);
        }
        for symbol in units(new_table) {
            named.entry(name(&new_table.symbols[symbol].key)).or_default().1.push(symbol);
        }
        for (olds, news) in named.into_values() {
            self.namesakes((old_file, olds), (new_file, news));
        }
        let (olds, news) = (self.open_olds(old_file), self.open_news(new_file));
        if olds.len() * news.len() <= PAIRS {
            let all = |_: &Version, _: usize| (0..olds.len()).collect();
            self.similar(&olds, &news, true, all);
        }
    }

    /// Pairs what is left of all files.
    pub(super) fn across(&mut self) {
        let olds: Vec<At> = (0..self.olds.len()).flat_map(|file| self.open_olds(file)).collect();
        let news: Vec<At> = (0..self.news.len()).flat_map(|file| self.open_news(file)).collect();
        if olds.is_empty() || news.is_empty() {
            return;
        }
        let index = crossing::Index::of(self.olds, &olds);
        let news_texts = self.news;
        let plausible = |version: &Version, new: usize| {
            let At { file, .. } = news[new];
            index.plausible(version, news_texts[file].language)
        };
        self.similar(&olds, &news, false, plausible);
    }

    pub(super) fn open_olds(&self, file: usize) -> Vec<At> {
        let is_open = |&symbol: &usize| self.after[file][symbol].is_none();
        units(&self.olds[file].table).filter(is_open).map(|symbol| At { file, symbol }).collect()
    }

    pub(super) fn open_news(&self, file: usize) -> Vec<At> {
        let is_open = |&symbol: &usize| self.before[file][symbol].is_none();
        units(&self.news[file].table).filter(is_open).map(|symbol| At { file, symbol }).collect()
    }

    /// Symbols of one name: those that read the same, then in order where nothing came or went, then the most alike.
    fn namesakes(
        &mut self,
        (old_file, mut olds): (usize, Vec<usize>),
        (new_file, mut news): (usize, Vec<usize>),
    ) {
        let (old_text, new_text) = (&self.olds[old_file], &self.news[new_file]);
        let (old_at, new_at) =
            (|symbol| At { file: old_file, symbol }, |symbol| At { file: new_file, symbol });
        if olds.len() > 1 || news.len() > 1 {
            news.retain(|&new| {
                let text = new_text.table.symbols[new].fingerprint.text;
                let same = olds.iter().position(|&old| old_text.table.symbols[old].fingerprint.text == text);
                if let Some(same) = same {
                    self.pair(old_at(olds.remove(same)), new_at(new));
                }
                same.is_none()
            });
        }
        if olds.len() == news.len() {
            return olds.into_iter().zip(news).for_each(|(old, new)| self.pair(old_at(old), new_at(new)));
        }
        if olds.len() * news.len() > PAIRS {
            return;
        }
        let versions = |text: &Text, symbols: &[usize]| -> Vec<Version> {
            symbols.iter().map(|&symbol| text.version(symbol)).collect()
        };
        let (old_versions, new_versions) = (versions(old_text, &olds), versions(new_text, &news));
        let old_sketches: Vec<Sketch<'_>> = old_versions.iter().map(Sketch::of).collect();
        let mut scored = Vec::new();
        for (new_index, version) in new_versions.iter().enumerate() {
            let sketch = Sketch::of(version);
            let scores = old_sketches.iter().enumerate();
            scored.extend(scores.map(|(old_index, old)| (score(&sketch, old), old_index, new_index)));
        }
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        for (_, old, new) in scored {
            let (old, new) = (old_at(olds[old]), new_at(news[new]));
            if self.is_open(old, new) {
                self.pair(old, new);
            }
        }
    }

    /// Pairs what is alike enough, containers first: their members go along with them. `candidates` names the older symbols (indices into
    /// `olds`) that a newer one (an index into `news`) is compared with.
    fn similar(
        &mut self,
        olds: &[At],
        news: &[At],
        same_file: bool,
        candidates: impl Fn(&Version, usize) -> Vec<usize>,
    ) {
        if olds.is_empty() || news.is_empty() {
            return;
        }
        let old_versions: Vec<Version> =
            olds.iter().map(|at| self.olds[at.file].version(at.symbol)).collect();
        let old_sketches: Vec<Sketch<'_>> = old_versions.iter().map(Sketch::of).collect();
        for containers in [true, false] {
            let mut scored = Vec::new();
            let of_round = |(_, at): &(usize, &At)| {
                let key = &self.news[at.file].table.symbols[at.symbol].key;
                is_container(key.kind) == containers && self.before[at.file][at.symbol].is_none()
            };
            for (new_index, new) in news.iter().enumerate().filter(of_round) {
                let version = self.news[new.file].version(new.symbol);
                let sketch = Sketch::of(&version);
                for old_index in candidates(&version, new_index) {
                    let (old, old_version) = (olds[old_index], &old_versions[old_index]);
                    if scored.len() >= PAIRS || !is_related(old_version.key.kind, version.key.kind) {
                        continue;
                    }
                    let is_open = self.after[old.file][old.symbol].is_none();
                    if let Some(score) =
                        accepted(&sketch, &old_sketches[old_index], same_file).filter(|_| is_open)
                    {
                        let tie = (
                            old_version.key.container == version.key.container,
                            std::cmp::Reverse(old.symbol.abs_diff(new.symbol)),
                        );
                        scored.push((score, tie, old, *new));
                    }
                }
            }
            scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)).then((a.2, a.3).cmp(&(b.2, b.3))));
            for (.., old, new) in scored {
                if self.is_open(old, new) {
                    self.pair(old, new);
                    self.members(old, new);
                }
            }
        }
    }

    /// Members go where their container went, however short or rewritten they are.
    fn members(&mut self, old: At, new: At) {
        let (old_table, new_table) = (&self.olds[old.file].table, &self.news[new.file].table);
        let of = |table: &Table, parent: usize| -> Vec<usize> {
            units(table).filter(|&symbol| table.symbols[symbol].parent == Some(parent as u32)).collect()
        };
        let news = of(new_table, new.symbol);
        for old_member in of(old_table, old.symbol) {
            let key = &old_table.symbols[old_member].key;
            let old_member = At { file: old.file, symbol: old_member };
            let is_it = |&&symbol: &&usize| {
                let other = &new_table.symbols[symbol].key;
                let is_namesake = other.name == key.name && is_related(other.kind, key.kind);
                is_namesake && self.is_open(old_member, At { file: new.file, symbol })
            };
            if let Some(&symbol) = news.iter().find(is_it) {
                let new_member = At { file: new.file, symbol };
                self.pair(old_member, new_member);
                self.members(old_member, new_member);
            }
        }
    }
}

/// The symbols of a table that changes are told of: see the module `changes`.
pub(super) fn units(table: &Table) -> impl Iterator<Item = usize> {
    (0..table.symbols.len()).filter(|&index| is_unit(table, index))
}

pub(super) fn is_unit(table: &Table, index: usize) -> bool {
    let key = &*table.symbols[index].key;
    let is_part =
        matches!(key.kind, DefinitionKind::Field | DefinitionKind::Variant) || *key == LocalKey::file();
    !is_part && table.containers(index).all(|container| is_container(container.key.kind))
}

/// Kinds whose members are symbols of their own.
pub(super) fn is_container(kind: DefinitionKind) -> bool {
    matches!(
        kind,
        DefinitionKind::Module
            | DefinitionKind::Class
            | DefinitionKind::Struct
            | DefinitionKind::Enum
            | DefinitionKind::Union
            | DefinitionKind::Trait
            | DefinitionKind::Impl
    )
}
