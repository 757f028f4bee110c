//! Which modules import which as soon as they are loaded, and whether a move would make a circle of that. Never does: count imports inside of
//! functions, or those that only type checkers meet.

use std::collections::{HashMap, HashSet};

use backstory_analysis::{Analysis, FileId, Target, Word, import_base, meanings, module_path};
use backstory_syntax::{BindingKind, DefinitionKind, Import, Span};

use crate::refactor::moving::{Moving, NotMoved};

/// The imports of a tree as they would be.
pub(super) struct Loading<'a> {
    moving: &'a Moving<'a>,
    new: HashMap<FileId, Vec<FileId>>,
}

impl<'a> Loading<'a> {
    /// `new` are imports that come with the move: who, and of whom.
    pub(super) fn new(moving: &'a Moving<'a>, new: &[(FileId, FileId)]) -> Self {
        let mut found: HashMap<FileId, Vec<FileId>> = HashMap::new();
        for &(who, whom) in new {
            found.entry(who).or_default().push(whom);
        }
        Self { moving, new: found }
    }

    /// Refuses circles through a new import.
    pub(super) fn check(&self) -> Result<(), NotMoved> {
        let analysis = self.moving.analysis;
        let mut known: HashMap<FileId, Vec<FileId>> = HashMap::new();
        let mut new: Vec<(FileId, FileId)> =
            self.new.iter().flat_map(|(&who, all)| all.iter().map(move |&whom| (who, whom))).collect();
        new.sort_unstable();
        for (who, whom) in new {
            if who != whom && self.leads(whom, who, &mut known) {
                let (first, second) = (module_path(analysis, who), module_path(analysis, whom));
                return Err(NotMoved::Circle { first, second });
            }
            // A package whose loading loads a module isn't whole by then.
            for package in packages_around(analysis, who) {
                let was_led = self.without_new().leads(who, package, &mut HashMap::new());
                if whom != package && !was_led && self.leads(whom, package, &mut known) {
                    let (first, second) = (module_path(analysis, package), module_path(analysis, whom));
                    return Err(NotMoved::Circle { first, second });
                }
            }
        }
        Ok(())
    }

    fn without_new(&self) -> Self {
        Self { moving: self.moving, new: HashMap::new() }
    }

    fn leads(&self, from: FileId, to: FileId, known: &mut HashMap<FileId, Vec<FileId>>) -> bool {
        let mut seen: HashSet<FileId> = HashSet::from([from]);
        let mut open = vec![from];
        while let Some(file) = open.pop() {
            if file == to {
                return true;
            }
            let next = known.entry(file).or_insert_with(|| self.imports(file));
            open.extend(next.iter().copied().filter(|&it| seen.insert(it)));
        }
        false
    }

    /// What a module loads when it is loaded.
    fn imports(&self, file: FileId) -> Vec<FileId> {
        let (analysis, moving) = (self.moving.analysis, self.moving);
        let mut found = self.new.get(&file).cloned().unwrap_or_default();
        let outline = analysis.outline(file);
        let text = analysis.text(file);
        let parsed = text.contains("TYPE_CHECKING").then(|| analysis.parsed(file));
        for (index, import) in outline.imports.iter().enumerate() {
            let leaf = analysis.spans(file).imports[index];
            let base = import_base(analysis, file, index as u32).map(|(base, _)| base);
            let is_moved = base == Some(moving.from()) && import.name.as_deref() == Some(moving.name());
            let is_checked = parsed.as_ref().is_some_and(|parsed| {
                let standing = parsed.standing(leaf);
                standing.is_some_and(|it| it.is_conditional && checks_types(text, it.block))
            });
            if is_moved || is_checked || !is_run(analysis, file, import) {
                continue;
            }
            let module = submodule(analysis, file, index as u32).filter(|_| import.name.is_some());
            // `from . import sub` asks the package for nothing but the module.
            let loaded = module.or(base);
            found.extend(loaded);
            found.extend(loaded.into_iter().flat_map(|it| packages_between(analysis, file, it)));
        }
        found.retain(|&it| it != file);
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Whether an import runs when its module is loaded.
pub(super) fn is_at_load(analysis: &Analysis, file: FileId, import: &Import, leaf: Span) -> bool {
    is_run(analysis, file, import) && !is_for_checkers(analysis, file, leaf)
}

/// Whether an import stands outside of functions.
fn is_run(analysis: &Analysis, file: FileId, import: &Import) -> bool {
    let outline = analysis.outline(file);
    let mut around = import.enclosing;
    while let Some(id) = around {
        let definition = outline.definition(id);
        if definition.kind != DefinitionKind::Class {
            return false;
        }
        around = definition.parent;
    }
    true
}

/// Whether an import stands in an `if TYPE_CHECKING:`.
pub(super) fn is_for_checkers(analysis: &Analysis, file: FileId, leaf: Span) -> bool {
    let text = analysis.text(file);
    if !text.contains("TYPE_CHECKING") {
        return false;
    }
    let standing = analysis.parsed(file).standing(leaf);
    standing.is_some_and(|it| it.is_conditional && checks_types(text, it.block))
}

/// Whether the condition of a block is met by type checkers alone.
pub(super) fn checks_types(text: &str, block: Span) -> bool {
    let head = text[..block.start as usize].trim_end().rsplit('\n').next().unwrap_or_default();
    let head = head.split('#').next().unwrap_or_default().trim();
    head.starts_with("if ") && head.trim_end_matches(':').trim_end().ends_with("TYPE_CHECKING")
}

/// The module that the name of an import is.
pub(super) fn submodule(analysis: &Analysis, file: FileId, index: u32) -> Option<FileId> {
    let code = analysis.code(file);
    let is_it = |id: &backstory_syntax::BindingId| code.binding(*id).kind == BindingKind::Import(index);
    let binding = code.binding_ids().find(is_it)?;
    meanings(analysis, file, Word::Binding(binding)).into_iter().find_map(|found| match found.target {
        Target::Module(module) => Some(module),
        _ => None,
    })
}

/// The packages that a module is in.
fn packages_around(analysis: &Analysis, file: FileId) -> Vec<FileId> {
    let mut found = Vec::new();
    let mut directory = analysis.path(file).rsplit_once('/').map_or("", |(directory, _)| directory);
    while !directory.is_empty() {
        found.extend(analysis.file(&format!("{directory}/__init__.py")).filter(|&it| it != file));
        directory = directory.rsplit_once('/').map_or("", |(directory, _)| directory);
    }
    found
}

/// The packages that are loaded on the way to a module, but for those around the module that asks.
fn packages_between(analysis: &Analysis, from: FileId, to: FileId) -> Vec<FileId> {
    let (from, to) = (analysis.path(from), analysis.path(to));
    let mut found = Vec::new();
    let mut directory = to.rsplit_once('/').map_or("", |(directory, _)| directory);
    while !directory.is_empty() && !from.starts_with(&format!("{directory}/")) {
        found.extend(analysis.file(&format!("{directory}/__init__.py")));
        directory = directory.rsplit_once('/').map_or("", |(directory, _)| directory);
    }
    found
}
