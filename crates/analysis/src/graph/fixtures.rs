//! pytest's fixtures: a test asks for one by naming a parameter as it is called. Never does: run pytest, or read its settings.

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
    for id in code.binding_ids() {
        let binding = code.binding(id);
        let BindingKind::Parameter { .. } = binding.kind else { continue };
        let ScopeKind::Function(Some(function)) = code.scope(binding.scope).kind else { continue };
        let asks = DefId { file, local: function };
        if !analysis.definition(asks).name.starts_with("test") && !is_fixture(analysis, asks) {
            continue;
        }
        let from = DefId { file, local: owner_in(outline, function) };
        for fixture in fixtures(analysis, file, code.name(binding.name)) {
            found.add(from.into(), fixture.into(), Use::Call, Confidence::Exact);
        }
    }
}

/// Whether pytest looks for tests or fixtures in a file of this name.
fn may_ask(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.starts_with("test_") || name.ends_with("_test.py") || name == "conftest.py"
}

/// Whether a function is decorated as a fixture.
pub(super) fn is_fixture(analysis: &Analysis, id: DefId) -> bool {
    let code = analysis.code(id.file);
    let is_named = |word: &str| word.contains("fixture");
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

/// The fixtures of a name that a file sees: its own, or those of the nearest `conftest.py`.
fn fixtures(analysis: &Analysis, file: FileId, name: &str) -> Vec<DefId> {
    let own = named(analysis, file, name);
    if !own.is_empty() {
        return own;
    }
    let mut directory = analysis.path(file);
    while let Some((parent, _)) = directory.rsplit_once('/') {
        directory = parent;
        let conftest = analysis.file(&format!("{directory}/conftest.py"));
        let found = conftest.map_or_else(Vec::new, |conftest| named(analysis, conftest, name));
        if !found.is_empty() {
            return found;
        }
    }
    analysis.file("conftest.py").map_or_else(Vec::new, |conftest| named(analysis, conftest, name))
}

fn named(analysis: &Analysis, file: FileId, name: &str) -> Vec<DefId> {
    let outline = analysis.outline(file);
    let is_code = |local: &LocalId| {
        matches!(outline.definition(*local).kind, DefinitionKind::Function | DefinitionKind::Method)
    };
    let all = queries::names(&analysis.db, analysis.source(file)).of(name).iter().copied();
    all.filter(is_code).map(|local| DefId { file, local }).filter(|&id| is_fixture(analysis, id)).collect()
}
