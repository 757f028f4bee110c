//! What is said to hold if something is so must not be cited to hold unless it is so. Never does: look at conditions that only the
//! sentence has, or only what is cited.

use super::Rejection;
use super::support::{Evidence, Relation, plain_relation};
use super::tokens::{Kind, Token};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Condition {
    If,
    Unless,
}

pub(super) fn check(said: &[Token], evidence: &Evidence) -> Result<(), Rejection> {
    for (at, condition) in conditions(said) {
        let claims: Vec<&Token> = scope(said, at).iter().filter(|token| token.kind != Kind::Free).collect();
        let found: Vec<(usize, bool)> = evidence
            .sentences
            .iter()
            .flat_map(|cited| conditions(&cited.tokens).into_iter().map(move |there| (&cited.tokens, there)))
            .map(|(tokens, (place, other))| {
                let scope = scope(tokens, place);
                let is_turned = condition != other;
                // `not unless` is `only if`.
                let main_flips = is_turned && negates_main(tokens, place) != negates_main(said, at);
                (shared(&claims, scope), is_turned == (flips(&claims, scope) != main_flips))
            })
            .collect();
        let most = found.iter().map(|(shared, _)| *shared).max().unwrap_or(0);
        let mut homes = found.iter().filter(|(shared, _)| *shared == most);
        if most * 2 > claims.len() && !homes.any(|(_, agrees)| *agrees) {
            return Err(Rejection::Contrary(said[at].written.clone()));
        }
    }
    Ok(())
}

/// Whether something is negated in the clause before the one that a condition opens.
fn negates_main(tokens: &[Token], at: usize) -> bool {
    tokens[..at].iter().filter(|token| token.clause + 1 == tokens[at].clause).any(|token| token.is_negated)
}

fn conditions(tokens: &[Token]) -> Vec<(usize, Condition)> {
    let condition = |token: &Token| match token.text.as_str() {
        "if" | "when" | "whenever" | "where" | "once" => Some(Condition::If),
        "unless" | "except" => Some(Condition::Unless),
        _ => None,
    };
    tokens.iter().enumerate().filter_map(|(at, token)| Some((at, condition(token)?))).collect()
}

/// What a condition asks for: the rest of its clause.
fn scope(tokens: &[Token], at: usize) -> &[Token] {
    let end = tokens[at..].iter().position(|token| token.clause != tokens[at].clause);
    &tokens[at + 1..end.map_or(tokens.len(), |end| (at + end).max(at + 1))]
}

/// Whether a claim that both have is negated in one of them.
fn flips(claims: &[&Token], scope: &[Token]) -> bool {
    claims.iter().any(|claim| {
        let mut same =
            scope.iter().filter(|token| plain_relation(claim, token) == Some(Relation::Same)).peekable();
        same.peek().is_some() && same.all(|token| token.is_negated != claim.is_negated)
    })
}

fn shared(claims: &[&Token], scope: &[Token]) -> usize {
    let is_there =
        |claim: &&&Token| scope.iter().any(|token| plain_relation(claim, token) == Some(Relation::Same));
    claims.iter().filter(is_there).count()
}
