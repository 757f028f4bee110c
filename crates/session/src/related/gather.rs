//! The signs that point from one symbol to others, each measured as it was when the weights were fitted. Never does: look at documents.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use backstory_analysis::{Analysis, DefId, FileId};
use backstory_history::{Bounds, ChangeLog, Companion, FileCompanion, LogFile, LogSymbol};
use backstory_ide::related::{COMPANIONS, FILES, IN_FILE, NEAREST, NEIGHBOURS, Signs, Together};
use backstory_ide::review::{ALIKE, CLONE_TOKENS, overlap};
use backstory_syntax::{DefinitionKind, Language};

use super::edges::Edges;
use super::unit;
use crate::index::SearchIndex;
use crate::tokens::tokens_of;

/// So many of the nearest are compared token by token.
const COMPARED: usize = 12;

/// How far away something is whose place in the file is not known, in symbols.
const FAR: u32 = 50;

pub(super) struct Gathering<'a> {
    pub analysis: &'a Analysis,
    past: Option<Past<'a>>,
    index: &'a SearchIndex,
    units: RefCell<HashMap<FileId, Rc<[DefId]>>>,
}

/// What the commits changed.
struct Past<'a> {
    log: &'a ChangeLog,
    bounds: Bounds,
    now: i64,
}

impl<'a> Gathering<'a> {
    pub(super) fn new(analysis: &'a Analysis, log: Option<&'a ChangeLog>, index: &'a SearchIndex) -> Self {
        let past = log.map(|log| Past { log, bounds: Bounds::default(), now: log.newest() });
        Self { analysis, past, index, units: RefCell::default() }
    }

    /// How much a symbol changes: see `ChangeLog::activity`.
    pub(super) fn activity(&self, id: DefId) -> f64 {
        let known = self.past.as_ref().and_then(|past| Some((past, self.number(past, id)?)));
        known.map_or(0.0, |(past, symbol)| past.log.activity(symbol, &past.bounds, past.now))
    }

