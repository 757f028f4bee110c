//! A change of one symbol's code, made to another one that is built alike: the tokens that changed there are looked for here, and what took their place is
//! written with this symbol's names. Where anything around them is different, or a name of the new code has no counterpart here, nothing is written.
//! Never does: guess, or change what the other change did not.

mod align;
mod declared;
mod hunks;
mod names;
mod pieces;
#[cfg(test)]
mod tests;
mod weight;
mod words;

use std::collections::HashMap;
use std::fmt;

use backstory_syntax::{Language, Span, parse};

use align::align;
use declared::still_used;
use hunks::{Hunk, hunks};
use names::Names;
use pieces::piece;
pub use weight::{Weight, weight};
pub use words::Part;
use words::Words;

use super::lines::next_line;
use super::{Edit, Mark, edited};

/// So many tokens on either side of a change must be the same here, but for names.
const AROUND: usize = 6;

/// A change of more tokens is no fix that is carried over as it is.
const TOKENS: usize = 120;

/// How well two names go together that stand for each other elsewhere, see [`similar`].
const PARTNERS: i32 = 3;

/// This part of the tokens must agree, in their order.
const ALIKE: f64 = 0.6;

/// This part of the names and literals next to the change must.
const ALIKE_AROUND: f64 = 0.6;

/// What is asked about a name of new code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sought {
    /// Something of the file, or of what it imports.
    Name,
    /// A member of the type that the symbol is a member of.
    Member,
}

/// Why a change can't be made here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// It changes no code, or too much of it.
    Size,
    /// It changes the declaration, not only the body.
    Declaration,
    /// This code is not built like the other one where that was changed.
    Unlike,
    /// It puts code that stays into another block, which in Python is a matter of layout.
    Nested,
    /// It has been made here already.
    Already,
    /// It takes the declaration of a name away that is still used here.
    Used(String),
    /// A name of the new code stands for several things here, or for something else.
    Unclear(String),
    /// A name of the new code is not known here.
    Unknown(String),
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size => f.write_str("the change is no small change of code"),
            Self::Declaration => f.write_str("the change is one of the declaration"),
            Self::Unlike => f.write_str("this code is not built like the other where that was changed"),
            Self::Nested => f.write_str("the change puts code that stays into another block"),
            Self::Already => f.write_str("this code has the change already"),
            Self::Used(name) => {
                write!(f, "the change takes the declaration of `{name}` away, which is still used here")
            }
            Self::Unclear(name) => write!(f, "it is not certain what `{name}` of the change is here"),
            Self::Unknown(name) => write!(f, "the change needs `{name}`, which is not known here"),
        }
    }
}

/// The edits that make a change of one symbol to another, in order. `knows` tells whether a name that neither
/// symbol had can be used here.
///
/// # Errors
/// Why it can't be made.
pub fn adapt(
    before: Part<'_>,
    after: Part<'_>,
    here: Part<'_>,
    language: Language,
    knows: &dyn Fn(&str, Sought) -> bool,
) -> Result<Vec<Edit>, Misfit> {
    let (old, new, ours) =
        (Words::of(before, language), Words::of(after, language), Words::of(here, language));
    let hunks = hunks(&old, &new).ok_or(Misfit::Size)?;
    let changed: usize = hunks.iter().map(|hunk| hunk.before.len() + hunk.after.len()).sum();
    if hunks.is_empty() || changed > TOKENS || changed > old.len() {
        return Err(Misfit::Size);
    }
    if language == Language::Python && is_nested_anew(&old, &new, &hunks) {
        return Err(Misfit::Nested);
    }
    let places = Places::of(&old, &ours).ok_or(Misfit::Size)?;
    let names = Names::of(&old, &ours, &places.pairs);
    if !places.are_alike(&old, &ours, &names) {
        return Err(Misfit::Unlike);
    }
    if has_already(&new, &ours, &hunks) {
        return Err(Misfit::Already);
    }
    let mut edits = Vec::new();
    for hunk in &hunks {
        if !places.fit(&old, &ours, &names, hunk) {
            return Err(Misfit::Unlike);
        }
        let called = |at: usize| names.here(&new, at, knows);
        let (span, text) = piece(&old, &new, &ours, hunk, &places.there, &called)?;
        edits.push(Edit { span, text, mark: Mark::Certain });
    }
    edits.retain(|edit| edit.span.of(here.text) != edit.text);
    check(here, &edits, language)?;
    match still_used(&old, &hunks, here, &edits) {
        Some(name) => Err(Misfit::Used(name)),
        None => Ok(edits),
    }
}

/// Whether code that stays has moved in or out against other code that stays.
fn is_nested_anew(old: &Words<'_>, new: &Words<'_>, hunks: &[Hunk]) -> bool {
    let end = Hunk { before: old.len()..old.len(), after: new.len()..new.len() };
    let (mut b, mut a) = (0, 0);
    let mut shifts = Vec::new();
    for hunk in hunks.iter().chain([&end]) {
        let stays = (b..hunk.before.start).zip(a..hunk.after.start);
        let begins_lines =
            |&(b, a): &(usize, usize)| !old.word(b).is_empty() && old.is_first(b) && new.is_first(a);
        let shift = |(b, a): (usize, usize)| new.indent(a).len() as isize - old.indent(b).len() as isize;
        shifts.extend(stays.filter(begins_lines).map(shift));
        (b, a) = (hunk.before.end, hunk.after.end);
    }
    shifts.windows(2).any(|pair| pair[0] != pair[1])
}

