//! Which declared types go along with the parameters of a new function, and what a type checker knows beyond them. Never does: guess a type.

use backstory_syntax::flow::{Event, Piece, VariableId, VariableKind, Writing};
use backstory_syntax::{Span, whole_words};

use super::NotExtracted;

/// The declared type of a parameter of the frame, where the name has it all along and nobody has to know more than it says.
pub(super) fn carried<'a>(piece: &Piece, variable: VariableId, text: &'a str) -> Option<&'a str> {
    let (frame, flow) = (&piece.frame, &piece.flow);
    let known = &flow.variables[variable.index()];
    if known.kind != VariableKind::Parameter || frame.has_type_parameters {
        return None;
    }
    let (_, annotation) = frame.annotations.iter().find(|(word, _)| word.of(text) == known.name)?;
    let is_other =
        |event| matches!(event, Event::Write(it, how) if it == variable && how != Writing::Parameter);
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

/// Refuses a piece behind which a type checker would no longer know what the piece tested or assigned. Names that it gives back are not meant.
pub(super) fn check_learnt(
    piece: &Piece,
    text: &str,
    is_set: impl Fn(&str) -> bool,
) -> Result<(), NotExtracted> {
    let span = piece.chosen.span();
    let behind = &text[span.end as usize..(piece.frame.span.end.max(span.end)) as usize];
    let known = piece.frame.known.iter().filter(|it| it.lasts && span.contains(it.path));
    let mut paths = known.map(|it| it.path.of(text));
    match paths.find(|path| is_used(behind, path) && !is_set(path)) {
        Some(path) => Err(NotExtracted::Learnt(path.to_owned())),
        None => Ok(()),
    }
}

/// The first word of a piece that looks like a variable for types, which only means something where the function around declares types with it.
pub(super) fn type_variable<'a>(piece: &Piece, text: &'a str) -> Option<&'a str> {
    let declared = piece.frame.annotations.iter().filter_map(|(_, it)| *it).chain(piece.frame.returns);
    let words = declared.flat_map(|it| it.of(text).split(|c: char| !c.is_alphanumeric() && c != '_'));
    let code = piece.chosen.span().of(text);
    let is_short = |word: &str| {
        let bare = word.trim_start_matches('_').trim_end_matches("_co").trim_end_matches("_contra");
        let is_upper = !bare.is_empty() && bare.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        is_upper && (word.starts_with('_') || bare.len() <= 2)
    };
    words.into_iter().find(|word| is_short(word) && is_used(code, word))
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
    whole_words(code, path).any(|at| !code[..at].ends_with('.'))
}
