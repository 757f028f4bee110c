//! A function of Rust that does what a piece of another one does, and the call of it. Refused wherever its signature can't be told from what is
//! written, or where a value would go away at another time. Never does: guess a type.

mod conflicts;
mod function;
mod passing;
mod refused;
mod variable;

use backstory_syntax::Span;
use backstory_syntax::rust_piece::{By, Container, End, Kept, Obstacle, RustPiece, Type, Use};
use backstory_syntax::whole_words;

pub use refused::NotOfRust;
pub(super) use variable::edits as variable_edits;

use self::passing::{How, Passed, how};
use super::NotExtracted;

/// What the new function is to be.
struct Shape<'a> {
    piece: &'a RustPiece,
    text: &'a str,
    name: &'a str,
    passed: Vec<Passed>,
    /// Names that it binds and that are used behind it.
    bound: Vec<usize>,
    place: Placed,
    /// Whether generic parameters go along.
    is_generic: bool,
}

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Placed {
    Free,
    /// In the same implementation, without a receiver.
    Associated,
    Method,
}

/// What is written where.
pub(super) type Edits = Vec<(Span, String)>;

/// The edits: what stands in place of the piece, and the new function. Says, too, whether it is a member of a type.
pub(super) fn edits(piece: &RustPiece, text: &str, name: &str) -> Result<(Edits, bool), NotExtracted> {
    let shape = shape(piece, text, name)?;
    let edits = function::written(&shape)?;
    Ok((edits, shape.place != Placed::Free))
}

fn shape<'a>(piece: &'a RustPiece, text: &'a str, name: &'a str) -> Result<Shape<'a>, NotExtracted> {
    check_kind(piece)?;
    check_obstacles(piece)?;
    check_frame(piece)?;
    let mut passed = Vec::new();
    for id in outer(piece) {
        passed.push(Passed { name: id, how: how(piece, id, &inside(piece, id))? });
    }
    let bound = bound(piece)?;
    let comes_back = passed.iter().any(|it| it.how == How::Changed { comes_back: true });
    if comes_back && !bound.is_empty() {
        return Err(NotOfRust::Mixed.into());
    }
    let gives_value = piece.is_expression || matches!(piece.end, End::Body | End::Value { .. });
    if gives_value && comes_back {
        return Err(NotOfRust::Mixed.into());
    }
    let mut shape = Shape { piece, text, name, passed, bound, place: Placed::Free, is_generic: false };
    check_value(&shape)?;
    conflicts::check_lifetimes(piece, &shape.passed, gives_borrow(&shape))?;
    shape.place = place(&shape)?;
    shape.is_generic = is_generic(&shape)?;
    Ok(shape)
}

fn check_kind(piece: &RustPiece) -> Result<(), NotExtracted> {
    if piece.is_plain {
        return Err(NotExtracted::Plain);
    }
    if piece.is_all {
        return Err(NotOfRust::All.into());
    }
    if piece.is_expression {
        if piece.is_place {
            return Err(NotOfRust::Kept(Kept::Place).into());
        }
        if piece.is_held {
            return Err(NotExtracted::Callee);
        }
        if piece.has_temporaries {
            return Err(NotOfRust::Temporary.into());
        }
    }
    Ok(())
}

fn check_obstacles(piece: &RustPiece) -> Result<(), NotExtracted> {
    let is_end = piece.end == End::Body && piece.frame.result.is_some();
    for (_, obstacle) in &piece.obstacles {
        return Err(match obstacle {
            Obstacle::Returns | Obstacle::Tries if is_end => continue,
            Obstacle::Returns => NotOfRust::Returns.into(),
            Obstacle::Tries => NotOfRust::Tries.into(),
            Obstacle::LeavesLoop => NotExtracted::LeavesLoop,
            Obstacle::Awaits => NotOfRust::Awaits.into(),
            Obstacle::Block => NotOfRust::Block.into(),
            Obstacle::Unsafe => NotOfRust::Unsafe.into(),
            Obstacle::Attribute => NotOfRust::Attribute.into(),
            Obstacle::Item => NotOfRust::Item.into(),
            Obstacle::Macro(name) => NotOfRust::Macro(name.clone()).into(),
            Obstacle::Within => NotOfRust::Within.into(),
        });
    }
    Ok(())
}

