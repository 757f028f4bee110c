//! A number or a name of code must stand where most of its clause is said, not where something else is. Never does: look at those that
//! nothing cited has.

use super::Rejection;
use super::support::{Evidence, Relation, plain_relation};
use super::tokens::{Kind, Token};

pub(super) fn check(said: &[Token], evidence: &Evidence) -> Result<(), Rejection> {
    for kind in [Kind::Number, Kind::Identifier] {
        let parts = parts(evidence, kind);
        for anchor in said.iter().filter(|token| token.kind == kind && !evidence.names(token)) {
            if !is_at_home(anchor, said, &parts) {
                let written = anchor.written.clone();
                return Err(match kind {
                    Kind::Number => Rejection::Number(written),
                    _ => Rejection::Identifier(written),
                });
            }
        }
    }
    Ok(())
}

/// Whether no part without the anchor says more of its clause than those with it.
fn is_at_home(anchor: &Token, said: &[Token], parts: &[&[Token]]) -> bool {
    let has = |part: &[Token], claim: &Token| {
        part.iter().any(|token| plain_relation(claim, token) == Some(Relation::Same))
    };
    let part = said
        .chunk_by(|_, other| anchor.kind != Kind::Number || other.text != "and")
        .find(|part| part.iter().any(|token| std::ptr::eq(token, anchor)));
    let claims: Vec<&Token> = part
        .unwrap_or(said)
        .iter()
        .filter(|token| matches!(token.kind, Kind::Word | Kind::Identifier))
        .filter(|token| token.clause == anchor.clause && token.text != anchor.text)
        .collect();
    let shared = |part: &&&[Token]| claims.iter().filter(|claim| has(part, claim)).count();
    let (with, without): (Vec<&&[Token]>, Vec<_>) = parts.iter().partition(|part| has(part, anchor));
    let most = |parts: Vec<&&[Token]>| parts.iter().map(shared).max();
    most(with).is_none_or(|with| with >= most(without).unwrap_or(0))
}

/// The parts of what is cited that have an anchor of a kind, cut where something else begins.
fn parts(evidence: &Evidence, kind: Kind) -> Vec<&[Token]> {
    let begins = |token: &Token| {
        let is_joint = matches!(token.text.as_str(), "but" | "while" | "whereas");
        token.is_explaining || is_joint || kind == Kind::Number && token.text == "and"
    };
    let sentences = evidence.sentences.iter();
    let parts = sentences.flat_map(|cited| cited.tokens.chunk_by(|_, other| !begins(other)));
    parts.filter(|part| part.iter().any(|token| token.kind == kind)).collect()
}
