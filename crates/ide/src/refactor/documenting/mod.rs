//! Documentation of a symbol, written or brought up to date: what history says and the documentation doesn't, and the list of parameters as the
//! signature has it now, in the style that is there. What people wrote stays, but for entries of parameters that are gone. Never does: say what a
//! parameter is for; nothing tells that but people.

mod lines;
mod lists;
mod parameters;

use std::fmt;

use backstory_analysis::{Analysis, DefId, FileId};
use backstory_syntax::{DefinitionKind, Language, LocalId, LocalKey, Span, parse};
use serde::{Deserialize, Serialize};

use self::lines::Documentation;
use self::lists::List;
use self::parameters::{Parameter, parameters};
use super::lines::{is_blank, line_start, newline};
use super::{Edit, FileEdits, Kind, Mark, Offer, Outside, Past, Plan, Reason, Refused, Request, edited};
use crate::explain::{Layout, comment_of, wrapped_for};

/// Why documentation stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotDocumented {
    /// Symbols of this kind are documented by their own sources, or not at all.
    Kind(DefinitionKind),
    /// It has a form that is not rewritten.
    Form,
    /// There are no lines of its own to write it on.
    Placed,
    /// The file has syntax errors: what is in it can't be told.
    Broken,
    /// Nothing is known that it does not say.
    Nothing,
}

/// A paragraph that documentation gets, and what it rests on (full hashes).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paragraph {
    pub text: String,
    pub commits: Vec<String>,
}

/// What a list of parameters says that the signature doesn't, and the other way round.
#[derive(Debug, PartialEq, Eq)]
struct Difference {
    gone: Vec<usize>,
    missing: Vec<usize>,
    /// An entry, and the parameter that stands in its place.
    renamed: Option<(usize, usize)>,
}

/// The documentation of a symbol at a span, where its list of parameters is not that of the signature, or `said` has something to add to it.
pub fn offer(analysis: &Analysis, id: DefId, said: &[Paragraph]) -> Option<Offer> {
    let request = Request::Docs {
        path: analysis.path(id.file).to_owned(),
        key: analysis.outline(id.file).key(id.local),
        said: said.to_vec(),
    };
    let is_documented = analysis.spans(id.file).definitions[id.local.index()].docs.is_some();
    let plan = is_documented.then(|| written(analysis, id, said).ok()).flatten()?;
    Some(Offer { kind: plan.kind, title: plan.title, request, refused: None })
}

/// The symbol on whose name or head a span stands.
pub fn headed(analysis: &Analysis, file: FileId, at: Span) -> Option<DefId> {
    let local = analysis.spans(file).definition_at(at.start)?;
    let spans = analysis.spans(file).definitions[local.index()];
    let head = spans.body.map_or(spans.item.end, |body| body.start);
    let docs = spans.docs.map_or(head, |docs| docs.end);
    (at.start <= head.max(docs)).then_some(DefId { file, local })
}

pub(super) fn plan(
    analysis: &Analysis,
    file: FileId,
    key: &LocalKey,
    said: &[Paragraph],
) -> Result<Plan, Refused> {
    let id = analysis.find(analysis.path(file), key).ok_or(Refused::Gone)?;
    let name = analysis.definition(id).display_name();
    written(analysis, id, said).map_err(|why| Refused::NotDocumented { name, why })
}

fn written(analysis: &Analysis, id: DefId, said: &[Paragraph]) -> Result<Plan, NotDocumented> {
    let parsed = analysis.parsed(id.file);
    let spans = analysis.spans(id.file).definitions[id.local.index()];
    let standing = parsed.standing(spans.item);
    if standing.is_some_and(|it| it.is_in_macro) {
        return Err(NotDocumented::Placed);
    }
    let definition = analysis.definition(id);
    if !is_documentable(definition.kind, analysis.language(id.file)) {
        return Err(NotDocumented::Kind(definition.kind));
    }
    if parsed.has_error() {
        return Err(NotDocumented::Broken);
    }
    let (edits, mut reasons) = match spans.docs {
        Some(docs) => refreshed(analysis, id, docs, said)?,
        None => (vec![fresh(analysis, id, said)?], Vec::new()),
    };
    let commits = said.iter().flat_map(|it| it.commits.clone()).collect::<Vec<_>>();
    let text = edited(analysis.text(id.file), &edits);
    if parse(&text, analysis.language(id.file)).has_error() {
        return Err(NotDocumented::Form);
    }
    if !said.is_empty() {
        let text = match said.len() {
            1 => "It says what a commit gave as a reason.".to_owned(),
            _ => "It says what commits gave as reasons.".to_owned(),
        };
        reasons.push(Reason { text, commits });
    }
    let name = definition.display_name();
    let title = match spans.docs {
        Some(_) => format!("Bring the documentation of `{name}` up to date"),
        None => format!("Document `{name}`"),
    };
    Ok(Plan {
        kind: Kind::Docs,
        title,
        edits: vec![FileEdits { path: analysis.path(id.file).to_owned(), edits }],
        files: Vec::new(),
        outside: Outside::Nothing,
        past: Past::Nothing,
        reasons,
    })
}

