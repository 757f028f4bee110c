//! Names of code must do what they are said to do, and have done to them what is said. Never does: look at words that are no names of code.

use super::Rejection;
use super::support::{Cited, Evidence, plain_relation};
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
