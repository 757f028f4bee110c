//! Puts the code of a file together, piece by piece. Never does: know a syntax.

use std::collections::HashMap;

use super::{
    Binding, BindingId, BindingKind, Code, Exports, Expr, ExprId, Item, List, NOWHERE, NameId, Scope,
    ScopeId, ScopeKind, names::Names,
};
use crate::{LocalId, Span, Spans};

/// How deep expressions and statements are followed. Behind that nothing is known of the names; nobody writes such code by hand.
const DEPTH: u32 = 300;

pub(super) struct Builder<'a> {
    pub(super) text: &'a str,
    code: Code,
    names: HashMap<&'a str, NameId>,
    /// Definitions and imports by the offset of their name.
    definitions: HashMap<u32, LocalId>,
    imports: HashMap<u32, u32>,
    /// The innermost scope at hand.
    pub(super) scope: ScopeId,
    /// Whether a type is at hand, in which strings are types.
    pub(super) in_annotation: bool,
    depth: u32,
}

impl<'a> Builder<'a> {
    pub(super) fn new(text: &'a str, spans: &Spans) -> Self {
        let file = Scope { parent: None, kind: ScopeKind::File };
        let code = Code {
            names: Names::default(),
            exprs: Vec::new(),
            starts: Vec::new(),
            lists: vec![0],
            scopes: vec![file],
            bindings: Vec::new(),
            by_scope: Vec::new(),
            by_definition: Vec::new(),
            by_base: Vec::new(),
            outer: Vec::new(),
            module_paths: Vec::new(),
            exports: Exports::default(),
            items: Vec::new(),
        };
        let definitions = spans.definitions.iter().zip(0..).map(|(it, at)| (it.name.start, LocalId(at)));
        Self {
            text,
            code,
            names: HashMap::new(),
            definitions: definitions.collect(),
            imports: spans.imports.iter().zip(0..).map(|(span, at)| (span.start, at)).collect(),
            scope: ScopeId(0),
            in_annotation: false,
            depth: 0,
        }
    }

    pub(super) fn finish(mut self) -> Code {
        self.code.items.sort_by_key(|item| item.definition);
        let mut by_scope: Vec<BindingId> = self.code.binding_ids().collect();
        by_scope.sort_by_key(|id| {
            let binding = self.code.binding(*id);
            (binding.scope, binding.name, binding.is_attribute(), *id)
        });
        let is_outer = |id: &&BindingId| {
            matches!(self.code.binding(**id).kind, BindingKind::Global | BindingKind::Nonlocal)
        };
        let placed = |&id: &BindingId| (self.code.binding(id).scope, self.code.binding(id).name, id);
        self.code.outer = by_scope.iter().filter(is_outer).map(placed).collect();
        self.code.outer.dedup_by_key(|(scope, name, _)| (*scope, *name));
        self.code.by_scope = by_scope;
        self.code.by_definition = self.by_definition();
        self.code.by_base = self.by_base();
        self.code.names.finish();
        self.code.exports.names.sort_unstable();
        self.code.module_paths.sort_by_key(|(module, _)| *module);
        self.code.module_paths.dedup_by_key(|(module, _)| *module);
        self.code.exprs.shrink_to_fit();
        self.code.starts.shrink_to_fit();
        self.code.lists.shrink_to_fit();
        self.code.bindings.shrink_to_fit();
        self.code.scopes.shrink_to_fit();
        self.code.items.shrink_to_fit();
        self.code
    }

    fn by_definition(&self) -> Vec<(LocalId, BindingId)> {
        let defined = |id: BindingId| {
            let definition = match self.code.binding(id).kind {
                BindingKind::Definition(local) => Some(local),
                BindingKind::Variable { definition, .. } | BindingKind::Attribute { definition, .. } => {
                    definition
                }
                _ => None,
            };
            definition.map(|local| (local, id))
        };
        let mut found: Vec<_> = self.code.binding_ids().filter_map(defined).collect();
        found.sort_unstable();
        found.dedup_by_key(|(local, _)| *local);
        found
    }

    fn by_base(&self) -> Vec<(NameId, LocalId)> {
        let code = &self.code;
        let of = |item: &Item| {
            let definition = item.definition;
            code.list(item.bases).filter_map(move |base| Some((code.base_name(base)?, definition)))
        };
        let mut found: Vec<_> = code.items.iter().flat_map(of).collect();
        found.sort_unstable();
        found.dedup();
        found.shrink_to_fit();
        found
    }

    /// Goes one level deeper, unless that is too deep.
    pub(super) fn descend(&mut self) -> bool {
        let is_well = self.depth < DEPTH;
        self.depth += u32::from(is_well);
        is_well
    }

    pub(super) fn ascend(&mut self) {
        self.depth -= 1;
    }

    pub(super) fn definition_at(&self, start: u32) -> Option<LocalId> {
        self.definitions.get(&start).copied()
    }

