//! People must have done what they are said to have done. Never does: know people that nothing cited names.

use super::Rejection;
use super::support::{Evidence, PARTICLES, plain_relation};
use super::tokens::{Kind, Token};

/// Deeds of those who help, not of those who write the change.
const HELP: &[&str] = &[
    "report",
    "find",
    "found",
    "discover",
    "suggest",
    "propos",
    "notic",
    "spot",
    "review",
    "idea",
    "request",
    "ask",
    "measur",
    "diagnos",
    "bisect",
    "benchmark",
    "profil",
    "test",
    "thank",
    "point",
    "debug",
    "bring",
    "complain",
    "note",
    "tri",
    "want",
    "wrote",
    "confirm",
];

/// Deeds of people only.
const PERSONAL: &[&str] = &["complain", "found", "notic", "wrote", "measur", "confirm", "ask", "discov"];

/// So far from a name stands what its bearer did.
const NEAR: usize = 7;

pub(super) fn check(said: &[Token], evidence: &Evidence) -> Result<(), Rejection> {
    for (start, end) in people(said, evidence) {
        let name = &said[start..end];
        let deed = deed(said, start, end);
        let is_author =
            evidence.people.iter().any(|person| name.iter().any(|token| person.contains(&token.text)));
        let fits = match deed {
            None => true,
            Some(deed) if is_named(name, evidence) => did(name, deed, evidence),
            Some(deed) if is_causative(deed) => {
                is_author
                    && said[end..]
                        .iter()
                        .filter(|token| token.kind == Kind::Word)
                        .take(4)
                        .any(|deed| wrote(deed, evidence))
            }
            Some(deed) => is_author && wrote(deed, evidence),
        };
        if !fits {
            let written: Vec<&str> = name.iter().map(|token| token.written.as_str()).collect();
            return Err(Rejection::Person(written.join(" ")));
        }
    }
    Ok(())
}

/// Where people are named: capitalized words that the author or somebody cited bears, two at least or the author's.
fn people(said: &[Token], evidence: &Evidence) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < said.len() {
        let length = name_length(&said[at..]);
        let of_author = said[at..at + length]
            .iter()
            .any(|token| evidence.people.iter().any(|person| person.contains(&token.text)));
        if length >= 2 && (of_author || is_named(&said[at..at + length], evidence))
            || length == 1 && (of_author || is_helper(&said[at], evidence))
        {
            found.push((at, at + length));
        }
        at += length.max(1);
    }
    found
}

/// So many tokens are a name: capitalized words, with particles between them.
fn name_length(tokens: &[Token]) -> usize {
    let fits = |token: &&Token| is_capitalized(token) || PARTICLES.contains(&token.written.as_str());
    let run = tokens.iter().take_while(fits).count();
    match tokens.first() {
        Some(first) if is_capitalized(first) => {
            tokens[..run].iter().rposition(is_capitalized).map_or(0, |last| last + 1)
        }
        _ => 0,
    }
}

fn is_capitalized(token: &Token) -> bool {
    let mut letters = token.written.chars();
    (token.kind == Kind::Word || token.is_light)
        && letters.next().is_some_and(char::is_uppercase)
        && letters.all(|c| c.is_lowercase() || "'’-".contains(c))
}

/// Whether the name stands in what is cited.
fn is_named(name: &[Token], evidence: &Evidence) -> bool {
    evidence.sentences.iter().any(|cited| places(name, &cited.tokens).next().is_some())
}

/// Whether what is cited names somebody by this one word, as one who did something: `found by Ada`.
fn is_helper(name: &Token, evidence: &Evidence) -> bool {
    is_capitalized(name)
        && evidence.sentences.iter().any(|cited| {
            let is_by = |token: &Token| matches!(token.text.as_str(), "by" | "thanks" | "from");
            let is_it = |token: &Token| is_capitalized(token) && token.text == name.text;
            let is_deed = |token: &Token| token.stems.iter().any(|stem| PERSONAL.contains(&stem.as_str()));
            cited
                .tokens
                .windows(2)
                .any(|two| is_by(&two[0]) && is_it(&two[1]) || is_it(&two[0]) && is_deed(&two[1]))
        })
}

