//! A function of Python that does what a piece of another one does, and the call of it. Never does: guess what can't be shown.

use backstory_syntax::Span;
use backstory_syntax::flow::{
    Chosen, Event, FrameKind, Mark, Method, Piece, Receiver, Step, VariableId, VariableKind, Writing,
};

use super::annotations::{carried, check_known, check_learnt, type_variable};
use super::check_expression;
use super::layout::{indentation, indented, line_end, line_start, missing_blank_lines, newline, starts_line};
use super::lives::Lives;
use super::refused::NotExtracted;

/// What the new function is to be.
struct Shape<'a> {
    piece: &'a Piece,
    text: &'a str,
    name: &'a str,
    /// In the order of their first reading; the receiver is not among them.
    parameters: Vec<VariableId>,
    /// What is given back.
    returned: Vec<VariableId>,
    /// Names of the file or of a function around that it gives a value.
    outer: Vec<VariableId>,
    /// The method that it is called on, where it is one.
    method: Option<(Receiver, &'a str)>,
    is_async: bool,
    /// Every way through it returns.
    returns: bool,
}

/// What is written where.
type Edits = Vec<(Span, String)>;

/// The edits: the new function, and what stands in place of the piece. Says, too, whether it is a method.
pub(super) fn edits(piece: &Piece, text: &str, name: &str) -> Result<(Edits, bool), NotExtracted> {
    let shape = shape(piece, text, name)?;
    Ok((written(&shape)?, shape.method.is_some()))
}

/// How many parameters it would have, and how many values it would give.
pub(super) fn parts(piece: &Piece, text: &str) -> Result<(usize, usize), NotExtracted> {
    let shape = shape(piece, text, "_")?;
    placed(&shape)?;
    Ok((shape.parameters.len(), shape.returned.len()))
}

fn written(shape: &Shape) -> Result<Edits, NotExtracted> {
    let piece = shape.piece;
    let call = replacement(shape)?;
    let (at, function) = placed(shape)?;
    let span = piece.chosen.span();
    if at < span.start {
        Ok(vec![(Span { start: at, end: at }, function), (span, call)])
    } else if at == span.start {
        Ok(vec![(span, function + &call)])
    } else if at == span.end {
        Ok(vec![(span, call + &function)])
    } else {
        Ok(vec![(span, call), (Span { start: at, end: at }, function)])
    }
}

fn shape<'a>(piece: &'a Piece, text: &'a str, name: &'a str) -> Result<Shape<'a>, NotExtracted> {
    let lives = Lives::new(&piece.flow, piece.chosen.span());
    check_kind(piece, &lives, text)?;
    check_ways(piece, &lives)?;
    check_marks(piece, text)?;
    if let Some(word) = type_variable(piece, text) {
        return Err(NotExtracted::Special(word.to_owned()));
    }
    let receiver = receiver(piece, &lives, text);
    let mut shape = Shape {
        piece,
        text,
        name,
        parameters: Vec::new(),
        returned: Vec::new(),
        outer: Vec::new(),
        method: receiver.map(|(receiver, word, _)| (receiver, word)),
        is_async: lives.has(Event::Await),
        returns: lives.has(Event::Return),
    };
    if shape.is_async && !piece.frame.is_async {
        return Err(NotExtracted::AwaitOutside);
    }
    for variable in lives.variables() {
        if receiver.is_none_or(|(_, _, it)| it != variable) {
            sort_in(&mut shape, &lives, variable)?;
        }
    }
    if !shape.returns {
        check_learnt(piece, text, |path| {
            lives.variables().iter().any(|it| shape.word(*it) == path && lives.is_written(*it))
        })?;
    }
    check_known(piece, text, |name| shape.is_own(&lives, name))?;
    if matches!(piece.chosen, Chosen::Expression(_)) && !shape.returned.is_empty() {
        let name = &piece.flow.variables[shape.returned[0].index()].name;
        return Err(NotExtracted::MaybeUnset(name.clone()));
    }
    Ok(shape)
}

fn check_kind(piece: &Piece, lives: &Lives, text: &str) -> Result<(), NotExtracted> {
    match &piece.chosen {
        Chosen::Expression(it) if it.is_plain => Err(NotExtracted::Plain),
        Chosen::Expression(it) => check_expression(it, text),
        Chosen::Statements(it) => {
            let docstring = piece.frame.docstring;
            if docstring.is_some_and(|docs| it.each.contains(&docs)) {
                return Err(NotExtracted::Docstring);
            }
            let is_plain =
                |step: &Step| matches!(step.event, Event::Read(_) | Event::Write(_, Writing::Value));
            if it.each.len() == 1 && lives.events(true).all(is_plain) {
                return Err(NotExtracted::Plain);
            }
            Ok(())
        }
    }
}

