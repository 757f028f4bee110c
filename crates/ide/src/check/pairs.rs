//! Words that stand side by side must stand near each other in what is cited, too: in one sentence, in two that follow each other, or
//! one of them in the subject of the change. Never does: look at what stands between them.

use super::Rejection;
use super::support::{Cited, Evidence, Relation, plain_relation};
use super::tokens::{Kind, Token};

/// So far from each other are words that stand side by side: one word of grammar may stand between.
const SIDE_BY_SIDE: usize = 2;

pub(super) fn check(said: &[Token], evidence: &Evidence) -> Result<(), Rejection> {
    let claims: Vec<(usize, &Token)> =
        said.iter().enumerate().filter(|(_, token)| token.kind != Kind::Free).collect();
    for two in claims.windows(2) {
        let [(at, one), (place, other)] = two else { continue };
        let is_pair = place - at <= SIDE_BY_SIDE && one.clause == other.clause;
        if is_pair && !evidence.names(one) && !evidence.names(other) && are_apart(one, other, evidence) {
            return Err(Rejection::Apart(format!("{} {}", one.written, other.written)));
        }
    }
    Ok(())
}

/// Whether both are cited, but nowhere near each other.
fn are_apart(one: &Token, other: &Token, evidence: &Evidence) -> bool {
    let places = |claim: &Token| -> Vec<&Cited> {
        let is_it = |token: &Token| plain_relation(claim, token) == Some(Relation::Same);
        evidence.sentences.iter().filter(|cited| cited.tokens.iter().any(is_it)).collect()
    };
    let (ones, others) = (places(one), places(other));
    let is_subject = |cited: &Cited| evidence.subject().is_some_and(|subject| subject.at == cited.at);
    let is_near = |a: &Cited, b: &Cited| {
        a.at == b.at || is_subject(a) || is_subject(b) || a.text == b.text && a.at.abs_diff(b.at) == 1
    };
    !ones.is_empty() && !others.is_empty() && !ones.iter().any(|a| others.iter().any(|b| is_near(a, b)))
}
