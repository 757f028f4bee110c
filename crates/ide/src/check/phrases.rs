//! Several words that say one thing: fixed turns of speech that stand for one word of grammar, and the phrases of the lexicon (`give up`),
//! whose parts may stand apart (`give it up`). Never does: say what a phrase means.

use super::lexicon;
use super::tokens::{Kind, Token, kind, mark, token};

/// Several words that say one thing, and the word that is put for them.
const TURNS: &[(&[&str], &str)] = &[
    (&["no", "longer"], "nolonger"),
    (&["not", "any", "more"], "nolonger"),
    (&["not", "yet"], "not"),
    (&["except", "if"], "unless"),
    (&["except", "when"], "unless"),
    (&["not", "just"], "notonly"),
    (&["not", "only"], "notonly"),
    (&["instead", "of"], "insteadof"),
    (&["rather", "than"], "insteadof"),
    (&["as", "opposed", "to"], "insteadof"),
    (&["in", "place", "of"], "insteadof"),
    (&["fails", "to"], "failsto"),
    (&["failed", "to"], "failsto"),
    (&["fail", "to"], "failsto"),
    (&["refuse", "to"], "failsto"),
    (&["refuses", "to"], "failsto"),
    (&["refused", "to"], "failsto"),
    (&["declines", "to"], "failsto"),
    (&["declined", "to"], "failsto"),
    (&["unable", "to"], "cannot"),
    (&["no", "way", "to"], "cannot"),
    (&["impossible", "to"], "cannot"),
    (&["not", "possible", "to"], "cannot"),
    (&["no", "one"], "nobody"),
    (&["prior", "to"], "before"),
    (&["ahead", "of"], "before"),
    (&["because", "of"], "because"),
    (&["due", "to"], "because"),
    (&["thanks", "to"], "thanks"),
    (&["at", "once"], "immediately"),
    (&["right", "away"], "immediately"),
    (&["straight", "away"], "immediately"),
    (&["at", "the", "same", "moment"], "simultaneously"),
    (&["at", "the", "same", "time"], "simultaneously"),
    (&["left", "alone"], "untouched"),
    (&["not", "touched"], "untouched"),
    (&["not", "affected"], "untouched"),
    (&["as", "before"], "still"),
    (&["as", "is"], "unchanged"),
    (&["used", "to"], "previously"),
    (&["until", "now"], "previously"),
    (&["up", "to", "now"], "previously"),
    (&["before", "this"], "previously"),
    (&["so", "far"], "previously"),
    (&["as", "well"], "also"),
    (&["as", "soon", "as"], "after"),
    (&["by", "hand"], "manually"),
    (&["costs", "less"], "cheaper"),
    (&["cost", "less"], "cheaper"),
    (&["costs", "more"], "dearer"),
    (&["cost", "more"], "dearer"),
    (&["in", "order", "to"], "inorderto"),
    (&["so", "that"], "sothat"),
    (&["so", "as", "to"], "inorderto"),
    (&["at", "most"], "maximum"),
    (&["no", "more", "than"], "maximum"),
    (&["up", "to"], "maximum"),
    (&["at", "least"], "minimum"),
    (&["no", "less", "than"], "minimum"),
    (&["for", "good"], "forever"),
    (&["for", "ever"], "forever"),
    (&["a", "second", "time"], "twice"),
    (&["2", "times"], "twice"),
    (&["each", "time"], "every"),
    (&["every", "time"], "every"),
    (&["all", "the", "same"], "nonetheless"),
];

/// Last words of phrases that may stand behind what the phrase is done to.
const SEPARABLE: &[&str] =
    &["off", "up", "out", "away", "down", "back", "apart", "together", "aside", "alone"];

/// So many words may stand between.
const APART: usize = 3;

/// Puts one token for each turn of speech and each phrase.
pub(super) fn merge(tokens: Vec<Token>) -> Vec<Token> {
    merge_phrases(merge_turns(tokens))
}

fn merge_turns(tokens: Vec<Token>) -> Vec<Token> {
    let mut merged: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut rest = tokens.as_slice();
    while let Some((first, others)) = rest.split_first() {
        let fits = |turn: &&(&[&str], &str)| {
            turn.0.len() <= rest.len() && turn.0.iter().zip(rest).all(|(word, token)| token.text == *word)
        };
        match TURNS.iter().find(fits) {
            Some((words, put)) => {
                let kind = if is_connective(put) { Kind::Free } else { kind(put) };
                merged.push(token(put, kind, first.clause));
                rest = &rest[words.len()..];
            }
            None => {
                merged.push(first.clone());
                rest = others;
            }
        }
    }
    merged
}

/// Words that a turn of speech may become and that claim nothing by themselves.
fn is_connective(word: &str) -> bool {
    [
        "nolonger",
        "notonly",
        "insteadof",
        "failsto",
        "inorderto",
        "sothat",
        "because",
        "thanks",
        "every",
        "nonetheless",
        "cannot",
        "nobody",
    ]
    .contains(&word)
}

fn merge_phrases(mut tokens: Vec<Token>) -> Vec<Token> {
    let mut is_used = vec![false; tokens.len()];
    for at in 0..tokens.len() {
        if is_used[at] {
            continue;
        }
        if let Some((phrase, places)) = phrase_at(&tokens, &is_used, at) {
            places.iter().skip(1).for_each(|&place| is_used[place] = true);
            tokens[at] = phrase;
        }
    }
    let mut is_used = is_used.into_iter();
    tokens.retain(|_| !is_used.next().unwrap_or(false));
    tokens
}

/// The longest phrase that begins at a token, and where its words stand.
fn phrase_at(tokens: &[Token], is_used: &[bool], at: usize) -> Option<(Token, Vec<usize>)> {
    if !matches!(tokens[at].kind, Kind::Word | Kind::Free) {
        return None;
    }
    let known = tokens[at].stems.iter().flat_map(|stem| lexicon::phrases(stem));
    let mut found = known.filter_map(|phrase| Some((phrase, places(phrase, tokens, is_used, at)?)));
    let first = found.next()?;
    let (phrase, places) =
        found.fold(first, |best, other| if other.0.len() > best.0.len() { other } else { best });
    let mut token = tokens[at].clone();
    // What is made of words that claim nothing claims nothing, unless it has a contrary.
    token.stems = lexicon::phrase_stems(phrase);
    token.senses = lexicon::senses(&token.stems);
    token.mark = mark(&token.stems, &token.senses);
    let is_made_of_free = places.iter().all(|&place| tokens[place].kind == Kind::Free);
    token.is_light =
        is_made_of_free && !lexicon::has_contrary(&token.senses) || lexicon::is_light_phrase(phrase);
    token.kind = if token.is_light { Kind::Free } else { Kind::Word };
    Some((token, places))
}

fn places(phrase: &[String], tokens: &[Token], is_used: &[bool], at: usize) -> Option<Vec<usize>> {
    let is_it = |place: usize, stem: &String| {
        tokens.get(place).is_some_and(|token| {
            let is_word = matches!(token.kind, Kind::Word | Kind::Free);
            is_word && !is_used[place] && token.clause == tokens[at].clause && token.stems.contains(stem)
        })
    };
    if phrase.iter().enumerate().all(|(offset, stem)| is_it(at + offset, stem)) {
        return Some((at..at + phrase.len()).collect());
    }
    let [_, last] = phrase else { return None };
    if !SEPARABLE.contains(&last.as_str()) {
        return None;
    }
    let place = (at + 2..=at + 1 + APART).find(|&place| is_it(place, last))?;
    Some(vec![at, place])
}
