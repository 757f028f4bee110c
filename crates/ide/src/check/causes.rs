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
        let is_condition = tokens[..at].iter().any(|token| matches!(token.text.as_str(), "if" | "when"));
        // A condition and its reason end where the main clause begins.
        let ends = |other: usize| {
            link(tokens, other).is_some() || is_condition && tokens[other].clause > tokens[at].clause
        };
        let end = (at + 1..tokens.len()).find(|&other| ends(other)).unwrap_or(tokens.len());
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
        let is_free = !is_attempt(cause_home.cited) && !is_taken(cause_home.cited, cause, effect);
        effects.iter().any(|effect_home| match (cause_home.cited, effect_home.cited) {
            (one, other) if one.at == other.at => linked_within(one, cause, effect),
            _ if cause_home.share.min(effect_home.share) < MOST => false,
            (_, other) if is_explained(other, cause, effect) => false,
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
    links_within(home).any(|(causes, effects)| {
        shared(cause, &causes) > shared(cause, &effects)
            && !effects.is_empty()
            && shared(effect, &effects) == 0
    })
}

/// Whether the sentence of the effect says itself, with a word, what is the cause of it, and that is something else.
fn is_explained(home: &Cited, cause: &[&Token], effect: &[&Token]) -> bool {
    links_within(home).any(|(causes, effects)| {
        shared(effect, &effects) > shared(effect, &causes)
            && !causes.is_empty()
            && shared(cause, &causes) == 0
    })
}

/// What is linked in a cited sentence: causes and effects.
fn links_within(home: &Cited) -> impl Iterator<Item = (Vec<&Token>, Vec<&Token>)> {
    let tokens = &home.tokens;
    (1..tokens.len()).filter_map(move |at| {
        let is_as = tokens[at].text == "as" && tokens.get(at + 2).is_some_and(|next| next.text != "as");
        let link = link(tokens, at).or((is_as || tokens[at].is_explained).then_some(Link::CauseBehind))?;
        let (left, right) = split(tokens, at);
        Some(if link == Link::CauseBehind { (right, left) } else { (left, right) })
    })
}

fn shared(claims: &[&Token], side: &[&Token]) -> usize {
    let is_there = |claim: &&&Token| side.iter().any(|token| plain_relation(claim, token).is_some());
    claims.iter().filter(is_there).count()
}

/// So many percent of what is claimed must stand in one sentence where the cause is in another.
const MOST: usize = 70;

/// The same where the cause is in that one, too.
const ENOUGH: usize = 60;

/// A sentence that has most of the claims, and how many percent of those that are known.
struct Home<'a> {
    cited: &'a Cited,
    share: usize,
}

/// The sentences that have most of the claims, if they have enough of them.
fn homes<'a>(claims: &[&Token], evidence: &'a Evidence) -> Vec<Home<'a>> {
    let weigh = |claim: &Token| if claim.kind == Kind::Free { 1 } else { 2 };
    let weight = |cited: &Cited| -> usize {
        let is_there =
            |claim: &&&Token| cited.tokens.iter().any(|token| plain_relation(claim, token).is_some());
        claims.iter().filter(is_there).map(|claim| weigh(claim)).sum()
    };
    let is_known = |claim: &&&Token| evidence.tokens().any(|token| plain_relation(claim, token).is_some());
    let known: usize = claims.iter().filter(is_known).map(|claim| weigh(claim)).sum();
    let most = evidence.sentences.iter().map(weight).max().unwrap_or(0).max(1);
    let share = most * 100 / known.max(1);
    let at_home = evidence.sentences.iter().filter(|cited| share >= ENOUGH && weight(cited) == most);
    at_home.map(|cited| Home { cited, share }).collect()
}