fn places<'a>(name: &'a [Token], tokens: &'a [Token]) -> impl Iterator<Item = usize> + 'a {
    (0..tokens.len()).filter(move |&at| {
        at + name.len() <= tokens.len()
            && name.iter().zip(&tokens[at..]).all(|(one, other)| one.text == other.text)
    })
}

/// What is said to have been done: the first claim behind the name, otherwise (`by Ada`) the last before it.
fn deed(said: &[Token], start: usize, end: usize) -> Option<&Token> {
    let claims = |token: &&Token| token.kind == Kind::Word || token.is_light;
    let is_agent = start > 0 && matches!(said[start - 1].text.as_str(), "by" | "from" | "thanks" | "to");
    let before = || said[..start].iter().rev().find(claims);
    let behind = said[end..].iter().take(4).find(|token| {
        !matches!(token.text.as_str(), "also" | "has" | "had" | "never" | "not" | "nolonger" | "was" | "is")
    });
    match behind {
        _ if is_agent => before(),
        Some(token) if token.kind == Kind::Free && !token.is_light => None,
        Some(token) => Some(token),
        None => before(),
    }
}

/// `made the parser reject`: what was done comes later.
fn is_causative(deed: &Token) -> bool {
    matches!(deed.text.as_str(), "made" | "makes" | "let" | "lets" | "had" | "has")
}

/// Whether the one who is named there did it: the deed is near, and nobody else is nearer.
fn did(name: &[Token], deed: &Token, evidence: &Evidence) -> bool {
    evidence.sentences.iter().any(|cited| {
        let tokens = &cited.tokens;
        let deeds: Vec<usize> =
            (0..tokens.len()).filter(|&at| plain_relation(deed, &tokens[at]).is_some()).collect();
        places(name, tokens).any(|place| {
            deeds.iter().any(|&at| {
                let distance = at.abs_diff(place).min(at.abs_diff(place + name.len() - 1));
                let mut others = (0..tokens.len().saturating_sub(1)).filter(|&other| {
                    is_capitalized(&tokens[other])
                        && is_capitalized(&tokens[other + 1])
                        && !(place..place + name.len()).contains(&other)
                });
                distance <= NEAR
                    && !others.any(|other| at.abs_diff(other).min(at.abs_diff(other + 1)) <= distance)
            })
        })
    })
}

/// Whether whoever wrote the change did it: it is what the change does, or what its message says of its writer.
fn wrote(deed: &Token, evidence: &Evidence) -> bool {
    if deed.stems.iter().any(|stem| HELP.contains(&stem.as_str())) {
        return says_i(deed, evidence);
    }
    let is_order = |at: usize| at == 0;
    evidence.sentences.iter().any(|cited| {
        (0..cited.tokens.len()).any(|at| {
            let token = &cited.tokens[at];
            let is_plain = !token.text.ends_with("ed") && !token.text.ends_with("ing") && !deed.is_negated;
            plain_relation(deed, token).is_some()
                && is_plain
                && (is_order(at) || cited.at == 0 || follows_writer(&cited.tokens, at))
        })
    }) || says_i(deed, evidence)
}

fn says_i(deed: &Token, evidence: &Evidence) -> bool {
    evidence.sentences.iter().any(|cited| {
        (0..cited.tokens.len())
            .any(|at| plain_relation(deed, &cited.tokens[at]).is_some() && follows_writer(&cited.tokens, at))
    })
}

/// `I`, `we` right before.
fn follows_writer(tokens: &[Token], at: usize) -> bool {
    let behind = tokens[..at].iter().rev().take(4).take_while(|token| token.kind == Kind::Free);
    behind.into_iter().any(|token| matches!(token.text.as_str(), "i" | "we" | "my"))
}
