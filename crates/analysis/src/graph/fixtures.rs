//! pytest's fixtures: a test asks for one by naming a parameter as it is called, or with `usefixtures`. Never does: run pytest, or read its
//! settings.

use std::collections::HashMap;

use backstory_syntax::{BindingKind, DefinitionKind, Language, LocalId, ScopeKind};

use super::Use;
use super::uses::{Uses, owner_in};
use crate::confidence::Confidence;
use crate::database::{Analysis, DefId, FileId};
use crate::queries;

/// The tests and fixtures of a file depend on the fixtures that their parameters name.
pub(super) fn add(analysis: &Analysis, file: FileId, found: &mut Uses) {
    if analysis.language(file) != Language::Python || !may_ask(analysis.path(file)) {
        return;
    }
    let (code, outline) = (analysis.code(file), analysis.outline(file));
    let mut fixtures = Fixtures { analysis, called: HashMap::new() };
    for id in code.binding_ids() {
        let binding = code.binding(id);
        let BindingKind::Parameter { .. } = binding.kind else { continue };
        let ScopeKind::Function(Some(function)) = code.scope(binding.scope).kind else { continue };
        if !asks_for_fixtures(analysis, DefId { file, local: function }) {
            continue;
        }
        let from = DefId { file, local: owner_in(outline, function) };
        for fixture in fixtures.seen(file, code.name(binding.name)) {
            found.add(from.into(), fixture.into(), Use::Call, Confidence::Exact);
        }
    }
    if !analysis.text(file).contains("usefixtures(") {
        return;
    }
    for local in outline.ids() {
        for name in used(analysis.lead(DefId { file, local })) {
            for fixture in fixtures.seen(file, name) {
                found.add(DefId { file, local }.into(), fixture.into(), Use::Call, Confidence::Exact);
            }
        }
    }
}

/// The names that `usefixtures` is given.
fn used(lead: &str) -> impl Iterator<Item = &str> {
    let lists = lead.split("usefixtures(").skip(1).map(|rest| rest.split(')').next().unwrap_or(rest));
    lists.flat_map(|list| list.split(['"', '\'']).skip(1).step_by(2))
}

/// Whether pytest looks for tests or fixtures in a file of this name.
fn may_ask(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.starts_with("test_") || name.ends_with("_test.py") || name == "conftest.py"
}

/// Whether pytest gives a function the fixtures that its parameters name: tests where it looks for them, and fixtures wherever they are.
pub fn asks_for_fixtures(analysis: &Analysis, function: DefId) -> bool {
    let is_test =
        may_ask(analysis.path(function.file)) && analysis.definition(function).name.starts_with("test");
    is_test || is_fixture(analysis, function)
}

/// Whether a function is decorated as a fixture.
pub fn is_fixture(analysis: &Analysis, id: DefId) -> bool {
    let code = analysis.code(id.file);
    let is_named = |word: &str| word.contains("fixture") && word != "usefixtures";
    code.item(id.local).is_some_and(|item| {
        code.list(item.decorators).any(|decorator| {
            let callee = match code.expr(decorator) {
                backstory_syntax::Expr::Call { callee, .. } => callee,
                _ => decorator,
            };
            code.word(callee).is_some_and(|word| is_named(code.name(word)))
        })
    })
}

/// The fixtures of a workspace, as one file asks for them.
struct Fixtures<'a> {
    analysis: &'a Analysis,
    /// By file, those that are given a name of their own: `@fixture(name="client")`.
    called: HashMap<FileId, Vec<DefId>>,
}

impl Fixtures<'_> {
    /// Those of a name that a file sees: its own, or those of the nearest `conftest.py`.
    fn seen(&mut self, file: FileId, name: &str) -> Vec<DefId> {
        let own = self.named(file, name);
        if !own.is_empty() {
            return own;
        }
        let analysis = self.analysis;
        let mut directory = analysis.path(file);
        while let Some((parent, _)) = directory.rsplit_once('/') {
            directory = parent;
            let conftest = analysis.file(&format!("{directory}/conftest.py"));
            let found = conftest.map_or_else(Vec::new, |conftest| self.named(conftest, name));
            if !found.is_empty() {
                return found;
            }
        }
        analysis.file("conftest.py").map_or_else(Vec::new, |conftest| self.named(conftest, name))
    }

    fn named(&mut self, file: FileId, name: &str) -> Vec<DefId> {
        let analysis = self.analysis;
        let outline = analysis.outline(file);
        let is_code = |local: &LocalId| {
            matches!(outline.definition(*local).kind, DefinitionKind::Function | DefinitionKind::Method)
        };
        let all = queries::names(&analysis.db, analysis.source(file)).of(name).iter().copied();
        let own = all.filter(is_code).map(|local| DefId { file, local });
        let own = own.filter(|&id| is_fixture(analysis, id) && !analysis.lead(id).contains("name="));
        let mut found: Vec<DefId> = own.collect();
        let called = self.called.entry(file).or_insert_with(|| called(analysis, file));
        let is_it = |lead: &str| {
            lead.contains(&format!("name=\"{name}\"")) || lead.contains(&format!("name='{name}'"))
        };
        found.extend(called.iter().filter(|&&id| is_it(analysis.lead(id))));
        found
    }
}

fn called(analysis: &Analysis, file: FileId) -> Vec<DefId> {
    if !analysis.text(file).contains("name=") {
        return Vec::new();
    }
    let all = analysis.outline(file).ids().map(|local| DefId { file, local });
    all.filter(|&id| analysis.lead(id).contains("name=") && is_fixture(analysis, id)).collect()
}