fn check_ways(piece: &Piece, lives: &Lives) -> Result<(), NotExtracted> {
    if !lives.runs() {
        return Err(NotExtracted::Unreachable);
    }
    if !lives.has_one_entry() {
        return Err(NotExtracted::Ways);
    }
    if lives.has(Event::Yield) {
        return Err(NotExtracted::Yields);
    }
    if !lives.ends() {
        return Err(NotExtracted::Raises);
    }
    if lives.leaves_loop() {
        return Err(NotExtracted::LeavesLoop);
    }
    if lives.has(Event::Return) {
        if lives.goes_on() {
            return Err(NotExtracted::Returns);
        }
        if piece.flow.steps.iter().any(|step| step.event == Event::Yield) {
            return Err(NotExtracted::ReturnsInGenerator);
        }
    }
    Ok(())
}

/// Refuses words that mean something else in another function.
fn check_marks(piece: &Piece, text: &str) -> Result<(), NotExtracted> {
    let span = piece.chosen.span();
    for (at, mark) in &piece.frame.marks {
        let (is_inside, word) = (span.contains(*at), at.of(text));
        let special = || NotExtracted::Special(word.lines().next().unwrap_or_default().trim().to_owned());
        match mark {
            // It would no longer see the names of the piece.
            Mark::Locals => return Err(special()),
            Mark::Ends if is_inside => return Err(NotExtracted::Ends(word.to_owned())),
            Mark::Frames | Mark::Outer | Mark::Star | Mark::TypeAlias if is_inside => return Err(special()),
            Mark::Class | Mark::Mangled if is_inside => {
                let is_method = matches!(method_of(piece), Some((Receiver::Instance | Receiver::Class, _)));
                let is_nested = *mark == Mark::Mangled && piece.frame.method.is_none();
                if !is_method && !is_nested {
                    return Err(NotExtracted::ClassOnly(word.to_owned()));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The first parameter of the frame, where it is given an object or a class and a method can be called on it.
fn method_of(piece: &Piece) -> Option<(Receiver, VariableId)> {
    let Method { receiver, word, .. } = piece.frame.method?;
    let word = word?;
    let given = piece.flow.steps.iter().find(|step| step.span == word)?;
    let Event::Write(variable, Writing::Parameter) = given.event else { return None };
    let is_rebound = piece.flow.steps.iter().any(|step| {
        step.span != word
            && matches!(step.event, Event::Write(it, _) | Event::Unbind(it, _) if it == variable)
    });
    (matches!(receiver, Receiver::Instance | Receiver::Class) && !is_rebound).then_some((receiver, variable))
}

/// The same, where the piece needs it.
fn receiver<'a>(piece: &Piece, lives: &Lives, text: &'a str) -> Option<(Receiver, &'a str, VariableId)> {
    let (receiver, variable) = method_of(piece)?;
    let span = piece.chosen.span();
    let is_marked =
        |(at, mark): &(Span, Mark)| matches!(mark, Mark::Class | Mark::Mangled) && span.contains(*at);
    let is_needed = lives.needs(variable) || piece.frame.marks.iter().any(is_marked);
    let word = piece.frame.method?.word?.of(text);
    is_needed.then_some((receiver, word, variable))
}

/// Says what a name of the piece is to the new function.
fn sort_in(shape: &mut Shape, lives: &Lives, variable: VariableId) -> Result<(), NotExtracted> {
    let piece = shape.piece;
    let known = &piece.flow.variables[variable.index()];
    let name = || known.name.clone();
    let is_written = lives.is_written(variable);
    if lives.is_written_by_function(variable) {
        return Err(NotExtracted::WrittenInside(name()));
    }
    if matches!(known.kind, VariableKind::Global | VariableKind::Nonlocal) {
        let unbinds = lives.events(true).any(|it| matches!(it.event, Event::Unbind(it, _) if it == variable));
        if is_written || unbinds {
            shape.outer.push(variable);
        }
        return Ok(());
    }
    let is_file = piece.frame.kind == FrameKind::File && known.kind != VariableKind::Inner;
    check_unbinding(lives, variable, is_file, &name)?;
    if is_written && lives.is_captured(variable, false) {
        return Err(NotExtracted::Captured(name()));
    }
    if lives.is_captured(variable, true) && lives.is_written_behind(variable) && (is_written || !is_file) {
        return Err(NotExtracted::KeptInside(name()));
    }
    if is_written && lives.is_used_when_caught(variable) {
        return Err(NotExtracted::Caught(name()));
    }
    let is_returned = is_written
        && known.kind != VariableKind::Inner
        && ((is_file && !piece.frame.is_main) || lives.is_used_behind(variable));
    if (is_returned || is_file) && lives.is_defined(variable) {
        return Err(NotExtracted::Defines(name()));
    }
    let may_miss = is_returned && !lives.is_always_written(variable);
    let is_needed = lives.needs(variable) && (is_written || !is_file);
    if is_needed || may_miss {
        let is_bound = lives.is_bound_before(variable) || (!may_miss && lives.is_always_read(variable));
        if !is_bound {
            return Err(if is_needed {
                NotExtracted::MaybeUnbound(name())
            } else {
                NotExtracted::MaybeUnset(name())
            });
        }
        shape.parameters.push(variable);
    }
    if is_returned {
        shape.returned.push(variable);
    }
    Ok(())
}

fn check_unbinding(
    lives: &Lives,
    variable: VariableId,
    is_file: bool,
    name: &dyn Fn() -> String,
) -> Result<(), NotExtracted> {
    use backstory_syntax::flow::Unbinding::{Del, Handled};
    let has = |how| lives.has(Event::Unbind(variable, how));
    if has(Del) && (is_file || lives.is_known_outside(variable)) {
        return Err(NotExtracted::Deleted(name()));
    }
    if has(Handled) && lives.is_used_behind(variable) {
        return Err(NotExtracted::Deleted(name()));
    }
    if lives.has(Event::Declare(variable)) && (is_file || lives.is_known_outside(variable)) {
        return Err(NotExtracted::Declares(name()));
    }
    Ok(())
}

impl Shape<'_> {
    fn word(&self, variable: VariableId) -> &str {
        &self.piece.flow.variables[variable.index()].name
    }

    /// Whether a name is the new function's own, without a declared type.
    fn is_own(&self, lives: &Lives, name: &str) -> bool {
        let variables = (0..self.piece.flow.variables.len() as u32).map(VariableId);
        variables.filter(|it| self.word(*it) == name).any(|it| {
            let kind = self.piece.flow.variables[it.index()].kind;
            let is_seen = self.piece.frame.kind == FrameKind::File && kind != VariableKind::Inner;
            let is_outer = matches!(kind, VariableKind::Global | VariableKind::Nonlocal);
            let is_receiver = self.method.is_some_and(|(_, word)| word == name);
            !is_outer && !is_receiver && (!is_seen || lives.is_written(it) || self.parameters.contains(&it))
        })
    }

    fn words(&self, variables: &[VariableId]) -> String {
        variables.iter().map(|it| self.word(*it)).collect::<Vec<_>>().join(", ")
    }

    /// Whether the new function stands where the frame does, so that the frame's annotations mean the same there.
    fn is_beside(&self) -> bool {
        self.piece.frame.method.is_none() || self.method.is_some()
    }

    fn type_of(&self, variable: VariableId) -> Option<&str> {
        let is_function = self.piece.frame.kind == FrameKind::Function && self.is_beside();
        is_function.then(|| carried(self.piece, variable, self.text)).flatten()
    }

    fn parameter_list(&self) -> String {
        let typed = |variable: &VariableId| match self.type_of(*variable) {
            Some(declared) => format!("{}: {declared}", self.word(*variable)),
            None => self.word(*variable).to_owned(),
        };
        let receiver = self.method.map(|(_, word)| word.to_owned());
        receiver.into_iter().chain(self.parameters.iter().map(typed)).collect::<Vec<_>>().join(", ")
    }

    /// The declared type of what is given back, where it is certain.
    fn result_type(&self) -> Option<String> {
        let frame = &self.piece.frame;
        let declared = frame.returns?.of(self.text);
        let is_typed = self.parameters.iter().all(|it| self.type_of(*it).is_some());
        if !is_typed || !self.is_beside() || frame.has_type_parameters || declared.contains('\n') {
            return None;
        }
        let is_expression = matches!(self.piece.chosen, Chosen::Expression(_));
        match (self.returns, is_expression) {
            (true, _) => Some(declared.to_owned()),
            (false, false) if self.returned.is_empty() => Some("None".to_owned()),
            _ => None,
        }
    }
}

/// What stands in place of the piece.
fn replacement(shape: &Shape) -> Result<String, NotExtracted> {
    let given = shape.words(&shape.parameters);
    let call = match shape.method {
        Some((_, word)) => format!("{word}.{}({given})", shape.name),
        None => format!("{}({given})", shape.name),
    };
    let call = if shape.is_async { format!("await {call}") } else { call };
    match &shape.piece.chosen {
        Chosen::Expression(it) if shape.is_async && !it.stands_alone => Ok(format!("({call})")),
        Chosen::Expression(_) => Ok(call),
        Chosen::Statements(_) if shape.returns => Ok(format!("return {call}")),
        Chosen::Statements(_) if shape.returned.is_empty() => Ok(call),
        Chosen::Statements(_) => Ok(format!("{} = {call}", shape.words(&shape.returned))),
    }
}

/// Where the new function is written, and its text with the blank lines around it.
fn placed(shape: &Shape) -> Result<(u32, String), NotExtracted> {
    let (frame, text) = (&shape.piece.frame, shape.text);
    let newline = newline(text, frame.span.start);
    if shape.method.is_some() {
        if !starts_line(text, frame.span.start) {
            return Err(NotExtracted::Layout);
        }
        let indent = indentation(text, frame.span.start);
        let function = function(shape, indent, newline)?;
        let at = line_end(text, frame.span.end);
        return Ok((at, format!("{newline}{newline}{function}")));
    }
    if !starts_line(text, frame.before.start) {
        return Err(NotExtracted::Layout);
    }
    let indent = indentation(text, frame.before.start);
    let at = above_comments(text, frame.before.start);
    let blank = if indent.is_empty() { 2 } else { 1 };
    let function = function(shape, indent, newline)?;
    let before = newline.repeat(missing_blank_lines(text, at, blank));
    // A nested function right below the head of its own needs no blank line.
    let before = if indent.is_empty() { before } else { String::new() };
    Ok((at, format!("{before}{function}{}", newline.repeat(blank + 1))))
}

/// The start of the line of an offset, or of the comments right above it.
fn above_comments(text: &str, offset: u32) -> u32 {
    let mut start = line_start(text, offset);
    let indent = indentation(text, offset);
    while text[..start as usize].ends_with('\n') {
        let above = line_start(text, start - 1);
        let line = &text[above as usize..start as usize];
        let is_comment = line.strip_prefix(indent).is_some_and(|rest| rest.starts_with('#'));
        // A line that starts the file may say how it is to be read.
        if above == 0 || !is_comment || above >= start {
            break;
        }
        start = above;
    }
    start
}

fn function(shape: &Shape, indent: &str, newline: &str) -> Result<String, NotExtracted> {
    let (frame, text) = (&shape.piece.frame, shape.text);
    let step = match frame.step.of(text) {
        "" => "    ",
        step => step,
    };
    let inner = format!("{indent}{step}");
    let mut lines = Vec::new();
    if matches!(shape.method, Some((Receiver::Class, _))) {
        lines.push(format!("{indent}@classmethod"));
    }
    let result = shape.result_type().map(|it| format!(" -> {it}")).unwrap_or_default();
    let keyword = if shape.is_async { "async def" } else { "def" };
    lines.push(format!("{indent}{keyword} {}({}){result}:", shape.name, shape.parameter_list()));
    lines.extend(outer_names(shape, &inner));
    let span = shape.piece.chosen.span();
    let base = indentation(text, span.start);
    match &shape.piece.chosen {
        Chosen::Statements(it) => {
            let is_within = it.span.of(text).contains('\n') && !starts_line(text, it.span.start);
            // Comments may stand further in or out than the code, and begin what was chosen.
            let is_code = |line: &&str| !matches!(line.trim_start().chars().next(), None | Some('#'));
            let code = it.span.of(text).lines().find(is_code).map_or("", str::trim_start);
            let begins = it.span.of(text).find(code).map_or(it.span.start, |at| it.span.start + at as u32);
            if is_within || indentation(text, begins) != base {
                return Err(NotExtracted::Layout);
            }
            let body = indented(text, span, base, &inner, &it.long_strings);
            lines.push(format!("{inner}{body}"));
            if !shape.returned.is_empty() {
                lines.push(format!("{inner}return {}", shape.words(&shape.returned)));
            }
        }
        Chosen::Expression(it) => {
            let body = indented(text, span, base, &inner, &it.long_strings);
            let needs_brackets = !it.is_bracketed && body.contains('\n');
            lines.push(if needs_brackets {
                format!("{inner}return ({body})")
            } else {
                format!("{inner}return {body}")
            });
        }
    }
    Ok(lines.join(newline))
}

/// `global` and `nonlocal` for the names that are given a value.
fn outer_names(shape: &Shape, inner: &str) -> Vec<String> {
    let line = |word: &str, kind: VariableKind| {
        let names: Vec<VariableId> = shape
            .outer
            .iter()
            .copied()
            .filter(|it| shape.piece.flow.variables[it.index()].kind == kind)
            .collect();
        (!names.is_empty()).then(|| format!("{inner}{word} {}", shape.words(&names)))
    };
    let global = line("global", VariableKind::Global);
    global.into_iter().chain(line("nonlocal", VariableKind::Nonlocal)).collect()
}