    pub(super) fn import_at(&self, start: u32) -> Option<u32> {
        self.imports.get(&start).copied()
    }

    pub(super) fn name(&mut self, word: &'a str) -> NameId {
        *self.names.entry(word).or_insert_with(|| self.code.names.push(word))
    }

    pub(super) fn add(&mut self, expr: Expr) -> ExprId {
        self.push(expr, NOWHERE)
    }

    fn push(&mut self, expr: Expr, start: u32) -> ExprId {
        self.code.exprs.push(expr);
        self.code.starts.push(start);
        ExprId(self.code.exprs.len() as u32 - 1)
    }

    /// The expression that comes next.
    pub(super) fn next(&self) -> ExprId {
        ExprId(self.code.exprs.len() as u32)
    }

    pub(super) fn word(&self, span: Span) -> &'a str {
        span.of(self.text)
    }

    /// A name that is looked up from here.
    pub(super) fn lookup(&mut self, span: Span) -> ExprId {
        let name = self.name(self.word(span));
        let scope = self.scope;
        self.push(Expr::Name { name, scope }, span.start)
    }

    pub(super) fn member(&mut self, base: ExprId, span: Span) -> ExprId {
        let name = self.name(self.word(span));
        self.push(Expr::Member { base, name }, span.start)
    }

    pub(super) fn method(&mut self, base: ExprId, span: Span) -> ExprId {
        let name = self.name(self.word(span));
        self.push(Expr::Method { base, name }, span.start)
    }

    /// Notes a name of `__all__`; `None` for some that are not written there.
    pub(super) fn export(&mut self, span: Option<Span>) {
        match span {
            Some(span) => {
                let name = self.name(self.word(span));
                self.lookup(span);
                self.code.exports.names.push(name);
            }
            None => self.code.exports.has_others = true,
        }
    }

    /// Notes the file of a module.
    pub(super) fn module_path(&mut self, module: LocalId, path: &str) {
        self.code.module_paths.push((module, path.to_owned()));
    }

    pub(super) fn keyword(&mut self, callee: ExprId, span: Span) {
        let name = self.name(self.word(span));
        self.push(Expr::Keyword { callee, name }, span.start);
    }

    pub(super) fn imported(&mut self, import: u32, part: u32, start: u32) {
        self.push(Expr::Imported { import, part }, start);
    }

    pub(super) fn list(&mut self, ids: &[ExprId]) -> List {
        if ids.is_empty() {
            return List::default();
        }
        let list = List(self.code.lists.len() as u32);
        self.code.lists.push(ids.len() as u32);
        self.code.lists.extend(ids.iter().map(|id| id.0));
        list
    }

    /// One of several: themselves where there is one.
    pub(super) fn either(&mut self, ids: &[ExprId]) -> ExprId {
        match ids {
            [one] => *one,
            several => {
                let list = self.list(several);
                self.add(Expr::Either(list))
            }
        }
    }

    /// Opens a scope, which the caller leaves by setting `scope` to what is returned.
    pub(super) fn enter(&mut self, kind: ScopeKind) -> ScopeId {
        let outside = self.scope;
        self.code.scopes.push(Scope { parent: Some(outside), kind });
        self.scope = ScopeId(self.code.scopes.len() as u32 - 1);
        outside
    }

    pub(super) fn scope_kind(&self, scope: ScopeId) -> ScopeKind {
        self.code.scope(scope).kind
    }

    pub(super) fn parent(&self, scope: ScopeId) -> Option<ScopeId> {
        self.code.scope(scope).parent
    }

    pub(super) fn expr(&self, id: ExprId) -> Expr {
        self.code.expr(id)
    }

    /// An expression whose word stands at a place.
    pub(super) fn add_at(&mut self, expr: Expr, start: u32) -> ExprId {
        self.push(expr, start)
    }

    /// Binds a name in a scope from here on.
    pub(super) fn bind(&mut self, scope: ScopeId, span: Span, kind: BindingKind) {
        let name = self.name(self.word(span));
        self.bind_as(name, scope, span, kind);
    }

    /// The same for a name that is not what is written there.
    pub(super) fn bind_as(&mut self, name: NameId, scope: ScopeId, span: Span, kind: BindingKind) {
        let (within, from) = (self.scope, self.next());
        self.code.bindings.push(Binding { name, scope, within, span, from, kind });
    }

    pub(super) fn listed(&self, list: List) -> Vec<ExprId> {
        self.code.list(list).collect()
    }

    /// Whether an expression ends in a word.
    pub(super) fn is_word(&self, id: ExprId, word: &str) -> bool {
        self.code.word(id).is_some_and(|name| self.code.name(name) == word)
    }

    pub(super) fn name_text(&self, id: NameId) -> &str {
        self.code.name(id)
    }

    pub(super) fn describe(&mut self, item: Item) {
        self.code.items.push(item);
    }
}
