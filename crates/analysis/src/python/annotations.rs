//! What the types stand for that people write down. Never does: values.

use backstory_syntax::{BindingKind, DefinitionKind, Expr, ExprId, List, Literal};

use super::infer::instance;
use super::types::{Container, Type};
use super::{Meant, Python, lookup};
use crate::database::{DefId, FileId};

impl Python<'_> {
    /// What a type's expression is the type of.
    pub(super) fn annotated(&mut self, file: FileId, id: ExprId) -> Type {
        self.deeper(|python| python.annotated_as(file, id)).unwrap_or(Type::Unknown)
    }

    fn annotated_as(&mut self, file: FileId, id: ExprId) -> Type {
        let code = self.code(file);
        match code.expr(id) {
            Expr::Either(list) => {
                let parts: Vec<Type> = code.list(list).map(|part| self.annotated(file, part)).collect();
                Type::union(parts)
            }
            Expr::Index { base, arguments } => self.annotated_generic(file, base, arguments),
            Expr::Name { .. } | Expr::Member { .. } => {
                let word = code.word(id).map_or("", |word| code.name(word));
                if word == "Self" {
                    let Expr::Name { scope, .. } = code.expr(id) else { return Type::Unknown };
                    let class = lookup::class_around(code, scope);
                    return class.map_or(Type::Unknown, |local| Type::Instance(DefId { file, local }));
                }
                self.alias_target(file, id)
            }
            Expr::Literal(Literal::None) => Type::Nothing,
            _ => Type::Unknown,
        }
    }

    /// A name in a type: a class, or another name for a type.
    fn alias_target(&mut self, file: FileId, id: ExprId) -> Type {
        let meant = self.meaning(file, id);
        if let Meant::Places(places) = &meant
            && let [place] = places.as_slice()
        {
            let code = self.code(place.file);
            match code.binding(place.binding).kind {
                BindingKind::Variable { value: Some(value), .. } => return self.annotated(place.file, value),
                BindingKind::Definition(local) => {
                    let item = code.item(local).and_then(|item| item.annotation);
                    let is_alias = self.kind(DefId { file: place.file, local }) == DefinitionKind::Type;
                    if let Some(annotation) = item.filter(|_| is_alias) {
                        return self.annotated(place.file, annotation);
                    }
                }
                BindingKind::TypeParameter { bound } => {
                    return bound.map_or(Type::Unknown, |bound| self.annotated(place.file, bound));
                }
                _ => {}
            }
        }
        instance(&self.type_of_meant(meant))
    }

    fn annotated_generic(&mut self, file: FileId, base: ExprId, arguments: List) -> Type {
        let code = self.code(file);
        let word = code.word(base).map_or("", |word| code.name(word));
        let given: Vec<ExprId> = code.list(arguments).collect();
        let first = |python: &mut Self| given.first().map_or(Type::Unknown, |&id| python.annotated(file, id));
        match word {
            "Optional" | "Annotated" | "ClassVar" | "Final" | "Required" | "NotRequired" | "ReadOnly" => {
                first(self)
            }
            "Union" => Type::union(given.iter().map(|&id| self.annotated(file, id)).collect::<Vec<_>>()),
            "type" | "Type" => match first(self) {
                Type::Instance(class) => Type::Class(class),
                other => Type::Container(Container::Type, vec![other]),
            },
            "tuple" | "Tuple" => {
                let parts = given.iter().map(|&id| self.annotated(file, id)).collect();
                Type::Container(Container::Tuple, parts)
            }
            "list" | "List" | "set" | "Set" | "frozenset" | "FrozenSet" | "Sequence" | "Iterable"
            | "Iterator" | "Generator" | "Collection" | "MutableSequence" | "deque" | "Deque"
            | "AsyncIterator" | "AsyncIterable" | "AsyncGenerator" | "Reversible" | "AbstractSet"
            | "MutableSet" | "KeysView" | "ValuesView" => Type::Container(Container::Of, vec![first(self)]),
            "dict" | "Dict" | "Mapping" | "MutableMapping" | "defaultdict" | "DefaultDict"
            | "OrderedDict" => {
                let parts = given.iter().map(|&id| self.annotated(file, id)).collect();
                Type::Container(Container::Mapping, parts)
            }
            "Awaitable" => Type::Awaitable(Box::new(first(self))),
            "Coroutine" => {
                let inner = given.last().map_or(Type::Unknown, |&id| self.annotated(file, id));
                Type::Awaitable(Box::new(inner))
            }
            "ContextManager"
            | "AbstractContextManager"
            | "AsyncContextManager"
            | "AbstractAsyncContextManager" => Type::Container(Container::Context, vec![first(self)]),
            _ => self.annotated(file, base),
        }
    }
}
