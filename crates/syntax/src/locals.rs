//! Tells references to local names (variables, parameters, generic parameters) from references to symbols, part by part:
//! scopes further out come later. Never does: finding what a symbol's name stands for.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::collect::{Collected, FoundReference, LocalKind, Role, ScopeKind, Standing};
use crate::ranges::Innermost;
use crate::{Language, ReferenceKind, Span};

/// The local names of some code by scope.
struct Locals<'a> {
    /// The next scope outwards, for each.
    outer: Vec<Option<usize>>,
    names: HashMap<(usize, &'a str), Local>,
    /// Local names that stand in none of the scopes.
    unplaced: Vec<(Span, LocalKind)>,
}

#[derive(Clone, Copy)]
struct Local {
    kind: LocalKind,
    /// The offset from which on it is visible in its scope.
    from: u32,
}

/// What a name means in the scopes around it.
enum Meaning {
    Local,
    Global,
    Unknown,
}

/// Takes away the references to local names, and the scopes with the local names in them. What is left is open to scopes
/// further out: references to names that no scope had, and local names and bindings that stood in no scope. The references must
/// be sorted by position.
pub(crate) fn resolve(found: &mut Collected, text: &str, language: Language) {
    found.scopes.sort_unstable_by_key(|(span, _)| (span.start, Reverse(span.end)));
    found.bindings.sort_unstable_by_key(|span| (span.start, Reverse(span.end)));
    found.locals.sort_unstable_by_key(|(span, _)| span.start);
    let locals = define(found, text, language);
    let mut scopes = Innermost::new(found.scopes.iter().map(|(span, _)| *span).enumerate());
    found.references.retain_mut(|reference| {
        let scope = scopes.at(reference.name.start).map(|(scope, _)| scope);
        if reference.standing == Standing::Symbol || !may_be_local(reference) {
            return true;
        }
        match locals.meaning(reference, scope, text) {
            Meaning::Local => return false,
            Meaning::Global => reference.standing = Standing::Symbol,
            Meaning::Unknown => {}
        }
        true
    });
    let mut scopes = Innermost::new(found.scopes.iter().map(|(span, _)| *span).enumerate());
    found.bindings.retain(|binding| scopes.at(binding.start).is_none());
    found.locals = locals.unplaced;
    found.scopes.clear();
}

fn may_be_local(reference: &FoundReference) -> bool {
    reference.qualifier.is_none() && (reference.kind != ReferenceKind::Macro)
}

fn define<'a>(found: &Collected, text: &'a str, language: Language) -> Locals<'a> {
    let mut scopes = Innermost::new(found.scopes.iter().map(|(span, _)| *span).enumerate());
    let mut bindings = Innermost::new(found.bindings.iter().copied().enumerate());
    let mut names: HashMap<(usize, &str), Local> = HashMap::new();
    let mut unplaced = Vec::new();
    for &(span, kind) in &found.locals {
        let Some((scope, scope_span)) = scopes.at(span.start) else {
            unplaced.push((span, kind));
            continue;
        };
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
    Locals { outer: outer_scopes(found), names, unplaced }
}

fn outer_scopes(found: &Collected) -> Vec<Option<usize>> {
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
    /// What the name means, looked up from the scope outwards.
    fn meaning(&self, reference: &FoundReference, scope: Option<usize>, text: &str) -> Meaning {
        let name = reference.name.of(text);
        let mut next = scope;
        while let Some(scope) = next {
            match self.names.get(&(scope, name)) {
                Some(local) if local.kind == LocalKind::Global => return Meaning::Global,
                Some(local) if local.from <= reference.name.start && local.kind.fits(reference.role) => {
                    return Meaning::Local;
                }
                _ => next = self.outer[scope],
            }
        }
        Meaning::Unknown
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
