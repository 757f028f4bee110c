//! People must have done what they are said to have done. Never does: know people that nothing cited names.

use super::Rejection;
use super::support::{Cited, Evidence, PARTICLES, Relation, plain_relation, relation};
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

/// Deeds whose matter is often told in other sentences than theirs.
const OF_ALL: &[&str] = &["report", "find", "found", "notic", "complain", "discov", "discover", "spot"];

pub(super) fn check(said: &[Token], evidence: &Evidence) -> Result<(), Rejection> {
    for (start, end) in people(said, evidence) {
        if !fits(said, start, end, evidence) {
            let written: Vec<&str> = said[start..end].iter().map(|token| token.written.as_str()).collect();
            return Err(Rejection::Person(written.join(" ")));
        }
    }
    Ok(())
}

fn fits(said: &[Token], start: usize, end: usize, evidence: &Evidence) -> bool {
    let name = &said[start..end];
    let is_author =
        || evidence.people.iter().any(|person| name.iter().any(|token| person.contains(&token.text)));
    let is_named = is_named(name, evidence);
    let Some(deed) = deed(said, start, end) else { return is_named || !is_object(said, start) };
    let matter = matter(said, name, deed);
    if is_named {
        let is_told = said[end..].iter().any(|token| token.text == "that" && token.clause == deed.clause);
        let is_of_all = deed.stems.iter().any(|stem| OF_ALL.contains(&stem.as_str()));
        let matter = if is_told && !is_of_all { matter } else { Vec::new() };
        return did(name, deed, &matter, evidence);
    }
    if is_causative(deed) {
        let mut deeds = said[end..].iter().filter(|token| token.kind == Kind::Word).take(4);
        return is_author() && deeds.any(|deed| wrote(deed, &matter, evidence));
    }
    is_author() && wrote(deed, &matter, evidence)
}

/// Whether something is done to who is named: `told Ada`.
fn is_object(said: &[Token], start: usize) -> bool {
    said[..start].last().is_some_and(|before| {
        before.clause == said[start].clause && (before.kind == Kind::Word || before.is_light)
    })
}

/// What a deed is done to: the other claims of its clause.
fn matter<'a>(said: &'a [Token], name: &[Token], deed: &Token) -> Vec<&'a Token> {
    let is_other = |token: &&Token| {
        token.clause == deed.clause
            && token.kind != Kind::Free
            && token.text != deed.text
            && name.iter().all(|part| part.text != token.text)
    };
    said.iter().filter(is_other).collect()
}

/// Whether a sentence, or it with the one behind it, has at least half of what a deed is done to.
fn is_of(matter: &[&Token], cited: &Cited, evidence: &Evidence) -> bool {
    let next = evidence.sentences.get(cited.at + 1).filter(|next| next.text == cited.text);
    let has = |token: &&&Token| {
        let mut tokens = cited.tokens.iter().chain(next.into_iter().flat_map(|next| next.tokens.iter()));
        tokens.any(|other| plain_relation(token, other).is_some())
    };
    matter.iter().filter(has).count() * 2 >= matter.len()
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
    // `The idea came from Ada` says as much as `Ada's idea`.
    let is_coming = |token: &Token| matches!(token.text.as_str(), "came" | "come" | "comes");
    let before = || said[..start].iter().rev().filter(claims).find(|token| !is_coming(token));
    let behind = said[end..].iter().take(4).find(|token| {
        !matches!(
            token.text.as_str(),
            "also" | "has" | "had" | "never" | "not" | "nolonger" | "was" | "is" | "who"
        )
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
fn did(name: &[Token], deed: &Token, matter: &[&Token], evidence: &Evidence) -> bool {
    evidence.sentences.iter().filter(|cited| is_of(matter, cited, evidence)).any(|cited| {
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
fn wrote(deed: &Token, matter: &[&Token], evidence: &Evidence) -> bool {
    let is_help = deed.stems.iter().any(|stem| HELP.contains(&stem.as_str()));
    let is_it = |token: &Token| relation(deed, token) == Some(Relation::Same);
    evidence.sentences.iter().filter(|cited| is_of(matter, cited, evidence)).any(|cited| {
        let does = |at: usize| {
            let token = &cited.tokens[at];
            let is_plain = !token.text.ends_with("ed") && !token.text.ends_with("ing") && !deed.is_negated;
            !is_help && is_plain && (at == 0 || cited.at == 0)
        };
        (0..cited.tokens.len())
            .any(|at| is_it(&cited.tokens[at]) && (does(at) || follows_writer(&cited.tokens, at)))
    })
}

/// `I`, `we` right before.
fn follows_writer(tokens: &[Token], at: usize) -> bool {
    let behind = tokens[..at].iter().rev().take(4).take_while(|token| token.kind == Kind::Free);
    behind.into_iter().any(|token| matches!(token.text.as_str(), "i" | "we" | "my"))
}
