//! Members of modules, classes and instances, in the order in which Python looks for them. Never does: names without a receiver.

use backstory_syntax::{BindingKind, Code, DefinitionKind, Expr, ExprId, List, Parameter};

use super::types::Type;
use super::{Meant, Place, Python, lookup};
use crate::database::DefId;

impl Python<'_> {
    /// What a value of a type has under a name.
    pub(super) fn member(&mut self, base: &Type, name: &str) -> Meant {
        let mut places = Vec::new();
        let mut other = Meant::Unknown;
        for part in base.parts() {
            match self.member_of(part, name) {
                Meant::Places(found) => {
                    places.extend(found.into_iter().filter(|it| !places.contains(it)).collect::<Vec<_>>())
                }
                Meant::Module(module) => other = Meant::Module(module),
                Meant::External if other == Meant::Unknown => other = Meant::External,
                _ => {}
            }
        }
        if base.parts().len() > 1 {
            self.is_certain = false;
        }
        if places.is_empty() { other } else { Meant::Places(places) }
    }

    fn member_of(&mut self, base: &Type, name: &str) -> Meant {
        match base {
            Type::Module(module) => self.module_member(module, name, 0),
            Type::Class(class) => self.class_member(*class, name, 0),
            Type::Instance(class) => self.class_member(*class, name, 0),
            Type::Super(class) => self.class_member(*class, name, 1),
            Type::External | Type::Nothing | Type::Container(..) | Type::Awaitable(_) | Type::Function(_) => {
                Meant::External
            }
            Type::Unknown | Type::Union(_) => Meant::Unknown,
        }
    }

    /// The first class that has the name, leaving out the first `skipped` ones.
    fn class_member(&mut self, class: DefId, name: &str, skipped: usize) -> Meant {
        let (classes, is_complete) = self.lookup_order(class);
        for &owner in classes.iter().skip(skipped) {
            let places = self.own_members(owner, name);
            if !places.is_empty() {
                return self.followed_all(places);
            }
        }
        // What is not known of a class may be in a base that nobody sees.
        if *is_complete { Meant::Unknown } else { Meant::External }
    }

    fn own_members(&self, class: DefId, name: &str) -> Vec<Place> {
        let code = self.code(class.file);
        let Some(scope) = self.item(class).and_then(|item| item.scope) else { return Vec::new() };
        let Some(name) = code.find_name(name) else { return Vec::new() };
        let own = code.bound_plainly(scope, name);
        let chosen = if own.is_empty() { code.bound(scope, name) } else { own };
        chosen.iter().take(lookup::PLACES).map(|&binding| Place { file: class.file, binding }).collect()
    }

    /// A class and its bases in the order of lookup.
    pub(super) fn lookup_order(&self, class: DefId) -> &(Vec<DefId>, bool) {
        super::order(self.db, self.workspace, self.source(class.file), class.file.0, class.local)
    }

    /// The C3 linearization (<https://docs.python.org/3/howto/mro.html>); where there is none, bases depth first.
    pub(super) fn order_of(&mut self, class: DefId) -> (Vec<DefId>, bool) {
        let (bases, mut is_complete) = self.bases(class);
        let mut lists: Vec<Vec<DefId>> = Vec::new();
        for &base in &bases {
            let (order, is_known) = self.lookup_order(base);
            is_complete &= is_known;
            lists.push(order.clone());
        }
        lists.push(bases);
        let mut order = vec![class];
        while lists.iter().any(|list| !list.is_empty()) {
            let heads = lists.iter().filter_map(|list| list.first().copied());
            let is_free = |head: &DefId| !lists.iter().any(|list| list.iter().skip(1).any(|it| it == head));
            let next = heads.clone().find(is_free).or_else(|| heads.clone().next());
            let Some(next) = next else { break };
            for list in &mut lists {
                list.retain(|it| *it != next);
            }
            if !order.contains(&next) {
                order.push(next);
            }
        }
        (order, is_complete)
    }

    /// The bases of a class as written.
    pub(crate) fn bases_of(&mut self, class: DefId) -> Vec<DefId> {
        self.bases(class).0
    }

    /// A class and its bases in the order of lookup.
    pub(crate) fn above(&self, class: DefId) -> Vec<DefId> {
        self.lookup_order(class).0.clone()
    }

    fn bases(&mut self, class: DefId) -> (Vec<DefId>, bool) {
        let Some(item) = self.item(class) else { return (Vec::new(), false) };
        let mut found = Vec::new();
        let mut is_complete = true;
        let code = self.code(class.file);
        for base in code.list(item.bases) {
            // `Generic[T]` and the like have no members of their own.
            let plain = match code.expr(base) {
                Expr::Index { base, .. } => base,
                _ => base,
            };
            match self.infer(class.file, plain) {
                Type::Class(base) if base != class => found.push(base),
                Type::External if is_bare(code, plain) => {}
                _ => is_complete = false,
            }
        }
        found.dedup();
        (found, is_complete)
    }

    /// The parameter that a call gives a value to by name.
    pub(super) fn parameter(&mut self, callee: &Type, name: &str) -> Meant {
        let mut places = Vec::new();
        for part in callee.parts() {
            let functions = match part {
                Type::Function(function) => vec![*function],
                Type::Class(class) => self.functions_of(*class, "__init__"),
                Type::Instance(class) => self.functions_of(*class, "__call__"),
                _ => Vec::new(),
            };
            if let (true, Type::Class(class)) = (functions.is_empty(), part) {
                places.extend(self.fields(*class, name));
            }
            for function in functions {
                let own = self.own_parameter(function, name);
                let found = own.map_or_else(|| self.unpacked(function, name), |own| vec![own]);
                places.extend(found);
            }
        }
        if places.is_empty() { Meant::Unknown } else { Meant::Places(places) }
    }

    /// What a class without an `__init__` of its own may be given by name: data classes take what stands in their bodies.
    fn fields(&mut self, class: DefId, name: &str) -> Vec<Place> {
        self.is_certain = false;
        let Meant::Places(mut places) = self.class_member(class, name, 0) else {
            return Vec::new();
        };
        places.retain(|place| {
            let kind = self.code(place.file).binding(place.binding).kind;
            matches!(kind, BindingKind::Variable { .. })
        });
        places
    }

    /// The places that declare an attribute, given one that sets it: its class's own where there is one.
    pub(crate) fn attribute(&self, place: Place) -> Meant {
        let code = self.code(place.file);
        let binding = code.binding(place.binding);
        let all = match code.bound(binding.scope, binding.name) {
            [own, ..] if !code.binding(*own).is_attribute() => std::slice::from_ref(own),
            all => &all[..all.len().min(lookup::PLACES)],
        };
        Meant::Places(all.iter().map(|&binding| Place { file: place.file, binding }).collect())
    }

    pub(super) fn functions_of(&mut self, class: DefId, name: &str) -> Vec<DefId> {
        match self.class_member(class, name, 0) {
            Meant::Places(places) => places
                .into_iter()
                .filter_map(|place| self.definition_of(place))
                .filter(|it| self.is_function(*it))
                .collect(),
            _ => Vec::new(),
        }
    }

    pub(super) fn is_function(&self, id: DefId) -> bool {
        matches!(self.kind(id), DefinitionKind::Function | DefinitionKind::Method)
    }

    fn own_parameter(&self, function: DefId, name: &str) -> Option<Place> {
        let code = self.code(function.file);
        let scope = self.item(function)?.scope?;
        let bound = code.bound(scope, code.find_name(name)?);
        let is_named = |it: &&backstory_syntax::BindingId| {
            matches!(
                code.binding(**it).kind,
                BindingKind::Parameter { form: Parameter::Plain | Parameter::Receiver, .. }
            )
        };
        bound.iter().find(is_named).map(|&binding| Place { file: function.file, binding })
    }

    /// What a function takes by name through `**rest: Unpack[Fields]`.
    fn unpacked(&mut self, function: DefId, name: &str) -> Vec<Place> {
        let code = self.code(function.file);
        let Some(scope) = self.item(function).and_then(|item| item.scope) else { return Vec::new() };
        let unpacked = code.bound_in(scope).iter().find_map(|&id| match code.binding(id).kind {
            BindingKind::Parameter { form: Parameter::Keywords, annotation: Some(annotation), .. } => {
                Some(annotation)
            }
            _ => None,
        });
        let Some(Expr::Index { arguments, .. }) = unpacked.map(|id| code.expr(id)) else { return Vec::new() };
        let Some(fields) = code.list(arguments).next() else { return Vec::new() };
        match self.infer(function.file, fields) {
            Type::Class(class) => match self.class_member(class, name, 0) {
                Meant::Places(places) => places,
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// Whether one of the decorators has one of these names at its end.
    pub(super) fn is_decorated(&self, function: DefId, with: &[&str]) -> bool {
        let code = self.code(function.file);
        self.item(function)
            .is_some_and(|item| decorators(code, item.decorators).any(|name| with.contains(&name)))
    }
}

fn is_bare(code: &Code, id: ExprId) -> bool {
    matches!(code.word(id).map(|word| code.name(word)), Some("object" | "Generic" | "Protocol" | "ABC"))
}

/// The last words of decorators.
fn decorators(code: &Code, list: List) -> impl Iterator<Item = &str> {
    code.list(list).filter_map(|id| {
        let id = match code.expr(id) {
            Expr::Call { callee, .. } => callee,
            _ => id,
        };
        code.word(id).map(|word| code.name(word))
    })
}
