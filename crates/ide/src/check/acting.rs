//! Names of code must do what they are said to do, and have done to them what is said. Never does: look at words that are no names of code.

use super::Rejection;
use super::support::{Cited, Evidence, Relation, plain_relation, shares_stem};
use super::tokens::{Kind, Token};

/// Who does something there must not be somebody else, and neither what it is done to: a name of code that stands right before or behind
/// what is done must stand in a sentence that says so.
pub(super) fn check(said: &[Token], evidence: &Evidence) -> Result<(), Rejection> {
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
    for (at, side) in (0..said.len()).flat_map(|at| [(at, Side::Before), (at, Side::Behind)]) {
        let names = names_beside(said, at, side);
        if !names.is_empty() && is_of_others(&names, said, (at, side), evidence) {
            return Err(Rejection::Identifier(names[0].written.clone()));
        }
    }
    Ok(())
}

/// So far from a deed stand those who do it and what it is done to.
const BESIDE: usize = 8;

/// Where names of code stand: who does something, or what it is done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Before,
    Behind,
}

/// Names of code on one side of a deed, with nothing but grammar between.
fn names_beside(tokens: &[Token], at: usize, side: Side) -> Vec<&Token> {
    let deed = &tokens[at];
    if deed.is_name() || deed.kind != Kind::Word && !deed.is_light {
        return Vec::new();
    }
    let beside: Vec<&Token> = match side {
        Side::Before => tokens[..at].iter().rev().take(BESIDE).collect(),
        // `Cached X` is X that is cached.
        Side::Behind if deed.text.ends_with("ed") => Vec::new(),
        Side::Behind => tokens[at + 1..].iter().take(BESIDE).collect(),
    };
    let mut beside =
        beside.into_iter().take_while(|token| token.is_name() || token.kind == Kind::Free && !token.is_light);
    beside.by_ref().filter(|token| token.is_name()).collect()
}

/// Whether what is cited says the same deed, but of other names each time.
fn is_of_others(names: &[&Token], said: &[Token], (at, side): (usize, Side), evidence: &Evidence) -> bool {
    let is_it = |tokens: &[Token], place: usize| {
        !tokens[place].is_name()
            && shares_stem(&said[at], &tokens[place])
            && is_passive(tokens, place) == is_passive(said, at)
    };
    let is_one = |name: &Token, others: &[&Token]| {
        others.iter().any(|other| plain_relation(name, other) == Some(Relation::Same))
    };
    let mut found = false;
    let all = evidence.sentences.iter().all(|cited| {
        (0..cited.tokens.len()).filter(|&place| is_it(&cited.tokens, place)).all(|place| {
            found = true;
            let others = names_beside(&cited.tokens, place, side);
            !others.is_empty() && !names.iter().any(|name| is_one(name, &others))
        })
    });
    found && all
}

/// `is called`.
fn is_passive(tokens: &[Token], at: usize) -> bool {
    let may_be = !tokens[at].text.ends_with('s') && !tokens[at].text.ends_with("ing");
    let before = &tokens[at.saturating_sub(3)..at];
    may_be
        && before.iter().any(|token| {
            matches!(token.text.as_str(), "is" | "are" | "was" | "were" | "be" | "been" | "gets" | "get")
        })
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