fn is_documentable(kind: DefinitionKind, language: Language) -> bool {
    use DefinitionKind as Kind;
    match language {
        Language::Python => matches!(kind, Kind::Class | Kind::Function | Kind::Method),
        Language::Rust => {
            !matches!(kind, Kind::Impl | Kind::Module | Kind::Field | Kind::Variant | Kind::Class)
        }
    }
}

/// A comment where there is none.
fn fresh(analysis: &Analysis, id: DefId, said: &[Paragraph]) -> Result<Edit, NotDocumented> {
    if said.is_empty() {
        return Err(NotDocumented::Nothing);
    }
    let text = analysis.text(id.file);
    let spans = analysis.spans(id.file).definitions[id.local.index()];
    let language = analysis.language(id.file);
    let at = match language {
        Language::Rust => spans.full.start,
        Language::Python => spans.body.ok_or(NotDocumented::Placed)?.start,
    } as usize;
    let start = line_start(text, at);
    let own = text[start..at].trim_start_matches('\u{feff}');
    if !is_blank(own) {
        return Err(NotDocumented::Placed);
    }
    let text_of = |it: &Paragraph| match language {
        Language::Rust => lines::unlinked(&it.text),
        Language::Python => it.text.clone(),
    };
    let paragraphs: Vec<String> = said.iter().map(text_of).collect();
    let layout = Layout { language, is_file: false, indent: own };
    let comment = comment_of(&layout, &paragraphs).replace('\n', newline(text));
    let start = (at - own.len()) as u32;
    Ok(Edit { span: Span { start, end: start }, text: comment, mark: Mark::Certain })
}

/// The edits of a comment that is there.
fn refreshed(
    analysis: &Analysis,
    id: DefId,
    docs: Span,
    said: &[Paragraph],
) -> Result<(Vec<Edit>, Vec<Reason>), NotDocumented> {
    let (text, language) = (analysis.text(id.file), analysis.language(id.file));
    let documentation = Documentation::read(text, docs, language)?;
    let (mut edits, mut reasons) = (Vec::new(), Vec::new());
    if !said.is_empty() {
        edits.push(added(&documentation, language, said));
    }
    let list = lists::list(&documentation.lines, language);
    if let (Some(list), Some(parameters)) = (list, parameters_of(analysis, id)) {
        let difference = difference(&list, &parameters);
        reasons.extend(told(&list, &parameters, &difference));
        edits.extend(listed(&documentation, &list, &parameters, &difference)?);
    }
    if edits.is_empty() {
        return Err(NotDocumented::Nothing);
    }
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let meets = |pair: &[Edit]| pair[0].span.end > pair[1].span.start;
    if edits.windows(2).any(meets) {
        return Err(NotDocumented::Form);
    }
    Ok((edits, reasons))
}

/// Paragraphs behind the description, before the first section.
fn added(documentation: &Documentation<'_>, language: Language, said: &[Paragraph]) -> Edit {
    let lines = &documentation.lines;
    let end = lists::description_end(lines, language);
    let last = (0..end).rev().find(|&at| !lines[at].is_blank()).unwrap_or(0);
    let mut new = Vec::new();
    for paragraph in said {
        new.push(String::new());
        let text = documentation.safe(&paragraph.text);
        new.extend(wrapped_for(language, documentation.indent, &text));
    }
    documentation.insert(last, &new)
}

/// The parameters of a function, or of what makes an object of a class.
fn parameters_of(analysis: &Analysis, id: DefId) -> Option<Vec<Parameter>> {
    let outline = analysis.outline(id.file);
    let language = analysis.language(id.file);
    let of = |local: LocalId| {
        let definition = outline.definition(local);
        let spans = analysis.spans(id.file).definitions[local.index()];
        let decorators = Span { start: spans.full.start, end: spans.item.start }.of(analysis.text(id.file));
        let is_bound = definition.kind == DefinitionKind::Method && !decorators.contains("staticmethod");
        parameters(&definition.signature, language, is_bound)
    };
    match analysis.definition(id).kind {
        DefinitionKind::Function | DefinitionKind::Method => of(id.local),
        DefinitionKind::Class => {
            let makes = |local: &LocalId| {
                let it = outline.definition(*local);
                it.parent == Some(id.local) && it.name == "__init__"
            };
            let mut all = outline.ids().filter(makes);
            let first = all.next()?;
            all.next().is_none().then(|| of(first)).flatten()
        }
        _ => None,
    }
}