/// Which sides of a joint in a cited sentence may be the cause. People have more ways to say so than a model is granted.
fn joint(tokens: &[Token], at: usize) -> Option<&'static [Link]> {
    use Link::{CauseBefore, CauseBehind};
    match link(tokens, at) {
        Some(CauseBehind) => return Some(&[CauseBehind]),
        Some(CauseBefore) => return Some(&[CauseBefore]),
        None if tokens[at].is_explaining && tokens[at..].iter().take(3).any(|token| token.text == "why") => {
            return Some(&[CauseBefore]);
        }
        None if tokens[at].is_explaining && matches!(tokens[at].text.as_str(), "there" | "then") => {
            return Some(&[CauseBefore, CauseBehind]);
        }
        None if tokens[at].is_explaining => return Some(&[CauseBehind]),
        None => {}
    }
    match tokens[at].text.as_str() {
        "as" if tokens.get(at + 1).is_some_and(|next| next.text == "a") => None,
        "since" | "as" if at > 0 => Some(&[CauseBehind]),
        "so" | "and" | "otherwise" | "causing" | "leads" | "led" | "leaving" | "making" | "made"
        | "makes" | "to" | "until" | "then" => Some(&[CauseBefore]),
        "for" if is_clause(&tokens[at + 1..]) => Some(&[CauseBehind]),
        "why" | "among" | "consequence" => Some(&[CauseBefore]),
        // `It would be simpler, but` says why it isn't so.
        "but" if is_unreal(&tokens[..at]) => Some(&[CauseBehind]),
        "which" | "where" | "while" | "when" => Some(&[CauseBefore, CauseBehind]),
        "if" | "whenever" | "after" | "unless" | "once" | "without" => Some(&[CauseBehind]),
        _ => None,
    }
}

/// `for it has to move`.
fn is_clause(tokens: &[Token]) -> bool {
    tokens
        .first()
        .is_some_and(|first| matches!(first.text.as_str(), "it" | "they" | "we" | "he" | "she" | "there"))
}

fn is_unreal(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| matches!(token.text.as_str(), "would" | "could" | "wanted"))
}

/// How many claims stand on either side of a word, and how many on one at least.
struct Split {
    left: usize,
    right: usize,
    all: usize,
}

impl Split {
    fn of(claims: &[&Token], left: &[Token], right: &[Token]) -> Self {
        let has = |tokens: &[Token], claim: &Token| {
            tokens.iter().any(|token| plain_relation(claim, token).is_some())
        };
        let count = |is_there: &dyn Fn(&Token) -> bool| claims.iter().filter(|claim| is_there(claim)).count();
        Self {
            left: count(&|claim| has(left, claim)),
            right: count(&|claim| has(right, claim)),
            all: count(&|claim| has(left, claim) || has(right, claim)),
        }
    }

    fn is_left(&self) -> bool {
        self.left * 2 >= self.all
    }

    fn is_right(&self) -> bool {
        self.right * 2 >= self.all
    }
}

fn linked_within(cited: &Cited, cause: &[&Token], effect: &[&Token]) -> bool {
    let tokens = &cited.tokens;
    (0..tokens.len()).any(|word| {
        let Some(links) = joint(tokens, word) else { return false };
        let split = |at: usize| {
            let (left, right) = (&tokens[..at], &tokens[at..]);
            (Split::of(cause, left, right), Split::of(effect, left, right))
        };
        let end = (word..tokens.len())
            .find(|&other| tokens[other].clause > tokens[word].clause)
            .unwrap_or(tokens.len());
        links.iter().any(|link| match link {
            Link::CauseBehind if word < 2 => {
                let (causes, effects) = split(end);
                causes.is_left() && effects.is_right()
            }
            Link::CauseBehind => {
                let (causes, effects) = split(word);
                causes.is_right() && effects.is_left()
            }
            // What the cause is of may be named before: `the steps got a flag and failed`.
            Link::CauseBefore => {
                let (causes, effects) = split(word);
                let is_shared = effects.right * 3 >= effects.all && causes.right == 0;
                causes.is_left() && (effects.is_right() || is_shared)
            }
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
    first.at + 1 == second.at && (opens || second.tokens.iter().any(|token| token.text == "would"))
}

/// What was only tried is no reason for what was done.
fn is_attempt(cited: &Cited) -> bool {
    cited.tokens.iter().any(|token| matches!(token.text.as_str(), "tried" | "attempted" | "try"))
}
