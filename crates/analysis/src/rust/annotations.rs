//! What type expressions stand for, and what generic parameters are known to be. Never does: values.

use backstory_syntax::{BindingId, BindingKind, DefinitionKind, Expr, ExprId, Form, List, ScopeKind};

use super::types::Type;
use super::{Meant, Rust};
use crate::database::{DefId, FileId};

impl Rust<'_> {
    /// What a type's expression stands for.
    pub(super) fn annotated(&mut self, file: FileId, id: ExprId) -> Type {
        self.deeper(|rust| rust.annotated_as(file, id)).unwrap_or(Type::Unknown)
    }

    pub(super) fn annotated_all(&mut self, file: FileId, list: List) -> Vec<Type> {
        let code = self.code(file);
        code.list(list).map(|id| self.annotated(file, id)).collect()
    }

    fn annotated_as(&mut self, file: FileId, id: ExprId) -> Type {
        let code = self.code(file);
        match code.expr(id) {
            Expr::TypeName { name, scope } if code.name(name) == "Self" => self.self_type(file, scope),
            Expr::TypeName { .. } | Expr::TypePath { .. } | Expr::Name { .. } | Expr::Path { .. } => {
                self.named_type(file, id, Vec::new())
            }
            Expr::Generic { base, arguments } => {
                let arguments = self.annotated_all(file, arguments);
                self.named_type(file, base, arguments)
            }
            Expr::Display { form: Form::Tuple, elements } => Type::Tuple(self.annotated_all(file, elements)),
            Expr::Display { elements, .. } => Type::external("slice", self.annotated_all(file, elements)),
            Expr::Either(list) => {
                let all: Vec<ExprId> = code.list(list).collect();
                Type::Traits(all.into_iter().filter_map(|id| self.trait_named(file, id)).collect())
            }
            Expr::Matched { of, .. } => self.annotated(file, of),
            Expr::Lambda(given) => Type::Closure(Box::new(self.infer(file, given))),
            Expr::Instance(of) => self.annotated(file, of),
            Expr::Literal(_) => Type::external("i32", Vec::new()),
            _ => Type::Unknown,
        }
    }

    fn named_type(&mut self, file: FileId, id: ExprId, arguments: Vec<Type>) -> Type {
        match self.meaning(file, id) {
            Meant::Definitions(ids) => ids.first().map_or(Type::Unknown, |&id| self.data_type(id, arguments)),
            Meant::Local(file, binding) => Type::Parameter(file, binding),
            Meant::External(name) => Type::External(name, arguments),
            Meant::Module(_) | Meant::Unknown => Type::Unknown,
        }
    }

    /// A definition as a type.
    pub(super) fn data_type(&mut self, id: DefId, arguments: Vec<Type>) -> Type {
        match self.kind(id) {
            DefinitionKind::Struct | DefinitionKind::Enum | DefinitionKind::Union => {
                Type::Data(id, arguments)
            }
            DefinitionKind::Variant => {
                self.parent(id).map_or(Type::Unknown, |owner| Type::Data(owner, arguments))
            }
            DefinitionKind::Trait => Type::Traits(vec![id]),
            DefinitionKind::Type => {
                let Some(item) = self.item(id).copied() else { return Type::Unknown };
                match item.annotation {
                    Some(annotation) => {
                        let known: Vec<_> = self.parameters_of(id).into_iter().zip(arguments).collect();
                        self.annotated(id.file, annotation).with(&known)
                    }
                    None => {
                        let code = self.code(id.file);
                        let bases: Vec<ExprId> = code.list(item.bases).collect();
                        let traits: Vec<DefId> =
                            bases.into_iter().filter_map(|base| self.trait_named(id.file, base)).collect();
                        if traits.is_empty() { Type::Unknown } else { Type::Traits(traits) }
                    }
                }
            }
            DefinitionKind::Impl => match self.item(id).and_then(|item| item.annotation) {
                Some(of) => self.annotated(id.file, of),
                None => Type::Unknown,
            },
            _ => Type::Unknown,
        }
    }

    /// The generic parameters of a definition, in order.
    pub(super) fn parameters_of(&self, id: DefId) -> Vec<Type> {
        let code = self.code(id.file);
        let Some(scope) = self.item(id).and_then(|item| item.scope) else { return Vec::new() };
        let mut found: Vec<BindingId> = code.bound_in(scope).to_vec();
        found.retain(|&it| {
            let binding = code.binding(it);
            matches!(binding.kind, BindingKind::TypeParameter { .. })
                && binding.span.start != backstory_syntax::NOWHERE
        });
        found.sort_unstable();
        found.into_iter().map(|binding| Type::Parameter(id.file, binding)).collect()
    }

    /// What a type's arguments say of its parameters.
    pub(super) fn known_of(&self, id: DefId, arguments: &[Type]) -> Vec<(Type, Type)> {
        self.parameters_of(id).into_iter().zip(arguments.iter().cloned()).collect()
    }

    /// What the arguments of a type say of the parameters of one of its `impl` blocks.
    pub(super) fn known_in(&mut self, block: DefId, arguments: &[Type]) -> Vec<(Type, Type)> {
        let Some(of) = self.item(block).and_then(|item| item.annotation) else { return Vec::new() };
        match self.annotated(block.file, of) {
            Type::Data(_, own) => own
                .into_iter()
                .zip(arguments.iter().cloned())
                .filter(|(from, _)| matches!(from, Type::Parameter(..)))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The traits that a generic parameter is bounded by.
    pub(super) fn bounds_of(&mut self, file: FileId, binding: BindingId) -> Vec<DefId> {
        let code = self.code(file);
        let parameter = code.binding(binding);
        let mut found = Vec::new();
        let mut next = Some(parameter.scope);
        // A method may add bounds to a parameter of its `impl`, but only its own are looked at here.
        while let Some(scope) = next.take() {
            for &id in code.bound(scope, parameter.name) {
                let BindingKind::TypeParameter { bound: Some(bound) } = code.binding(id).kind else {
                    continue;
                };
                match self.annotated(file, bound) {
                    Type::Traits(all) => found.extend(all),
                    _ => continue,
                }
            }
            if matches!(code.scope(scope).kind, ScopeKind::Block) {
                next = code.scope(scope).parent;
            }
        }
        found
    }
}
