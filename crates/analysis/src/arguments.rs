//! Where calls may give a value to a parameter by its name, which a parameter can be named by in any file (Python). Never does: decide
//! what a call calls.

use backstory_syntax::{BindingKind, Language, Parameter, ScopeKind};

use crate::database::{Analysis, FileId};
use crate::navigate::Target;
use crate::queries;

/// The files, beside their own, that may name the parameters among the targets.
pub(crate) fn files(analysis: &Analysis, targets: &[Target], name: &str) -> Vec<FileId> {
    let functions: Vec<(FileId, &str)> =
        targets.iter().filter_map(|&target| function_of(analysis, target)).collect();
    if functions.is_empty() {
        return Vec::new();
    }
    let may_name = |&file: &FileId| {
        analysis.poll();
        let words = queries::words(&analysis.db, analysis.source(file));
        let may_call = |&(home, function): &(FileId, &str)| {
            home != file && (is_implicit(function) || words.contains(function))
        };
        analysis.language(file) == Language::Python
            && words.contains(name)
            && functions.iter().any(may_call)
            && is_assigned(analysis.text(file), name)
    };
    analysis.files().filter(may_name).collect()
}

/// The function that a variable is a parameter of, where that can be given by name. What is assigned to it later is the same name.
fn function_of(analysis: &Analysis, target: Target) -> Option<(FileId, &str)> {
    let Target::Binding(file, binding) = target else { return None };
    if analysis.language(file) != Language::Python {
        return None;
    }
    let code = analysis.code(file);
    let binding = code.binding(binding);
    let mut bound = code.bound(binding.scope, binding.name).iter();
    let is_parameter = bound
        .any(|&id| matches!(code.binding(id).kind, BindingKind::Parameter { form: Parameter::Plain, .. }));
    match code.scope(binding.scope).kind {
        ScopeKind::Function(Some(local)) if is_parameter => {
            Some((file, analysis.outline(file).definition(local).name.as_str()))
        }
        _ => None,
    }
}

/// Whether calls do not say the name of a function: `__init__`, `__call__`.
fn is_implicit(function: &str) -> bool {
    function.starts_with("__") && function.ends_with("__")
}

/// Whether a text has a name before `=`, as calls give arguments.
fn is_assigned(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| text[at + name.len()..].trim_start().starts_with('='))
}
