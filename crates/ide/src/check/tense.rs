//! What was so before the change must not be told as what is so now. Never does: more grammar than the ends of verbs.

use super::Rejection;
use super::support::{Evidence, Relation, plain_relation, relation};
use super::tokens::{Kind, Token};

/// Words that say of the present that it is new.
const NOW: &[&str] = &["now", "nolonger"];

pub(super) fn check(said: &[Token], evidence: &Evidence) -> Result<(), Rejection> {
    let is_new = |token: &Token| {
        said.iter().any(|other| other.clause == token.clause && NOW.contains(&other.text.as_str()))
    };
    let is_present = |at: usize| !is_past(&said[at]) || is_passive_present(said, at);
    for (at, token) in said.iter().enumerate().filter(|(at, token)| {
        token.kind == Kind::Word && !token.is_negated && is_present(*at) && is_new(token)
    }) {
        let mut all = evidence.sentences.iter().flat_map(|cited| {
            cited
                .tokens
                .iter()
                .enumerate()
                .filter(|(_, other)| relation(token, other) == Some(Relation::Same))
                .map(move |(at, _)| (cited, at))
        });
        let mut found = false;
        let only_former = all.all(|(cited, at)| {
            found = true;
            is_past(&cited.tokens[at]) && !is_passive_present(&cited.tokens, at)
        });
        if found && only_former && (looks_like_a_verb(token) || is_past(&said[at])) {
            return Err(Rejection::Tense(token.written.clone()));
        }
    }
    for token in said.iter().filter(|token| token.is_former && token.kind == Kind::Word) {
        let fits = evidence.sentences.iter().any(|cited| {
            let tokens = &cited.tokens;
            (0..tokens.len()).any(|at| {
                match (plain_relation(token, &tokens[at]), relation(token, &tokens[at])) {
                    (_, Some(Relation::Same)) => true,
                    (Some(_), _) => is_former_there(tokens, at),
                    _ => false,
                }
            })
        });
        let is_same = |other: &Token| other.is_former && relation(token, other) == Some(Relation::Same);
        if !evidence.tokens().any(is_same) && goes_on(token, said, evidence)
            || !fits && !evidence.names(token)
        {
            return Err(Rejection::Contrary(token.written.clone()));
        }
    }
    Ok(())
}

/// Whether what is said to have ended is cited as going on, of the same things.
fn goes_on(token: &Token, said: &[Token], evidence: &Evidence) -> bool {
    let others: Vec<&Token> =
        said.iter().filter(|other| other.kind != Kind::Free && other.text != token.text).collect();
    evidence.sentences.iter().any(|cited| {
        let is_still =
            |other: &Token| matches!(other.text.as_str(), "still" | "continue" | "continues" | "keeps");
        let says = |clause: usize, token: &Token| {
            cited
                .tokens
                .iter()
                .any(|other| other.clause == clause && relation(token, other) == Some(Relation::Contrary))
        };
        let shared = others
            .iter()
            .filter(|other| cited.tokens.iter().any(|token| plain_relation(other, token).is_some()));
        // `Was still refreshed` tells of what was.
        let was = |other: &Token| {
            let mut clause = cited.tokens.iter().filter(|token| token.clause == other.clause);
            clause.any(|token| matches!(token.text.as_str(), "was" | "were" | "had" | "did"))
        };
        let still = cited.tokens.iter().filter(|other| is_still(other) && !was(other));
        shared.count() * 2 >= others.len() && still.into_iter().any(|other| says(other.clause, token))
    })
}

/// Whether a sentence tells of former times around a token.
fn is_former_there(tokens: &[Token], at: usize) -> bool {
    let clause = tokens[at].clause;
    let near = tokens.iter().filter(|token| token.clause == clause);
    let mut near = near.peekable();
    near.any(|token| token.text == "previously" || is_past(token)) || is_past(&tokens[at])
}

/// The past or the participle of a verb.
fn is_past(token: &Token) -> bool {
    let text = token.text.as_str();
    text.ends_with("ed") && text.len() > 4
        || matches!(
            text,
            "was"
                | "were"
                | "did"
                | "had"
                | "got"
                | "sent"
                | "kept"
                | "took"
                | "came"
                | "went"
                | "gave"
                | "made"
                | "ran"
                | "left"
                | "wrote"
                | "found"
                | "held"
                | "lost"
                | "won"
                | "threw"
                | "grew"
                | "fell"
                | "broke"
                | "drew"
                | "chose"
        )
}

/// `is dropped`, `are now dropped`: of the present all the same.
fn is_passive_present(tokens: &[Token], at: usize) -> bool {
    tokens[..at]
        .iter()
        .rev()
        .take(3)
        .any(|token| matches!(token.text.as_str(), "is" | "are" | "be" | "gets" | "get"))
}

fn looks_like_a_verb(token: &Token) -> bool {
    token.text.ends_with('s') && !token.text.ends_with("ss")
}
