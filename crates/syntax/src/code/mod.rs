//! What the code of one file says, as far as finding out what its names mean needs it: scopes, the names bound in them, and expressions
//! down to names, members, calls and literals.
//!
//! Both languages are lowered to the same few forms, so that the rules of looking a name up and of typing a receiver can be written
//! without syntax trees, and without keeping any. What nobody follows (arithmetic, say) is [`Expr::Unknown`]; the names in it are there
//! all the same. Everything stands in source order as far as the language evaluates in it: an expression with a smaller id comes before
//! one with a larger id of the same function. Positions are byte offsets. Never does: look a name up, or anything beyond the file.

mod build;
mod names;
mod python;
mod python_definitions;
mod python_statements;
mod python_targets;
mod python_types;
mod rust;
mod rust_expressions;
mod rust_format;
mod rust_patterns;
mod rust_tokens;
mod rust_types;
mod rust_uses;

use serde::{Deserialize, Serialize};

use crate::{Language, LocalId, Parsed, Span, Spans};
use names::Names;
pub(crate) use python_types::quoted;
pub(crate) use rust_format::captured;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $name(pub u32);

        impl $name {
            /// The id as an index.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id!(
    /// Index into [`Code::exprs`].
    ExprId
);
id!(
    /// A word of the file, see [`Code::name`].
    NameId
);
id!(
    /// Index into [`Code::scopes`].
    ScopeId
);
id!(
    /// Index into [`Code::bindings`].
    BindingId
);

/// Several expressions, see [`Code::list`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct List(u32);

/// The code of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    names: Names,
    pub exprs: Vec<Expr>,
    /// Where the word of each expression starts that has one; [`NOWHERE`] for the others.
    starts: Vec<u32>,
    /// Lists of expressions, each behind its length. The first is the empty one.
    lists: Vec<u32>,
    /// The first is the file's own.
    pub scopes: Vec<Scope>,
    pub bindings: Vec<Binding>,
    /// Bindings by scope and name, those of attributes behind the others, then in source order.
    by_scope: Vec<BindingId>,
    /// Declarations that a scope's name is another scope's (Python), one for each scope and name.
    outer: Vec<(ScopeId, NameId, BindingId)>,
    /// The first binding of each definition.
    by_definition: Vec<(LocalId, BindingId)>,
    /// What names a word among its bases, by that word and in the order of definitions.
    by_base: Vec<(NameId, LocalId)>,
    /// The files that `#[path]` names for modules, as written (Rust), by module.
    module_paths: Vec<(LocalId, String)>,
    exports: Exports,
    /// What is said about definitions, in the order of [`Item::definition`]s.
    items: Vec<Item>,
}

/// The start of an expression without a word of its own.
pub const NOWHERE: u32 = u32::MAX;

