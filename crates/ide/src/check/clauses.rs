//! Words that a clause puts together must stand together: in one sentence of what is cited, or in two that follow each other. Never does:
//! look at how they are linked.

use super::Rejection;
use super::support::{Cited, Evidence, Relation, plain_relation, relation};
use super::tokens::{Kind, Token};

/// One claim of so many may stand elsewhere.
const ONE_OF: usize = 6;

pub(super) fn check(said: &[Token], evidence: &Evidence) -> Result<(), Rejection> {
    for clause in clauses(said) {
        let claims: Vec<&Token> = clause
            .iter()
            // Names may stand in front of anything: `acting` sees to what they are said to do.
            .enumerate()
            .filter(|(at, token)| {
                token.kind != Kind::Free && (is_object(clause, *at) || !evidence.names(token))
            })
            .map(|(_, token)| token)
            .collect();
        let missing = claims.len() / ONE_OF;
        if claims.len() >= 2 && !windows(evidence).any(|window| holds(&window, &claims, missing)) {
            let words: Vec<&str> = claims.iter().map(|token| token.written.as_str()).collect();
            return Err(Rejection::Apart(words.join(" ")));
        }
    }
    contrary_at_home(said, evidence)?;
    acting(said, evidence)
}

/// A name of code at the end of its clause.
fn is_object(clause: &[Token], at: usize) -> bool {
    clause[at].kind == Kind::Identifier && clause[at + 1..].iter().all(|token| token.kind == Kind::Free)
}

/// In the sentence that speaks of most of it, nothing may be said the other way round.
fn contrary_at_home(said: &[Token], evidence: &Evidence) -> Result<(), Rejection> {
    let claims: Vec<&Token> = said.iter().filter(|token| token.kind != Kind::Free).collect();
    let shared = |cited: &Cited| {
        claims
            .iter()
            .filter(|claim| cited.tokens.iter().any(|token| plain_relation(claim, token).is_some()))
            .count()
    };
    let most = evidence.sentences.iter().map(shared).max().unwrap_or(0);
    let mut homes = evidence.sentences.iter().filter(|cited| shared(cited) == most).peekable();
    let contrary = |cited: &Cited, claim: &Token| {
        let mut relations = cited.tokens.iter().filter_map(|token| relation(claim, token)).peekable();
        relations.peek().is_some() && relations.all(|relation| relation == Relation::Contrary)
    };
    let Some(first) = homes.peek() else { return Ok(()) };
    let found =
        claims.iter().find(|claim| claim.kind == Kind::Word && !claim.is_former && contrary(first, claim));
    match found {
        Some(claim) if homes.all(|home| contrary(home, claim)) => {
            Err(Rejection::Contrary(claim.written.clone()))
        }
        _ => Ok(()),
    }
}

/// The clauses of a sentence; one that claims a single thing belongs to the one before.
pub(super) fn clauses(said: &[Token]) -> Vec<&[Token]> {
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

/// Each sentence, and each two that follow each other in one text.
fn windows(evidence: &Evidence) -> impl Iterator<Item = Vec<&Cited>> {
    let sentences = &evidence.sentences;
    let single = sentences.iter().map(|sentence| vec![sentence]);
    let pairs = sentences.windows(2).filter(|two| two[0].text == two[1].text).map(|two| two.iter().collect());
    single.chain(pairs)
}

fn holds(window: &[&Cited], claims: &[&Token], missing: usize) -> bool {
    let is_there = |claim: &&&Token| {
        let mut tokens = window.iter().flat_map(|cited| &cited.tokens);
        tokens.any(|token| match claim.is_former {
            true => plain_relation(claim, token).is_some(),
            false => relation(claim, token) == Some(Relation::Same),
        })
    };
    claims.iter().filter(is_there).count() + missing >= claims.len()
}

/// Who does something there must not be somebody else, and neither what it is done to: a name of code that stands right before or behind
/// what is done must stand in a sentence that says so.
fn acting(said: &[Token], evidence: &Evidence) -> Result<(), Rejection> {
    for (at, name) in said.iter().enumerate().filter(|(_, token)| token.kind == Kind::Identifier) {
        let behind = said[at + 1..].iter().take(3).find(|token| token.kind != Kind::Free);
        let before = said[..at].iter().rev().take(2).find(|token| token.kind != Kind::Free);
        for (deed, is_actor) in
            behind.map(|deed| (deed, true)).into_iter().chain(before.map(|deed| (deed, false)))
        {
            if deed.kind == Kind::Word
                && deed.clause == name.clause
                && !takes_part(name, deed, is_actor, evidence)
            {
                return Err(Rejection::Identifier(name.written.clone()));
            }
        }
    }
    Ok(())
}

/// Whether a sentence names both, or says of nobody else that they do it.
fn takes_part(name: &Token, deed: &Token, is_actor: bool, evidence: &Evidence) -> bool {
    let (mut together, mut of_another) = (false, false);
    let has_name = |cited: &Cited| cited.tokens.iter().any(|token| plain_relation(name, token).is_some());
    for (index, cited) in evidence.sentences.iter().enumerate() {
        let around = &evidence.sentences[index.saturating_sub(1)..(index + 2).min(evidence.sentences.len())];
        for place in
            (0..cited.tokens.len()).filter(|&place| plain_relation(deed, &cited.tokens[place]).is_some())
        {
            let other = match is_actor {
                true => {
                    cited.tokens[..place].iter().rev().take(3).find(|token| token.kind == Kind::Identifier)
                }
                false => {
                    cited.tokens[place + 1..].iter().take(3).find(|token| token.kind == Kind::Identifier)
                }
            };
            let near = around.iter().any(|cited_near| cited_near.text == cited.text && has_name(cited_near));
            together |= has_name(cited) || other.is_none() && near;
            of_another |= other.is_some() && !has_name(cited);
        }
    }
    together || evidence.names(name) && !of_another
}
