//! The methods that are compared, each from one symbol to a list. Never does: look beyond the split.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use backstory_analysis::{Analysis, DefId, FileId, Package, Source, used_by, uses};
use backstory_session::history::{Bounds, Companion, LogFile, LogSymbol, Touched, files_at};
use backstory_session::ide::documents::documents;
use backstory_session::ide::related::{
    COMPANIONS, Edge, FEATURES, FILES, IN_FILE, NEAREST, NEIGHBOURS, Signs, Together, features, score,
};
use backstory_session::model::embedder::{self, DIMENSIONS, DocumentFrequencies, Embedder};
use backstory_session::syntax::Language;

use crate::eras::Era;

/// What is compared; the joined method last.
pub const METHODS: [Method; 5] =
    [Method::Rules, Method::Static, Method::SameFile, Method::CoChange, Method::Joined];

#[derive(Clone, Copy, PartialEq)]
pub enum Method {
    Rules,
    Static,
    SameFile,
    CoChange,
    Joined,
}

impl Method {
    pub fn name(self) -> &'static str {
        match self {
            Self::Rules => "rules",
            Self::Static => "static",
            Self::SameFile => "same file",
            Self::CoChange => "co-change",
            Self::Joined => "joined",
        }
    }
}

/// Larger commits are no transactions of rules.
const RULES: usize = 30;

/// Neighbours whose own uses are followed, for the static list.
const FOLLOWED: usize = 10;

/// The code and the changes at a split.
pub struct Known<'a> {
    era: &'a Era<'a>,
    analysis: Analysis,
    vectors: Vec<(LogSymbol, [f32; DIMENSIONS])>,
    bounds: Bounds,
    now: i64,
    /// The symbols of each file, in source order.
    units: HashMap<FileId, Vec<LogSymbol>>,
    edges: RefCell<HashMap<LogSymbol, Arc<Edges>>>,
}

/// The static neighbours of a symbol.
#[derive(Default)]
struct Edges {
    dependants: Vec<(LogSymbol, Edge)>,
    dependencies: Vec<(LogSymbol, Edge)>,
}

impl<'a> Known<'a> {
    pub fn of(era: &'a Era<'a>) -> Self {
        let analysis = analysis(era);
        let mut units = HashMap::new();
        for file in analysis.files().collect::<Vec<_>>() {
            let outline = analysis.outline(file);
            let keys = outline.ids().map(|id| outline.key(id));
            let mut own: Vec<LogSymbol> =
                keys.filter_map(|key| era.log.symbol_at(analysis.path(file), &key)).collect();
            let mut seen = BTreeSet::new();
            own.retain(|symbol| seen.insert(*symbol));
            units.insert(file, own);
        }
        let vectors = vectors(era, &analysis);
        let (bounds, now) = (Bounds::default(), era.log.newest());
        Self { era, analysis, vectors, bounds, now, units, edges: RefCell::default() }
    }

    /// What a method foretells, best first, without the symbol itself.
    pub fn symbols(
        &self,
        method: Method,
        symbol: LogSymbol,
        signs: &[(LogSymbol, Signs)],
        weights: &[f64; FEATURES],
    ) -> Vec<LogSymbol> {
        match method {
            Method::Rules => self.rules(symbol),
            Method::Static => self.neighbours(symbol),
            Method::SameFile => self.same_file(symbol),
            Method::CoChange => {
                self.companions(symbol).into_iter().map(|companion| companion.symbol).collect()
            }
            Method::Joined => {
                let mut scored: Vec<(f64, LogSymbol)> =
                    signs.iter().map(|(other, signs)| (score(&features(signs), weights), *other)).collect();
                scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
                scored.into_iter().map(|(_, other)| other).collect()
            }
        }
    }

