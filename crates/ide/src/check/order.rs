//! What comes before what, and what takes whose place. Never does: order what is not put in order.

use super::Rejection;
use super::support::{Evidence, plain_relation};
use super::tokens::{Kind, Token};

/// So many claims on either side tell what is put in order.
const SIDE: usize = 3;

pub(super) fn check(said: &[Token], evidence: &Evidence) -> Result<(), Rejection> {
    for (at, token) in said.iter().enumerate().filter(|(at, _)| !is_adverb(said, *at)) {
        let Some(order) = order(said, at, false) else { continue };
        let sides = &sides(said, at);
        if sides.0.is_empty() && sides.1.is_empty() {
            continue;
        }
        let found: Vec<(bool, bool, bool)> = evidence
            .sentences
            .iter()
            .flat_map(|cited| {
                let is_now = cited.tokens.iter().any(|token| token.text == "now");
                (0..cited.tokens.len()).filter_map(move |place| {
                    let is_plain = self::order(&cited.tokens, place, false).is_some();
                    Some((agrees((order, sides), token, &cited.tokens, place)?, is_now, is_plain))
                })
            })
            .collect();
        // What is so now counts for more than what was, and `after` for more than `when`.
        let is_now = found.iter().any(|(_, is_now, _)| *is_now) && !is_of_former_times(said);
        let is_plain = found.iter().any(|(_, _, is_plain)| *is_plain);
        let counts = |(_, now, plain): &(bool, bool, bool)| (*now || !is_now) && (*plain || !is_plain);
        let found: Vec<bool> = found.into_iter().filter(counts).map(|(agrees, _, _)| agrees).collect();
        let is_rank = matches!(order, Order::Above | Order::Instead);
        let fits = match found.as_slice() {
            [] => {
                let is_later = order == Order::Later;
                let is_told = is_told_in_order(&sides.0, &sides.1, is_later, evidence);
                is_rank || is_told || !is_told_in_order(&sides.1, &sides.0, is_later, evidence)
            }
            found => found.contains(&true),
        };
        if !fits || order == Order::Instead && is_set_aside(said, at, evidence) {
            return Err(Rejection::Order(token.written.clone()));
        }
    }
    Ok(())
}

/// Whether the sentence says `X instead of Y` where what is cited says `Y instead`.
fn is_set_aside(said: &[Token], at: usize, evidence: &Evidence) -> bool {
    let (left, right) = sides(said, at);
    evidence.sentences.iter().any(|cited| {
        let instead = |token: &&Token| token.text == "instead";
        cited.tokens.iter().filter(instead).any(|word| {
            let clause: Vec<&Token> =
                cited.tokens.iter().filter(|token| token.clause == word.clause).collect();
            let nearest = |side: &[&Token]| side.first().is_some_and(|one| meets(&[one], &clause));
            nearest(&right) && !nearest(&left)
        })
    })
}

fn is_of_former_times(said: &[Token]) -> bool {
    said.iter().any(|token| matches!(token.text.as_str(), "previously" | "formerly" | "was" | "were" | "had"))
}

/// How what is left of a word stands to what is right of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Earlier,
    Later,
    /// It counts for more.
    Above,
    /// It takes the place.
    Instead,
}

type Sides<'a> = (Vec<&'a Token>, Vec<&'a Token>);

