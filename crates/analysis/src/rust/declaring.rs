//! The `mod` item that makes a file part of a crate. Never does: look for files.

use backstory_syntax::DefinitionKind;

use super::Rust;
use crate::database::{DefId, FileId};

impl Rust<'_> {
    /// The item without a body that declares a file as a module; none for the root of a crate.
    pub(crate) fn item_of_module(&self, file: FileId) -> Option<DefId> {
        let scope = super::declared_in(self.db, self.workspace, self.source(file), file.0)?;
        let path = self.source(file).path(self.db);
        let stem = path.strip_suffix(".rs").unwrap_or(path);
        let stem = stem.strip_suffix("/mod").unwrap_or(stem);
        let name = stem.rsplit('/').next().unwrap_or(stem);
        let mut items = self.children_named(scope.file, scope.inline, name);
        let local =
            items.find(|&local| self.outline(scope.file).definition(local).kind == DefinitionKind::Module)?;
        Some(DefId { file: scope.file, local })
    }
}