    /// The files that a method foretells, best first, without the symbol's own.
    pub fn files(&self, method: Method, symbol: LogSymbol, symbols: &[LogSymbol]) -> Vec<LogFile> {
        let Some(own) = self.era.file(symbol) else { return Vec::new() };
        let companions = || -> Vec<LogFile> {
            let companions = self.era.log.file_companions(own, &self.bounds, self.now);
            companions.into_iter().map(|companion| companion.file).collect()
        };
        let of_symbols = symbols.iter().filter_map(|&symbol| self.era.file(symbol));
        let listed: Vec<LogFile> = match method {
            Method::SameFile => self.same_directory(own),
            Method::CoChange => companions(),
            Method::Rules | Method::Static => of_symbols.collect(),
            Method::Joined => of_symbols.take(30).chain(companions()).collect(),
        };
        let mut seen = BTreeSet::from([own]);
        listed.into_iter().filter(|&file| self.era.is_source(file) && seen.insert(file)).collect()
    }

    fn companions(&self, symbol: LogSymbol) -> Vec<Companion> {
        self.era.log.companions(symbol, &self.bounds, self.now)
    }

    /// Association rules over whole commits: any change counts, however old.
    fn rules(&self, symbol: LogSymbol) -> Vec<LogSymbol> {
        let log = &self.era.log;
        let mut support: BTreeMap<LogSymbol, u32> = BTreeMap::new();
        for &position in log.commits_of(symbol) {
            let commit = &log.commits()[position as usize];
            let changed: Vec<_> = commit.symbols().filter(|(_, how)| *how != Touched::Deleted).collect();
            if changed.len() <= RULES && !commit.is_giant {
                changed.iter().for_each(|(other, _)| *support.entry(*other).or_default() += 1);
            }
        }
        support.remove(&symbol);
        // The changes of one symbol are the base of all its rules, so confidence orders them as support does.
        let mut rules: Vec<_> = support.into_iter().filter(|(other, _)| log.is_here(*other)).collect();
        rules.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        rules.into_iter().map(|(other, _)| other).collect()
    }

    fn neighbours(&self, symbol: LogSymbol) -> Vec<LogSymbol> {
        let direct = |symbol| {
            let edges = self.edges(symbol);
            let mut all: Vec<(LogSymbol, Edge)> =
                edges.dependants.iter().chain(&edges.dependencies).copied().collect();
            all.sort_by(|a, b| a.1.confidence.cmp(&b.1.confidence).then(b.1.count.cmp(&a.1.count)));
            all.into_iter().map(|(other, _)| other).collect::<Vec<_>>()
        };
        let mut seen = BTreeSet::from([symbol]);
        let mut list: Vec<LogSymbol> =
            direct(symbol).into_iter().filter(|other| seen.insert(*other)).collect();
        for near in list.iter().take(FOLLOWED).copied().collect::<Vec<_>>() {
            let further = self.dependencies(near).into_iter().map(|(other, _)| other);
            list.extend(further.filter(|other| seen.insert(*other)));
        }
        list
    }

    fn same_file(&self, symbol: LogSymbol) -> Vec<LogSymbol> {
        let Some((own, at)) = self.in_file(symbol) else { return Vec::new() };
        let mut others: Vec<(usize, LogSymbol)> = own
            .iter()
            .enumerate()
            .filter(|(_, other)| **other != symbol)
            .map(|(index, other)| (index.abs_diff(at), *other))
            .collect();
        others.sort();
        others.into_iter().map(|(_, other)| other).collect()
    }

    fn same_directory(&self, file: LogFile) -> Vec<LogFile> {
        let directory =
            |path: &str| path.rsplit_once('/').map_or(String::new(), |(directory, _)| directory.to_owned());
        let own = directory(self.era.log.path(file).0);
        let paths =
            self.analysis.files().map(|file| self.analysis.path(file)).filter(|path| directory(path) == own);
        paths.filter_map(|path| self.era.log.file_at(path)).collect()
    }

    /// The symbols of the symbol's file, and its place among them.
    fn in_file(&self, symbol: LogSymbol) -> Option<(&[LogSymbol], usize)> {
        let file = self.analysis.file(&self.era.log.place(symbol).0.path)?;
        let own = self.units.get(&file)?;
        Some((own, own.iter().position(|other| *other == symbol)?))
    }

    fn definition(&self, symbol: LogSymbol) -> Option<DefId> {
        let place = self.era.log.place(symbol).0;
        self.analysis.find(&place.path, &place.key)
    }

