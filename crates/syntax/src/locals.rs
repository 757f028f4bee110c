//! Tells references to local names (variables, parameters, generic parameters) from references to symbols. Never does:
//! finding what a symbol's name stands for.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::collect::{FoundReference, LocalKind, Role, ScopeKind};
use crate::ranges::Innermost;
use crate::{Language, ReferenceKind, Span};

/// What the query found about local names.
pub(crate) struct Found {
    pub(crate) scopes: Vec<(Span, ScopeKind)>,
    pub(crate) bindings: Vec<Span>,
    pub(crate) locals: Vec<(Span, LocalKind)>,
}

/// The local names of a file by scope.
struct Locals<'a> {
    /// The next scope outwards, for each.
    outer: Vec<Option<usize>>,
    names: HashMap<(usize, &'a str), Local>,
}

#[derive(Clone, Copy)]
struct Local {
    kind: LocalKind,
    /// The offset from which on it is visible in its scope.
    from: u32,
}

/// Keeps the references that are to no local name. The references must be sorted by position.
pub(crate) fn without_locals(
    references: Vec<FoundReference>,
    mut found: Found,
    text: &str,
    language: Language,
) -> Vec<FoundReference> {
    found.scopes.sort_unstable_by_key(|(span, _)| (span.start, Reverse(span.end)));
    found.bindings.sort_unstable_by_key(|span| (span.start, Reverse(span.end)));
    found.locals.sort_unstable_by_key(|(span, _)| span.start);
    let locals = define(&found, text, language);
    let mut scopes = Innermost::new(found.scopes.iter().map(|(span, _)| *span).enumerate());
    let mut is_symbol = |reference: &FoundReference| {
        let scope = scopes.at(reference.name.start).map(|(scope, _)| scope);
        !may_be_local(reference) || !locals.hold(reference, scope, text)
    };
    references.into_iter().filter(|reference| is_symbol(reference)).collect()
}

fn may_be_local(reference: &FoundReference) -> bool {
    reference.qualifier.is_none() && (reference.kind != ReferenceKind::Macro)
}

fn define<'a>(found: &Found, text: &'a str, language: Language) -> Locals<'a> {
    let mut scopes = Innermost::new(found.scopes.iter().map(|(span, _)| *span).enumerate());
    let mut bindings = Innermost::new(found.bindings.iter().copied().enumerate());
    let mut names: HashMap<(usize, &str), Local> = HashMap::new();
    for &(span, kind) in &found.locals {
        let Some((scope, scope_span)) = scopes.at(span.start) else { continue };
        let binding = bindings.at(span.start).map(|(_, binding)| binding);
        if found.scopes[scope].1 == ScopeKind::Class && kind == LocalKind::Value {
            continue;
        }
        let from = match language {
            Language::Python => scope_span.start,
            // The binding counts only if no scope stands between it and the name.
            Language::Rust => match binding.filter(|binding| scope_span.contains(*binding)) {
                Some(binding) => binding.end,
                None => span.start,
            },
        };
        let local = names.entry((scope, span.of(text))).or_insert(Local { kind, from });
        local.from = local.from.min(from);
        if kind == LocalKind::Global {
            local.kind = kind;
        }
    }
    Locals { outer: outer_scopes(found), names }
}

fn outer_scopes(found: &Found) -> Vec<Option<usize>> {
    let mut outer = Vec::with_capacity(found.scopes.len());
    let mut open: Vec<usize> = Vec::new();
    for (index, (span, _)) in found.scopes.iter().enumerate() {
        while open.last().is_some_and(|&top| found.scopes[top].0.end <= span.start) {
            open.pop();
        }
        outer.push(open.last().copied());
        open.push(index);
    }
    outer
}

impl Locals<'_> {
    /// Whether the name means one of these, looked up from the scope outwards.
    fn hold(&self, reference: &FoundReference, scope: Option<usize>, text: &str) -> bool {
        let name = reference.name.of(text);
        let mut next = scope;
        while let Some(scope) = next {
            match self.names.get(&(scope, name)) {
                Some(local) if local.kind == LocalKind::Global => return false,
                Some(local) if local.from <= reference.name.start && local.kind.fits(reference.role) => {
                    return true;
                }
                _ => next = self.outer[scope],
            }
        }
        false
    }
}

impl LocalKind {
    fn fits(self, role: Role) -> bool {
        match role {
            Role::PathStart => self == Self::Type,
            Role::Named | Role::Plain => true,
        }
    }
}