fn check_frame(piece: &RustPiece) -> Result<(), NotOfRust> {
    let frame = &piece.frame;
    if frame.is_const || frame.is_unsafe {
        return Err(NotOfRust::Const);
    }
    if frame.has_attributes || frame.outer_has_attributes {
        return Err(NotOfRust::Attribute);
    }
    if frame.has_items {
        return Err(NotOfRust::Item);
    }
    let late = piece.names.iter().find(|it| {
        let is_seen = it.at.start < piece.span.end && it.scope_end > piece.span.start;
        it.by == By::Late && is_seen && it.at.start < piece.span.start
    });
    match late {
        Some(late) => Err(NotOfRust::Late(late.word.clone())),
        None => Ok(()),
    }
}

/// The names from outside that the piece uses, in the order of their first use.
fn outer(piece: &RustPiece) -> Vec<usize> {
    let mut found: Vec<(Span, usize)> = Vec::new();
    for it in piece.uses.iter().filter(|it| piece.span.contains(it.at)) {
        let is_outer = !piece.span.contains(piece.names[it.name].at);
        if is_outer && !found.iter().any(|(_, name)| *name == it.name) {
            found.push((it.at, it.name));
        }
    }
    found.sort();
    found.into_iter().map(|(_, name)| name).collect()
}

fn inside(piece: &RustPiece, id: usize) -> Vec<&Use> {
    piece.uses.iter().filter(|it| it.name == id && piece.span.contains(it.at)).collect()
}

/// The names that come out; refuses those that would go away too early.
fn bound(piece: &RustPiece) -> Result<Vec<usize>, NotOfRust> {
    let mut found = Vec::new();
    for &id in &piece.bound {
        let name = &piece.names[id];
        if piece.uses.iter().any(|it| it.name == id && it.at.start >= piece.span.end) {
            let of = name.of.as_ref().ok_or_else(|| NotOfRust::ResultType(name.word.clone()))?;
            if name.by == By::Late {
                return Err(NotOfRust::Late(name.word.clone()));
            }
            if !name.holds_no_borrow || of.to_string().contains("dyn ") {
                return Err(NotOfRust::Lifetime(name.word.clone()));
            }
            found.push(id);
        } else if piece.end == End::Middle && !name.drops_nothing {
            return Err(NotOfRust::Ends(name.word.clone()));
        }
    }
    Ok(found)
}

/// Refuses what gives a value whose type isn't known.
fn check_value(shape: &Shape) -> Result<(), NotExtracted> {
    let piece = shape.piece;
    let has_value = || piece.value.is_some() && piece.value_holds_no_borrow;
    match piece.end {
        End::Middle | End::Unit => Ok(()),
        End::Body if piece.frame.result.is_none() => Err(NotOfRust::ValueType.into()),
        End::Body if piece.has_temporaries && outlives(piece) => Err(NotOfRust::Temporary.into()),
        End::Body => check_result(shape),
        End::Value { is_given: true } | End::Inside if has_value() => Ok(()),
        End::Value { .. } | End::Inside => Err(NotOfRust::ValueType.into()),
    }
}

/// Whether a value around goes away at the end of the function, which may be seen.
fn outlives(piece: &RustPiece) -> bool {
    piece.names.iter().any(|it| it.by == By::Let && it.at.start < piece.span.start && !it.drops_nothing)
}

/// Refuses the function's own result where a lifetime in it is left out and would be another one.
fn check_result(shape: &Shape) -> Result<(), NotExtracted> {
    let frame = &shape.piece.frame;
    let written = frame.returns.map_or("", |it| it.of(shape.text));
    if written.contains("dyn ") && !written.contains("Box<dyn ") {
        return Err(NotOfRust::Lifetime("self".to_owned()).into());
    }
    let is_left_out = has_elided(written);
    let is_method = shape.passed.iter().any(|it| matches!(it.how, How::Receiver { .. }));
    match is_left_out && !is_method {
        true => Err(NotOfRust::ValueType.into()),
        false => Ok(()),
    }
}

fn has_elided(written: &str) -> bool {
    let mut references = written.match_indices('&').map(|(at, _)| written[at + 1..].trim_start());
    references.any(|it| !it.starts_with('\'')) || written.contains("'_")
}

fn gives_borrow(shape: &Shape) -> bool {
    let written = shape.piece.frame.returns.map_or("", |it| it.of(shape.text));
    shape.piece.end == End::Body && written.contains(['&', '\''])
}

