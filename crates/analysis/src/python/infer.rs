//! Types of expressions. Never does: give a type where what the code says leaves it open, but for what each branch says.

use backstory_syntax::{
    BindingKind, DefinitionKind, Expr, ExprId, Form, Import, List, Literal, LocalId, Parameter, ScopeKind,
};

use super::types::{Container, Type};
use super::{Meant, Place, Python, lookup};
use crate::database::{DefId, FileId};

/// Decorators that make a method an attribute.
const PROPERTIES: &[&str] = &[
    "property",
    "cached_property",
    "abstractproperty",
    "classproperty",
    "hybrid_property",
    "memoized_property",
];

/// Decorators that turn a generator into what `with` takes.
const CONTEXT_MANAGERS: &[&str] = &["contextmanager", "asynccontextmanager"];

/// Modules that bring objects back as they were.
const PICKLES: [&str; 4] = ["cPickle", "cloudpickle", "dill", "pickle"];

impl Python<'_> {
    /// The type of an expression.
    pub(super) fn infer(&mut self, file: FileId, id: ExprId) -> Type {
        self.deeper(|python| python.type_of(file, id)).unwrap_or(Type::Unknown)
    }

    fn type_of(&mut self, file: FileId, id: ExprId) -> Type {
        let code = self.code(file);
        match code.expr(id) {
            Expr::Name { .. } => self.type_of_name(file, id),
            Expr::Member { base, name } => {
                let base = self.infer(file, base);
                match (&base, code.name(name)) {
                    (Type::Instance(class), "__class__") => Type::Class(*class),
                    (_, name) => {
                        let meant = self.member(&base, name);
                        self.type_of_meant(meant)
                    }
                }
            }
            Expr::Call { callee, arguments } => self.call(file, id, callee, arguments),
            Expr::Index { base, arguments } => {
                let base = self.infer(file, base);
                self.indexed(file, &base, arguments)
            }
            Expr::Either(list) => {
                let parts: Vec<Type> = code.list(list).map(|part| self.infer(file, part)).collect();
                self.is_certain &= parts.iter().all(|part| *part == parts[0]);
                Type::union(parts.into_iter().filter(|part| *part != Type::Unknown))
            }
            Expr::Display { form, elements } => self.display(file, form, elements),
            Expr::Element(of) => {
                let of = self.infer(file, of);
                self.is_certain = false;
                of.map(|part| self.element(part))
            }
            Expr::Entered(of) => {
                let of = self.infer(file, of);
                of.map(|part| self.entered(part))
            }
            Expr::Part { of, index } => {
                let of = self.infer(file, of);
                self.is_certain = false;
                of.map(|part| self.part(part, index as usize))
            }
            Expr::Awaited(of) => match self.infer(file, of) {
                Type::Awaitable(inner) => *inner,
                Type::External => Type::External,
                _ => Type::Unknown,
            },
            Expr::Instance(of) => self.infer(file, of).map(instance),
            Expr::Literal(Literal::None) => Type::Nothing,
            Expr::Literal(_) | Expr::Not(_) => Type::External,
            _ => Type::Unknown,
        }
    }

    fn type_of_name(&mut self, file: FileId, id: ExprId) -> Type {
        let code = self.code(file);
        if let Some(to) = lookup::narrowed(code, id) {
            let types = match code.expr(to) {
                Expr::Display { elements, .. } => code.list(elements).collect(),
                _ => vec![to],
            };
            let narrowed = Type::union(types.into_iter().map(|to| instance(&self.infer(file, to))));
            if narrowed != Type::Unknown {
                return narrowed;
            }
        }
        let meant = self.name(file, id);
        self.type_of_meant(meant)
    }

    pub(super) fn type_of_meant(&mut self, meant: Meant) -> Type {
        match meant {
            Meant::Places(places) => {
                let types: Vec<Type> = places.into_iter().map(|place| self.type_of_place(place)).collect();
                let is_open = types.contains(&Type::Unknown);
                let known = types.into_iter().filter(|one| *one != Type::Unknown);
                let known = Type::union(known);
                self.is_certain &= !is_open && known.parts().len() == 1;
                known
            }
            Meant::Module(module) => Type::Module(module),
            Meant::External => Type::External,
            Meant::Unknown => Type::Unknown,
        }
    }

    /// What is bound, as a value.
    pub(super) fn type_of_place(&mut self, place: Place) -> Type {
        self.deeper(|python| python.bound_type(place)).unwrap_or(Type::Unknown)
    }

    fn bound_type(&mut self, place: Place) -> Type {
        let file = place.file;
        let code = self.code(file);
        let binding = *code.binding(place.binding);
        match binding.kind {
            BindingKind::Definition(local) => self.defined(DefId { file, local }),
            BindingKind::Import(_) => {
                let meant = self.followed(place);
                self.type_of_meant(meant)
            }
            BindingKind::Parameter { form, annotation, default } => {
                let plain = self.parameter_type(place, form, annotation, default);
                match form {
                    Parameter::Rest => Type::Container(Container::Of, vec![plain]),
                    Parameter::Keywords => Type::Container(Container::Mapping, vec![Type::External, plain]),
                    Parameter::Plain | Parameter::Receiver => plain,
                }
            }
            BindingKind::Variable { value, annotation, .. }
            | BindingKind::Attribute { value, annotation, .. } => match (annotation, value) {
                (Some(annotation), _) if !self.is_alias(file, annotation) => self.annotated(file, annotation),
                (_, Some(value)) => self.infer(file, value),
                _ => Type::Unknown,
            },
            BindingKind::TypeParameter { bound } => match bound {
                Some(bound) => self.annotated(file, bound),
                None => Type::Unknown,
            },
            BindingKind::Global | BindingKind::Nonlocal => Type::Unknown,
        }
    }

    /// `Name: TypeAlias = ...` says nothing of the type.
    fn is_alias(&self, file: FileId, annotation: ExprId) -> bool {
        let code = self.code(file);
        matches!(code.word(annotation).map(|word| code.name(word)), Some("TypeAlias" | "Final" | "ClassVar"))
    }

    fn parameter_type(
        &mut self,
        place: Place,
        form: Parameter,
        annotation: Option<ExprId>,
        default: Option<ExprId>,
    ) -> Type {
        if let Some(annotation) = annotation {
            return self.annotated(place.file, annotation);
        }
        if form == Parameter::Receiver {
            return self.receiver(place);
        }
        let Some(default) = default else { return Type::Unknown };
        self.is_certain = false;
        match self.infer(place.file, default) {
            Type::Nothing => Type::Unknown,
            given => given,
        }
    }

    fn receiver(&self, place: Place) -> Type {
        let code = self.code(place.file);
        let scope = code.binding(place.binding).scope;
        let ScopeKind::Function(Some(function)) = code.scope(scope).kind else { return Type::Unknown };
        let Some(local) = lookup::class_around(code, scope) else { return Type::Unknown };
        let class = DefId { file: place.file, local };
        let function = DefId { file: place.file, local: function };
        let name = self.outline(place.file).definition(function.local).name.as_str();
        let takes_class = matches!(name, "__new__" | "__init_subclass__" | "__class_getitem__")
            || self.is_decorated(function, &["classmethod", "classproperty"]);
        // A metaclass gets a class, of which nothing is known.
        if takes_class { Type::Class(class) } else { Type::Instance(class) }
    }

    fn defined(&mut self, id: DefId) -> Type {
        match self.kind(id) {
            DefinitionKind::Class => Type::Class(id),
            DefinitionKind::Function => Type::Function(id),
            DefinitionKind::Method if self.is_decorated(id, PROPERTIES) => self.result(id),
            DefinitionKind::Method => Type::Function(id),
            DefinitionKind::Type => match self.item(id).and_then(|item| item.annotation) {
                Some(annotation) => self.infer(id.file, annotation),
                None => Type::Unknown,
            },
            _ => Type::Unknown,
        }
    }

    /// What a call of a function gives.
    pub(super) fn result(&mut self, function: DefId) -> Type {
        let (given, is_certain) = super::result(
            self.db,
            self.workspace,
            self.source(function.file),
            function.file.0,
            function.local,
        );
        self.is_certain &= is_certain;
        given.clone()
    }

    pub(super) fn result_of(&mut self, function: DefId) -> Type {
        let Some(item) = self.item(function).copied() else { return Type::Unknown };
        let file = function.file;
        let plain = match item.annotation {
            Some(annotation) => self.annotated(file, annotation),
            None => {
                self.is_certain = false;
                let code = self.code(file);
                let results: Vec<Type> = code.list(item.results).map(|id| self.infer(file, id)).collect();
                let known = Type::union(results.into_iter().filter(|one| *one != Type::Unknown));
                match known {
                    Type::Nothing => Type::Unknown,
                    known if item.is_generator => Type::Container(Container::Of, vec![known]),
                    known => known,
                }
            }
        };
        if self.is_decorated(function, CONTEXT_MANAGERS) {
            let inner = self.element(&plain);
            return Type::Container(Container::Context, vec![inner]);
        }
        if item.is_async && !item.is_generator { Type::Awaitable(Box::new(plain)) } else { plain }
    }

    fn call(&mut self, file: FileId, id: ExprId, callee: ExprId, arguments: List) -> Type {
        let code = self.code(file);
        let called = self.infer(file, callee);
        if called == Type::External
            && let Some(word) = code.word(callee)
        {
            return self.well_known_call(file, id, code.name(word), arguments);
        }
        called.map(|part| self.called(part))
    }

    fn called(&mut self, callee: &Type) -> Type {
        match callee {
            Type::Class(class) => Type::Instance(*class),
            Type::Function(function) => self.result(*function),
            Type::Instance(class) => self.method_result(*class, "__call__"),
            Type::Container(Container::Type, parts) => parts.first().map_or(Type::Unknown, Clone::clone),
            Type::External => Type::External,
            _ => Type::Unknown,
        }
    }

    fn method_result(&mut self, class: DefId, name: &str) -> Type {
        let results: Vec<Type> =
            self.functions_of(class, name).into_iter().map(|function| self.result(function)).collect();
        Type::union(results)
    }

    /// Functions of the standard library that give back what they are given, or something of it.
    fn well_known_call(&mut self, file: FileId, id: ExprId, name: &str, arguments: List) -> Type {
        let code = self.code(file);
        let given: Vec<ExprId> = code.list(arguments).collect();
        match (name, given.as_slice()) {
            ("super", []) => self.class_around(file, id).map_or(Type::External, Type::Super),
            ("super", [class, ..]) => match self.infer(file, *class) {
                Type::Class(class) => Type::Super(class),
                other => other,
            },
            ("cast", [to, _]) => self.annotated(file, *to),
            ("type", [of]) => match self.infer(file, *of) {
                Type::Instance(class) => Type::Class(class),
                other => other,
            },
            (
                "copy" | "deepcopy" | "next" | "iter" | "reversed" | "list" | "sorted" | "set" | "tuple"
                | "frozenset",
                [of, ..],
            ) => {
                let of = self.infer(file, *of);
                match (name, &of) {
                    ("copy" | "deepcopy", _) => of,
                    ("next", of) => of.map(|part| self.element(part)),
                    (_, Type::Unknown | Type::External) => Type::External,
                    (_, of) => Type::Container(Container::Of, vec![of.map(|part| self.element(part))]),
                }
            }
            ("enumerate", [of, ..]) => {
                let of = self.infer(file, *of);
                let element = of.map(|part| self.element(part));
                Type::Container(
                    Container::Of,
                    vec![Type::Container(Container::Tuple, vec![Type::External, element])],
                )
            }
            ("zip", parts) => {
                let parts = parts.iter().map(|part| {
                    let of = self.infer(file, *part);
                    of.map(|part| self.element(part))
                });
                let parts = parts.collect();
                Type::Container(Container::Of, vec![Type::Container(Container::Tuple, parts)])
            }
            ("max" | "min", [of]) => {
                let of = self.infer(file, *of);
                of.map(|part| self.element(part))
            }
            // Whatever was put in.
            ("getattr" | "max" | "min", _) => Type::Unknown,
            ("load" | "loads", _) if self.is_pickled(file, id) => Type::Unknown,
            _ => Type::External,
        }
    }

    /// Whether a call may be one of a module that brings objects of any type back: it is imported from one, or nothing says from where.
    fn is_pickled(&self, file: FileId, call: ExprId) -> bool {
        let code = self.code(file);
        let Expr::Call { callee, .. } = code.expr(call) else { return false };
        let (module, is_member) = match code.expr(callee) {
            Expr::Member { base, .. } => (code.word(base), true),
            _ => (code.word(callee), false),
        };
        let Some(name) = module.map(|word| code.name(word)) else { return false };
        let binds = |it: &&Import| {
            it.alias.as_ref().or(it.name.as_ref()).or(it.path.first()).is_some_and(|own| own == name)
        };
        let imports = self.outline(file).imports.iter().filter(binds);
        let mut from = imports.filter_map(|it| it.path.last()).peekable();
        match from.peek() {
            Some(_) => from.any(|module| PICKLES.contains(&module.as_str())),
            None => !is_member || PICKLES.contains(&name),
        }
    }

    /// The class in whose code an expression stands.
    fn class_around(&self, file: FileId, id: ExprId) -> Option<DefId> {
        let code = self.code(file);
        let Expr::Call { callee, .. } = code.expr(id) else { return None };
        let Expr::Name { scope, .. } = code.expr(callee) else { return None };
        lookup::class_around(code, scope).map(|local: LocalId| DefId { file, local })
    }

    fn display(&mut self, file: FileId, form: Form, elements: List) -> Type {
        let code = self.code(file);
        let types: Vec<Type> = code.list(elements).take(8).map(|id| self.infer(file, id)).collect();
        match form {
            Form::Tuple => Type::Container(Container::Tuple, types),
            Form::List | Form::Set | Form::Generator => {
                Type::Container(Container::Of, vec![Type::union(types)])
            }
            Form::Dictionary => {
                let (keys, values): (Vec<_>, Vec<_>) =
                    types.into_iter().enumerate().partition(|(at, _)| at % 2 == 0);
                let all = |side: Vec<(usize, Type)>| Type::union(side.into_iter().map(|(_, one)| one));
                Type::Container(Container::Mapping, vec![all(keys), all(values)])
            }
        }
    }

    /// What iterating gives.
    fn element(&mut self, of: &Type) -> Type {
        match of {
            Type::Container(Container::Tuple, parts) => Type::union(parts.iter().cloned()),
            Type::Container(Container::Of | Container::Mapping, parts) => {
                parts.first().cloned().unwrap_or(Type::Unknown)
            }
            Type::Instance(class) => match self.method_result(*class, "__iter__") {
                Type::Container(_, parts) => parts.first().cloned().unwrap_or(Type::Unknown),
                Type::Instance(iterator) => self.method_result(iterator, "__next__"),
                _ => Type::Unknown,
            },
            Type::External => Type::External,
            _ => Type::Unknown,
        }
    }

    fn entered(&mut self, of: &Type) -> Type {
        match of {
            Type::Container(Container::Context, parts) => parts.first().cloned().unwrap_or(Type::Unknown),
            Type::Instance(class) => {
                let given = self.method_result(*class, "__enter__");
                let given =
                    if given == Type::Unknown { self.method_result(*class, "__aenter__") } else { given };
                match given {
                    Type::Awaitable(inner) => *inner,
                    given => given,
                }
            }
            Type::External => Type::External,
            _ => Type::Unknown,
        }
    }

    fn part(&mut self, of: &Type, index: usize) -> Type {
        match of {
            Type::Container(Container::Tuple, parts) => parts.get(index).cloned().unwrap_or(Type::Unknown),
            of => self.element(of),
        }
    }

    fn indexed(&mut self, file: FileId, base: &Type, arguments: List) -> Type {
        match base {
            Type::Class(_) => base.clone(),
            Type::Container(Container::Mapping, parts) => {
                self.is_certain = false;
                parts.get(1).cloned().unwrap_or(Type::Unknown)
            }
            Type::Container(Container::Of, parts) => {
                self.is_certain = false;
                let code = self.code(file);
                // A slice of a list is a list.
                let is_slice = code.list(arguments).any(|id| code.expr(id) == Expr::Unknown);
                if is_slice { Type::Unknown } else { parts.first().cloned().unwrap_or(Type::Unknown) }
            }
            Type::Container(Container::Tuple, parts) => {
                self.is_certain = false;
                Type::union(parts.iter().cloned())
            }
            Type::Instance(class) => self.method_result(*class, "__getitem__"),
            Type::External => Type::External,
            _ => Type::Unknown,
        }
    }
}

/// A value of a class.
pub(super) fn instance(of: &Type) -> Type {
    of.map(|part| match part {
        Type::Class(class) => Type::Instance(*class),
        Type::Container(Container::Type, parts) => parts.first().cloned().unwrap_or(Type::Unknown),
        Type::External => Type::External,
        Type::Nothing => Type::Nothing,
        _ => Type::Unknown,
    })
}
