//! One number for each symbol and each file through all of its names and places: one pass over the commits, parents first. Never does: read
//! a repository.
//!
//! A place that a symbol left still leads to it, since a branch that began before goes on editing it there; only what is introduced at
//! such a place is another symbol. What is deleted and comes back under its name is the same one, and so is what two branches introduced
//! each under one name.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use super::fact::Touch;

/// A path or a key, as a number of the log.
pub(super) type Number = u32;

/// A path and a key.
pub(super) type Spot = (Number, Number);

/// What is known of a place.
#[derive(Clone, Copy, Debug)]
struct Tenant {
    subject: Number,
    is: Tenancy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tenancy {
    Here,
    /// It went to another place.
    Left,
    Gone,
}

/// Who lives where, and each subject's last place.
#[derive(Clone, Debug)]
pub(super) struct Register<P> {
    tenants: HashMap<P, Tenant>,
    /// By subject; whether it is still there.
    places: Vec<(P, bool)>,
}

impl<P> Default for Register<P> {
    fn default() -> Self {
        Self { tenants: HashMap::new(), places: Vec::new() }
    }
}

impl<P: Copy + Eq + Hash> Register<P> {
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Where a subject is, or was last, and whether it is still there.
    pub(super) fn place(&self, subject: Number) -> (P, bool) {
        self.places[subject as usize]
    }

    /// Who lives at a place.
    pub(super) fn at(&self, place: P) -> Option<Number> {
        self.tenants.get(&place).filter(|tenant| tenant.is == Tenancy::Here).map(|tenant| tenant.subject)
    }

    /// Takes note of what one commit did to all that it touched, at once: names may have been exchanged. Returns the subjects in the same order.
    pub(super) fn step(&mut self, changes: &[(Option<P>, Option<P>, Touch)]) -> Vec<Number> {
        let subjects: Vec<Number> = changes.iter().map(|change| self.subject(change)).collect();
        for (&(before, after, _), &subject) in changes.iter().zip(&subjects) {
            let Some(before) = before.filter(|_| before != after) else { continue };
            if after.is_some() {
                self.tenants.insert(before, Tenant { subject, is: Tenancy::Left });
            } else if self.places[subject as usize].0 == before {
                // Deleted under a name that it has lost elsewhere, it goes on under the other one.
                self.tenants.insert(before, Tenant { subject, is: Tenancy::Gone });
                self.places[subject as usize].1 = false;
            }
        }
        for (&(_, after, _), &subject) in changes.iter().zip(&subjects) {
            let Some(after) = after else { continue };
            let known = self.tenants.get(&after).copied();
            // A branch that knows the symbol by a name that it has lost elsewhere doesn't give it that name back.
            let is_old_name =
                known.is_some_and(|known| known.subject == subject && known.is == Tenancy::Left);
            let (place, is_here) = self.places[subject as usize];
            if !(is_old_name && is_here && place != after) {
                self.tenants.insert(after, Tenant { subject, is: Tenancy::Here });
                self.places[subject as usize] = (after, true);
            }
        }
        subjects
    }

    fn subject(&mut self, &(before, after, touch): &(Option<P>, Option<P>, Touch)) -> Number {
        let place = before.or(after).expect("facts in which a change has no place are taken for damaged");
        let known = self.tenants.get(&place);
        let known = known.filter(|tenant| touch != Touch::Introduced || tenant.is != Tenancy::Left);
        if let Some(tenant) = known {
            return tenant.subject;
        }
        let subject = self.places.len() as Number;
        self.places.push((place, touch != Touch::Deleted));
        let is = if touch == Touch::Deleted { Tenancy::Gone } else { Tenancy::Here };
        self.tenants.insert(place, Tenant { subject, is });
        subject
    }
}

/// The symbols, who go where their files go.
#[derive(Clone, Debug, Default)]
pub(super) struct Symbols {
    pub register: Register<Spot>,
    /// By path, all keys that were ever met there.
    keys: HashMap<Number, HashSet<Number>>,
}

impl Symbols {
    /// See [`Register::step`].
    pub(super) fn step(&mut self, changes: &[(Option<Spot>, Option<Spot>, Touch)]) -> Vec<Number> {
        for &(before, after, _) in changes {
            before.into_iter().chain(after).for_each(|(path, key)| {
                self.keys.entry(path).or_default().insert(key);
            });
        }
        self.register.step(changes)
    }

    /// Everything in a file goes along with it. Where it was, branches that began before may still find it.
    pub(super) fn rename_files(&mut self, renamed: &HashMap<Number, Number>) {
        let Self { register, keys } = self;
        let mut moved: Vec<(Spot, Tenant)> = Vec::new();
        for path in renamed.keys() {
            let spots = keys.get(path).into_iter().flatten().map(|&key| (*path, key));
            let here = |spot| {
                Some((spot, *register.tenants.get(&spot).filter(|tenant| tenant.is == Tenancy::Here)?))
            };
            moved.extend(spots.filter_map(here));
        }
        moved.sort_unstable_by_key(|(spot, _)| *spot);
        for &(spot, tenant) in &moved {
            register.tenants.insert(spot, Tenant { is: Tenancy::Left, ..tenant });
        }
        for ((path, key), tenant) in moved {
            let spot = (renamed[&path], key);
            keys.entry(spot.0).or_default().insert(key);
            register.tenants.insert(spot, tenant);
            register.places[tenant.subject as usize] = (spot, true);
        }
    }
}
