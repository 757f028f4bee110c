//! How a name of the function around goes into a new function of Rust. Never does: guess a type.

use backstory_syntax::Span;
use backstory_syntax::rust_piece::{By, End, Mode, Name, RustPiece, Use, UseKind};

use super::conflicts::is_borrowed;
use super::refused::NotOfRust;

/// A name that goes in.
#[derive(Clone, Debug)]
pub(super) struct Passed {
    /// Index into [`RustPiece::names`].
    pub name: usize,
    pub how: How,
}

/// How it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// As it is: it is copied, or a reference.
    Copied,
    /// A copy that is changed, and given back where `comes_back`.
    Changed {
        comes_back: bool,
    },
    Shared,
    Mutable,
    Moved {
        is_mut: bool,
    },
    /// The receiver.
    Receiver {
        is_mut: bool,
    },
}

/// How a name goes in whose uses in the piece are given.
pub(super) fn how(piece: &RustPiece, id: usize, uses: &[&Use]) -> Result<How, NotOfRust> {
    let name = &piece.names[id];
    if name.by == By::Receiver {
        return receiver(piece, id, uses);
    }
    if name.by == By::Late {
        return Err(NotOfRust::Late(name.word.clone()));
    }
    let of = name.of.as_ref().ok_or_else(|| NotOfRust::Type(name.word.clone()))?;
    if name.by != By::Parameter && of.to_string().contains("dyn ") {
        return Err(NotOfRust::Lifetime(name.word.clone()));
    }
    if of.is_shared_reference() || of.is_mutable_reference() {
        reference(piece, id, uses)
    } else if name.is_copied {
        copied(piece, id, uses)
    } else {
        owned(piece, id, uses)
    }
}

fn refused(name: &Name) -> NotOfRust {
    NotOfRust::Use(name.word.clone())
}

fn receiver(piece: &RustPiece, id: usize, uses: &[&Use]) -> Result<How, NotOfRust> {
    use backstory_syntax::rust_piece::Receiver::{Mutable, Other, Shared};
    let is_taken = |it: &&Use| it.is_whole && matches!(it.kind, UseKind::Borrow | UseKind::BorrowMut);
    match piece.frame.receiver {
        Some(Shared) => Ok(How::Receiver { is_mut: false }),
        Some(Mutable) if !uses.iter().any(is_taken) => {
            if is_borrowed(piece, id) {
                return Err(NotOfRust::Borrowed("self".to_owned()));
            }
            let only_reads = uses.iter().all(|it| {
                let of_part = !it.is_whole && it.kind != UseKind::Captured && it.kind.reads();
                of_part || it.kind == UseKind::Receiver(Mode::Shared)
            });
            let result = piece.frame.result.as_ref().filter(|_| piece.end == End::Body);
            let gives_borrow = result.is_some_and(|it| it.to_string().contains(['&', '\'']));
            Ok(How::Receiver { is_mut: !only_reads || gives_borrow })
        }
        Some(Mutable) => Err(refused(&piece.names[id])),
        Some(Other) | None => Err(NotOfRust::Receiver),
    }
}

fn reference(piece: &RustPiece, id: usize, uses: &[&Use]) -> Result<How, NotOfRust> {
    let name = &piece.names[id];
    let is_rebound = |it: &&Use| {
        it.is_whole && matches!(it.kind, UseKind::Assign | UseKind::AssignOp | UseKind::BorrowMut)
            || it.is_whole && name.is_mut && matches!(it.kind, UseKind::Receiver(_) | UseKind::Other)
    };
    let is_mutable = name.of.as_ref().is_some_and(|it| it.is_mutable_reference());
    if uses.iter().any(is_rebound) || (is_mutable && name.is_mut) {
        return Err(refused(name));
    }
    if is_mutable && is_borrowed(piece, id) {
        return Err(NotOfRust::Borrowed(name.word.clone()));
    }
    Ok(How::Copied)
}

fn copied(piece: &RustPiece, id: usize, uses: &[&Use]) -> Result<How, NotOfRust> {
    let name = &piece.names[id];
    let writes = |it: &&&Use| matches!(it.kind, UseKind::Assign | UseKind::AssignOp);
    let is_unclear = |it: &&Use| {
        matches!(it.kind, UseKind::BorrowMut | UseKind::Other)
            || matches!(it.kind, UseKind::Receiver(mode) if mode != Mode::Shared)
    };
    if uses.iter().filter(writes).any(|it| !it.is_whole || it.in_closure) {
        return Err(refused(name));
    }
    if name.is_mut && uses.iter().any(is_unclear) {
        return Err(refused(name));
    }
    if uses.iter().any(|it| writes(&it)) {
        if is_borrowed(piece, id) {
            return Err(NotOfRust::Borrowed(name.word.clone()));
        }
        return Ok(How::Changed { comes_back: is_used_later(piece, id) });
    }
    Ok(How::Copied)
}

fn owned(piece: &RustPiece, id: usize, uses: &[&Use]) -> Result<How, NotOfRust> {
    let name = &piece.names[id];
    let is_later = is_used_later(piece, id);
    // What is used later and isn't `mut` can be neither moved nor changed.
    let is_kept = is_later && !name.is_mut;
    let is_read = |it: &Use| match it.kind {
        _ if it.in_closure => false,
        UseKind::Receiver(Mode::Unknown) => is_kept && (it.is_whole || name.holds_no_borrow),
        kind => kind.reads(),
    };
    let is_change = |it: &Use| {
        let changes = matches!(
            it.kind,
            UseKind::BorrowMut | UseKind::Assign | UseKind::AssignOp | UseKind::Receiver(Mode::Mutable)
        );
        changes && !it.in_closure && name.is_mut
    };
    let how = if uses.iter().all(|it| is_read(it)) {
        How::Shared
    } else if uses.iter().all(|it| is_read(it) || is_change(it)) {
        How::Mutable
    } else if !is_later && name.drops_nothing {
        How::Moved { is_mut: name.is_mut && uses.iter().any(|it| !it.kind.reads()) }
    } else {
        return Err(refused(name));
    };
    if (name.is_mut || how != How::Shared) && is_borrowed(piece, id) {
        return Err(NotOfRust::Borrowed(name.word.clone()));
    }
    Ok(how)
}

/// Whether the value that a name has behind the piece may be used.
pub(super) fn is_used_later(piece: &RustPiece, id: usize) -> bool {
    let name = &piece.names[id];
    let is_in_round = piece.loops.iter().any(|it| !it.contains(name.at));
    is_in_round || piece.uses.iter().any(|it| it.name == id && it.at.start >= piece.span.end)
}

/// What has to be written otherwise where a name has become a reference.
pub(super) fn rewritten(piece: &RustPiece, passed: &Passed, uses: &[&Use]) -> Vec<(Span, String)> {
    let word = &piece.names[passed.name].word;
    let is_mut = match passed.how {
        How::Shared => false,
        How::Mutable => true,
        _ => return Vec::new(),
    };
    let whole = uses.iter().filter(|it| it.is_whole);
    let new = whole.filter_map(|it| match (it.kind, it.borrow) {
        (UseKind::Borrow, Some(all)) if is_mut => Some((all, format!("&*{word}"))),
        (UseKind::Borrow, Some(all)) => Some((all, word.clone())),
        (UseKind::BorrowMut, Some(all)) => Some((all, format!("&mut *{word}"))),
        (UseKind::Compare | UseKind::Assign | UseKind::AssignOp, _) => Some((it.at, format!("*{word}"))),
        _ => None,
    });
    new.collect()
}
