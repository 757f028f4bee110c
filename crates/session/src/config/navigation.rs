//! The methods that other language servers answer, too, and the switches that say otherwise than the mode. Never does: answer one.

/// What is answered in standalone mode, and beside another language server only where it is switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Definition,
    Declaration,
    TypeDefinition,
    Implementation,
    References,
    Highlight,
    DocumentSymbol,
    WorkspaceSymbol,
    CallHierarchy,
    TypeHierarchy,
    Rename,
    FileRename,
    FoldingRange,
    SelectionRange,
    /// Signature and documentation in hovers.
    Signature,
}

const METHODS: usize = Method::Signature as usize + 1;

/// The switches of methods; without one the mode decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Navigation([Option<bool>; METHODS]);

impl Navigation {
    pub fn switch(&self, method: Method) -> Option<bool> {
        self.0[method as usize]
    }

    pub(super) fn set(&mut self, method: Method, switch: Option<bool>) {
        self.0[method as usize] = switch;
    }
}
