//! Who uses a symbol, what it uses, and which symbols have a name. Never does: rank by anything but confidence and place.

use std::collections::HashMap;

use backstory_syntax::{Code, DefinitionKind, LocalId, NameId, Outline};

use crate::confidence::Confidence;
use crate::database::{Analysis, DefId, FileId};
use crate::key::symbol_key;
use crate::navigate::{Target, Word, imported_file, meanings};
use crate::queries;

/// A symbol at the other end of one or more edges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relation {
    /// The other symbol; `None` for code outside any definition, at the top level of `file`.
    pub symbol: Option<LocalId>,
    pub file: FileId,
    /// The best confidence among the edges.
    pub confidence: Confidence,
    /// How many references there are.
    pub count: u32,
}

/// What a definition (with everything inside it) refers to, best confidence first, then in order of first use.
pub fn uses(analysis: &Analysis, id: DefId) -> Vec<Relation> {
    let code = analysis.code(id.file);
    let outline = analysis.outline(id.file);
    let whole = analysis.spans(id.file).definitions[id.local.index()].full;
    let mut found = Relations::default();
    for used in code.ids() {
        let is_inside = code.start(used).is_some_and(|start| whole.start <= start && start < whole.end);
        if !is_inside || code.word(used).is_none() {
            continue;
        }
        analysis.poll();
        for edge in meanings(analysis, id.file, Word::Expr(used)) {
            let Target::Definition(target) = edge.target else { continue };
            let own = target.file == id.file && is_within(outline, target.local, id.local);
            if !own {
                found.add(target.file, Some(target.local), edge.confidence);
            }
        }
    }
    found.sorted()
}

/// The definitions whose code refers to this one, best confidence first, then in file order.
pub fn used_by(analysis: &Analysis, id: DefId) -> Vec<Relation> {
    let name = &analysis.definition(id).name;
    let mut found = Relations::default();
    for file in files_to_read(analysis, name) {
        let code = analysis.code(file);
        let enclosing = analysis.spans(file).enclosing();
        let home = analysis.outline(file);
        let names = words(code, &local_names(home, name));
        for used in code.ids().filter(|&used| code.word(used).is_some_and(|word| names.contains(&word))) {
            let Some(start) = code.start(used) else { continue };
            analysis.poll();
            let around = enclosing.at(start);
            if file == id.file && around.is_some_and(|inner| is_within(home, inner, id.local)) {
                continue;
            }
            let edges = meanings(analysis, file, Word::Expr(used));
            if let Some(edge) = edges.iter().find(|edge| edge.target == Target::Definition(id)) {
                found.add(file, around, edge.confidence);
            }
        }
    }
    found.sorted()
}

/// The ids that words have in a file.
fn words(code: &Code, names: &[&str]) -> Vec<NameId> {
    names.iter().filter_map(|name| code.find_name(name)).collect()
}

/// The files that a file's imports lead to, in order of first import.
pub fn imports_of(analysis: &Analysis, file: FileId) -> Vec<Relation> {
    let mut found = Relations::default();
    for index in 0..analysis.outline(file).imports.len() as u32 {
        if let Some(target) = imported_file(analysis, file, index).filter(|&target| target != file) {
            found.add(target, None, Confidence::Exact);
        }
    }
    found.sorted()
}

/// The files with an import that leads to this one, in file order.
pub fn importers_of(analysis: &Analysis, file: FileId) -> Vec<Relation> {
    let mut found = Relations::default();
    for other in analysis.files().filter(|&other| other != file) {
        analysis.poll();
        let imports = 0..analysis.outline(other).imports.len() as u32;
        for _ in imports.filter(|&index| imported_file(analysis, other, index) == Some(file)) {
            found.add(other, None, Confidence::Exact);
        }
    }
    found.sorted()
}

/// Files that mention a name at all. Reading them (in parallel, say) before asking for relations makes the answer come sooner;
/// it never changes it.
pub fn files_to_read(analysis: &Analysis, name: &str) -> Vec<FileId> {
    // A query polls for cancellation by itself.
    let mentions = |&file: &FileId| queries::words(&analysis.db, analysis.source(file)).contains(name);
    analysis.files().filter(mentions).collect()
}

/// Definitions that a name means to people: `f`, `Type::f`, `module.Class.method`, or a whole symbol key. Each written part must
/// agree with the end of the symbol's qualified name. `impl` blocks are found only when nothing else has the name.
pub fn find_symbols(analysis: &Analysis, written: &str) -> Vec<DefId> {
    let parts = split(
        written.split_once(':').filter(|(_, rest)| !rest.starts_with(':')).map_or(written, |(_, rest)| rest),
    );
    let Some(name) = parts.last() else { return Vec::new() };
    let mut found = Vec::new();
    for file in files_to_read(analysis, name) {
        analysis.poll();
        let outline = analysis.outline(file);
        for local in outline.ids().filter(|&local| outline.definition(local).name == *name) {
            let id = DefId { file, local };
            let key = symbol_key(analysis, id);
            if ends_with(&split(&key), &parts) {
                found.push(id);
            }
        }
    }
    let is_impl = |id: &DefId| analysis.definition(*id).kind == DefinitionKind::Impl;
    if found.iter().any(|id| !is_impl(id)) {
        found.retain(|id| !is_impl(id));
    }
    found
}

/// The parts of a qualified name, whatever separates them. `<T as Trait>` is one part that agrees with `T`.
fn split(name: &str) -> Vec<&str> {
    name.split(['.', ':'])
        .map(|part| part.trim_start_matches('<').split(" as ").next().unwrap_or(part))
        .filter(|part| !part.is_empty())
        .collect()
}

fn ends_with(key: &[&str], parts: &[&str]) -> bool {
    key.len() >= parts.len() && key[key.len() - parts.len()..] == *parts
}

/// The names under which a file may refer to a symbol: its own, and aliases that the file's imports give it.
pub(crate) fn local_names<'a>(outline: &'a Outline, name: &'a str) -> Vec<&'a str> {
    let imports = outline.imports.iter().filter(|import| import.name.as_deref() == Some(name));
    std::iter::once(name).chain(imports.filter_map(|import| import.alias.as_deref())).collect()
}

fn is_within(outline: &Outline, inner: LocalId, outer: LocalId) -> bool {
    let mut next = Some(inner);
    while let Some(id) = next {
        if id == outer {
            return true;
        }
        next = outline.definition(id).parent;
    }
    false
}

/// Relations in the making: one a symbol, in order of first appearance.
#[derive(Default)]
struct Relations {
    index: HashMap<(FileId, Option<LocalId>), usize>,
    list: Vec<Relation>,
}

impl Relations {
    fn add(&mut self, file: FileId, symbol: Option<LocalId>, confidence: Confidence) {
        let index = *self.index.entry((file, symbol)).or_insert_with(|| {
            self.list.push(Relation { symbol, file, confidence, count: 0 });
            self.list.len() - 1
        });
        let relation = &mut self.list[index];
        relation.confidence = relation.confidence.min(confidence);
        relation.count += 1;
    }

    fn sorted(mut self) -> Vec<Relation> {
        self.list.sort_by_key(|relation| relation.confidence);
        self.list
    }
}