fn difference(list: &List, parameters: &[Parameter]) -> Difference {
    let entries = &list.entries;
    let takes_any = parameters.iter().any(|it| it.is_rest);
    let documented = |name: &str| entries.iter().any(|entry| entry.name == name);
    let missing: Vec<usize> = (0..parameters.len())
        .filter(|&at| !parameters[at].is_rest && !documented(&parameters[at].name))
        .collect();
    // What a function passes on may be documented with it.
    let gone: Vec<usize> = (0..entries.len())
        .filter(|&at| !takes_any && !parameters.iter().any(|it| it.name == entries[at].name))
        .collect();
    let is_one = gone.len() == 1 && missing.len() == 1;
    // What is said of one is said of the other only where its name goes on.
    let renamed = (is_one && entries.len() == parameters.len() && gone[0] == missing[0])
        .then(|| (gone[0], missing[0]))
        .filter(|&(entry, parameter)| goes_on(&entries[entry].name, &parameters[parameter].name));
    match renamed {
        Some(_) => Difference { gone: Vec::new(), missing: Vec::new(), renamed },
        None => Difference { gone, missing, renamed: None },
    }
}

/// Whether two names have a word in common.
fn goes_on(one: &str, other: &str) -> bool {
    one.split('_').any(|word| word.len() > 1 && other.split('_').any(|it| it.eq_ignore_ascii_case(word)))
}

fn told(list: &List, parameters: &[Parameter], difference: &Difference) -> Vec<Reason> {
    let names =
        |names: Vec<&str>| names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let missing = difference.missing.iter().map(|&at| parameters[at].name.as_str()).collect::<Vec<_>>();
    let gone = difference.gone.iter().map(|&at| list.entries[at].name.as_str()).collect::<Vec<_>>();
    let mut told = Vec::new();
    if let Some((entry, parameter)) = difference.renamed {
        told.push(format!(
            "The signature has `{}` where `{}` is documented; what is said of it is as it was.",
            parameters[parameter].name, list.entries[entry].name
        ));
    }
    if !gone.is_empty() {
        told.push(format!("Documented and not in the signature: {}.", names(gone)));
    }
    if !missing.is_empty() {
        told.push(format!("In the signature and not documented: {}.", names(missing)));
    }
    told.into_iter().map(|text| Reason { text, commits: Vec::new() }).collect()
}

/// The edits that make a list that of the signature.
fn listed(
    documentation: &Documentation<'_>,
    list: &List,
    parameters: &[Parameter],
    difference: &Difference,
) -> Result<Vec<Edit>, NotDocumented> {
    let entries = &list.entries;
    let mut edits = Vec::new();
    if let Some((entry, parameter)) = difference.renamed {
        let (entry, name) = (&entries[entry], &parameters[parameter].name);
        if matches!(list.style, lists::Style::Sphinx { typed: true }) && entry.lines.len() > 1 {
            return Err(NotDocumented::Form);
        }
        edits.push(documentation.replace(entry.lines.start, entry.at.clone(), name));
    }
    if difference.gone.len() == entries.len() && difference.missing.is_empty() && !entries.is_empty() {
        // A title without entries says nothing.
        let end = entries.last().map_or(list.head + 1, |entry| entry.lines.end);
        let is_blank = |at: usize| documentation.lines.get(at).is_some_and(|line| line.is_blank());
        let end = if is_blank(end) && end + 1 < documentation.lines.len() { end + 1 } else { end };
        edits.push(documentation.remove(list.head, end).ok_or(NotDocumented::Form)?);
        return Ok(edits);
    }
    for &gone in &difference.gone {
        let entry = &entries[gone];
        if !entry.is_alone {
            return Err(NotDocumented::Form);
        }
        edits.push(documentation.remove(entry.lines.start, entry.lines.end).ok_or(NotDocumented::Form)?);
    }
    let mut behind: Vec<(usize, Vec<String>)> = Vec::new();
    for &missing in &difference.missing {
        let before = parameters[..missing]
            .iter()
            .rev()
            .find_map(|it| entries.iter().enumerate().find(|(_, entry)| entry.name == it.name));
        let stays = |at: usize| !difference.gone.contains(&at);
        let last_line = match before {
            Some((_, entry)) => entry.lines.end - 1,
            // Before the first entry that stays, and where none does in the place of the first one.
            None => {
                let first = (0..entries.len()).find(|&at| stays(at)).unwrap_or(0);
                match entries[first].lines.start.checked_sub(1) {
                    Some(line) => line,
                    None => return Err(NotDocumented::Form),
                }
            }
        };
        let new = list.entry(&parameters[missing]);
        match behind.iter_mut().find(|(line, _)| *line == last_line) {
            Some((_, lines)) => lines.extend(new),
            None => behind.push((last_line, new)),
        }
    }
    edits.extend(behind.iter().map(|(line, lines)| documentation.insert(*line, lines)));
    Ok(edits)
}

impl fmt::Display for NotDocumented {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind(kind) => write!(f, "documentation of this kind ({}) is not written", kind.as_str()),
            Self::Form => f.write_str("its documentation has a form that is not rewritten"),
            Self::Placed => f.write_str("it has no line of its own for documentation, or stands in a macro"),
            Self::Broken => f.write_str("its code has syntax errors"),
            Self::Nothing => {
                f.write_str("nothing is known that its documentation does not say, in its list of parameters or of its history")
            }
        }
    }
}

#[cfg(test)]
mod tests;
