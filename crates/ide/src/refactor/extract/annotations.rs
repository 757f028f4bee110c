//! Which declared types go along with the parameters of a new function, and what a type checker knows beyond them. Never does: guess a type.

use backstory_syntax::Span;
use backstory_syntax::flow::{Event, Piece, VariableId, VariableKind, Writing};

use super::NotExtracted;

/// The declared type of a parameter of the frame, where the name has it all along and nobody has to know more than it says.
pub(super) fn carried<'a>(piece: &Piece, variable: VariableId, text: &'a str) -> Option<&'a str> {
    let (frame, flow) = (&piece.frame, &piece.flow);
    let known = &flow.variables[variable.index()];
    if known.kind != VariableKind::Parameter || frame.has_type_parameters {
        return None;
    }
    let (_, annotation) = frame.annotations.iter().find(|(word, _)| word.of(text) == known.name)?;
    let is_other = |event| matches!(event, Event::Write(it, how) if it == variable && how != Writing::Parameter);
    let annotation = (*annotation)?;
    let declared = annotation.of(text);
    let is_one =
        !declared.contains(['|', '\n', '*']) && !declared.contains("Optional") && !declared.contains("Union");
    let behind = text[annotation.end as usize..].trim_start().trim_start_matches('=').trim_start();
    let is_changed = flow.steps.iter().any(|step| is_other(step.event)) || behind.starts_with("None");
    let is_tested = tested(piece, text).any(|path| root(path) == known.name);
    (is_one && !is_changed && !is_tested).then_some(declared)
}

/// Refuses a piece that uses a name or an attribute of which a type checker knows more where the piece stands, unless it becomes a parameter
/// without a declared type, which may be anything.
pub(super) fn check_known(
    piece: &Piece,
    text: &str,
    is_parameter: impl Fn(&str) -> bool,
) -> Result<(), NotExtracted> {
    match tested(piece, text).find(|path| !is_parameter(root(path))) {
        Some(path) => Err(NotExtracted::Narrowed(path.to_owned())),
        None => Ok(()),
    }
}

/// The paths that were tested or assigned outside of the piece and are used in it.
fn tested<'a>(piece: &'a Piece, text: &'a str) -> impl Iterator<Item = &'a str> {
    let span = piece.chosen.span();
    let is_before = move |path: Span, from: u32| !span.contains(path) && from <= span.start;
    let known = piece.frame.known.iter().filter(move |it| is_before(it.path, it.from));
    known.map(move |it| it.path.of(text)).filter(move |path| is_used(span.of(text), path))
}

/// The name that a path starts with.
fn root(path: &str) -> &str {
    path.split(['.', '[', '(']).next().unwrap_or(path).trim()
}

/// Whether code has a path, or a longer one.
fn is_used(code: &str, path: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(path).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + path.len()..].chars().next();
        !before.is_some_and(|c| is_part(c) || c == '.') && !after.is_some_and(is_part)
    })
}
