//! A text as the check reads it: sentences of words, numbers and identifiers, each with its senses and whether it is negated. Never
//! does: compare texts.

use std::sync::Arc;

use super::lexicon::{self, Known, Sense, is_free};
use super::{negation, phrases};
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
    pub stems: Arc<[String]>,
    pub senses: Arc<[Sense]>,
    /// A bit for each stem and idea: tokens that share none have nothing in common.
    pub mark: u128,
    pub is_negated: bool,
    /// Whether it is said to have come to an end, or to give way to something else: `no longer`, `instead of`.
    pub is_former: bool,
    /// Whether it is only spoken of as something that is to be kept from happening: then neither it nor its contrary is said.
    pub is_averted: bool,
    /// Which clause of its sentence it is in, from 0.
    pub clause: usize,
    /// Whether it is one of those that claim nothing, but whose contrary may be cited all the same.
    pub is_light: bool,
    /// Whether a colon, a semicolon or a dash stands before it: what follows explains.
    pub is_explaining: bool,
    /// Whether it is a colon.
    pub is_explained: bool,
    /// Whether it stands between backticks.
    pub is_code: bool,
}

impl Token {
    /// Whether it names something of the code.
    pub(super) fn is_name(&self) -> bool {
        let is_short = self.written.chars().filter(|c| c.is_uppercase()).count() >= 2;
        self.kind == Kind::Identifier || (self.is_code || is_short) && self.kind == Kind::Word
    }
}

pub(super) type Sentence = Vec<Token>;

/// The sentences of a text. One may also begin with a name in lower case.
pub(super) fn read(text: &str) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    for sentence in split_sentences(text) {
        let mut rest = sentence.as_ref() as &str;
        while let Some(end) = stop(rest) {
            sentences.push(read_sentence(&rest[..end]));
            rest = &rest[end..];
        }
        sentences.push(read_sentence(rest));
    }
    sentences.retain(|sentence| !sentence.is_empty());
    sentences
}

/// Behind the first stop that ends a word of three letters or more.
fn stop(text: &str) -> Option<usize> {
    text.match_indices(". ").map(|(at, _)| at).find_map(|at| {
        let letters = text[..at].bytes().rev().take_while(u8::is_ascii_lowercase).count();
        (letters >= 3 && !text[..at].ends_with("etc")).then_some(at + 1)
    })
}

/// One sentence, whatever stops it has inside.
pub(super) fn read_sentence(text: &str) -> Sentence {
    let mut tokens = Vec::new();
    let mut clause = 0;
    let (mut is_explaining, mut is_explained, mut is_code) = (false, false, false);
    for chunk in text.split_whitespace() {
        let (before, core, behind) = trimmed(chunk);
        clause += usize::from(before.contains('(') || core.is_empty() && !chunk.is_empty());
        is_explaining |= core.is_empty() && chunk.starts_with(['-', '–', '—']);
        if let Some(number) = tokens.last_mut().filter(|token: &&mut Token| token.kind == Kind::Number) {
            // `15 %` is `15%`.
            number.text.push_str(if chunk.starts_with('%') { "%" } else { "" });
        }
        is_code ^= before.contains('`');
        for (piece, kind) in pieces(core) {
            tokens.push(Token { is_explaining, is_explained, is_code, ..token(piece, kind, clause) });
            (is_explaining, is_explained) = (false, false);
        }
        is_code ^= behind.contains('`');
        is_explaining |= behind.contains([';', ':']);
        is_explained |= behind.contains(':');
        clause += usize::from(behind.contains([',', ';', ':', ')', '.', '!', '?', '-']));
    }
    let mut tokens = phrases::merge(tokens);
    split_at_conjunctions(&mut tokens);
    negation::mark(&mut tokens);
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
        if is_date(core) {
            return vec![(core, Kind::Number)];
        }
        return core.split('-').filter(|part| !part.is_empty()).map(|part| (part, kind(part))).collect();
    }
    let parts = core.split(['-', '/', '–', '—']).filter(|part| part.chars().any(char::is_alphanumeric));
    parts.map(|part| (part, kind(part))).collect()
}

