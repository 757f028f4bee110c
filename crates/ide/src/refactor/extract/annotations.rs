//! Which declared types go along with the parameters of a new function. Never does: guess one.

use backstory_syntax::Span;
use backstory_syntax::flow::{Event, Flow, Frame, VariableId, VariableKind, Writing};

/// The declared type of a parameter of the frame, where the name has it all along and nobody has to know more than it says.
pub(super) fn carried<'a>(
    frame: &Frame,
    flow: &Flow,
    variable: VariableId,
    text: &'a str,
) -> Option<&'a str> {
    let known = &flow.variables[variable.index()];
    if known.kind != VariableKind::Parameter || frame.has_type_parameters {
        return None;
    }
    let (word, annotation) = frame.annotations.iter().find(|(word, _)| word.of(text) == known.name)?;
    let written =
        flow.steps.iter().filter(|step| matches!(step.event, Event::Write(it, _) if it == variable));
    let is_given = |how| how == Writing::Parameter;
    let is_only = written.into_iter().all(|step| matches!(step.event, Event::Write(_, how) if is_given(how)));
    let annotation = (*annotation)?;
    let declared = annotation.of(text);
    let is_one =
        !declared.contains(['|', '\n', '*']) && !declared.contains("Optional") && !declared.contains("Union");
    let has_default_none =
        text[annotation.end as usize..].trim_start().trim_start_matches('=').trim_start().starts_with("None");
    let behind = Span { start: word.end, end: frame.span.end };
    (is_only && is_one && !has_default_none && !is_narrowed(behind.of(text), &known.name)).then_some(declared)
}

/// Whether code tests the type of a name.
fn is_narrowed(code: &str, name: &str) -> bool {
    let tests = ["isinstance(", "issubclass(", "callable(", "match ", "hasattr("];
    tests.iter().any(|test| code.contains(&format!("{test}{name}"))) || code.contains(&format!("{name} is "))
}
