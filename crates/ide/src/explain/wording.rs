//! What a model is asked, and which of its sentences stand. Never does: run a model, or repair a sentence.
//!
//! A small model is given one passage at a time, and nothing else: a question around it makes it answer the question instead of the
//! passage. A capable one gets all passages, numbered, and says in brackets which it rests on. Either way each sentence is checked
//! against what it cites, and where it fails, the passage itself takes its place.

use super::account::quoted;
use super::passage::Passage;
use super::sentence::{Kind, Rejected, Sentence};
use crate::check::{Support, check};
use crate::prose::split_sentences;
use crate::symbol::SymbolInfo;

/// Raised when prompts or the cleaning of answers change, so that cached answers to the old ones are not used.
pub const PROMPT_VERSION: u32 = 2;

/// The most tokens a model may spend on one sentence.
pub const SENTENCE_TOKENS: usize = 48;

/// The most tokens of an answer to all passages at once.
pub const WHOLE_TOKENS: usize = 240;

/// What any sentence on a symbol may name: its name and containers, its kind and its path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(Vec<String>);

impl Names {
    pub fn of(symbol: &SymbolInfo) -> Self {
        let mut names = vec![symbol.name.clone(), symbol.kind.as_str().to_owned(), symbol.path.clone()];
        names.extend(symbol.local_key.container.iter().cloned());
        Self(names)
    }
}

/// What a small model is asked about one passage.
pub fn prompt(passage: &Passage) -> &str {
    &passage.context
}

/// What a capable model is asked: all passages at once. `name` is the symbol's, as people write it.
pub fn whole_prompt(name: &str, passages: &[Passage]) -> String {
    let mut prompt = format!(
        "Below are numbered notes from the history of {name}. In at most {} short sentences, say why {name} is as it is. Use only what the \
         notes say, in their words where you can; guess nothing. End each sentence with the number of the note that it rests on, like [1].\n",
        passages.len() + 1
    );
    for (index, passage) in passages.iter().enumerate() {
        prompt.push_str(&format!("\n[{}] {}: {}", index + 1, passage.subject, passage.context));
    }
    prompt
}

/// The sentence for a passage from a small model's answer, or why it is not used.
pub fn worded(passage: &Passage, names: &Names, answer: &str) -> Result<Sentence, Rejected> {
    let text = clean(answer.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or(""));
    checked(text, &[passage], names)
}

/// The sentences of a capable model's answer, each checked against the passages that it cites. A sentence that cites nothing there is
/// rests on nothing.
pub fn all_worded(passages: &[Passage], names: &Names, answer: &str) -> Vec<Result<Sentence, Rejected>> {
    let Some(first) = passages.first() else { return Vec::new() };
    let mut verdicts = Vec::new();
    for (said, cited) in cited_sentences(answer) {
        let rests_on: Vec<&Passage> =
            cited.iter().filter_map(|number| passages.get(number.checked_sub(1)?)).collect();
        verdicts.push(match rests_on.is_empty() {
            true => Err(rejected(clean(&said), "it cites none of the notes", first)),
            false => checked(clean(&said), &rests_on, names),
        });
    }
    verdicts
}

/// The sentence for a passage in its own words.
pub fn verbatim(passage: &Passage) -> Sentence {
    Sentence { text: quoted(&passage.quote), sources: vec![passage.source.clone()], kind: Kind::Quoted }
}

fn checked(text: String, passages: &[&Passage], names: &Names) -> Result<Sentence, Rejected> {
    let prose: Vec<&str> = passages.iter().flat_map(|passage| passage.prose()).collect();
    let of_passages = passages.iter().flat_map(|passage| &passage.names);
    let names: Vec<&str> = names.0.iter().chain(of_passages).map(String::as_str).collect();
    match check(&text, &Support { prose: &prose, names: &names }) {
        Ok(()) => {
            let sources = passages.iter().map(|passage| passage.source.clone()).collect();
            Ok(Sentence { text, sources, kind: Kind::Worded })
        }
        Err(reason) => Err(rejected(text, &reason.to_string(), passages[0])),
    }
}

fn rejected(text: String, reason: &str, passage: &Passage) -> Rejected {
    Rejected { text, reason: reason.to_owned(), source: passage.source.clone() }
}

/// Sentences with the numbers in brackets at their ends, in front of or behind the full stop.
fn cited_sentences(answer: &str) -> Vec<(String, Vec<usize>)> {
    let mut found: Vec<(String, Vec<usize>)> = Vec::new();
    for sentence in answer.lines().flat_map(|line| split_sentences(line.trim())) {
        let (leading, rest) = leading_numbers(&sentence);
        if let Some(last) = found.last_mut() {
            last.1.extend(leading);
        }
        let (text, numbers) = without_numbers(rest);
        if text.chars().any(char::is_alphanumeric) {
            found.push((text, numbers));
        } else if let Some(last) = found.last_mut() {
            last.1.extend(numbers);
        }
    }
    found
}

/// Numbers in front of a sentence belong to the one before.
fn leading_numbers(sentence: &str) -> (Vec<usize>, &str) {
    let (mut numbers, mut rest) = (Vec::new(), sentence.trim_start());
    while let Some((number, after)) = rest.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        let Ok(number) = number.trim().parse() else { break };
        numbers.push(number);
        rest = after.trim_start();
    }
    (numbers, rest)
}

fn without_numbers(sentence: &str) -> (String, Vec<usize>) {
    let (mut text, mut numbers) = (String::new(), Vec::new());
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('[') {
        text.push_str(before);
        let parsed = after.split_once(']').and_then(|(inside, behind)| {
            let all: Result<Vec<usize>, _> = inside.split(',').map(|number| number.trim().parse()).collect();
            Some((all.ok()?, behind))
        });
        match parsed {
            Some((found, behind)) => {
                numbers.extend(found);
                rest = behind;
            }
            None => {
                text.push('[');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    (text.replace(" .", ".").trim().to_owned(), numbers)
}

/// Without quotes around it, capitalized and with a full stop.
fn clean(line: &str) -> String {
    let line = line.trim_start_matches("- ").trim_start_matches("* ").trim_matches(['"', '“', '”', ' ']);
    let mut text = String::with_capacity(line.len() + 1);
    let mut chars = line.chars();
    // An identifier keeps its case.
    let first = line.split_whitespace().next().unwrap_or("");
    match first.contains(['_', '`', '.', ':', '(']) || first.chars().skip(1).any(char::is_uppercase) {
        true => {}
        false => text.extend(chars.next().into_iter().flat_map(char::to_uppercase)),
    }
    text.push_str(chars.as_str());
    if !text.is_empty() && !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}
