//! A text as the check reads it: sentences of words, numbers and identifiers, each with its senses and whether it is negated. Never
//! does: compare texts.

use super::lexicon::{self, NEGATIONS, PHRASES, Sense, is_free};
use crate::prose::split_sentences;

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Claims nothing by itself.
    Free,
    Word,
    /// Digits with whatever belongs to them: `16`, `0.9.2`, `#4410`, `61%`.
    Number,
    /// A name of code: `obj.orders`, `--no-lock`, `MAX_DEADLINE`, `feed()`.
    Identifier,
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub kind: Kind,
    /// As it was written, without punctuation around it.
    pub written: String,
    /// Words in lower case, merged phrases as one word; identifiers without `()`.
    pub text: String,
    pub stems: Vec<String>,
    pub senses: Vec<Sense>,
    pub is_negated: bool,
    /// Whether it is said to have come to an end, or to give way to something else: `no longer`, `instead of`.
    pub is_former: bool,
    /// Whether it is only spoken of as something that is to be kept from happening: then neither it nor its contrary is said.
    pub is_averted: bool,
    /// Which clause of its sentence it is in, from 0.
    pub clause: usize,
}

pub(super) type Sentence = Vec<Token>;

/// So many words behind a negation are taken to be negated, if the clause does not end before.
const SCOPE: usize = 2;

/// So many more may be.
const DOUBT: usize = 3;

/// So many words behind `avoid` and the like may be what is avoided: `prevent readers to starve`.
const AVERTED: usize = 4;

/// Words behind which, after what it negates, a negation no longer holds.
const ENDS_SCOPE: &[&str] = &[
    "and", "or", "to", "before", "after", "can", "could", "will", "would", "should", "may", "might", "must",
    "is", "are", "was", "were", "has", "have", "had",
];

/// The sentences of a text.
pub(super) fn read(text: &str) -> Vec<Sentence> {
    split_sentences(text)
        .iter()
        .map(|sentence| read_sentence(sentence))
        .filter(|sentence| !sentence.is_empty())
        .collect()
}

/// One sentence, whatever stops it has inside.
pub(super) fn read_sentence(text: &str) -> Sentence {
    let mut tokens = Vec::new();
    let mut clause = 0;
    for chunk in text.split_whitespace() {
        let (before, core, behind) = trimmed(chunk);
        clause += usize::from(before.contains('(') || core.is_empty() && !chunk.is_empty());
        for (piece, kind) in pieces(core) {
            tokens.push(token(piece, kind, clause));
        }
        clause += usize::from(behind.contains([',', ';', ':', ')', '.', '!', '?', '-']));
    }
    let mut tokens = merge_phrases(tokens);
    split_at_conjunctions(&mut tokens);
    negate(&mut tokens);
    tokens
}

/// A chunk without the punctuation around it, and that punctuation.
fn trimmed(chunk: &str) -> (&str, &str, &str) {
    let opens = |c: char| "([{\"'“‘`*<".contains(c);
    let closes = |c: char| ")]}\"'”’`*>,;:.!?…".contains(c);
    let start = chunk.len() - chunk.trim_start_matches(opens).len();
    let end = start + chunk[start..].trim_end_matches(closes).len();
    // `feed()` keeps what tells that it is called.
    let end = if chunk[end..].starts_with(')') && chunk[start..end].ends_with('(') { end + 1 } else { end };
    (&chunk[..start], &chunk[start..end], &chunk[end..])
}

/// What a chunk consists of: one identifier or number, or words joined by hyphens and slashes.
fn pieces(core: &str) -> Vec<(&str, Kind)> {
    if is_identifier(core) {
        return vec![(core, Kind::Identifier)];
    }
    if core.starts_with(|c: char| c.is_ascii_digit() || c == '#')
        && core.contains(|c: char| c.is_ascii_digit())
    {
        return core.split('-').filter(|part| !part.is_empty()).map(|part| (part, kind(part))).collect();
    }
    let parts = core.split(['-', '/', '–', '—']).filter(|part| part.chars().any(char::is_alphanumeric));
    parts.map(|part| (part, kind(part))).collect()
}

fn kind(part: &str) -> Kind {
    if part.contains(|c: char| c.is_ascii_digit()) || number_word(&part.to_lowercase()).is_some() {
        return Kind::Number;
    }
    let lower = part.to_lowercase().replace('’', "'");
    if is_free(&lower) || lower.ends_with("n't") { Kind::Free } else { Kind::Word }
}

/// Whether it is written as only code is.
fn is_identifier(core: &str) -> bool {
    let inner_dot = core
        .trim_matches('.')
        .split('.')
        .all(|part| part.starts_with(|c: char| c.is_alphabetic() || c == '_'))
        && core.trim_matches('.').contains('.');
    let has_hump =
        core.as_bytes().windows(2).any(|two| two[0].is_ascii_lowercase() && two[1].is_ascii_uppercase());
    let is_flag = core.starts_with("--") && core.len() > 2;
    core.contains(['_', '(', '=', '\\', '@', '+'])
        || core.contains("::")
        || inner_dot && core.len() > 4
        || has_hump
        || is_flag
}

fn token(written: &str, kind: Kind, clause: usize) -> Token {
    let lower = written.to_lowercase().replace('’', "'");
    let text = match kind {
        Kind::Identifier => written.split('(').next().unwrap_or(written).trim_matches(['`', '.']).to_owned(),
        Kind::Number => number_word(&lower).map_or(lower, str::to_owned),
        Kind::Word | Kind::Free => lower.trim_end_matches("'s").to_owned(),
    };
    let stems = if kind == Kind::Identifier { Vec::new() } else { lexicon::stems(&text) };
    let senses = lexicon::senses(&stems);
    Token {
        kind,
        written: written.to_owned(),
        text,
        stems,
        senses,
        is_negated: false,
        is_former: false,
        is_averted: false,
        clause,
    }
}