/// An expression, a type or a part of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Expr {
    /// What is not followed.
    Unknown,
    /// A word that is looked up from a scope outwards.
    Name {
        name: NameId,
        scope: ScopeId,
    },
    /// The same among types and modules (Rust).
    TypeName {
        name: NameId,
        scope: ScopeId,
    },
    /// The same among macros (Rust).
    MacroName {
        name: NameId,
        scope: ScopeId,
    },
    /// The same as an attribute, which only a procedural macro can be meant by (Rust).
    AttributeName {
        name: NameId,
        scope: ScopeId,
    },
    /// `base::name`, a value (Rust).
    Path {
        base: ExprId,
        name: NameId,
    },
    /// The same for a type or a module.
    TypePath {
        base: ExprId,
        name: NameId,
    },
    /// The same for a macro.
    MacroPath {
        base: ExprId,
        name: NameId,
    },
    /// `base.name`.
    Member {
        base: ExprId,
        name: NameId,
    },
    /// `base.name(..)`: the method of a call, where that is no field (Rust).
    Method {
        base: ExprId,
        name: NameId,
    },
    /// A call with the values that it is given by position.
    Call {
        callee: ExprId,
        arguments: List,
    },
    /// The name of an argument of a call to `callee`.
    Keyword {
        callee: ExprId,
        name: NameId,
    },
    /// `base[arguments]`, also of types.
    Index {
        base: ExprId,
        arguments: List,
    },
    /// `base<arguments>` and `base::<arguments>` (Rust).
    Generic {
        base: ExprId,
        arguments: List,
    },
    /// One of several.
    Either(List),
    Not(ExprId),
    /// A list, a set, a tuple or a dictionary as written; what is in it (of a dictionary keys and values in turn).
    Display {
        form: Form,
        elements: List,
    },
    /// What iterating over a value gives.
    Element(ExprId),
    /// What `with` binds.
    Entered(ExprId),
    /// The `index`-th part of a value that is taken apart.
    Part {
        of: ExprId,
        index: u32,
    },
    /// What awaiting a value gives.
    Awaited(ExprId),
    /// What an async block gives.
    Later(ExprId),
    /// What `?` takes out of a value.
    Tried(ExprId),
    /// A value that is matched with a struct or variant, of which `Part` and `Member` take what is in it.
    Matched {
        of: ExprId,
        with: ExprId,
    },
    /// What `callee` gives to the `index`-th parameter of a function that is passed to it.
    Given {
        callee: ExprId,
        index: u32,
    },
    /// A value that a type is the type of: a caught exception, what a class pattern matches.
    Instance(ExprId),
    Literal(Literal),
    /// A function without a name, and what it gives.
    Lambda(ExprId),
    /// A word of an import: the `part`-th of its path, or the imported name behind that.
    Imported {
        import: u32,
        part: u32,
    },
}

/// The forms of displays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Form {
    List,
    Set,
    Tuple,
    Dictionary,
    /// A generator expression.
    Generator,
}

/// The kinds of literals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Literal {
    Text,
    Bytes,
    Integer,
    Float,
    Bool,
    None,
}

/// Where names are bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Scope {
    pub parent: Option<ScopeId>,
    pub kind: ScopeKind,
}

/// The kinds of scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ScopeKind {
    /// The top level of the file.
    File,
    /// The body of a class: functions in it do not see its names.
    Class(LocalId),
    /// A module inside the file (Rust).
    Module(LocalId),
    /// A function with its parameters; without a definition where it has no name.
    Function(Option<LocalId>),
    Comprehension,
    /// The generic parameters of a definition.
    TypeParameters,
    /// A part of a function. Python binds no names in it.
    Block,
    /// Where a name of the scopes around has a certain type.
    Narrowed {
        name: NameId,
        to: ExprId,
    },
}

/// A name that a scope binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Binding {
    pub name: NameId,
    /// The scope that has the name.
    pub scope: ScopeId,
    /// The innermost scope in which the binding stands.
    pub within: ScopeId,
    /// Where the name stands.
    pub span: Span,
    /// Expressions from this one on come after it.
    pub from: ExprId,
    pub kind: BindingKind,
}

impl Binding {
    /// Whether it is an attribute that a method assigns to, rather than a name.
    pub fn is_attribute(&self) -> bool {
        matches!(self.kind, BindingKind::Attribute { .. })
    }
}

/// What binds a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BindingKind {
    Definition(LocalId),
    /// An import, by its index in the outline.
    Import(u32),
    Parameter {
        form: Parameter,
        annotation: Option<ExprId>,
        default: Option<ExprId>,
    },
    /// An assignment or the like.
    Variable {
        value: Option<ExprId>,
        annotation: Option<ExprId>,
        /// The outline's constant or field, where this is the one that it stands for.
        definition: Option<LocalId>,
    },
    /// An assignment to an attribute of a method's first parameter; `scope` is its class.
    Attribute {
        value: Option<ExprId>,
        annotation: Option<ExprId>,
        definition: Option<LocalId>,
    },
    TypeParameter {
        bound: Option<ExprId>,
    },
    /// `global name`: it is the file's.
    Global,
    /// `nonlocal name`: it is a function's around.
    Nonlocal,
}

