//! A number must be said of what it is said of there. Never does: arithmetic.

use super::Rejection;
use super::support::{Evidence, plain_relation};
use super::tokens::{Kind, Token};

/// So far from a number, beside its clause, stands what it is of.
const NEAR: usize = 2;

pub(super) fn check(said: &[Token], evidence: &Evidence) -> Result<(), Rejection> {
    let numbers = said.iter().enumerate().filter(|(_, token)| token.kind == Kind::Number);
    for (at, number) in numbers {
        let neighbour = neighbour(said, at);
        if neighbour.is_none() {
            continue;
        }
        let fits = evidence.sentences.iter().any(|cited| {
            let tokens = &cited.tokens;
            let places = (0..tokens.len()).filter(|&place| plain_relation(number, &tokens[place]).is_some());
            places.into_iter().any(|place| {
                neighbour.is_none_or(|(neighbour, is_behind)| {
                    let is_near = |at: usize| {
                        at.abs_diff(place) <= NEAR || !is_behind && tokens[at].clause == tokens[place].clause
                    };
                    (0..tokens.len())
                        .any(|at| is_near(at) && plain_relation(neighbour, &tokens[at]).is_some())
                })
            })
        });
        if !fits && !evidence.names(number) {
            return Err(Rejection::Number(number.written.clone()));
        }
    }
    Ok(())
}

/// What a number counts: the word right behind it, otherwise the one before it in the clause; and whether it stands behind.
fn neighbour(said: &[Token], at: usize) -> Option<(&Token, bool)> {
    let clause = said[at].clause;
    let claims = |token: &&Token| (token.kind != Kind::Free || is_unit(token)) && token.clause == clause;
    let next = said.get(at + 1).filter(claims);
    let before = said[..at].iter().rev().take(3).find(claims);
    next.map(|token| (token, true)).or(before.map(|token| (token, false)))
}

fn is_unit(token: &Token) -> bool {
    matches!(token.text.as_str(), "s" | "ms" | "h" | "m")
}

/// Words that say of something that it became less.
const LESS: &[&str] = &["fall", "drop", "shrink", "decreas", "reduc", "lower", "go", "cut"];

/// Words that say of something that it became more.
const MORE: &[&str] = &["grow", "rise", "increas", "rais", "climb", "go"];

/// Whether a word says what two numbers say: `shrank from 812 MB to 607 MB`, where these stand there in this order.
pub(super) fn is_trend(token: &Token, said: &[Token], evidence: &Evidence) -> bool {
    let numbers: Vec<&Token> =
        said.iter().filter(|other| other.kind == Kind::Number && other.clause == token.clause).collect();
    let [.., from, to] = numbers.as_slice() else { return false };
    let (Ok(first), Ok(last)) = (from.text.parse::<f64>(), to.text.parse::<f64>()) else { return false };
    let words = if last < first { LESS } else { MORE };
    let is_such = token.stems.iter().any(|stem| words.contains(&stem.as_str()));
    is_such
        && evidence.sentences.iter().any(|cited| {
            let place = |number: &Token| {
                cited.tokens.iter().position(|other| plain_relation(number, other).is_some())
            };
            place(from).zip(place(to)).is_some_and(|(from, to)| from < to)
        })
}