/// Numbers that are written as words.
fn number_word(word: &str) -> Option<&'static str> {
    const NUMBERS: [(&str, &str); 14] = [
        ("zero", "0"),
        ("two", "2"),
        ("three", "3"),
        ("four", "4"),
        ("five", "5"),
        ("six", "6"),
        ("seven", "7"),
        ("eight", "8"),
        ("nine", "9"),
        ("ten", "10"),
        ("twelve", "12"),
        ("hundred", "100"),
        ("twice", "2"),
        ("thousand", "1000"),
    ];
    NUMBERS.iter().find(|(name, _)| *name == word).map(|(_, digits)| *digits)
}

fn merge_phrases(tokens: Vec<Token>) -> Vec<Token> {
    let mut merged: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut rest = tokens.as_slice();
    while let Some((first, others)) = rest.split_first() {
        let fits = |phrase: &&(&[&str], &str)| {
            phrase.0.len() <= rest.len() && phrase.0.iter().zip(rest).all(|(word, token)| token.text == *word)
        };
        match PHRASES.iter().find(fits) {
            Some((words, put)) => {
                let kind = if is_connective(put) || is_free(put) { Kind::Free } else { Kind::Word };
                merged.push(token(put, kind, first.clause));
                rest = &rest[words.len()..];
            }
            None => {
                merged.push(first.clone());
                rest = others;
            }
        }
    }
    merged
}

/// Words that a merged phrase may become and that claim nothing by themselves.
fn is_connective(word: &str) -> bool {
    ["nolonger", "insteadof", "failsto", "inorderto", "sothat", "because", "thanks", "every", "nonetheless"]
        .contains(&word)
}

/// A clause ends where another one is joined to it.
fn split_at_conjunctions(tokens: &mut [Token]) {
    const JOINTS: &[&str] = &[
        "but",
        "because",
        "since",
        "while",
        "whereas",
        "so",
        "sothat",
        "which",
        "inorderto",
        "if",
        "when",
        "unless",
        "although",
        "though",
        "insteadof",
        "yet",
        "who",
        "whose",
        "otherwise",
        "until",
    ];
    let mut added = 0;
    for token in tokens {
        added += usize::from(JOINTS.contains(&token.text.as_str()));
        token.clause += added;
    }
}

fn negate(tokens: &mut [Token]) {
    let cues: Vec<usize> =
        (0..tokens.len()).filter(|&at| NEGATIONS.contains(&tokens[at].text.as_str())).collect();
    for at in cues {
        let cue = tokens[at].text.clone();
        let (scope, ends_at_free) = match cue.as_str() {
            "no" | "without" => (2, true),
            "none" | "nobody" | "nothing" => (1, false),
            _ => (SCOPE, false),
        };
        // `costs nothing`
        if cue == "nothing" && at > 0 {
            tokens[at - 1].is_negated ^= true;
        }
        negate_behind(tokens, at, scope, ends_at_free);
    }
    for at in (0..tokens.len()).filter(|&at| averts(tokens, at)).collect::<Vec<_>>() {
        let clause = tokens[at].clause;
        tokens[at + 1..]
            .iter_mut()
            .take(AVERTED)
            .filter(|token| token.clause == clause)
            .for_each(|token| token.is_averted = true);
    }
    for token in tokens.iter_mut().filter(|token| token.kind == Kind::Word) {
        strip_negative_prefix(token);
    }
}

/// `avoid`, `prevent`, `keep .. from`, `nobody`.
fn averts(tokens: &[Token], at: usize) -> bool {
    let text = tokens[at].text.as_str();
    let is_from = text == "from"
        && tokens[at.saturating_sub(3)..at]
            .iter()
            .any(|token| token.text.starts_with("keep") || token.text == "stop");
    is_from || text.starts_with("avoid") || text.starts_with("prevent") || text == "nobody"
}

/// Negates up to `scope` claims behind a word, in its clause.
fn negate_behind(tokens: &mut [Token], at: usize, scope: usize, ends_at_free: bool) {
    let (clause, cue) = (tokens[at].clause, tokens[at].text.clone());
    let (mut sure, mut doubtful) = (scope, DOUBT);
    for token in &mut tokens[at + 1..] {
        let text = token.text.as_str();
        let is_joint = ENDS_SCOPE.contains(&text) && sure < scope;
        let ends_phrase =
            ends_at_free && token.kind == Kind::Free && !matches!(text, "a" | "an" | "the" | "any" | "more");
        if sure + doubtful == 0 || cue != "neither" && (token.clause != clause || is_joint || ends_phrase) {
            break;
        }
        let claims = token.kind != Kind::Free;
        if sure == 0 {
            token.is_averted = true;
            doubtful -= usize::from(claims);
        } else if claims || !token.senses.is_empty() {
            token.is_negated = !token.is_negated;
            token.is_former = matches!(cue.as_str(), "nolonger" | "insteadof");
            // `without names` may say as much as what `with names` says of the other case.
            token.is_averted = matches!(cue.as_str(), "no" | "without");
            sure -= usize::from(claims);
        }
    }
}

/// `unaffected` says of `affected` that it is not so.
fn strip_negative_prefix(token: &mut Token) {
    let Some(rest) = token.text.strip_prefix("un").filter(|rest| {
        rest.len() >= 5 && !["until", "under", "unique", "union"].contains(&token.text.as_str())
    }) else {
        return;
    };
    // Where the lexicon knows the word itself, that says more.
    if token.senses.is_empty() {
        token.stems = lexicon::stems(rest);
        token.senses = lexicon::senses(&token.stems);
        token.is_negated = !token.is_negated;
    }
}
