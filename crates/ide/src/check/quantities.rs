//! A number must be said of what it is said of there. Never does: arithmetic.

use super::Rejection;
use super::support::{Evidence, plain_relation};
use super::tokens::{Kind, Token};

/// So far from a number stands what it counts.
const NEAR: usize = 2;

/// So far from it stands what it is said of otherwise.
const FAR: usize = 8;

/// So many words on either side of a number may be grammar.
const SIDE: usize = 3;

pub(super) fn check(said: &[Token], evidence: &Evidence) -> Result<(), Rejection> {
    let numbers = said.iter().enumerate().filter(|(_, token)| token.kind == Kind::Number);
    for (at, number) in numbers {
        let neighbours = neighbours(said, at);
        let fits = neighbours.is_empty()
            || evidence.sentences.iter().any(|cited| {
                let tokens = &cited.tokens;
                let mut places =
                    (0..tokens.len()).filter(|&place| plain_relation(number, &tokens[place]).is_some());
                places.any(|place| neighbours.iter().any(|neighbour| is_near(*neighbour, tokens, place)))
            });
        if !fits && !evidence.names(number) {
            return Err(Rejection::Number(number.written.clone()));
        }
    }
    Ok(())
}

/// What a number may be of: the word right behind it, otherwise those next to it in the clause; and how far that may be off.
fn neighbours(said: &[Token], at: usize) -> Vec<(&Token, usize)> {
    let clause = said[at].clause;
    let claims = |token: &&Token| (token.kind != Kind::Free || is_unit(token)) && token.clause == clause;
    let is_light = |token: &&Token| token.is_light && token.clause == clause;
    let has_unit = said[at].text.ends_with(|c: char| c == '%' || c.is_alphabetic());
    if let Some(next) = said.get(at + 1).filter(claims).filter(|_| !has_unit) {
        // `Two queued tasks` are two tasks.
        let head =
            said.get(at + 2).filter(|token| claims(token) || is_light(token)).filter(|_| !is_unit(next));
        return [Some(next), head].into_iter().flatten().map(|token| (token, NEAR)).collect();
    }
    let before = said[..at].iter().rev().take(SIDE);
    let behind = said[at + 1..].iter().take(SIDE);
    let mut near: Vec<&Token> =
        before.clone().find(claims).into_iter().chain(behind.clone().find(claims)).collect();
    if !near.is_empty() {
        near.extend(before.filter(is_light).chain(behind.filter(is_light)));
    }
    near.into_iter().map(|token| (token, FAR)).collect()
}

fn is_near((neighbour, distance): (&Token, usize), tokens: &[Token], place: usize) -> bool {
    // `30s` has its unit with it.
    let suffix = tokens[place].text.trim_start_matches(|c: char| !c.is_alphabetic());
    if is_unit(neighbour) && !suffix.is_empty() && neighbour.text.starts_with(suffix) {
        return true;
    }
    // `More than 999 of them`: what these are, the sentence before says.
    if tokens[place + 1..].iter().take(2).map(|token| token.text.as_str()).eq(["of", "them"]) {
        return true;
    }
    let range = place.saturating_sub(distance)..(place + distance + 1).min(tokens.len());
    tokens[range].iter().any(|token| plain_relation(neighbour, token).is_some())
}

fn is_unit(token: &Token) -> bool {
    const UNITS: &[&str] = &[
        "s", "ms", "h", "m", "second", "minut", "hour", "day", "week", "month", "year", "percent", "byte",
        "bit", "kb", "mb", "gb", "kib", "mib", "gib", "time",
    ];
    token.stems.iter().any(|stem| UNITS.contains(&stem.as_str()))
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

/// Whether a token is `two`, which people also say of what is listed, and nothing cited counts the same otherwise. `Off by two` lists
/// nothing.
pub(super) fn is_loose(said: &[Token], at: usize, evidence: &Evidence) -> bool {
    let counts = said.get(at + 1).is_some_and(|next| next.clause == said[at].clause);
    if !said[at].written.eq_ignore_ascii_case("two") || !counts {
        return false;
    }
    let neighbours = neighbours(said, at);
    !evidence.sentences.iter().any(|cited| {
        (0..cited.tokens.len()).any(|place| {
            let token = &cited.tokens[place];
            (token.kind == Kind::Number || matches!(token.text.as_str(), "one" | "single"))
                && neighbours
                    .iter()
                    .take(1)
                    .any(|(neighbour, _)| is_near((neighbour, NEAR), &cited.tokens, place))
        })
    })
}
