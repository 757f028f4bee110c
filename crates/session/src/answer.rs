//! Answers a question about a whole repository: searches its symbols, documents, commits and imported discussions, quotes the sentences that
//! answer, and has a model word them. Never does: answer from anything else, or where nothing that it finds says it.

use std::sync::atomic::AtomicBool;

use backstory_ide::explain::{FoundText, Kind as Said, Passage, Sentence, Source, answers, asks_why, told};
use backstory_ide::markdown;
use backstory_ide::report::Explanation;
use backstory_store::Store;
use serde::Serialize;

use crate::find::{Found, Kept, Wanted, find_with};
use crate::index::{Asked, Kind, Table};
use crate::wording::{About, Order, Wording, WordingEvent};
use crate::{Error, Place};

/// Of each sort so much is looked at for an answer.
pub(crate) const LOOKED_AT: usize = 6;

/// So much of what was found is told beside the answer.
const TOLD: usize = 8;

/// What is written for people.
pub(crate) const TEXTS: [Kind; 3] = [Kind::Commit, Kind::Discussion, Kind::Doc];

pub(crate) const SYMBOLS: [Kind; 1] = [Kind::Symbol];

/// The answer to a question.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    pub question: String,
    /// Sentences with what they rest on; empty where the repository says nothing of it.
    pub answer: Vec<Sentence>,
    /// The same as a model words it, each sentence checked; absent where none was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
    /// What fits the question, best first, whether or not it is quoted.
    pub found: Vec<Found>,
}

impl Answer {
    /// The answer as a Markdown document, for editors.
    pub fn markdown(&self) -> String {
        let found: Vec<String> = self.found.iter().map(line).collect();
        markdown::answer(&self.question, &self.answer, self.explanation.as_ref(), &found)
    }
}

/// What was found, and where. Paths are relative to the repository, and editors open those by themselves.
fn line(found: &Found) -> String {
    let name = markdown::escape(found.name());
    match (&found.path, found.line, &found.commit) {
        (Some(path), Some(line), _) => format!("`{path}:{line}` {name}"),
        (_, _, Some(commit)) => format!("`{}` {} {name}", commit.get(..7).unwrap_or(commit), found.date),
        _ => format!("{name} {}", found.url.as_deref().unwrap_or(&found.date)),
    }
}

/// A part of the answer, in the order in which parts come.
pub enum Answering<'a> {
    /// All but the model's words.
    Answer(&'a Answer),
    /// Something about the wording: a sentence, or why there is none.
    Wording(WordingEvent<'a>),
}

/// Answers a question from a repository as it is on disk. Without `wording` no model is asked.
///
/// # Errors
/// Where the repository can't be read. What a model does wrong is no error.
pub fn ask(
    place: &Place,
    store: &Store,
    question: &str,
    wording: Option<&mut Wording>,
    interrupted: &AtomicBool,
    on_part: &mut dyn FnMut(Answering<'_>),
) -> Result<Answer, Error> {
    let mut kept = Kept::new(&place.root);
    let mut found = evidence(place, store, &mut kept, question, &TEXTS)?;
    found.extend(evidence(place, store, &mut kept, question, &SYMBOLS)?);
    let (mut answer, passages) = answer(question, kept.table(), found);
    on_part(Answering::Answer(&answer));
    if let Some(wording) = wording.filter(|_| !passages.is_empty()) {
        let order = Order { about: About::Question(question), passages: &passages };
        let mut on_event = |event: WordingEvent<'_>| on_part(Answering::Wording(event));
        answer.explanation = wording.explain(order, interrupted, &mut on_event);
    }
    Ok(answer)
}

/// What search finds of each of the sorts, best first.
pub(crate) fn evidence(
    place: &Place,
    store: &Store,
    kept: &mut Kept,
    question: &str,
    kinds: &[Kind],
) -> Result<Vec<Found>, Error> {
    let mut found = Vec::new();
    for kind in kinds {
        let kinds = std::slice::from_ref(kind);
        let wanted = Wanted { question, kinds, paths: &[], languages: &[], limit: LOOKED_AT };
        found.extend(find_with(place, store, kept, &wanted)?);
    }
    Ok(found)
}

/// The answer in people's own words, and the passages that it is made of.
pub(crate) fn answer(question: &str, table: &Table, mut found: Vec<Found>) -> (Answer, Vec<Passage>) {
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let texts: Vec<FoundText> = found.iter().map(text_of).collect();
    let asked = Asked::new(question, table);
    let passages = answers(question, &texts, &|sentence| asked.weigh(sentence));
    let mut sentences = told(&passages, &texts);
    if passages.is_empty() && !asks_why(question) {
        sentences.extend(found.iter().find_map(nearest));
    }
    found.truncate(TOLD);
    (Answer { question: question.to_owned(), answer: sentences, explanation: None, found }, passages)
}

/// Where nobody says it in words, code may do what was asked for.
fn nearest(found: &Found) -> Option<Sentence> {
    let (kind, path, line) = (found.symbol?, found.path.clone()?, found.line?);
    let name = found.name();
    let text = format!("Nothing here says so in words; the nearest code is the {} `{name}`.", kind.as_str());
    Some(Sentence { text, sources: vec![Source::Text { path, line, commit: None }], kind: Said::Stated })
}

fn text_of(found: &Found) -> FoundText {
    let (source, title) = match found.kind {
        Kind::Commit => {
            (Source::Commit { commit: found.commit.clone().unwrap_or_default() }, found.key.as_str())
        }
        Kind::Discussion => {
            let (reference, title) = found.key.split_once(' ').unwrap_or((&found.key, ""));
            (Source::Discussion { reference: reference.to_owned(), commit: None }, title)
        }
        Kind::Symbol | Kind::Doc => {
            let (path, line) = (found.path.clone().unwrap_or_default(), found.line.unwrap_or(1));
            // Whether the file is as the commit has it is not known here, so no commit is named.
            (Source::Text { path, line, commit: None }, found.name())
        }
    };
    FoundText {
        source,
        title: title.to_owned(),
        text: found.text.clone(),
        author: found.author.clone(),
        date: found.date.clone(),
        fit: found.why.meaning.max(0.0) + found.why.coverage,
    }
}
