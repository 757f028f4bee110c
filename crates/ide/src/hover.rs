//! The history section of a hover, and which symbol a position means. Never does: say what the main language server says
//! (signature, types, documentation), or wait for anything.

use backstory_analysis::{Analysis, Confidence, DefId, FileId, Found, Target, Word, meanings, word_at};
use backstory_history::Counterpart;
use backstory_syntax::Span;

use crate::explain::{Sentence, Source};
use crate::lens::counted;
use crate::markdown::{escape, kinds_text};
use crate::summary::{Moment, Summary};

/// So many people are named; the others are counted.
const NAMED: usize = 3;

/// So many sentences of an explanation are shown; the report has the others.
const SENTENCES: usize = 2;

/// A name in a text and the symbol that it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    pub id: DefId,
    /// Byte offsets of the name.
    pub span: Span,
    /// `None` on the declaration itself.
    pub confidence: Option<Confidence>,
}

/// The symbol whose declared name, or a use of whose name, touches the byte offset. A use that may mean several symbols means
/// none: a history of the wrong one would be worse than silence.
pub fn named_at(analysis: &Analysis, file: FileId, offset: u32) -> Option<Named> {
    let (outline, spans) = (analysis.outline(file), analysis.spans(file));
    let declared = outline.ids().find(|local| spans.definitions[local.index()].name.touches(offset));
    if let Some(local) = declared {
        let span = spans.definitions[local.index()].name;
        return Some(Named { id: DefId { file, local }, span, confidence: None });
    }
    let (word, span) = word_at(analysis, file, offset)?;
    if !matches!(word, Word::Expr(_)) {
        return None;
    }
    let found = meanings(analysis, file, word);
    let [Found { target: Target::Definition(id), confidence }] = found.as_slice() else { return None };
    Some(Named { id: *id, span, confidence: Some(*confidence) })
}

/// What is known of a symbol's history at the moment.
#[derive(Clone, Copy, Debug)]
pub enum Known<'a> {
    Reading,
    /// Not in the checked-out commit.
    NotCommitted,
    /// The history of the symbol that stands for it in the checked-out commit.
    Summary(&'a Summary, &'a Counterpart),
    /// Why it can't be read.
    Failed(&'a str),
}

/// A hover's Markdown. `explanation` has the sentences of an earlier explanation, `report` where the whole report opens.
pub fn section(
    known: Known<'_>,
    confidence: Option<Confidence>,
    explanation: &[Sentence],
    report: Option<&str>,
) -> String {
    let mut paragraphs = vec![match known {
        Known::Reading => "*Reading history…*".to_owned(),
        Known::NotCommitted => "Not committed yet".to_owned(),
        Known::Summary(summary, counterpart) => history(summary, counterpart),
        Known::Failed(reason) => format!("No history: {}", escape(reason)),
    }];
    paragraphs.extend(quoted(explanation));
    if confidence == Some(Confidence::ByName) {
        paragraphs.push("*The only symbol of this name; its type is not known.*".to_owned());
    }
    paragraphs.extend(report.map(|link| format!("[Whole history]({link})")));
    paragraphs.join("\n\n")
}

fn history(summary: &Summary, counterpart: &Counterpart) -> String {
    let mut facts = Vec::new();
    match &summary.introduced {
        Some(moment) => facts.push(format!("**Introduced** {} by {}", moment.date, escape(&moment.author))),
        None => facts.push("Introduced before the history that is known here".to_owned()),
    }
    facts.push(counted(summary.changes, "change"));
    facts.push(people(&summary.authors));
    if !counterpart.kinds.is_empty() {
        facts.push(format!("uncommitted change ({})", kinds_text(&counterpart.kinds)));
    }
    let mut text = facts.join(" · ");
    // Two blanks at the end of a line break it.
    if let Some(last) = summary.last.as_ref().or(summary.introduced.as_ref()) {
        text.push_str(&format!("  \n{}", change(last, summary.last.is_some())));
    }
    text
}

fn change(moment: &Moment, is_later: bool) -> String {
    let subject = escape(&moment.subject);
    match is_later {
        true => format!(
            "**Last change** {} by {}: {subject} (`{}`)",
            moment.date,
            escape(&moment.author),
            moment.short
        ),
        false => format!("{subject} (`{}`)", moment.short),
    }
}

fn people(authors: &[String]) -> String {
    let count = counted(authors.len(), "author");
    if authors.len() < 2 {
        return count;
    }
    let named: Vec<String> = authors.iter().take(NAMED).map(|name| escape(name)).collect();
    let more = if authors.len() > NAMED { ", …" } else { "" };
    format!("{count} ({}{more})", named.join(", "))
}

fn quoted(explanation: &[Sentence]) -> Option<String> {
    let lines: Vec<String> = explanation
        .iter()
        .take(SENTENCES)
        .map(|sentence| {
            let cited: Vec<String> = sentence.sources.iter().map(cited).collect();
            format!("> {} `{}`", escape(&sentence.text), cited.join("` `"))
        })
        .collect();
    (!lines.is_empty()).then(|| lines.join("  \n"))
}

/// What a sentence rests on in a few characters: a hash, `#123`, `path:line`.
fn cited(source: &Source) -> String {
    match source {
        Source::Commit { commit } => commit.get(..7).unwrap_or(commit).to_owned(),
        Source::Discussion { reference, .. } => reference.clone(),
        Source::Text { path, line, .. } => format!("{path}:{line}"),
    }
}
