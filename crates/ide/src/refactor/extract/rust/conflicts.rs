//! Whether something may hold a borrow of a name, or of a part of it, that another function could not be given beside it. Never does: follow
//! lifetimes; whatever was made together counts.

use backstory_syntax::Span;
use backstory_syntax::rust_piece::{By, RustPiece};

use super::passing::{How, Passed};
use super::refused::NotOfRust;

/// Whether another name, or what is evaluated around, may hold a borrow of a name where the piece stands.
pub(super) fn is_borrowed(piece: &RustPiece, id: usize) -> bool {
    let mut holders = vec![id];
    loop {
        let more = (0..piece.names.len()).find(|it| !holders.contains(it) && may_hold(piece, *it, &holders));
        match more {
            Some(more) => holders.push(more),
            None => break,
        }
    }
    if piece.heads.iter().any(|it| is_used_in(piece, *it, &holders)) {
        return true;
    }
    let is_there = |it: usize| {
        let name = &piece.names[it];
        let is_around = name.at.start < piece.span.start && name.scope_end > piece.span.start;
        let is_used = piece.uses.iter().any(|use_| use_.name == it && use_.at.start >= piece.span.start);
        is_around && (is_used || name.of.is_none() || !piece.loops.is_empty())
    };
    holders.into_iter().any(|it| it != id && is_there(it))
}

/// Whether a name may hold what one of some others has.
fn may_hold(piece: &RustPiece, id: usize, others: &[usize]) -> bool {
    let name = &piece.names[id];
    // Parameters were made before anything else.
    if name.holds_no_borrow || name.at.start >= piece.span.start {
        return false;
    }
    if name.from.is_some_and(|it| is_used_in(piece, it, others)) {
        return true;
    }
    let mut leaves = piece.leaves.iter().filter(|it| it.start < piece.span.start || !piece.loops.is_empty());
    leaves.any(|it| is_used_in(piece, *it, &[id]) && is_used_in(piece, *it, others))
        && !matches!(name.by, By::Receiver)
}

fn is_used_in(piece: &RustPiece, at: Span, names: &[usize]) -> bool {
    piece.uses.iter().any(|it| names.contains(&it.name) && at.contains(it.at))
}

/// Refuses names that may hold borrows of each other, or that new borrows could have to be stored in.
pub(super) fn check_lifetimes(
    piece: &RustPiece,
    passed: &[Passed],
    gives_borrow: bool,
) -> Result<(), NotOfRust> {
    let is_declared = |it: &Passed| matches!(piece.names[it.name].by, By::Parameter | By::Receiver);
    let holds = |it: &&Passed| !piece.names[it.name].holds_no_borrow;
    let local = passed.iter().find(|it| holds(it) && !is_declared(it));
    if let Some(local) = local {
        let name = &piece.names[local.name];
        let is_mutable = name.of.as_ref().is_some_and(|it| it.is_mutable_reference());
        let is_plain = |it: &Passed| {
            let other = &piece.names[it.name];
            let is_shared = other.is_copied && !is_mutable;
            it.name == local.name || (other.holds_no_borrow && other.is_copied) || is_shared
        };
        if local.how != How::Copied || !passed.iter().all(is_plain) {
            return Err(NotOfRust::Lifetime(name.word.clone()));
        }
    }
    let takes = |it: &&Passed| {
        let name = &piece.names[it.name];
        let is_mutable = name.of.as_ref().is_some_and(|it| it.is_mutable_reference());
        match it.how {
            How::Mutable => !name.holds_no_borrow,
            How::Receiver { is_mut } => is_mut && !name.target_holds_no_borrow,
            How::Copied => is_mutable && !name.target_holds_no_borrow,
            _ => false,
        }
    };
    let sink = passed.iter().find(takes);
    let is_new = |it: &&Passed| {
        let is_lent = matches!(it.how, How::Shared | How::Mutable);
        let is_local = holds(it) && !is_declared(it);
        let mut uses = piece.uses.iter().filter(|use_| use_.name == it.name && piece.span.contains(use_.at));
        let is_taken = uses.any(|it| it.in_closure || it.is_whole && it.borrow.is_some());
        is_lent || is_local || (it.how == How::Copied && is_taken)
    };
    let new = passed.iter().find(is_new);
    if let (true, Some(new)) = (sink.is_some() || gives_borrow, new) {
        return Err(NotOfRust::Lifetime(piece.names[new.name].word.clone()));
    }
    let in_closure =
        piece.uses.iter().any(|it| it.in_closure && piece.span.contains(it.at) && is_passed(passed, it.name));
    let opaque = passed.iter().find(|it| !piece.names[it.name].target_holds_no_borrow);
    match (in_closure, opaque) {
        (true, Some(opaque)) => Err(NotOfRust::Lifetime(piece.names[opaque.name].word.clone())),
        _ => Ok(()),
    }
}

fn is_passed(passed: &[Passed], name: usize) -> bool {
    passed.iter().any(|it| it.name == name)
}