    /// In which part of the changes of a file others changed too, from 0 to 1.
    pub(super) fn file_parts(&self, file: FileId) -> FileParts<'a> {
        let Some(past) = &self.past else { return FileParts::default() };
        FileParts { log: Some(past.log), companions: self.file_companions(past, file) }
    }

    /// All that some sign points to, in a fixed order.
    pub(super) fn signs(&self, subject: DefId) -> BTreeMap<DefId, Signs> {
        let mut found: BTreeMap<DefId, Signs> = BTreeMap::new();
        for (other, together) in self.companions(subject) {
            found.entry(other).or_default().together = Some(together);
        }
        let Edges { dependants, dependencies } = Edges::of(self.analysis, subject);
        for &(other, _) in dependants.iter().take(NEIGHBOURS).chain(dependencies.iter().take(NEIGHBOURS)) {
            found.entry(other).or_default();
        }
        self.add_alike(subject, &mut found);
        for &other in &*self.units(subject.file) {
            found.entry(other).or_default();
        }
        let parts = self.file_parts(subject.file);
        for other in parts.files(self.analysis).take(FILES).flat_map(|file| self.most_active(file)) {
            found.entry(other).or_default();
        }
        found.remove(&subject);
        // Whether there is an edge at all is said of every one.
        for (other, edge) in dependants {
            found.entry(other).and_modify(|signs| signs.dependant = Some(edge));
        }
        for (other, edge) in dependencies {
            found.entry(other).and_modify(|signs| signs.dependency = Some(edge));
        }
        self.place(subject, &parts, &mut found);
        found
    }

    /// Where the others are, and how much they change.
    fn place(&self, subject: DefId, parts: &FileParts<'_>, found: &mut BTreeMap<DefId, Signs>) {
        let analysis = self.analysis;
        let own = analysis.outline(subject.file).key(subject.local);
        let units = self.units(subject.file);
        let position = |id: DefId| units.iter().position(|unit| *unit == id);
        let at = position(subject);
        let mut of_files: HashMap<FileId, f64> = HashMap::new();
        for (&other, signs) in found {
            let key = analysis.outline(other.file).key(other.local);
            let is_in_file = other.file == subject.file;
            signs.activity = self.activity(other);
            signs.is_namesake = key.name == own.name;
            signs.in_container = is_in_file && !own.container.is_empty() && key.container == own.container;
            signs.in_file = is_in_file.then(|| {
                let between = position(other).zip(at).map(|(other, at)| other.abs_diff(at));
                between.map_or(FAR, |between| between.saturating_sub(1) as u32)
            });
            let part = || parts.of(analysis.path(other.file));
            signs.files_together =
                if is_in_file { 1.0 } else { *of_files.entry(other.file).or_insert_with(part) };
        }
    }

    fn companions(&self, subject: DefId) -> Vec<(DefId, Together)> {
        let known = self.past.as_ref().and_then(|past| Some((past, self.number(past, subject)?)));
        let Some((Past { log, bounds, now }, own)) = known else { return Vec::new() };
        let companions = log.companions(own, bounds, *now).into_iter().take(COMPANIONS);
        let found = companions.filter_map(|companion: Companion| {
            let Companion { symbol, together, of, weight, .. } = companion;
            let of_other = log.edits(symbol, bounds).len() as u32;
            Some((self.definition(log, symbol)?, Together { together, of, of_other, weight }))
        });
        found.collect()
    }

    /// What is nearest by meaning; of the nearest code, whether it is a copy.
    fn add_alike(&self, subject: DefId, found: &mut BTreeMap<DefId, Signs>) {
        let analysis = self.analysis;
        let key = analysis.outline(subject.file).key(subject.local);
        let own = if self.is_code(subject) { tokens_of(analysis, subject) } else { Vec::new() };
        for (at, hit) in
            self.index.similar(analysis.path(subject.file), &key, NEAREST).into_iter().enumerate()
        {
            let known = analysis.find(&hit.group, &hit.key);
            let Some(other) = known.and_then(|known| unit(analysis, known)) else { continue };
            let signs = found.entry(other).or_default();
            signs.similarity = signs.similarity.max(hit.score);
            if at < COMPARED && own.len() >= CLONE_TOKENS && self.is_code(other) {
                let alike = overlap(&own, &tokens_of(analysis, other));
                signs.overlap = if alike >= ALIKE { alike } else { 0.0 };
            }
        }
    }

    fn is_code(&self, id: DefId) -> bool {
        matches!(self.analysis.definition(id).kind, DefinitionKind::Function | DefinitionKind::Method)
    }

    /// The symbols of a file, in source order.
    fn units(&self, file: FileId) -> Rc<[DefId]> {
        let mut all = self.units.borrow_mut();
        let units = all.entry(file).or_insert_with(|| {
            let ids = self.analysis.outline(file).ids();
            let mut seen = BTreeSet::new();
            ids.filter_map(|local| unit(self.analysis, DefId { file, local }))
                .filter(|unit| seen.insert(*unit))
                .collect()
        });
        Rc::clone(units)
    }

    fn most_active(&self, file: FileId) -> Vec<DefId> {
        let units = self.units(file);
        let mut active: Vec<(f64, DefId)> = units.iter().map(|&id| (self.activity(id), id)).collect();
        active.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        active.into_iter().take(IN_FILE).map(|(_, id)| id).collect()
    }

    fn number(&self, past: &Past<'_>, id: DefId) -> Option<LogSymbol> {
        let key = self.analysis.outline(id.file).key(id.local);
        past.log.symbol_at(self.analysis.path(id.file), &key)
    }

    /// `None` for one that the files at hand don't have.
    fn definition(&self, log: &ChangeLog, symbol: LogSymbol) -> Option<DefId> {
        let (place, _) = log.place(symbol);
        unit(self.analysis, self.analysis.find(&place.path, &place.key)?)
    }

    fn file_companions(&self, past: &Past<'a>, file: FileId) -> Vec<FileCompanion> {
        let own: Option<LogFile> = past.log.file_at(self.analysis.path(file));
        own.map(|own| past.log.file_companions(own, &past.bounds, past.now)).unwrap_or_default()
    }
}

/// The files that change together with one.
#[derive(Default)]
pub(super) struct FileParts<'a> {
    log: Option<&'a ChangeLog>,
    companions: Vec<FileCompanion>,
}

impl FileParts<'_> {
    /// In which part of the changes of the file another one (its path relative to the root, with `/`) changed too.
    pub(super) fn of(&self, path: &str) -> f64 {
        let file = self.log.and_then(|log| log.file_at(path));
        let companion = file.and_then(|file| self.companions.iter().find(|companion| companion.file == file));
        // Two more changes without it are taken for granted: once of once is little evidence.
        companion.map_or(0.0, |companion| f64::from(companion.together) / (f64::from(companion.of) + 2.0))
    }

    /// Those of source code, the closest first.
    fn files<'s>(&'s self, analysis: &'s Analysis) -> impl Iterator<Item = FileId> + 's {
        let paths = self.companions.iter().filter_map(|companion| Some(self.log?.path(companion.file).0));
        paths.filter(|path| Language::of_path(path).is_some()).filter_map(|path| analysis.file(path))
    }
}