/// Whether a word of what is cited puts the same things into the same order; `None` where it speaks of others.
fn agrees(
    (order_said, said): (Order, &Sides<'_>),
    token: &Token,
    tokens: &[Token],
    place: usize,
) -> Option<bool> {
    let there = order(tokens, place, true)?;
    let is_time = |order: Order| matches!(order, Order::Earlier | Order::Later);
    if there != order_said && !(is_time(there) && is_time(order_said)) {
        return None;
    }
    let (before, behind) = sides(tokens, place);
    let straight = shared(&said.0, &before) + shared(&said.1, &behind);
    let crossed = shared(&said.0, &behind) + shared(&said.1, &before);
    let same =
        meets(&said.0, &before) && (said.1.is_empty() || meets(&said.1, &behind)) && straight >= crossed
            || meets(&said.1, &behind) && behind.len() == 1;
    let turned = meets(&said.0, &behind) && meets(&said.1, &before) && crossed > straight;
    let is_negated = token.is_negated != tokens[place].is_negated;
    match (same, turned) {
        (true, _) => Some((order_said == there) != is_negated),
        (false, true) => Some((order_said != there) != is_negated),
        (false, false) => None,
    }
}

/// The order that the word at a place makes; `None` for others. People have more words for it than a model is granted.
fn order(tokens: &[Token], at: usize, is_cited: bool) -> Option<Order> {
    let token = &tokens[at];
    match token.text.as_str() {
        // `Per chunk, not per thread`
        "not" if is_cited && at > 0 && tokens[at - 1].clause != token.clause => Some(Order::Instead),
        "before" | "then" => Some(Order::Earlier),
        "after" => Some(Order::Later),
        "once" | "when" | "following" if is_cited => Some(Order::Later),
        "until" if is_cited => Some(Order::Earlier),
        "insteadof" => Some(Order::Instead),
        "over" | "overrides" | "override" | "overrules" => Some(Order::Above),
        _ if token.stems.iter().any(|stem| RANKS.contains(&stem.as_str())) => Some(Order::Above),
        _ => None,
    }
}

/// Stems of words and phrases that put what is left of them above what is right.
const RANKS: &[&str] = &[
    "win_over",
    "take_precedence",
    "takes_precedence",
    "overrid",
    "outrank",
    "trump",
    "prevail",
    "beat",
    "supersed",
];

/// `before` that means formerly.
fn is_adverb(said: &[Token], at: usize) -> bool {
    let follows = at > 0 && matches!(said[at - 1].text.as_str(), "where" | "than" | "as" | "ever");
    follows || said.get(at + 1).is_none_or(|next| next.clause != said[at].clause)
}

/// Whether a sentence that puts nothing in order tells the one and then the other.
fn is_told_in_order(left: &[&Token], right: &[&Token], is_later: bool, evidence: &Evidence) -> bool {
    let (first, second) = if is_later { (right, left) } else { (left, right) };
    evidence.sentences.iter().any(|cited| {
        let tokens = &cited.tokens;
        let places = |claims: &[&Token]| -> Vec<usize> {
            (0..tokens.len())
                .filter(|&at| claims.iter().any(|claim| plain_relation(claim, &tokens[at]).is_some()))
                .collect()
        };
        let puts_in_order = tokens.iter().any(|token| matches!(token.text.as_str(), "before" | "after"));
        let goes_on = tokens
            .iter()
            .any(|token| matches!(token.text.as_str(), "and" | "then" | "next" | "so" | "sothat"));
        let (first, second) = (places(first), places(second));
        first.last().zip(second.first()).is_some_and(|(first, second)| first < second)
            && !puts_in_order
            && goes_on
    })
}

/// The nearest claims on both sides, in the same clause if there are any.
fn sides(tokens: &[Token], at: usize) -> (Vec<&Token>, Vec<&Token>) {
    let nearest = |claims: Vec<&'_ Token>| -> usize {
        let first = claims.first().map(|first| first.clause);
        claims.iter().take(SIDE).take_while(|claim| Some(claim.clause) == first).count()
    };
    let claims = |token: &&Token| token.kind != Kind::Free;
    let left: Vec<&Token> = tokens[..at].iter().rev().filter(claims).collect();
    let right: Vec<&Token> = tokens[at + 1..].iter().filter(claims).collect();
    let (of_left, of_right) = (nearest(left.clone()), nearest(right.clone()));
    (left.into_iter().take(of_left).collect(), right.into_iter().take(of_right).collect())
}

/// How many of some are among others.
fn shared(some: &[&Token], others: &[&Token]) -> usize {
    some.iter().filter(|one| meets(&[one], others)).count()
}

fn meets(some: &[&Token], others: &[&Token]) -> bool {
    some.iter().any(|one| others.iter().any(|other| plain_relation(one, other).is_some()))
}
