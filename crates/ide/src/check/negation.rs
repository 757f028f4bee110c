//! What a sentence negates: how far `not`, `without`, `no longer` and their like reach, what is only kept from happening, and prefixes
//! that negate. Never does: compare texts.

use super::lexicon;
use super::tokens::{Kind, Token, mark as bits};

/// Words that turn what follows into its contrary.
const NEGATIONS: &[&str] = &[
    "not",
    "non",
    "no",
    "never",
    "without",
    "cannot",
    "nor",
    "neither",
    "none",
    "nobody",
    "nothing",
    "hardly",
    "nolonger",
    "insteadof",
    "can't",
    "don't",
    "doesn't",
    "didn't",
    "isn't",
    "aren't",
    "wasn't",
    "weren't",
    "won't",
    "wouldn't",
    "couldn't",
    "shouldn't",
    "hasn't",
    "haven't",
    "hadn't",
    "failsto",
    "lack",
    "lacks",
    "lacked",
    "lacking",
];

/// So many claims behind a negation are negated, if the clause does not end before.
const SCOPE: usize = 1;

/// So many words behind one that says that they don't happen are not said to happen.
const AVERTED: usize = 5;

/// So many more may be.
const DOUBT: usize = 3;

/// Words behind which, after what it negates, a negation no longer holds.
const ENDS_SCOPE: &[&str] = &[
    "and", "or", "that", "to", "before", "after", "can", "could", "will", "would", "should", "may", "might",
    "must", "is", "are", "was", "were", "has", "have", "had",
];

/// Marks what is negated, ended or averted.
pub(super) fn mark(tokens: &mut [Token]) {
    let cues: Vec<usize> =
        (0..tokens.len()).filter(|&at| NEGATIONS.contains(&tokens[at].text.as_str())).collect();
    for at in cues {
        if ends_what_was(tokens, at) {
            tokens[at].text = "nolonger".to_owned();
        }
        let cue = tokens[at].text.clone();
        let (scope, ends_at_free) = match cue.as_str() {
            "no" | "without" | "lack" | "lacks" | "lacked" | "lacking" => (2, true),
            "insteadof" | "nolonger" => (2, false),
            "none" | "nobody" | "nothing" => (1, false),
            _ => (SCOPE, false),
        };
        // `costs nothing`
        if cue == "nothing" && at > 0 {
            tokens[at - 1].is_negated ^= true;
        }
        negate_behind(tokens, at, scope, ends_at_free);
    }
    for at in (0..tokens.len()).filter(|&at| averts(tokens, at)).collect::<Vec<_>>() {
        let clause = tokens[at].clause;
        tokens[at + 1..]
            .iter_mut()
            .take(AVERTED)
            .filter(|token| token.clause == clause)
            .for_each(|token| token.is_averted = true);
    }
    for token in tokens.iter_mut().filter(|token| token.kind == Kind::Word) {
        strip_negative_prefix(token);
    }
}

/// `not .. any more`, whose parts stand apart.
fn ends_what_was(tokens: &[Token], at: usize) -> bool {
    let is_not = tokens[at].text == "not" || tokens[at].text.ends_with("n't");
    let clause: Vec<&str> = tokens[at..]
        .iter()
        .take_while(|token| token.clause == tokens[at].clause)
        .map(|token| token.text.as_str())
        .collect();
    is_not && clause.windows(2).any(|two| two[0] == "any" && matches!(two[1], "more" | "longer"))
}

/// `avoid`, `prevent`, `keep .. from`, `nobody`; what is replaced is neither said to be so nor not to be so.
fn averts(tokens: &[Token], at: usize) -> bool {
    let text = tokens[at].text.as_str();
    let is_keeping = |token: &Token| token.text.starts_with("keep") || token.text == "stop";
    let is_from = text == "from" && tokens[at.saturating_sub(3)..at].iter().any(is_keeping)
        || is_keeping(&tokens[at]) && tokens[at + 1..].iter().take(3).any(|token| token.text == "from");
    // What holds under other conditions is for `conditions` to judge.
    let is_unreal = |token: &Token| matches!(token.text.as_str(), "were" | "had" | "would");
    let clause = tokens[at..].iter().take_while(|token| token.clause == tokens[at].clause);
    let is_elsewhere = matches!(text, "unless" | "except" | "otherwise")
        || text == "if" && clause.into_iter().any(is_unreal);
    is_from
        || is_elsewhere
        || text.starts_with("replac") && !text.ends_with("ing")
        || text.starts_with("avoid")
        || text.starts_with("prevent")
        || text == "nobody"
}

/// Negates what stands right behind a word, in its clause: the next `scope` words that are more than grammar, where adverbs
/// hand the negation on. What comes next may be negated or not.
fn negate_behind(tokens: &mut [Token], at: usize, scope: usize, is_noun_phrase: bool) {
    let (clause, cue) = (tokens[at].clause, tokens[at].text.clone());
    let (mut sure, mut doubtful) = (scope, if cue == "failsto" { 0 } else { DOUBT });
    for token in &mut tokens[at + 1..] {
        let text = token.text.as_str();
        let is_joint = ENDS_SCOPE.contains(&text) && sure < scope;
        let is_adverb = matches!(text, "still" | "also" | "always" | "now");
        let ends_phrase = is_noun_phrase
            && token.kind == Kind::Free
            && (!token.is_light || is_adverb)
            && !matches!(text, "a" | "an" | "the" | "any" | "more");
        if sure + doubtful == 0 || cue != "neither" && (token.clause != clause || is_joint || ends_phrase) {
            break;
        }
        if token.kind == Kind::Free && !token.is_light && token.senses.is_empty() {
            continue;
        }
        let hands_on = text.ends_with("ly");
        if sure == 0 {
            token.is_averted = true;
            doubtful -= usize::from(token.kind != Kind::Free);
        } else {
            token.is_negated = !token.is_negated;
            token.is_former = matches!(cue.as_str(), "nolonger" | "insteadof");
            // `without names` may say as much as what `with names` says of the other case.
            token.is_averted = is_noun_phrase;
            sure -= usize::from(!hands_on);
        }
    }
}

/// `unaffected` says of `affected` that it is not so.
fn strip_negative_prefix(token: &mut Token) {
    let is_other =
        |word: &str| ["until", "under", "unique", "union", "regardless", "nonetheless"].contains(&word);
    let text = token.text.as_str();
    let rest = text
        .strip_prefix("un")
        .or(text.strip_prefix("non"))
        .or(text.strip_prefix("dis"))
        .or(text.strip_suffix("less"));
    let Some(rest) = rest.filter(|rest| rest.len() >= 4 && !is_other(text)) else { return };
    // Where the lexicon knows the word itself, that says more.
    if token.senses.is_empty() {
        token.stems = lexicon::stems(rest);
        token.senses = lexicon::senses(&token.stems);
        token.mark = bits(&token.stems, &token.senses);
        token.is_negated = !token.is_negated;
    }
}
