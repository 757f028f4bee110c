//! Names by Python's scopes: from a use to the bindings that it may see. Never does: types.

use backstory_syntax::{BindingId, BindingKind, Code, Expr, ExprId, ScopeId, ScopeKind};

use super::{Meant, Place, Python};
use crate::database::FileId;

/// A name that is assigned to in more places stands for those that come first: they are one symbol, and more types say no more.
pub(super) const PLACES: usize = 100;

impl Python<'_> {
    /// What a plain name stands for, imports followed.
    pub(super) fn name(&mut self, file: FileId, id: ExprId) -> Meant {
        match bindings(self.code(file), id) {
            Some(found) => {
                self.is_certain &= found.len() == 1;
                self.followed_all(found.into_iter().map(|binding| Place { file, binding }).collect())
            }
            None => {
                let code = self.code(file);
                let Some(name) = code.word(id) else { return Meant::Unknown };
                match self.top_level(file, code.name(name), 0) {
                    Meant::Unknown => Meant::External,
                    found => found,
                }
            }
        }
    }
}

impl Python<'_> {
    /// What the name in a `global` or `nonlocal` statement stands for.
    pub(crate) fn outer(&mut self, place: Place) -> Meant {
        let code = self.code(place.file);
        let binding = code.binding(place.binding);
        let mut next = match binding.kind {
            BindingKind::Global => Some(ScopeId(0)),
            _ => code.scope(binding.scope).parent,
        };
        while let Some(scope) = next {
            let is_class = matches!(code.scope(scope).kind, ScopeKind::Class(_));
            let own = |id: &&BindingId| {
                !matches!(code.binding(**id).kind, BindingKind::Global | BindingKind::Nonlocal)
            };
            let bound = code.bound(scope, binding.name).iter().filter(own).filter(|_| !is_class);
            let places: Vec<Place> = bound.map(|&binding| Place { file: place.file, binding }).collect();
            if !places.is_empty() {
                return self.followed_all(places);
            }
            next = code.scope(scope).parent;
        }
        Meant::Unknown
    }
}

/// The bindings of its file that a name may see; `None` where no scope has it.
pub(crate) fn bindings(code: &Code, id: ExprId) -> Option<Vec<BindingId>> {
    let Expr::Name { name, scope } = code.expr(id) else { return None };
    let mut next = Some(scope);
    let mut has_left = false;
    // What a class has of that name without a value, for want of something around it.
    let mut unset = None;
    while let Some(at) = next {
        let here = code.scope(at);
        let is_seen = !matches!(here.kind, ScopeKind::Class(_)) || !has_left;
        let bound = if is_seen { code.bound_plainly(at, name) } else { &[] };
        let outer = code.declared_outer(at, name).filter(|_| is_seen);
        match outer.map(|outer| code.binding(outer).kind) {
            Some(BindingKind::Global) => {
                return Some(some(code.bound_plainly(ScopeId(0), name))).filter(|all| !all.is_empty());
            }
            Some(_) => {}
            None if bound.is_empty() => {}
            None if has_left => return Some(some(bound)),
            None if matches!(here.kind, ScopeKind::Class(_)) && !has_value(code, bound, id) => {
                unset.get_or_insert_with(|| reaching(code, bound, id, scope));
            }
            None => return Some(reaching(code, bound, id, scope)),
        }
        has_left |= matches!(here.kind, ScopeKind::Function(_));
        next = here.parent;
    }
    unset
}

/// Whether one of a class's bindings that come before a use in its body has a value: `name: type` has none, and what is read then is the name
/// around the class (The Python Language Reference, 4.2.2, "Resolution of names").
fn has_value(code: &Code, bound: &[BindingId], id: ExprId) -> bool {
    let before = bound.partition_point(|&it| code.binding(it).from <= id);
    let is_declared = |it: &BindingId| {
        matches!(code.binding(*it).kind, BindingKind::Variable { value: None, annotation: Some(_), .. })
    };
    !bound[..before].iter().all(is_declared)
}

fn some(bound: &[BindingId]) -> Vec<BindingId> {
    bound.iter().copied().take(PLACES).collect()
}

/// Those of a scope's bindings that a use in it may see: the last one that comes before it in any case, and those in branches after
/// that. All where none comes before, as in a loop. Looks no further back than that one: a name may be assigned to all over a file.
fn reaching(code: &Code, bound: &[BindingId], id: ExprId, scope: ScopeId) -> Vec<BindingId> {
    let before = bound.partition_point(|&it| code.binding(it).from <= id);
    let mut found = Vec::new();
    for &it in bound[..before].iter().rev() {
        found.push(it);
        if found.len() == PLACES || encloses(code, code.binding(it).within, scope) {
            break;
        }
    }
    found.reverse();
    if found.is_empty() { some(bound) } else { found }
}

/// Whether a scope is around another one, or that itself.
fn encloses(code: &Code, outer: ScopeId, inner: ScopeId) -> bool {
    let mut next = Some(inner);
    while let Some(at) = next {
        if at == outer {
            return true;
        }
        next = code.scope(at).parent;
    }
    false
}

/// The type's expression that a name is known to be of where it stands.
pub(super) fn narrowed(code: &Code, id: ExprId) -> Option<ExprId> {
    let Expr::Name { name, scope } = code.expr(id) else { return None };
    let mut next = Some(scope);
    while let Some(at) = next {
        let here = code.scope(at);
        match here.kind {
            ScopeKind::Narrowed { name: known, to } if known == name => return Some(to),
            ScopeKind::Block | ScopeKind::Narrowed { .. } | ScopeKind::Comprehension => next = here.parent,
            _ => return None,
        }
    }
    None
}

/// The class around a scope, through the methods in between.
pub(super) fn class_around(code: &Code, scope: ScopeId) -> Option<backstory_syntax::LocalId> {
    let mut next = Some(scope);
    while let Some(at) = next {
        let here = code.scope(at);
        if let ScopeKind::Class(class) = here.kind {
            return Some(class);
        }
        next = here.parent;
    }
    None
}
