//! Where most of a clause is said, nothing of it may be said the other way round: neither negated where the clause isn't, nor with the
//! contrary word. Never does: look for words that are missing.

use super::Rejection;
use super::support::{Evidence, Relation, plain_relation, shares_stem};
use super::tokens::{Kind, Token};

/// A claim that is found weighs so much, a light word 1.
const CLAIM: usize = 2;

/// A clause is at home where one claim and a light word are found.
const AT_HOME: usize = CLAIM + 1;

pub(super) fn check(said: &[Token], evidence: &Evidence) -> Result<(), Rejection> {
    let sentences: Vec<Place> = evidence
        .sentences
        .iter()
        .map(|cited| Place {
            tokens: &cited.tokens,
            around: weight(said, &cited.tokens),
            sentence: &cited.tokens,
            is_turned: has_unless(said) != has_unless(&cited.tokens) && has_if(said) != has_if(&cited.tokens),
        })
        .collect();
    let parts: Vec<Place> = sentences
        .iter()
        .flat_map(|place| clauses(place.tokens).map(|tokens| Place { tokens, ..*place }))
        .collect();
    clauses(said).try_for_each(|clause| {
        let homes = homes(clause, &parts).or_else(|| homes(said, &sentences)).unwrap_or_default();
        let is_said = |token: &&Token| is_said_elsewhere(token, clause, &homes, &sentences);
        let contraries: Option<Vec<&Token>> = homes
            .iter()
            .map(|home| contrary(clause, home).filter(|_| !home.is_turned).filter(|token| !is_said(token)))
            .collect();
        match contraries.as_ref().and_then(|tokens| tokens.first()) {
            Some(token) => Err(Rejection::Contrary(token.written.clone())),
            None => Ok(()),
        }
    })
}

/// A clause or a sentence that is cited, and how much of the whole sentence stands in its sentence.
#[derive(Clone, Copy)]
struct Place<'a> {
    tokens: &'a [Token],
    around: usize,
    sentence: &'a [Token],
    /// Whether its sentence has a condition of the other kind: `not unless` is `only if`.
    is_turned: bool,
}

/// Those that have most of a clause or sentence; `None` where none has much of it.
fn homes<'a>(said: &[Token], there: &[Place<'a>]) -> Option<Vec<Place<'a>>> {
    let weights: Vec<(usize, usize)> =
        there.iter().map(|place| (weight(said, place.tokens), place.around)).collect();
    let most = weights.iter().copied().max().filter(|most| most.0 >= AT_HOME)?;
    Some(there.iter().zip(&weights).filter(|(_, weight)| **weight == most).map(|(home, _)| *home).collect())
}

fn has_unless(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| token.text == "unless")
}

fn has_if(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| matches!(token.text.as_str(), "if" | "when"))
}

fn clauses(tokens: &[Token]) -> impl Iterator<Item = &[Token]> {
    tokens.chunk_by(|one, other| one.clause == other.clause)
}

/// How much of a clause is cited there; what is there as its contrary counts half.
fn weight(clause: &[Token], cited: &[Token]) -> usize {
    let weigh = |token: &Token| {
        let mut relations = cited.iter().filter_map(|other| plain_relation(token, other)).peekable();
        match (relations.peek().is_some(), token.kind) {
            (false, _) => 0,
            (true, Kind::Free) => usize::from(token.is_light),
            (true, _) if relations.any(|relation| relation == Relation::Same) => CLAIM,
            (true, _) => CLAIM / 2,
        }
    };
    clause.iter().map(weigh).sum()
}

/// Whether a sentence that has as much of the clause says the same of a token, while its home says the contrary.
fn is_said_elsewhere(token: &Token, clause: &[Token], homes: &[Place<'_>], sentences: &[Place<'_>]) -> bool {
    let most = homes.iter().map(|home| weight(clause, home.tokens)).max().unwrap_or(0);
    sentences.iter().any(|place| {
        let mut relations = place.tokens.iter().filter_map(|other| relation(token, other, false)).peekable();
        relations.peek().is_some()
            && relations.all(|relation| relation == Relation::Same)
            && weight(clause, place.tokens) >= most
    })
}

/// What the clause says and its home the other way round; what its home doesn't say, the rest of the sentence may.
fn contrary<'a>(clause: &'a [Token], home: &Place<'_>) -> Option<&'a Token> {
    let both_negate = negates_alone(clause, home.tokens) && negates_alone(home.tokens, clause);
    let relations = |token: &Token, there: &[Token]| -> Vec<Relation> {
        let words = there.iter().filter(|other| other.kind != Kind::Identifier);
        words.filter_map(|other| relation(token, other, both_negate)).collect()
    };
    let claims = clause.iter().filter(|token| token.kind == Kind::Word || token.is_light);
    claims.filter(|token| !token.is_former).find(|token| {
        let mut relations_there = relations(token, home.tokens);
        if relations_there.is_empty() && token.kind == Kind::Word {
            relations_there = relations(token, home.sentence);
        }
        !relations_there.is_empty()
            && !relations_there.contains(&Relation::Same)
            && !is_only_antonym(token, home)
    })
}

/// Whether the home has a contrary word, while its sentence has the word itself, too: two things are spoken of.
fn is_only_antonym(token: &Token, home: &Place<'_>) -> bool {
    let is_itself = |other: &Token| {
        shares_stem(token, other) && token.is_negated == other.is_negated && other.kind == Kind::Word
    };
    !home.tokens.iter().any(|other| shares_stem(token, other)) && home.sentence.iter().any(is_itself)
}

/// Whether a clause negates something that the other one doesn't negate.
fn negates_alone(clause: &[Token], other: &[Token]) -> bool {
    let is_paired = |token: &Token| {
        let mut same = other.iter().filter(|other| plain_relation(token, other) == Some(Relation::Same));
        same.any(|other| other.is_negated)
    };
    clause.iter().any(|token| token.is_negated && !is_paired(token))
}

/// Where both clauses negate something, it may be the one thing said in two ways: `no task is lost`, `never loses a task`.
fn relation(token: &Token, other: &Token, both_negate: bool) -> Option<Relation> {
    let plain = plain_relation(token, other)?;
    // Light words have many senses: their contraries are not meant as such.
    if plain == Relation::Contrary && token.is_light {
        return None;
    }
    let flips =
        token.is_negated != other.is_negated && !both_negate && !token.is_averted && !other.is_averted;
    Some(match (plain, flips) {
        (Relation::Same, false) | (Relation::Contrary, true) => Relation::Same,
        _ => Relation::Contrary,
    })
}