/// How a parameter takes what it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Parameter {
    /// The first one of a method, which is given the receiver.
    Receiver,
    Plain,
    /// `*rest`.
    Rest,
    /// `**rest`.
    Keywords,
}

/// What is said about a definition beside its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Item {
    pub definition: LocalId,
    /// The scope of its own names, where it has one.
    pub scope: Option<ScopeId>,
    /// Decorators, attributes of functions.
    pub decorators: List,
    /// Base classes, implemented or required traits.
    pub bases: List,
    /// The type of what a function gives, or the type of a field or constant, or what a type alias stands for.
    pub annotation: Option<ExprId>,
    /// What a function returns, or the types of the fields without names.
    pub results: List,
    pub is_async: bool,
    /// Whether it yields.
    pub is_generator: bool,
}

impl Item {
    fn new(definition: LocalId) -> Self {
        Self {
            definition,
            scope: None,
            decorators: List::default(),
            bases: List::default(),
            annotation: None,
            results: List::default(),
            is_async: false,
            is_generator: false,
        }
    }
}

/// What `__all__` lists (Python).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Exports {
    /// Sorted.
    names: Vec<NameId>,
    /// It has names, too, that are not written there.
    has_others: bool,
}

impl Parsed {
    /// The code of the text that was parsed; `spans` are those of its facts.
    pub fn code(&self, text: &str, spans: &Spans) -> Code {
        match self.language() {
            Language::Python => python::lower(&self.tree, text, spans),
            Language::Rust => rust::lower(&self.tree, text, spans),
        }
    }
}

impl Code {
    /// A word of the file.
    pub fn name(&self, id: NameId) -> &str {
        self.names.get(id)
    }

    /// Whether `__all__` lists a word; `None` where that is not written down (Python).
    pub fn exports(&self, word: &str) -> Option<bool> {
        let Exports { names, has_others } = &self.exports;
        if self.find_name(word).is_some_and(|name| names.binary_search(&name).is_ok()) {
            return Some(true);
        }
        (!names.is_empty() && !has_others).then_some(false)
    }

    /// The id of a word, where the file has it.
    pub fn find_name(&self, word: &str) -> Option<NameId> {
        self.names.find(word)
    }

    pub fn expr(&self, id: ExprId) -> Expr {
        self.exprs[id.index()]
    }

    pub fn scope(&self, id: ScopeId) -> Scope {
        self.scopes[id.index()]
    }

    pub fn binding(&self, id: BindingId) -> &Binding {
        &self.bindings[id.index()]
    }

    /// The binding of a definition.
    pub fn binding_of(&self, definition: LocalId) -> Option<BindingId> {
        let at = self.by_definition.binary_search_by_key(&definition, |&(local, _)| local).ok()?;
        Some(self.by_definition[at].1)
    }

    /// Whether what a scope binds is known inside of a function alone.
    pub fn is_local(&self, scope: ScopeId) -> bool {
        matches!(
            self.scope(scope).kind,
            ScopeKind::Function(_) | ScopeKind::Comprehension | ScopeKind::Block | ScopeKind::TypeParameters
        )
    }