/// Where the tokens of the other symbol stand in this one.
struct Places {
    pairs: Vec<(usize, usize)>,
    /// By token of the other one.
    there: Vec<Option<usize>>,
}

impl Places {
    fn of(old: &Words<'_>, ours: &Words<'_>) -> Option<Self> {
        let first = align(old.len(), ours.len(), |b, c| similar(old, b, ours, c))?;
        // Then again with what stood for what most often, so that parameters that only stand in a row don't go together.
        let partners = partners(old, ours, &first);
        let pairs = align(old.len(), ours.len(), |b, c| {
            let score = similar(old, b, ours, c)?;
            let are_partners = score == 0 && partners.get(old.word(b)) == Some(&ours.word(c));
            Some(if are_partners { PARTNERS } else { score })
        })?;
        let mut there = vec![None; old.len()];
        pairs.iter().for_each(|&(b, c)| there[b] = Some(c));
        Some(Self { pairs, there })
    }

    fn are_alike(&self, old: &Words<'_>, ours: &Words<'_>, names: &Names<'_>) -> bool {
        let same = self.pairs.iter().filter(|&&(b, c)| names.agree(old.word(b), ours.word(c))).count();
        same as f64 >= ALIKE * old.len().max(ours.len()) as f64
    }

    /// Whether what a hunk takes away stands here, with the same on both sides of it and nothing in between.
    fn fit(&self, old: &Words<'_>, ours: &Words<'_>, names: &Names<'_>, hunk: &Hunk) -> bool {
        let zone = old.around(&hunk.before, AROUND);
        if hunk.before.start == 0 || zone.len() < AROUND {
            return false;
        }
        let places: Option<Vec<usize>> = self.there[zone.clone()].iter().copied().collect();
        let Some(places) = places else { return false };
        let is_gapless = places.windows(2).all(|pair| pair[1] == pair[0] + 1);
        // The last statement of a block here as there.
        let ends = zone.end < old.len() || places.last() == Some(&(ours.len() - 1));
        let words = zone.clone().zip(&places).filter(|(b, _)| old.is_name(*b) || old.is_literal(*b));
        let (mut all, mut same) = (0, 0);
        for (b, &c) in words {
            let agrees = names.agree(old.word(b), ours.word(c));
            // What goes must be the very same.
            if !agrees && hunk.before.contains(&b) {
                return false;
            }
            all += 1;
            same += usize::from(agrees);
        }
        is_gapless && ends && f64::from(same as u32) >= ALIKE_AROUND * f64::from(all as u32) && same > 0
    }
}

/// How well two tokens go together, the same ones best; names and literals may be others.
fn similar(one: &Words<'_>, at: usize, other: &Words<'_>, place: usize) -> Option<i32> {
    let (a, b) = (one.word(at), other.word(place));
    if a == b && one.tokens[at].kind == other.tokens[place].kind {
        return Some(if one.is_name(at) || one.is_literal(at) { 4 } else { 2 });
    }
    let are_names =
        one.is_name(at) && other.is_name(place) && !one.is_keyword(at) && !other.is_keyword(place);
    let are_literals = one.is_literal(at) && other.is_literal(place);
    (are_names || are_literals).then_some(0)
}

/// The name or literal that stands for another one most often, and more than once.
fn partners<'a>(old: &Words<'a>, ours: &Words<'a>, pairs: &[(usize, usize)]) -> HashMap<&'a str, &'a str> {
    let mut counts: HashMap<(&str, &str), u32> = HashMap::new();
    for &(b, c) in pairs.iter().filter(|(b, _)| old.is_name(*b) || old.is_literal(*b)) {
        *counts.entry((old.word(b), ours.word(c))).or_default() += 1;
    }
    let mut all: Vec<_> = counts.into_iter().filter(|&(_, count)| count > 1).collect();
    all.sort_unstable_by_key(|&(pair, count)| (count, pair));
    // The last one of a key stays.
    all.into_iter().map(|(pair, _)| pair).collect()
}

/// Whether the new code stands here as it is there, in the same surroundings.
fn has_already(new: &Words<'_>, ours: &Words<'_>, hunks: &[Hunk]) -> bool {
    let Some(places) = Places::of(new, ours) else { return false };
    let names = Names::of(new, ours, &places.pairs);
    hunks.iter().all(|hunk| {
        let turned = Hunk { before: hunk.after.clone(), after: hunk.before.clone() };
        places.fit(new, ours, &names, &turned)
    })
}

/// Edits must not meet, and the code must parse as well as it did.
fn check(here: Part<'_>, edits: &[Edit], language: Language) -> Result<(), Misfit> {
    let meet = edits.windows(2).any(|pair| pair[1].span.start < pair[0].span.end);
    let inside = edits.iter().all(|edit| {
        // A statement at a symbol's end is written on the line behind it.
        let Span { start, .. } = edit.span;
        here.span.start <= start && start as usize <= next_line(here.text, here.span.end as usize)
    });
    if edits.is_empty() || meet || !inside {
        return Err(Misfit::Unlike);
    }
    let broke =
        !parse(here.text, language).has_error() && parse(&edited(here.text, edits), language).has_error();
    if broke { Err(Misfit::Unlike) } else { Ok(()) }
}
