//! Types of expressions and of what type expressions stand for. Never does: solve for what is left open.

use backstory_syntax::{
    BindingId, BindingKind, DefinitionKind, Expr, ExprId, Form, List, Literal, Parameter,
};

use super::members::Asked;
use super::types::Type;
use super::{Meant, Rust, Space, lookup, standard};
use crate::database::{DefId, FileId};

impl Rust<'_> {
    /// The type of a value.
    pub(super) fn infer(&mut self, file: FileId, id: ExprId) -> Type {
        self.deeper(|rust| rust.type_of(file, id)).unwrap_or(Type::Unknown)
    }

    fn type_of(&mut self, file: FileId, id: ExprId) -> Type {
        let code = self.code(file);
        match code.expr(id) {
            Expr::Name { .. } | Expr::Path { .. } => {
                let meant = self.meaning(file, id);
                self.value_of(file, id, meant)
            }
            Expr::Member { base, name } | Expr::Method { base, name } => {
                if let Expr::Matched { of, with } = code.expr(base) {
                    return self.matched_field(file, of, with, code.name(name));
                }
                let base = self.infer(file, base);
                let asked = Asked::of(code.expr(id));
                self.member_type(&base, code.name(name), asked)
            }
            Expr::Call { callee, arguments } => self.call(file, callee, arguments),
            Expr::Generic { base, arguments } => self.generic_value(file, base, arguments),
            Expr::Index { base, .. } => match self.infer(file, base) {
                Type::External(name, arguments) if name.ends_with("Map") => {
                    arguments.get(1).cloned().unwrap_or(Type::Unknown)
                }
                base @ Type::External(..) => base.first(),
                _ => Type::Unknown,
            },
            Expr::Either(list) => {
                let parts: Vec<Type> = code.list(list).map(|part| self.infer(file, part)).collect();
                parts.into_iter().find(is_known).unwrap_or(Type::Unknown)
            }
            Expr::Display { form, elements } => {
                let types: Vec<Type> =
                    code.list(elements).take(12).map(|part| self.infer(file, part)).collect();
                match form {
                    Form::Tuple => Type::Tuple(types),
                    _ => Type::external("Vec", types.into_iter().take(1).collect()),
                }
            }
            Expr::Element(of) => {
                let of = self.infer(file, of);
                self.element(&of)
            }
            Expr::Part { of, index } => self.part(file, of, index),
            Expr::Awaited(of) => match self.infer(file, of) {
                Type::Later(given) => *given,
                Type::External(name, arguments) if name == "JoinHandle" => Type::external(
                    "Result",
                    vec![arguments.first().cloned().unwrap_or(Type::Unknown), Type::Unknown],
                ),
                of @ Type::Data(..) => self.output(&of),
                _ => Type::Unknown,
            },
            Expr::Tried(of) => self.infer(file, of).first(),
            Expr::Later(of) => Type::Later(Box::new(self.infer(file, of))),
            Expr::Lambda(of) => Type::Closure(Box::new(self.infer(file, of))),
            Expr::Instance(of) => self.made(file, of),
            Expr::Matched { of, .. } => self.infer(file, of),
            Expr::Given { callee, index } => self.given(file, callee, index),
            Expr::Literal(Literal::Text) => Type::external("str", Vec::new()),
            Expr::Literal(_) => Type::external("i32", Vec::new()),
            _ => Type::Unknown,
        }
    }

    /// The type that a literal of a struct, a cast or an annotation names; a variant is of its enum.
    fn made(&mut self, file: FileId, of: ExprId) -> Type {
        match self.code(file).expr(of) {
            Expr::Name { .. } | Expr::Path { .. } | Expr::TypePath { .. } => match self.meaning(file, of) {
                Meant::Definitions(ids) => {
                    ids.first().map_or(Type::Unknown, |&id| self.constructed(id, Vec::new()))
                }
                _ => self.annotated(file, of),
            },
            Expr::Generic { base, arguments } => match self.made(file, base) {
                Type::Data(id, _) => {
                    let arguments = self.annotated_all(file, arguments);
                    Type::Data(id, arguments)
                }
                _ => self.annotated(file, of),
            },
            _ => self.annotated(file, of),
        }
    }

    /// What a struct or a variant makes.
    fn constructed(&mut self, id: DefId, arguments: Vec<Type>) -> Type {
        match (self.kind(id), self.parent(id)) {
            (DefinitionKind::Variant, Some(owner)) => Type::Data(owner, arguments),
            _ => self.data_type(id, arguments),
        }
    }

    fn value_of(&mut self, file: FileId, id: ExprId, meant: Meant) -> Type {
        match meant {
            Meant::Local(file, binding) => self.variable(file, binding),
            Meant::Definitions(ids) => {
                let known = self.known_at(file, id);
                ids.first().map_or(Type::Unknown, |&id| self.defined(id, known))
            }
            Meant::External(name) => standard::bare(&name, &[]),
            Meant::Module(_) | Meant::Unknown => Type::Unknown,
        }
    }

    /// What is known of the parameters of the type before `::`.
    fn known_at(&mut self, file: FileId, id: ExprId) -> Vec<(Type, Type)> {
        let code = self.code(file);
        let Expr::Path { base, name } = code.expr(id) else { return Vec::new() };
        let owner = self.annotated(file, base);
        let found = self.associated_owned(&owner, code.name(name), Space::Value);
        found.map(|found| found.known).unwrap_or_default()
    }

    /// A definition as a value.
    fn defined(&mut self, id: DefId, known: Vec<(Type, Type)>) -> Type {
        let Some(item) = self.item(id).copied() else { return Type::Unknown };
        match self.kind(id) {
            DefinitionKind::Function | DefinitionKind::Method => Type::Function(id, known),
            DefinitionKind::Constant | DefinitionKind::Static => match item.annotation {
                Some(annotation) => self.annotated(id.file, annotation).with(&known),
                None => Type::Unknown,
            },
            DefinitionKind::Struct | DefinitionKind::Variant => {
                let arguments: Vec<Type> = known.into_iter().map(|(_, to)| to).collect();
                if self.code(id.file).list(item.results).len() > 0 {
                    Type::Constructor(id, arguments)
                } else {
                    self.constructed(id, arguments)
                }
            }
            _ => Type::Unknown,
        }
    }

    /// The type of a field, a constant or the like.
    pub(super) fn value_type(&mut self, id: DefId) -> Type {
        match (self.kind(id), self.item(id).and_then(|item| item.annotation)) {
            (DefinitionKind::Field, Some(annotation)) => self.annotated(id.file, annotation),
            _ => self.defined(id, Vec::new()),
        }
    }

    /// The type of a variable, a parameter or a generic constant.
    pub(super) fn variable(&mut self, file: FileId, binding: BindingId) -> Type {
        self.deeper(|rust| rust.variable_type(file, binding)).unwrap_or(Type::Unknown)
    }

    fn variable_type(&mut self, file: FileId, binding: BindingId) -> Type {
        let code = self.code(file);
        match code.binding(binding).kind {
            BindingKind::Parameter { form: Parameter::Receiver, annotation: None, .. } => {
                self.self_type(file, code.binding(binding).scope)
            }
            BindingKind::Parameter { annotation: Some(annotation), .. } => self.annotated(file, annotation),
            BindingKind::Variable { annotation, value, .. } => {
                let declared =
                    annotation.map_or(Type::Unknown, |annotation| self.annotated(file, annotation));
                match (is_known(&declared), value) {
                    (false, Some(value)) => self.infer(file, value),
                    _ => declared,
                }
            }
            _ => Type::Unknown,
        }
    }

    /// The type of `self` and `Self` in a scope.
    pub(super) fn self_type(&mut self, file: FileId, scope: backstory_syntax::ScopeId) -> Type {
        let Some(local) = lookup::container(self.code(file), scope) else { return Type::Unknown };
        let id = DefId { file, local };
        match self.kind(id) {
            DefinitionKind::Impl => match self.item(id).and_then(|item| item.annotation) {
                Some(of) => self.annotated(file, of),
                None => Type::Unknown,
            },
            DefinitionKind::Trait => Type::Traits(vec![id]),
            _ => {
                let parameters = self.parameters_of(id);
                Type::Data(id, parameters)
            }
        }
    }

    fn member_type(&mut self, base: &Type, name: &str, asked: Asked) -> Type {
        match self.owned(base, name, asked, 0) {
            Some(found) => {
                let Some(&id) = found.ids.first() else { return Type::Unknown };
                match self.kind(id) {
                    DefinitionKind::Field => match self.item(id).and_then(|item| item.annotation) {
                        Some(annotation) => self.annotated(id.file, annotation).with(&found.known),
                        None => Type::Unknown,
                    },
                    _ => {
                        let mut known = found.known;
                        known.extend(self.receiver_of(id, base));
                        Type::Function(id, known)
                    }
                }
            }
            None => Type::Unknown,
        }
    }

    /// In a trait's method `Self` is the receiver's type.
    fn receiver_of(&self, method: DefId, base: &Type) -> Option<(Type, Type)> {
        let owner = self.parent(method)?;
        (self.kind(owner) == DefinitionKind::Trait).then(|| (Type::Traits(vec![owner]), base.clone()))
    }

    fn call(&mut self, file: FileId, callee: ExprId, arguments: List) -> Type {
        let code = self.code(file);
        let given: Vec<ExprId> = code.list(arguments).collect();
        let function = match code.expr(callee) {
            Expr::Generic { base, .. } => base,
            _ => callee,
        };
        if let Expr::Method { base, name } = code.expr(function) {
            return self.method_call(file, base, code.name(name), &given);
        }
        match self.infer(file, function) {
            Type::Function(id, known) => self.result(id, &known),
            Type::Constructor(id, arguments) => self.constructed(id, arguments),
            Type::Closure(given) => *given,
            _ => self.outside_call(file, function, &given),
        }
    }

    fn method_call(&mut self, file: FileId, base: ExprId, name: &str, given: &[ExprId]) -> Type {
        let base = self.infer(file, base);
        match self.member_type(&base, name, Asked::Method) {
            Type::Function(id, known) => return self.result(id, &known),
            Type::Closure(given) => return *given,
            _ => {}
        }
        let closure = given.last().map(|&id| self.infer(file, id)).and_then(|last| match last {
            Type::Closure(given) => Some(*given),
            Type::Constructor(id, arguments) => Some(self.constructed(id, arguments)),
            Type::Function(id, known) => Some(self.result(id, &known)),
            _ => None,
        });
        match (&base, name) {
            (Type::External(..), _) => {
                let found = standard::method(&base, name, closure.clone());
                match (&found, &base) {
                    // A box has the methods of what it holds.
                    (Type::Unknown, Type::External(wrapper, _)) if standard::is_transparent(wrapper) => {
                        standard::method(&base.first(), name, closure)
                    }
                    _ => found,
                }
            }
            (
                Type::Data(..) | Type::Parameter(..) | Type::Traits(_),
                "clone" | "to_owned" | "borrow" | "as_ref" | "as_mut" | "by_ref",
            ) => base,
            (Type::Data(..), "next") => Type::external("Option", vec![self.element(&base)]),
            (
                Type::Data(..),
                "into_iter" | "iter" | "map" | "filter" | "enumerate" | "rev" | "take" | "skip",
            ) => {
                let items = Type::external("Iter", vec![self.element(&base)]);
                standard::method(&items, name, closure)
            }
            _ => Type::Unknown,
        }
    }

    /// A call of something that is not in the workspace.
    fn outside_call(&mut self, file: FileId, function: ExprId, given: &[ExprId]) -> Type {
        let code = self.code(file);
        match code.expr(function) {
            Expr::Path { base, name } => {
                let name = code.name(name);
                match self.annotated(file, base) {
                    owner @ Type::External(..) => {
                        let types: Vec<Type> = given.iter().map(|&id| self.infer(file, id)).collect();
                        match standard::function(&owner, name, &types) {
                            Type::Unknown => standard::bare(name, &types),
                            found => found,
                        }
                    }
                    // What is derived has no code.
                    owner @ Type::Data(..) if matches!(name, "default" | "clone" | "from" | "new") => owner,
                    _ => Type::Unknown,
                }
            }
            Expr::Name { name, .. } => {
                let types: Vec<Type> = given.iter().map(|&id| self.infer(file, id)).collect();
                standard::bare(code.name(name), &types)
            }
            _ => Type::Unknown,
        }
    }

    /// What a function gives.
    fn result(&mut self, id: DefId, known: &[(Type, Type)]) -> Type {
        let Some(item) = self.item(id).copied() else { return Type::Unknown };
        let given = match item.annotation {
            Some(annotation) => self.annotated(id.file, annotation).with(known),
            None => Type::Tuple(Vec::new()),
        };
        let given = self.received(given, known);
        if item.is_async { Type::Later(Box::new(given)) } else { given }
    }

    /// `Self` in what a trait's method gives.
    fn received(&self, given: Type, known: &[(Type, Type)]) -> Type {
        match known.iter().find(|(from, _)| *from == given) {
            Some((_, to)) => to.clone(),
            None => given,
        }
    }

    fn generic_value(&mut self, file: FileId, base: ExprId, arguments: List) -> Type {
        match self.infer(file, base) {
            Type::Constructor(id, _) => {
                let arguments = self.annotated_all(file, arguments);
                Type::Constructor(id, arguments)
            }
            Type::Function(id, mut known) => {
                let parameters = self.parameters_of(id);
                let arguments = self.annotated_all(file, arguments);
                known.extend(parameters.into_iter().zip(arguments));
                Type::Function(id, known)
            }
            other => other,
        }
    }

    /// What iterating gives.
    fn element(&mut self, of: &Type) -> Type {
        match of {
            Type::External(name, arguments) if name.ends_with("Map") => Type::Tuple(arguments.clone()),
            Type::External(name, _) if standard::is_transparent(name) => {
                let inner = of.first();
                self.element(&inner)
            }
            Type::External(..) => of.first(),
            Type::Data(id, arguments) => {
                let found = self.associated_type(*id, arguments, &["Item"]);
                self.is_certain = false;
                found.unwrap_or(Type::Unknown)
            }
            _ => Type::Unknown,
        }
    }

    /// What awaiting a value of the workspace gives.
    fn output(&mut self, of: &Type) -> Type {
        match of {
            Type::Data(id, arguments) => {
                self.associated_type(*id, arguments, &["Output"]).unwrap_or(Type::Unknown)
            }
            _ => Type::Unknown,
        }
    }

    fn associated_type(&mut self, id: DefId, arguments: &[Type], names: &[&str]) -> Option<Type> {
        for name in names {
            let owner = Type::Data(id, arguments.to_vec());
            let Some(found) = self.associated_owned(&owner, name, Space::Type) else { continue };
            let &id = found.ids.first()?;
            let annotation = self.item(id)?.annotation?;
            return Some(self.annotated(id.file, annotation).with(&found.known));
        }
        None
    }

    fn part(&mut self, file: FileId, of: ExprId, index: u32) -> Type {
        if let Expr::Matched { of, with } = self.code(file).expr(of) {
            return self.matched_part(file, of, with, index);
        }
        match self.infer(file, of) {
            Type::Tuple(parts) => parts.get(index as usize).cloned().unwrap_or(Type::Unknown),
            Type::Data(id, arguments) => self.unnamed_field(id, &arguments, index),
            wrapper @ Type::External(..) => match wrapper.first() {
                Type::Tuple(parts) => parts.get(index as usize).cloned().unwrap_or(Type::Unknown),
                Type::Data(id, arguments) => self.unnamed_field(id, &arguments, index),
                _ => Type::Unknown,
            },
            _ => Type::Unknown,
        }
    }

    fn unnamed_field(&mut self, id: DefId, arguments: &[Type], index: u32) -> Type {
        let Some(item) = self.item(id).copied() else { return Type::Unknown };
        let Some(field) = self.code(id.file).list(item.results).nth(index as usize) else {
            return Type::Unknown;
        };
        let owner = if self.kind(id) == DefinitionKind::Variant { self.parent(id).unwrap_or(id) } else { id };
        let known = self.known_of(owner, arguments);
        self.annotated(id.file, field).with(&known)
    }

    /// The type of a field of a struct pattern.
    fn matched_field(&mut self, file: FileId, of: ExprId, with: ExprId, name: &str) -> Type {
        let value = self.infer(file, of);
        let Meant::Definitions(fields) = self.field_of(file, with, name) else { return Type::Unknown };
        let Some(&field) = fields.first() else { return Type::Unknown };
        let Some(annotation) = self.item(field).and_then(|item| item.annotation) else {
            return Type::Unknown;
        };
        let owner = self.parent(field).map(|owner| match self.kind(owner) {
            DefinitionKind::Variant => self.parent(owner).unwrap_or(owner),
            _ => owner,
        });
        let known = owner.map(|owner| self.known_of(owner, &arguments_of(&value))).unwrap_or_default();
        self.annotated(field.file, annotation).with(&known)
    }

    fn matched_part(&mut self, file: FileId, of: ExprId, with: ExprId, index: u32) -> Type {
        let value = self.infer(file, of);
        let arguments = arguments_of(&value);
        let with = match self.code(file).expr(with) {
            Expr::Generic { base, .. } => base,
            _ => with,
        };
        match self.meaning(file, with) {
            Meant::Definitions(ids) => {
                ids.first().map_or(Type::Unknown, |&id| self.unnamed_field(id, &arguments, index))
            }
            Meant::External(name) if index == 0 => standard::payload(&value, &name),
            _ => Type::Unknown,
        }
    }

    /// What a closure is given.
    fn given(&mut self, file: FileId, callee: ExprId, index: u32) -> Type {
        let code = self.code(file);
        let Expr::Method { base, name } = code.expr(callee) else { return Type::Unknown };
        let base = self.infer(file, base);
        match &base {
            Type::External(..) => standard::passed(&base, code.name(name), index),
            Type::Data(..) => {
                let element = self.element(&base);
                standard::passed(&Type::external("Iter", vec![element]), code.name(name), index)
            }
            _ => Type::Unknown,
        }
    }
}

/// The arguments of a type, through boxes and references.
fn arguments_of(of: &Type) -> Vec<Type> {
    match of {
        Type::Data(_, arguments) => arguments.clone(),
        wrapper @ Type::External(..) => match wrapper.first() {
            Type::Data(_, arguments) => arguments,
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn is_known(of: &Type) -> bool {
    *of != Type::Unknown
}