    /// The expressions of a list.
    pub fn list(&self, list: List) -> impl DoubleEndedIterator<Item = ExprId> + ExactSizeIterator + '_ {
        let start = list.0 as usize;
        let len = self.lists[start] as usize;
        self.lists[start + 1..=start + len].iter().map(|&id| ExprId(id))
    }

    /// What a scope binds under a name, in source order, attributes behind the others.
    pub fn bound(&self, scope: ScopeId, name: NameId) -> &[BindingId] {
        let key = |id: &BindingId| {
            let binding = self.binding(*id);
            (binding.scope, binding.name)
        };
        let start = self.by_scope.partition_point(|id| key(id) < (scope, name));
        let len = self.by_scope[start..].partition_point(|id| key(id) == (scope, name));
        &self.by_scope[start..start + len]
    }

    /// The same without attributes.
    pub fn bound_plainly(&self, scope: ScopeId, name: NameId) -> &[BindingId] {
        let bound = self.bound(scope, name);
        &bound[..bound.partition_point(|&id| !self.binding(id).is_attribute())]
    }

    /// The first declaration in a scope that a name is another scope's (Python).
    pub fn declared_outer(&self, scope: ScopeId, name: NameId) -> Option<BindingId> {
        let key = |&(of, word, _): &(ScopeId, NameId, BindingId)| (of, word);
        let at = self.outer.binary_search_by_key(&(scope, name), key).ok()?;
        Some(self.outer[at].2)
    }

    /// What a scope binds, by name.
    pub fn bound_in(&self, scope: ScopeId) -> &[BindingId] {
        let start = self.by_scope.partition_point(|id| self.binding(*id).scope < scope);
        let len = self.by_scope[start..].partition_point(|id| self.binding(*id).scope == scope);
        &self.by_scope[start..start + len]
    }

    /// What is said about a definition.
    pub fn item(&self, definition: LocalId) -> Option<&Item> {
        let at = self.items.binary_search_by_key(&definition, |item| item.definition).ok()?;
        Some(&self.items[at])
    }

    /// The file that `#[path]` names for a module, as written.
    pub fn module_path(&self, module: LocalId) -> Option<&str> {
        let at = self.module_paths.binary_search_by_key(&module, |(id, _)| *id).ok()?;
        Some(&self.module_paths[at].1)
    }

    /// The word of an expression that has one: of a name, a member, an argument's name. Parts of imports are words of the import.
    pub fn word(&self, id: ExprId) -> Option<NameId> {
        match self.expr(id) {
            Expr::Name { name, .. }
            | Expr::TypeName { name, .. }
            | Expr::MacroName { name, .. }
            | Expr::AttributeName { name, .. }
            | Expr::Path { name, .. }
            | Expr::TypePath { name, .. }
            | Expr::MacroPath { name, .. }
            | Expr::Member { name, .. }
            | Expr::Method { name, .. }
            | Expr::Keyword { name, .. } => Some(name),
            _ => None,
        }
    }

    /// The word by which a base class is named, whatever its arguments.
    pub fn base_word(&self, base: ExprId) -> Option<&str> {
        self.base_name(base).map(|word| self.name(word))
    }

    fn base_name(&self, base: ExprId) -> Option<NameId> {
        let plain = match self.expr(base) {
            Expr::Index { base, .. } | Expr::Generic { base, .. } => base,
            _ => base,
        };
        self.word(plain)
    }

    /// The definitions that name a word among their bases ([`Self::base_word`]), in their order.
    pub fn based_on(&self, word: &str) -> impl Iterator<Item = LocalId> + '_ {
        let of = |word| {
            let start = self.by_base.partition_point(|&(other, _)| other < word);
            self.by_base[start..].iter().take_while(move |&&(other, _)| other == word)
        };
        self.find_name(word).map(of).into_iter().flatten().map(|&(_, definition)| definition)
    }

    /// What is said about definitions, in their order.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Where the word of an expression starts.
    pub fn start(&self, id: ExprId) -> Option<u32> {
        Some(self.starts[id.index()]).filter(|&start| start != NOWHERE)
    }

    /// All expressions.
    pub fn ids(&self) -> impl Iterator<Item = ExprId> + use<> {
        (0..self.exprs.len() as u32).map(ExprId)
    }

    /// All bindings.
    pub fn binding_ids(&self) -> impl Iterator<Item = BindingId> + use<> {
        (0..self.bindings.len() as u32).map(BindingId)
    }
}
