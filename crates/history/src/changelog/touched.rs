//! The symbols that one commit changed, as they were called then. Never does: follow them further.

use std::sync::atomic::AtomicBool;

use super::fact::{Touch, put_all, read, stored};
use crate::change::Place;
use crate::error::{Error, Stop};
use crate::lineage::start_node;
use crate::objects::Objects;
use crate::repository::Repository;

/// The symbols that a commit (a full hash) edited, introduced or deleted, in more than documentation, style or formatting, as the store has it or read
/// and stored now. Those that are gone have the place that they had before. None for a merge and for a commit that changed too much.
///
/// # Errors
/// [`Error::UnknownCommit`], and [`Error::Read`] where an object is missing or damaged, or when `interrupted`.
pub fn changed_symbols(
    repository: &Repository,
    commit: &str,
    interrupted: &AtomicBool,
) -> Result<Vec<Place>, Error> {
    let mut objects = Objects::new(repository)?;
    let mut told = || -> Result<Vec<Place>, Stop> {
        let node = start_node(&mut objects, commit)?;
        let known = stored(repository.store(), node.id);
        let new = match known {
            Some(_) => None,
            None => read(&mut objects, repository.tables(), &node, interrupted)?.map(|fact| (node.id, fact)),
        };
        put_all(repository.store(), new.as_slice());
        let Some(fact) = known.or(new.map(|(_, fact)| fact)) else { return Ok(Vec::new()) };
        let changed = fact.symbols.iter().filter(|symbol| symbol.touch != Touch::Carried);
        let places = changed.filter_map(|symbol| symbol.after.or(symbol.before));
        let place = |(path, key): (u32, u32)| Place {
            path: fact.paths[path as usize].clone(),
            key: fact.keys[key as usize].clone(),
        };
        Ok(places.map(place).collect())
    };
    told().map_err(|stop| stop.into_error(|| commit.to_owned()))
}
