//! What a file means to others: for each name that it declares or brings, a hash of all that code elsewhere can see of it. Where a
//! hash has changed, the files that have the name are drawn again. Never does: hold positions,
//! or numbers of files and definitions, which mean nothing to the next run.

use std::hash::{DefaultHasher, Hash, Hasher};

use backstory_syntax::{DefinitionKind, Language};
use serde::{Deserialize, Serialize};

use crate::database::{Analysis, DefId, FileId};
use crate::python::{Module, Python, Type};
use crate::words::hash;

/// Hashes of names with those of what they mean, sorted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Interface {
    names: Box<[(u32, u64)]>,
    /// Of everything that is imported without being named, which names can't tell.
    globs: u64,
}

impl Interface {
    pub(super) fn of(analysis: &Analysis, file: FileId) -> Self {
        let outline = analysis.outline(file);
        let mut names: Vec<(u32, u64)> = outline
            .ids()
            .map(|local| {
                let definition = outline.definition(local);
                (hash(&definition.name), value(analysis, DefId { file, local }))
            })
            .collect();
        let mut globs = DefaultHasher::new();
        for import in &outline.imports {
            if import.glob {
                import.hash(&mut globs);
            } else if let Some(name) = import.alias.as_ref().or(import.name.as_ref()).or(import.path.first())
            {
                let mut state = DefaultHasher::new();
                (&import.path, import.level, &import.name, import.reexport).hash(&mut state);
                names.push((hash(name), state.finish()));
            }
        }
        names.sort_unstable();
        Self { names: names.into(), globs: globs.finish() }
    }

    /// The names that mean something else than before, or are new or gone. `None` where any may.
    pub(super) fn changed(&self, before: &Self) -> Option<Vec<u32>> {
        if self.globs != before.globs {
            return None;
        }
        let missing = |all: &Self, from: &Self| -> Vec<u32> {
            let is_missing = |it: &&(u32, u64)| from.names.binary_search(it).is_err();
            all.names.iter().filter(is_missing).map(|&(name, _)| name).collect()
        };
        let mut found = missing(self, before);
        found.extend(missing(before, self));
        found.sort_unstable();
        found.dedup();
        Some(found)
    }

    /// All names.
    pub(super) fn names(&self) -> impl Iterator<Item = u32> + '_ {
        self.names.iter().map(|&(name, _)| name)
    }

    pub(super) fn size(&self) -> usize {
        self.names.len() * 16
    }
}

fn value(analysis: &Analysis, id: DefId) -> u64 {
    let outline = analysis.outline(id.file);
    let definition = outline.definition(id.local);
    let mut state = DefaultHasher::new();
    (definition.kind, outline.container(id.local), definition.ordinal).hash(&mut state);
    (&definition.signature, &definition.implemented, definition.public).hash(&mut state);
    if outline.language == Language::Python {
        let mut python = Python::of(analysis);
        match definition.kind {
            DefinitionKind::Class => python.order_above(id).hash_by(analysis, &mut state),
            // What is declared stands in the signature.
            _ if definition.signature.contains("->") => {}
            _ => python.type_of_definition(id).hash_by(analysis, &mut state),
        }
        let code = analysis.code(id.file);
        code.exports(&definition.name).hash(&mut state);
        // A property is another thing than a method.
        let decorators = code.item(id.local).map(|item| code.list(item.decorators));
        for word in decorators.into_iter().flatten().filter_map(|decorator| code.word(decorator)) {
            code.name(word).hash(&mut state);
        }
    }
    state.finish()
}

/// Hashes of definitions by what they are called, which an edit elsewhere in their files leaves alone.
trait HashBy {
    fn hash_by(&self, analysis: &Analysis, state: &mut DefaultHasher);
}

impl HashBy for DefId {
    fn hash_by(&self, analysis: &Analysis, state: &mut DefaultHasher) {
        (analysis.path(self.file), analysis.outline(self.file).key(self.local)).hash(state);
    }
}

impl HashBy for (Vec<DefId>, bool) {
    fn hash_by(&self, analysis: &Analysis, state: &mut DefaultHasher) {
        self.0.iter().for_each(|id| id.hash_by(analysis, state));
        self.1.hash(state);
    }
}

impl HashBy for Type {
    fn hash_by(&self, analysis: &Analysis, state: &mut DefaultHasher) {
        std::mem::discriminant(self).hash(state);
        match self {
            Self::Unknown | Self::External | Self::Nothing => {}
            Self::Module(Module::File(file)) => analysis.path(*file).hash(state),
            Self::Module(Module::Directory(path)) => path.hash(state),
            Self::Class(id) | Self::Instance(id) | Self::Super(id) | Self::Function(id) => {
                id.hash_by(analysis, state);
            }
            Self::Container(container, inner) => {
                container.hash(state);
                inner.iter().for_each(|inner| inner.hash_by(analysis, state));
            }
            Self::Awaitable(inner) => inner.hash_by(analysis, state),
            Self::Union(all) => all.iter().for_each(|one| one.hash_by(analysis, state)),
        }
    }
}
