//! The types of what stands at a place, as far as they are declared in the workspace. Never does: name a type that it does not know.

use backstory_syntax::Language;

use crate::database::{Analysis, FileId};
use crate::navigate::{Target, meanings, word_at};
use crate::python::Python;
use crate::rust::Rust;

/// Where the type of the value at a byte offset is declared; several where it may be one of several. A name that stands for a type is
/// its own.
pub fn types_at(analysis: &Analysis, file: FileId, offset: u32) -> Vec<Target> {
    let Some((word, _)) = word_at(analysis, file, offset) else { return Vec::new() };
    let mut found = match analysis.language(file) {
        Language::Python => Python::of(analysis).declared_types(file, word),
        Language::Rust => Rust::of(analysis).declared_types(file, word),
    };
    if found.is_empty() {
        let meant = meanings(analysis, file, word).into_iter().map(|found| found.target);
        found = meant.filter(|target| is_type(analysis, *target)).collect();
    }
    found.dedup();
    found
}

fn is_type(analysis: &Analysis, target: Target) -> bool {
    use backstory_syntax::DefinitionKind::{Class, Enum, Struct, Trait, Type, Union};
    match target {
        Target::Definition(id) => {
            matches!(analysis.definition(id).kind, Class | Enum | Struct | Trait | Type | Union)
        }
        Target::Binding(..) => false,
        Target::Module(_) => true,
    }
}
