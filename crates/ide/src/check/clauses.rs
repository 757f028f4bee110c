//! Words that a clause puts together must stand together: in one sentence of what is cited, in two that follow each other, or in one and
//! the subject of the change. Never does: look at how they are linked.

use super::Rejection;
use super::support::{Cited, Evidence, Relation, plain_relation, relation};
use super::tokens::{Kind, Token};

/// One claim of so many may stand elsewhere.
const ONE_OF: usize = 6;

/// Of so many claims, one may in any case.
const MANY: usize = 4;

pub(super) fn check(said: &[Token], evidence: &Evidence) -> Result<(), Rejection> {
    for clause in clauses(said) {
        let is_cited = |claim: &Token| evidence.tokens().any(|token| plain_relation(claim, token).is_some());
        let claims: Vec<&Token> = clause
            .iter()
            .enumerate()
            .filter(|(_, token)| token.kind != Kind::Free && is_cited(token))
            // Names may stand in front of anything: `acting` sees to what they are said to do.
            .filter(|(at, token)| is_object(clause, *at) || !evidence.names(token))
            .map(|(_, token)| token)
            .collect();
        let elsewhere = (claims.len() / ONE_OF).max(usize::from(claims.len() >= MANY));
        if claims.len() >= 2 && !windows(evidence).any(|window| holds(&window, &claims, elsewhere)) {
            let words: Vec<&str> = claims.iter().map(|token| token.written.as_str()).collect();
            return Err(Rejection::Apart(words.join(" ")));
        }
    }
    Ok(())
}

/// A name of code at the end of its clause.
fn is_object(clause: &[Token], at: usize) -> bool {
    clause[at].kind == Kind::Identifier && clause[at + 1..].iter().all(|token| token.kind == Kind::Free)
}

/// The clauses of a sentence; one that claims a single thing belongs to the one before.
fn clauses(said: &[Token]) -> Vec<&[Token]> {
    let mut clauses: Vec<(usize, usize)> = Vec::new();
    let mut start = 0;
    for at in 1..=said.len() {
        if at < said.len() && said[at].clause == said[start].clause {
            continue;
        }
        let is_small = said[start..at].iter().filter(|token| token.kind != Kind::Free).count() < 2;
        match clauses.last_mut() {
            Some(last) if is_small => last.1 = at,
            _ => clauses.push((start, at)),
        }
        start = at;
    }
    clauses.into_iter().map(|(start, end)| &said[start..end]).collect()
}

/// Each sentence, each two that follow each other, and each with the first one, which is the subject of the change.
fn windows(evidence: &Evidence) -> impl Iterator<Item = Vec<&Cited>> {
    let sentences = &evidence.sentences;
    let single = sentences.iter().map(|sentence| vec![sentence]);
    let pairs = sentences.windows(2).map(|two| two.iter().collect());
    let subject = evidence.subject().into_iter();
    let with_subject =
        subject.flat_map(|subject| sentences.iter().skip(1).map(move |sentence| vec![subject, sentence]));
    single.chain(pairs).chain(with_subject)
}

fn holds(window: &[&Cited], claims: &[&Token], elsewhere: usize) -> bool {
    let is_there = |claim: &&&Token| {
        let mut tokens = window.iter().flat_map(|cited| &cited.tokens);
        tokens.any(|token| match plain_relation(claim, token) {
            Some(Relation::Same) => true,
            plain => claim.is_former && plain.is_some() || relation(claim, token) == Some(Relation::Same),
        })
    };
    claims.iter().filter(is_there).count() + elsewhere >= claims.len()
}