/// `2019-04-09` is one number, `5-10` are two.
fn is_date(core: &str) -> bool {
    let parts: Vec<&str> = core.split('-').collect();
    parts.len() == 3 && parts.iter().all(|part| part.len() >= 2 && part.bytes().all(|b| b.is_ascii_digit()))
}

/// What a word by itself is.
pub(super) fn kind(part: &str) -> Kind {
    let is_number = part.starts_with(|c: char| !c.is_alphabetic())
        || part.starts_with(['v', 'r'])
            && part.len() > 1
            && part[1..].starts_with(|c: char| c.is_ascii_digit());
    if is_number && part.contains(|c: char| c.is_ascii_digit()) || number_word(&part.to_lowercase()).is_some()
    {
        return Kind::Number;
    }
    let lower = uncontracted(&part.to_lowercase().replace('’', "'"));
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

pub(super) fn token(written: &str, kind: Kind, clause: usize) -> Token {
    let lower = written.to_lowercase().replace('’', "'");
    let text = match kind {
        Kind::Identifier => written.split('(').next().unwrap_or(written).trim_matches(['`', '.']).to_owned(),
        Kind::Number => number_word(&lower).map_or(lower, str::to_owned),
        Kind::Word | Kind::Free => uncontracted(&lower),
    };
    let Known { stems, senses, is_light } = match kind {
        Kind::Identifier => parts_known(&text),
        _ => lexicon::look_up(&text),
    };
    let is_light = is_light && matches!(kind, Kind::Word | Kind::Free);
    Token {
        kind: if is_light { Kind::Free } else { kind },
        written: written.to_owned(),
        text,
        mark: mark(&stems, &senses),
        stems,
        senses,
        is_negated: false,
        is_former: false,
        is_averted: false,
        clause,
        is_light,
        is_explaining: false,
        is_explained: false,
        is_code: false,
    }
}

/// `I've` is `I`: what is contracted with a word is grammar, but for `n't`.
fn uncontracted(word: &str) -> String {
    let plain = ["'s", "'ve", "'ll", "'re", "'m", "'d"].iter().find_map(|ending| word.strip_suffix(ending));
    plain.unwrap_or(word).to_owned()
}

/// The bits of some stems and senses.
pub(super) fn mark(stems: &[String], senses: &[Sense]) -> u128 {
    let of_stem = |stem: &String| {
        stem.bytes().fold(0_u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()))
    };
    let bits =
        stems.iter().map(of_stem).chain(senses.iter().map(|sense| sense.idea.wrapping_mul(0x9E37_79B1) >> 7));
    bits.fold(0, |mark, bit| mark | 1 << (bit % u128::BITS))
}

/// Numbers that are written as words.
fn number_word(word: &str) -> Option<&'static str> {
    const NUMBERS: &[(&str, &str)] = &[
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
        ("eleven", "11"),
        ("twelve", "12"),
        ("thirteen", "13"),
        ("fourteen", "14"),
        ("fifteen", "15"),
        ("sixteen", "16"),
        ("seventeen", "17"),
        ("eighteen", "18"),
        ("nineteen", "19"),
        ("twenty", "20"),
        ("thirty", "30"),
        ("forty", "40"),
        ("fifty", "50"),
        ("sixty", "60"),
        ("seventy", "70"),
        ("eighty", "80"),
        ("ninety", "90"),
        ("hundred", "100"),
        ("twice", "2"),
        ("thousand", "1000"),
    ];
    NUMBERS.iter().find(|(name, _)| *name == word).map(|(_, digits)| *digits)
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

/// What is known of the words that an identifier is made of.
fn parts_known(identifier: &str) -> Known {
    let stems: Vec<String> =
        parts(identifier).iter().flat_map(|part| lexicon::stems(part).to_vec()).collect();
    Known { senses: lexicon::senses(&stems), stems: stems.into(), is_light: false }
}

/// The words of an identifier in lower case, split at punctuation and humps.
fn parts(identifier: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut was_lower = false;
    for c in identifier.chars() {
        let starts = !c.is_alphanumeric() || was_lower && c.is_uppercase();
        if starts && parts.last().is_some_and(|part| !part.is_empty()) {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut().filter(|_| c.is_alphanumeric()) {
            part.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase();
    }
    parts.retain(|part| part.len() > 1);
    parts
}
