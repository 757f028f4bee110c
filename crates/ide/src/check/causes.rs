//! What is linked as cause and effect, or as means and purpose, must be linked so. Never does: infer a cause.
//!
//! A link is borne out where one sentence has it with a word that says so, the same way round; or where two sentences follow each other,
//! what is the cause first, as stories are told; or where the subject of a change is explained by its body.

use super::Rejection;
use super::support::{Cited, Evidence, plain_relation};
use super::tokens::{Kind, Token};

/// Which side of its word is the cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    CauseBehind,
    CauseBefore,
}

pub(super) fn check(said: &[Token], evidence: &Evidence) -> Result<(), Rejection> {
    for at in 0..said.len() {
        let Some(link) = link(said, at) else { continue };
        let (left, right) = split(said, at);
        let (cause, effect) = match link {
            Link::CauseBehind => (right, left),
            Link::CauseBefore => (left, right),
        };
        if cause.is_empty() || effect.is_empty() {
            continue;
        }
        if !is_linked(&cause, &effect, link, evidence) {
            return Err(Rejection::Cause(said[at].written.clone()));
        }
    }
    Ok(())
}

/// The link that a word makes.
fn link(tokens: &[Token], at: usize) -> Option<Link> {
    let opens = at > 0 && tokens[at].clause != tokens[at - 1].clause;
    match tokens[at].text.as_str() {
        "because" => Some(Link::CauseBehind),
        "since" if opens || at == 0 => Some(Link::CauseBehind),
        "as" if opens
            && !tokens
                .get(at + 1)
                .is_some_and(|next| matches!(next.text.as_str(), "well" | "a" | "before")) =>
        {
            Some(Link::CauseBehind)
        }
        "so" if opens => Some(Link::CauseBefore),
        "sothat" | "inorderto" | "therefore" | "hence" | "thus" => Some(Link::CauseBefore),
        _ => None,
    }
}

/// The claims on both sides of the word; where it opens the sentence, those up to the next clause and those behind.
fn split(tokens: &[Token], at: usize) -> (Vec<&Token>, Vec<&Token>) {
    let claims = |tokens: &'_ [Token]| -> Vec<usize> {
        (0..tokens.len()).filter(|&at| tokens[at].kind != Kind::Free || tokens[at].is_light).collect()
    };
    let pick = |range: std::ops::Range<usize>| -> Vec<&Token> {
        claims(&tokens[range.clone()]).into_iter().map(|i| &tokens[range.start + i]).collect()
    };
    if tokens[..at].iter().any(|token| token.kind != Kind::Free) {
        // A side ends where another link begins.
        let end = (at + 1..tokens.len()).find(|&other| link(tokens, other).is_some()).unwrap_or(tokens.len());
        let start = (0..at).rev().find(|&other| link(tokens, other).is_some()).map_or(0, |other| other + 1);
        return (pick(start..at), pick(at + 1..end));
    }
    let clause = tokens[at].clause;
    let end = (at..tokens.len()).find(|&other| tokens[other].clause > clause).unwrap_or(tokens.len());
    (pick(end..tokens.len()), pick(at + 1..end))
}

fn is_linked(cause: &[&Token], effect: &[&Token], said: Link, evidence: &Evidence) -> bool {
    let (causes, effects) = (homes(cause, evidence), homes(effect, evidence));
    causes.iter().any(|cause_home| {
        let is_free = !is_attempt(cause_home) && !is_taken(cause_home, cause, effect);
        effects.iter().any(|effect_home| match (cause_home, effect_home) {
            (one, other) if one.at == other.at => linked_within(one, cause, effect),
            (one, other) if one.text == other.text => {
                one.at + 1 == other.at && is_free || is_reason_after(other, one)
            }
            // The first text is the subject: what the change does.
            (one, other) => is_free && (other.text == 0 || one.text == 0 && said == Link::CauseBefore),
        })
    })
}

/// Whether the sentence of the cause says itself, with a word, what it is the cause of, and that is something else.
fn is_taken(home: &Cited, cause: &[&Token], effect: &[&Token]) -> bool {
    let tokens = &home.tokens;
    (1..tokens.len()).any(|at| {
        let is_as = tokens[at].text == "as" && tokens.get(at + 2).is_some_and(|next| next.text != "as");
        let Some(link) = link(tokens, at).or((is_as || tokens[at].is_explained).then_some(Link::CauseBehind))
        else {
            return false;
        };
        let (left, right) = split(tokens, at);
        let (causes, effects) = if link == Link::CauseBehind { (right, left) } else { (left, right) };
        let count = |claims: &[&Token], side: &[&Token]| {
            claims
                .iter()
                .filter(|claim| side.iter().any(|token| plain_relation(claim, token).is_some()))
                .count()
        };
        count(cause, &causes) > count(cause, &effects) && !effects.is_empty() && count(effect, &effects) == 0
    })
}

