//! What a model is asked, and which of its sentences stand. Never does: run a model, or repair a sentence.
//!
//! A small model is given one passage at a time, and nothing else: a question around it makes it answer the question instead of the
//! passage. A capable one gets all passages, numbered, and says in brackets which it rests on. Either way each sentence is checked
//! against what it cites, and where it fails, the passage itself takes its place.

use super::account::quoted;
use super::passage::Passage;
use super::reasons::{THRESHOLD, strength, subject_strength};
use super::sentence::{Kind, Rejected, Sentence};
use crate::check::{Support, check};
use crate::prose::{split_sentences, words};
use crate::symbol::SymbolInfo;

/// Raised when prompts or the cleaning of answers change, so that cached answers to the old ones are not used.
pub const PROMPT_VERSION: u32 = 3;

/// The most tokens a model may spend on one sentence.
pub const SENTENCE_TOKENS: usize = 40;

/// The most tokens of an answer to all passages at once.
pub const WHOLE_TOKENS: usize = 240;

/// What any sentence on a symbol may name: its name and containers, its kind and its path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(Vec<String>);

impl Names {
    /// Those of a symbol; a question about the whole repository has none of its own ([`Names::default`]).
    pub fn of(symbol: &SymbolInfo) -> Self {
        let mut names = vec![symbol.name.clone(), symbol.kind.as_str().to_owned(), symbol.path.clone()];
        names.extend(symbol.local_key.container.iter().cloned());
        Self(names)
    }
}

/// What a small model is asked about one passage: the sentence that states the reason, with what stands before it as far as that is
/// needed to understand it. Given more, it tends to reword what is beside the point.
pub fn prompt(passage: &Passage) -> String {
    let all = split_sentences(&passage.context);
    let Some(at) = all.iter().position(|sentence| *sentence == passage.quote) else {
        return passage.context.clone();
    };
    let mut first = at;
    while first > 0 && leans_back(&all[first]) {
        first -= 1;
    }
    all[first..=at].join(" ")
}

/// Words that refer to what was said before.
const BACK: &[&str] = &[
    "this",
    "that",
    "these",
    "those",
    "it",
    "its",
    "they",
    "their",
    "however",
    "otherwise",
    "also",
    "therefore",
    "hence",
    "such",
    "same",
];

/// Whether a sentence can't be understood without the one before it: it refers back within its first words, or is but a few words long.
fn leans_back(sentence: &str) -> bool {
    const FIRST: usize = 5;
    const FEW: usize = 6;
    words(sentence).take(FIRST).any(|word| BACK.contains(&word.as_str())) || words(sentence).count() < FEW
}

/// An answer that was cut at the most tokens allowed, without its last sentence: that may end anywhere.
pub fn whole_sentences(answer: &str) -> String {
    let mut all = split_sentences(answer);
    all.pop();
    all.join(" ")
}

/// What a capable model is asked: all passages at once. `name` is the symbol's, as people write it.
pub fn whole_prompt(name: &str, passages: &[Passage]) -> String {
    let mut prompt = format!(
        "Below are numbered notes from the history of {name}. In at most {} short sentences, say why {name} is as it is. Use only what the \
         notes say, in their words where you can; guess nothing. End each sentence with the number of the note that it rests on, like [1].\n",
        passages.len() + 1
    );
    number(&mut prompt, passages);
    prompt
}

/// What a capable model is asked about a question: all passages at once.
pub fn answer_prompt(question: &str, passages: &[Passage]) -> String {
    let mut prompt = format!(
        "Below are numbered notes from a repository. In at most {} short sentences, answer this question: {question} Use only what the notes \
         say, in their words where you can; guess nothing, and leave out notes that do not answer it. End each sentence with the number of \
         the note that it rests on, like [1].\n",
        passages.len() + 1
    );
    number(&mut prompt, passages);
    prompt
}

fn number(prompt: &mut String, passages: &[Passage]) {
    for (index, passage) in passages.iter().enumerate() {
        prompt.push_str(&format!("\n[{}] {}: {}", index + 1, passage.subject, passage.context));
    }
}

/// The sentence for a passage from a small model's answer, or why it is not used.
pub fn worded(passage: &Passage, names: &Names, answer: &str) -> Result<Sentence, Rejected> {
    let text = clean(answer.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or(""));
    match () {
        () if breaks_off(&text, passage) => Err(rejected(text, "it breaks off", passage)),
        () if !answers(&text, passage) => {
            Err(rejected(text, "it leaves out what the passage is there for", passage))
        }
        () => checked(text, &[passage], names),
    }
}

/// Whether it ends within a word of the passage, or within what stands in backticks or parentheses.
fn breaks_off(text: &str, passage: &Passage) -> bool {
    let said = text.trim_end_matches('.').to_lowercase();
    let goes_on = |rest: &str| {
        let mut next = rest.chars();
        let first = next.next();
        first.is_some_and(char::is_alphanumeric)
            || first.is_some_and(|c| !c.is_whitespace()) && next.next().is_some_and(char::is_alphanumeric)
    };
    let context = passage.context.to_lowercase();
    let is_cut = !said.is_empty() && context.split_once(&said).is_some_and(|(_, rest)| goes_on(rest));
    is_cut || text.matches('`').count() % 2 == 1 || text.matches('(').count() != text.matches(')').count()
}

/// Whether a sentence is about what the passage is quoted for, and says why where that does.
fn answers(text: &str, passage: &Passage) -> bool {
    let says_why = |text: &str| strength(text).max(subject_strength(text)) >= THRESHOLD;
    is_about(text, &passage.quote) && (says_why(text) || !says_why(&passage.quote))
}

/// Whether at least half of a text's longer words are a quote's, but for their endings.
fn is_about(text: &str, quote: &str) -> bool {
    const STEM: usize = 5;
    let stem = |word: String| word.chars().take(STEM).collect::<String>();
    let long = |text: &str| words(text).filter(|word| word.len() >= STEM - 1).map(stem).collect::<Vec<_>>();
    let (said, quoted) = (long(text), long(quote));
    2 * said.iter().filter(|word| quoted.contains(word)).count() >= said.len()
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
