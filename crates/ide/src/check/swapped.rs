//! What is said of one thing must not be said of its neighbour: `reads grow and writes shrink` told as `writes grow and reads shrink`.
//! Never does: judge a part of a sentence by itself.

use super::Rejection;
use super::support::{Cited, Evidence, Relation, plain_relation};
use super::tokens::{Kind, Token};

/// Parts of a cited sentence or of the next one that stand so near are told of together.
const NEAR: usize = 3;

pub(super) fn check(said: &[Token], evidence: &Evidence) -> Result<(), Rejection> {
    check_parts(said, evidence, parts, |cited| cited.text)?;
    check_parts(said, evidence, statements, |cited| cited.at)
}

/// How a sentence is cut.
type Cut = for<'a> fn(&'a [Token]) -> Vec<&'a [Token]>;

fn check_parts(
    said: &[Token],
    evidence: &Evidence,
    cut: Cut,
    whole: fn(&Cited) -> usize,
) -> Result<(), Rejection> {
    let parts = cut(said);
    let there = cited_parts(evidence, cut, whole);
    let pairs = (0..parts.len()).flat_map(|at| [(at, at + 1), (at, at + 2)]);
    for (first, second) in pairs.filter_map(|(one, other)| Some((parts[one], *parts.get(other)?))) {
        if let Some(token) = swapped(first, second, &there) {
            return Err(Rejection::Order(token.written.clone()));
        }
    }
    Ok(())
}

/// The parts of a sentence between its joints, `and` among them.
fn parts(tokens: &[Token]) -> Vec<&[Token]> {
    let is_joint = |token: &Token| matches!(token.text.as_str(), "and" | "or" | "then");
    tokens
        .chunk_by(|one, other| one.clause == other.clause && !is_joint(other))
        .filter(|part| part.iter().any(is_claim))
        .collect()
}

/// The statements of a sentence, each with its conditions.
fn statements(tokens: &[Token]) -> Vec<&[Token]> {
    let is_joint = |token: &Token| {
        token.is_explaining || matches!(token.text.as_str(), "but" | "while" | "whereas" | "or" | "otherwise")
    };
    tokens.chunk_by(|_, other| !is_joint(other)).filter(|part| part.iter().any(is_claim)).collect()
}

fn is_claim(token: &Token) -> bool {
    let is_contrast = matches!(token.text.as_str(), "other" | "rest" | "back" | "former" | "latter" | "own");
    token.kind != Kind::Free || is_contrast || token.is_light && !token.senses.is_empty()
}

/// All parts, with their text and place in it.
fn cited_parts(evidence: &Evidence, cut: Cut, whole: fn(&Cited) -> usize) -> Vec<(usize, &[Token])> {
    evidence
        .sentences
        .iter()
        .flat_map(|cited| cut(&cited.tokens).into_iter().map(move |part| (whole(cited), part)))
        .collect()
}

/// A token of the first part that is cited of the second one, where one of the second is cited of the first, too.
fn swapped<'a>(first: &'a [Token], second: &[Token], there: &[(usize, &[Token])]) -> Option<&'a Token> {
    let mut worst = None;
    for (at, (text, one)) in there.iter().enumerate() {
        for (other_text, other) in there.iter().skip(at + 1).take(NEAR) {
            if text != other_text {
                continue;
            }
            for (home, away) in [(one, other), (other, one)] {
                let (stays, goes) = (only(first, home, away), only(first, away, home));
                let (stays_too, goes_too) = (only(second, away, home), only(second, home, away));
                if !stays.is_empty() && !stays_too.is_empty() && !goes.is_empty() && !goes_too.is_empty() {
                    worst = worst.or(goes.first().copied());
                }
            }
        }
    }
    // Where both are told as they are somewhere, nothing is swapped.
    worst.filter(|_| !is_told(first, there) || !is_told(second, there))
}

/// The claims that one part has and another one hasn't.
fn only<'a>(claims: &'a [Token], here: &[Token], not_here: &[Token]) -> Vec<&'a Token> {
    let has = |part: &[Token], claim: &Token| {
        part.iter().any(|token| plain_relation(claim, token) == Some(Relation::Same))
    };
    claims.iter().filter(|claim| is_claim(claim) && has(here, claim) && !has(not_here, claim)).collect()
}

fn is_told(part: &[Token], there: &[(usize, &[Token])]) -> bool {
    let claims: Vec<&Token> = part.iter().filter(|token| is_claim(token)).collect();
    there.iter().any(|(_, cited)| {
        claims
            .iter()
            .all(|claim| cited.iter().any(|token| plain_relation(claim, token) == Some(Relation::Same)))
    })
}