    fn edges(&self, symbol: LogSymbol) -> Arc<Edges> {
        if let Some(edges) = self.edges.borrow().get(&symbol) {
            return Arc::clone(edges);
        }
        let dependants = self.definition(symbol).map(|id| used_by(&self.analysis, id)).unwrap_or_default();
        let dependants = self.edges_of(symbol, dependants);
        let edges = Arc::new(Edges { dependants, dependencies: self.dependencies(symbol) });
        self.edges.borrow_mut().insert(symbol, Arc::clone(&edges));
        edges
    }

    fn dependencies(&self, symbol: LogSymbol) -> Vec<(LogSymbol, Edge)> {
        let used = self.definition(symbol).map(|id| uses(&self.analysis, id)).unwrap_or_default();
        self.edges_of(symbol, used)
    }

    /// The symbols that relations lead to, each once with its best edge.
    fn edges_of(
        &self,
        symbol: LogSymbol,
        relations: Vec<backstory_analysis::Relation>,
    ) -> Vec<(LogSymbol, Edge)> {
        let mut edges: Vec<(LogSymbol, Edge)> = Vec::new();
        for relation in relations {
            let Some(local) = relation.symbol else { continue };
            let key = self.analysis.outline(relation.file).key(local);
            let Some(other) = self.era.log.symbol_at(self.analysis.path(relation.file), &key) else {
                continue;
            };
            let edge = Edge { confidence: relation.confidence, count: relation.count };
            match edges.iter_mut().find(|(known, _)| *known == other) {
                Some((_, known)) => {
                    known.confidence = known.confidence.min(edge.confidence);
                    known.count += edge.count;
                }
                None if other != symbol => edges.push((other, edge)),
                None => {}
            }
        }
        edges
    }

    /// All candidates with their signs, in the order of their numbers.
    pub fn signs(&self, symbol: LogSymbol) -> Vec<(LogSymbol, Signs)> {
        let log = &self.era.log;
        let mut candidates: BTreeMap<LogSymbol, Signs> = BTreeMap::new();
        for companion in self.companions(symbol).into_iter().take(COMPANIONS) {
            let Companion { symbol: other, together, of, weight, .. } = companion;
            let of_other = log.edits(other, &self.bounds).len() as u32;
            candidates.entry(other).or_default().together = Some(Together { together, of, of_other, weight });
        }
        let edges = self.edges(symbol);
        for &(other, edge) in edges.dependants.iter().take(NEIGHBOURS) {
            candidates.entry(other).or_default().dependant = Some(edge);
        }
        for &(other, edge) in edges.dependencies.iter().take(NEIGHBOURS) {
            candidates.entry(other).or_default().dependency = Some(edge);
        }
        let place = log.place(symbol).0;
        for (other, cosine) in self.alike(symbol) {
            candidates.entry(other).or_default().similarity = cosine;
        }
        for other in self.same_file(symbol) {
            candidates.entry(other).or_default();
        }
        let own = self.era.file(symbol);
        let files = own.map(|own| log.file_companions(own, &self.bounds, self.now)).unwrap_or_default();
        for companion in files.iter().filter(|companion| self.era.is_source(companion.file)).take(FILES) {
            self.most_active(companion.file).into_iter().for_each(|other| {
                candidates.entry(other).or_default();
            });
        }
        candidates.remove(&symbol);
        let file_parts: HashMap<LogFile, f64> = files
            .iter()
            .map(|companion| {
                (companion.file, f64::from(companion.together) / (f64::from(companion.of) + 2.0))
            })
            .collect();
        let at = self.in_file(symbol).map(|(units, at)| (units.to_vec(), at));
        for (other, signs) in &mut candidates {
            let there = log.place(*other).0;
            signs.activity = log.activity(*other, &self.bounds, self.now);
            signs.is_namesake = there.key.name == place.key.name;
            signs.in_container = there.path == place.path
                && !place.key.container.is_empty()
                && there.key.container == place.key.container;
            signs.in_file = (there.path == place.path).then(|| {
                let position = at
                    .as_ref()
                    .and_then(|(units, at)| Some((units.iter().position(|unit| unit == other)?, at)));
                position.map_or(50, |(position, at)| position.abs_diff(*at).saturating_sub(1) as u32)
            });
            let file = self.era.file(*other);
            signs.files_together = match signs.in_file {
                Some(_) => 1.0,
                None => file.and_then(|file| file_parts.get(&file).copied()).unwrap_or_default(),
            };
        }
        candidates.into_iter().filter(|(other, _)| log.is_here(*other)).collect()
    }