/// So many percent of what is claimed must stand in one sentence.
const MOST: usize = 70;

/// The sentences that have most of the claims, if they have enough of them.
fn homes<'a>(claims: &[&Token], evidence: &'a Evidence) -> Vec<&'a Cited> {
    let weigh = |claim: &Token| if claim.kind == Kind::Free { 1 } else { 2 };
    let weight = |cited: &Cited| -> usize {
        let is_there =
            |claim: &&&Token| cited.tokens.iter().any(|token| plain_relation(claim, token).is_some());
        claims.iter().filter(is_there).map(|claim| weigh(claim)).sum()
    };
    let is_known = |claim: &&&Token| evidence.tokens().any(|token| plain_relation(claim, token).is_some());
    let known: usize = claims.iter().filter(is_known).map(|claim| weigh(claim)).sum();
    let most = evidence.sentences.iter().map(weight).max().unwrap_or(0).max(1);
    if most * 100 < known * MOST {
        return Vec::new();
    }
    evidence.sentences.iter().filter(|cited| weight(cited) == most).collect()
}

/// Which sides of a joint in a cited sentence may be the cause. People have more ways to say so than a model is granted.
fn joint(tokens: &[Token], at: usize) -> Option<&'static [Link]> {
    use Link::{CauseBefore, CauseBehind};
    match link(tokens, at) {
        Some(CauseBehind) => return Some(&[CauseBehind]),
        Some(CauseBefore) => return Some(&[CauseBefore]),
        None if tokens[at].is_explaining => return Some(&[CauseBehind]),
        None => {}
    }
    match tokens[at].text.as_str() {
        "since" | "as" if at > 0 => Some(&[CauseBehind]),
        "so" | "and" | "otherwise" | "causing" | "leads" | "led" | "leaving" | "making" | "made"
        | "makes" | "to" | "until" | "then" => Some(&[CauseBefore]),
        "which" | "where" | "while" | "when" => Some(&[CauseBefore, CauseBehind]),
        "if" | "whenever" | "after" | "unless" | "once" | "without" => Some(&[CauseBehind]),
        _ => None,
    }
}

fn linked_within(cited: &Cited, cause: &[&Token], effect: &[&Token]) -> bool {
    let tokens = &cited.tokens;
    let at = |claims: &[&Token]| -> Vec<usize> {
        (0..tokens.len())
            .filter(|&at| claims.iter().any(|claim| plain_relation(claim, &tokens[at]).is_some()))
            .collect()
    };
    let (causes, effects) = (at(cause), at(effect));
    (0..tokens.len()).any(|word| {
        let Some(links) = joint(tokens, word) else { return false };
        let before = |places: &[usize]| places.iter().filter(|&&place| place < word).count() * 2;
        let opens = word < 2;
        let end = (word..tokens.len())
            .find(|&other| tokens[other].clause > tokens[word].clause)
            .unwrap_or(tokens.len());
        let in_opening = |places: &[usize]| places.iter().filter(|&&place| place < end).count() * 2;
        links.iter().any(|link| match link {
            Link::CauseBehind if opens => {
                in_opening(&causes) >= causes.len() && in_opening(&effects) <= effects.len()
            }
            Link::CauseBehind => before(&causes) <= causes.len() && before(&effects) >= effects.len(),
            Link::CauseBefore => before(&causes) >= causes.len() && before(&effects) <= effects.len(),
        })
    })
}

/// Whether the second sentence, which follows the first, says that it is the reason.
fn is_reason_after(first: &Cited, second: &Cited) -> bool {
    let opens = second
        .tokens
        .iter()
        .take(3)
        .any(|token| matches!(token.text.as_str(), "otherwise" | "because" | "reason" | "since"))
        || second.tokens.first().is_some_and(|token| {
            matches!(
                token.text.as_str(),
                "it" | "they" | "that" | "this" | "these" | "those" | "its" | "their" | "there"
            )
        });
    first.at + 1 == second.at && opens
}

/// What was only tried is no reason for what was done.
fn is_attempt(cited: &Cited) -> bool {
    cited.tokens.iter().any(|token| matches!(token.text.as_str(), "tried" | "attempted" | "try"))
}