/// All that says what has to be known where the new function stands.
fn mentioned(shape: &Shape) -> Vec<String> {
    let piece = shape.piece;
    let types = shape.passed.iter().filter(|it| !matches!(it.how, How::Receiver { .. }));
    let passed = types.filter_map(|it| piece.names[it.name].of.as_ref()).map(Type::to_string);
    let bound = shape.bound.iter().filter_map(|it| piece.names[*it].of.as_ref()).map(Type::to_string);
    let value = shape.result();
    passed.chain(bound).chain(value).chain([piece.span.of(shape.text).to_owned()]).collect()
}

fn mentions(texts: &[String], word: &str) -> bool {
    match word.strip_prefix('\'') {
        Some(_) => texts.iter().any(|it| {
            it.match_indices(word)
                .any(|(at, _)| !it[at + word.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        }),
        None => texts.iter().any(|it| whole_words(it, word).next().is_some()),
    }
}

fn place(shape: &Shape) -> Result<Placed, NotOfRust> {
    let frame = &shape.piece.frame;
    let texts = mentioned(shape);
    let is_method = shape.passed.iter().any(|it| matches!(it.how, How::Receiver { .. }));
    let needs_outer = mentions(&texts, "Self") || frame.outer_names.iter().any(|it| mentions(&texts, it));
    match (is_method, frame.container) {
        (false, _) if !needs_outer => Ok(Placed::Free),
        (true, Container::Inherent) => Ok(Placed::Method),
        (false, Container::Inherent) => Ok(Placed::Associated),
        _ => Err(NotOfRust::NoMember),
    }
}

/// Whether the function's own generic parameters have to go along.
fn is_generic(shape: &Shape) -> Result<bool, NotOfRust> {
    let names = &shape.piece.frame.generic_names;
    let texts = mentioned(shape);
    let Some(first) = names.iter().find(|it| mentions(&texts, it)) else { return Ok(false) };
    let types: Vec<String> = shape
        .passed
        .iter()
        .filter_map(|it| shape.piece.names[it.name].of.as_ref())
        .map(Type::to_string)
        .collect();
    if names.iter().filter(|it| it.starts_with('\'')).count() > 1 {
        return Err(NotOfRust::Generic(first.clone()));
    }
    match names.iter().find(|it| !it.starts_with('\'') && !mentions(&types, it)) {
        Some(missing) => Err(NotOfRust::Generic(missing.clone())),
        None => Ok(true),
    }
}

impl Shape<'_> {
    /// Names that are changed and used behind it.
    fn changed(&self) -> impl Iterator<Item = usize> + '_ {
        self.passed.iter().filter(|it| it.how == How::Changed { comes_back: true }).map(|it| it.name)
    }

    fn word(&self, id: usize) -> &str {
        &self.piece.names[id].word
    }

    /// The type of what it gives, where it gives anything.
    fn result(&self) -> Option<String> {
        let piece = self.piece;
        match piece.end {
            End::Body => piece.frame.returns.map(|it| it.of(self.text).to_owned()),
            End::Value { .. } | End::Inside => {
                piece.value.as_ref().map(Type::to_string).filter(|it| it != "()")
            }
            End::Middle | End::Unit => {
                let names: Vec<usize> = self.bound.iter().copied().chain(self.changed()).collect();
                let types: Vec<String> =
                    names.iter().filter_map(|it| piece.names[*it].of.as_ref()).map(Type::to_string).collect();
                match types.as_slice() {
                    [] => None,
                    [one] => Some(one.clone()),
                    all => Some(format!("({})", all.join(", "))),
                }
            }
        }
    }

    fn is_used_mutably(&self, id: usize) -> bool {
        let piece = self.piece;
        let behind = piece.uses.iter().filter(|it| it.name == id && it.at.start >= piece.span.end);
        piece.names[id].is_mut && behind.into_iter().any(|it| !it.kind.reads())
    }

    fn rewritten(&self) -> Edits {
        let mut edits: Edits = Vec::new();
        for passed in &self.passed {
            edits.extend(passing::rewritten(self.piece, passed, &inside(self.piece, passed.name)));
        }
        edits.sort_by_key(|(span, _)| span.start);
        edits
    }
}

impl From<NotOfRust> for NotExtracted {
    fn from(why: NotOfRust) -> Self {
        Self::OfRust(why)
    }
}