    /// The symbols whose vectors are nearest, each with its cosine.
    fn alike(&self, symbol: LogSymbol) -> Vec<(LogSymbol, f32)> {
        let Some((_, own)) = self.vectors.iter().find(|(other, _)| *other == symbol) else {
            return Vec::new();
        };
        let cosine = |vector: &[f32; DIMENSIONS]| own.iter().zip(vector).map(|(a, b)| a * b).sum::<f32>();
        let others = self.vectors.iter().filter(|(other, _)| *other != symbol);
        let mut near: Vec<(LogSymbol, f32)> =
            others.map(|(other, vector)| (*other, cosine(vector))).collect();
        near.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        near.truncate(NEAREST);
        near
    }

    fn most_active(&self, file: LogFile) -> Vec<LogSymbol> {
        let units = self.analysis.file(self.era.log.path(file).0).and_then(|file| self.units.get(&file));
        let mut active: Vec<(f64, LogSymbol)> = units
            .into_iter()
            .flatten()
            .map(|&symbol| (self.era.log.activity(symbol, &self.bounds, self.now), symbol))
            .collect();
        active.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        active.into_iter().take(IN_FILE).map(|(_, symbol)| symbol).collect()
    }
}

/// The vectors of all symbols, as search has them: see `session::index`.
fn vectors(era: &Era, analysis: &Analysis) -> Vec<(LogSymbol, [f32; DIMENSIONS])> {
    let embedder = Embedder::shipped();
    let (mut weighed, mut frequencies) = (Vec::new(), DocumentFrequencies::default());
    for file in analysis.files() {
        for document in documents(analysis, file) {
            let pieces = embedder.weigh(&[
                (embedder::NAME_WEIGHT, &document.name),
                (embedder::CONTAINER_WEIGHT, &document.container),
                (embedder::PATH_WEIGHT, &document.path),
                (embedder::SIGNATURE_WEIGHT, &document.signature),
                (embedder::DOCS_WEIGHT, &document.docs),
                (embedder::BODY_WEIGHT, &document.body),
            ]);
            frequencies.add(pieces.iter().map(|&(piece, _)| piece));
            if let Some(symbol) = era.log.symbol_at(&document.path, &document.key) {
                weighed.push((symbol, pieces));
            }
        }
    }
    // What stands inside of a function is found as that function, whose own vector comes first.
    let mut seen = BTreeSet::new();
    weighed.retain(|(symbol, _)| seen.insert(*symbol));
    weighed
        .iter()
        .map(|(symbol, pieces)| (*symbol, embedder.embed_pieces(pieces.iter().copied(), &frequencies)))
        .collect()
}

/// The code at the split, packages named as their manifests name them.
fn analysis(era: &Era) -> Analysis {
    let is_manifest = |path: &str| path == "Cargo.toml" || path.ends_with("/Cargo.toml");
    let is_wanted = |path: &str| is_manifest(path) || Language::of_path(path).is_some();
    let (mut sources, mut packages) = (Vec::new(), Vec::new());
    for file in files_at(&era.repository.git, &era.at, &is_wanted).expect("a readable commit") {
        let text = String::from_utf8_lossy(&file.content).into_owned();
        match Language::of_path(&file.path) {
            Some(language) => {
                sources.push(Source { path: file.path, language, text: text.as_str().into(), facts: None });
            }
            None => {
                let name = text.lines().find_map(|line| line.strip_prefix("name = \"")?.split('"').next());
                let directory = file.path.trim_end_matches("Cargo.toml").trim_end_matches('/').to_owned();
                packages.extend(name.map(|name| Package {
                    directory,
                    name: name.replace('-', "_"),
                    package: name.to_owned(),
                }));
            }
        }
    }
    Analysis::new(sources, packages)
}
