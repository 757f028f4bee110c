//! People must have done what they are said to have done. Never does: know people that nothing cited names.

use super::Rejection;
use super::support::{Evidence, plain_relation};
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
];

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
        let length = said[at..].iter().take_while(|token| is_capitalized(token)).count();
        let of_author = said[at..at + length]
            .iter()
            .any(|token| evidence.people.iter().any(|person| person.contains(&token.text)));
        if length >= 2 && (of_author || is_named(&said[at..at + length], evidence))
            || length == 1 && of_author
        {
            found.push((at, at + length));
        }
        at += length.max(1);
    }
    found
}

fn is_capitalized(token: &Token) -> bool {
    let mut letters = token.written.chars();
    token.kind == Kind::Word
        && letters.next().is_some_and(char::is_uppercase)
        && letters.all(|c| c.is_lowercase() || "'’-".contains(c))
}

/// Whether the name stands in what is cited.
fn is_named(name: &[Token], evidence: &Evidence) -> bool {
    evidence.sentences.iter().any(|cited| places(name, &cited.tokens).next().is_some())
}

fn places<'a>(name: &'a [Token], tokens: &'a [Token]) -> impl Iterator<Item = usize> + 'a {
    (0..tokens.len()).filter(move |&at| {
        at + name.len() <= tokens.len()
            && name.iter().zip(&tokens[at..]).all(|(one, other)| one.text == other.text)
    })
}

/// What is said to have been done: the first claim behind the name, otherwise (`by Ada`) the last before it.
fn deed(said: &[Token], start: usize, end: usize) -> Option<&Token> {
    let claims = |token: &&Token| token.kind == Kind::Word;
    let is_agent = start > 0 && matches!(said[start - 1].text.as_str(), "by" | "from" | "thanks" | "to");
    let before = || said[..start].iter().rev().find(claims);
    let behind = said[end..].iter().take(4).find(|token| {
        !matches!(token.text.as_str(), "also" | "has" | "had" | "never" | "not" | "nolonger" | "was" | "is")
    });
    match behind {
        _ if is_agent => before(),
        Some(token) if token.kind == Kind::Free => None,
        Some(token) => Some(token),
        None => before(),
    }
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
            let is_plain = !token.text.ends_with("ed") && !deed.is_negated;
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
    tokens[at.saturating_sub(4)..at].iter().any(|token| matches!(token.text.as_str(), "i" | "we" | "my"))
}
