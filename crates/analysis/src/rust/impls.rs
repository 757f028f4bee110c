//! Which `impl` blocks a type has, wherever they stand. Only those are looked for that may have what is asked, so that a type with many
//! namesakes costs no more than another one. Never does: look into blocks.

use backstory_syntax::DefinitionKind;

use super::{Meant, Rust, Space};
use crate::database::{DefId, SourceFile};
use crate::queries;

impl Rust<'_> {
    /// The traits that a type implements in the workspace, or that a trait requires.
    pub(crate) fn traits_of(&mut self, id: DefId) -> Vec<DefId> {
        if self.kind(id) != DefinitionKind::Trait {
            return self.blocks_of(id).into_iter().filter_map(|block| self.trait_of(block)).collect();
        }
        let Some(item) = self.item(id) else { return Vec::new() };
        let required: Vec<_> = self.code(id.file).list(item.bases).collect();
        required.into_iter().filter_map(|base| self.trait_named(id.file, base)).collect()
    }

    /// All `impl` blocks of a type, in the order of files.
    pub(crate) fn blocks_of(&self, id: DefId) -> Vec<DefId> {
        self.blocks(id, |_| true)
    }

    /// The trait that an `impl` block is of, where the workspace has it.
    pub(crate) fn trait_of_block(&mut self, block: DefId) -> Option<DefId> {
        self.trait_of(block)
    }

    /// The type that an `impl` block is for, where the workspace has it.
    pub(crate) fn type_of_block(&self, block: DefId) -> Option<DefId> {
        self.implementor(block)
    }

    /// The `impl` blocks of a type in files that may declare a member, in the order of files.
    pub(super) fn blocks_with(&mut self, of: DefId, member: &str) -> Vec<DefId> {
        let db = self.db;
        self.blocks(of, |source| queries::words(db, source).may_declare(member))
    }

    /// The `impl` blocks of a trait for a type.
    pub(super) fn blocks_of_trait(&mut self, of: DefId, implemented: &str) -> Vec<DefId> {
        let db = self.db;
        let mut found = self.blocks(of, |source| queries::implemented(db, source).contains(implemented));
        found.retain(|&block| self.definition(block).implemented.as_deref() == Some(implemented));
        found
    }

    fn blocks(&self, of: DefId, is_wanted: impl Fn(SourceFile) -> bool) -> Vec<DefId> {
        let name = self.definition(of).name.as_str();
        let mut found = Vec::new();
        for &file in queries::implementing(self.db, self.workspace).files(name) {
            let source = self.source(file);
            if !is_wanted(source) {
                continue;
            }
            let outline = self.outline(file);
            let blocks = queries::names(self.db, source).of(name).iter().map(|&local| DefId { file, local });
            let blocks = blocks.filter(|block| outline.definition(block.local).kind == DefinitionKind::Impl);
            found.extend(blocks.filter(|&block| self.implementor(block) == Some(of)));
        }
        found
    }

    /// The traits that have a member themselves.
    pub(super) fn traits_with(&self, member: &str) -> Vec<DefId> {
        let mut found = Vec::new();
        for &file in queries::declaring(self.db, self.workspace).files(member) {
            let source = self.source(file);
            if !queries::words(self.db, source).contains("trait") {
                continue;
            }
            let members = queries::names(self.db, source).of(member).iter();
            let owners = members.filter_map(|&local| self.parent(DefId { file, local }));
            found.extend(owners.filter(|&owner| self.kind(owner) == DefinitionKind::Trait));
        }
        found
    }

    /// The type that an `impl` block is for.
    fn implementor(&self, id: DefId) -> Option<DefId> {
        super::implementor(self.db, self.workspace, self.source(id.file), id.file.0, id.local)
    }

    pub(super) fn find_implementor(&mut self, id: DefId) -> Option<DefId> {
        // Nearly always the name alone leads there, which takes no more than outlines.
        let block = self.definition(id);
        let here = self.module_around(id.file, block.parent);
        if let Meant::Definitions(ids) = self.named(here, &block.name, Space::Type, 0) {
            return ids.first().copied();
        }
        let mut annotation = self.item(id)?.annotation?;
        if let backstory_syntax::Expr::Generic { base, .. } = self.code(id.file).expr(annotation) {
            annotation = base;
        }
        match self.meaning(id.file, annotation) {
            Meant::Definitions(ids) => ids.first().copied(),
            _ => None,
        }
    }
}
