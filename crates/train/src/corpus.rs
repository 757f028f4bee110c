//! Symbols to pairs to learn from: each sentence and each body once, packages that are evaluated elsewhere kept out. Never
//! does: read files; the choice depends on the packages and their order alone.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::Symbol;

/// Pairs of a package that count: a few huge packages, many of them generated from one template, would teach their manner.
const MOST: usize = 4000;
/// Words of a body that tell it from others; shorter ones are alike by chance.
const BODY_WORDS: usize = 12;

/// What a package gives.
pub struct Harvest {
    pub name: String,
    pub symbols: Vec<Symbol>,
}

/// What somebody said of a symbol, and the symbol without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    pub sentence: String,
    pub symbol: Symbol,
    /// Number of its package in the list that the pairs were taken from.
    pub package: u32,
}

/// Bodies and sentences that no pair may have any more.
#[derive(Default)]
pub struct Known {
    bodies: HashSet<u64>,
    sentences: HashSet<u64>,
}

impl Known {
    /// Keeps everything out that a symbol of these says or does: they are evaluated.
    pub fn keep_out(&mut self, symbols: &[Symbol]) {
        for symbol in symbols {
            self.bodies.extend(body_hash(symbol));
            self.sentences.extend(symbol.sentence.as_deref().map(words_hash));
        }
    }

    /// Whether a symbol is new in both, which it then is no longer.
    fn admits(&mut self, symbol: &Symbol, sentence: &str) -> bool {
        let (body, sentence) = (body_hash(symbol), words_hash(sentence));
        let new = !self.sentences.contains(&sentence) && body.is_none_or(|body| !self.bodies.contains(&body));
        if new {
            self.sentences.insert(sentence);
            self.bodies.extend(body);
        }
        new
    }
}

/// The pairs of the packages, in their order, of each at most 4,000 spread over it. A sentence or a body that came before, in
/// whatever package, doesn't come again.
pub fn pairs(packages: Vec<Harvest>, known: &mut Known) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (package, harvest) in (0..).zip(packages) {
        let mut own = Vec::new();
        for symbol in harvest.symbols {
            let Some(sentence) = symbol.sentence.clone() else { continue };
            if known.admits(&symbol, &sentence) {
                own.push(Pair { sentence, symbol, package });
            }
        }
        let (count, kept) = (own.len(), own.len().min(MOST));
        // Evenly spread: of `count` the ones at which `at * kept / count` steps on.
        let mut at = 0;
        own.retain(|_| {
            let step = at * kept / count != (at + 1) * kept / count;
            at += 1;
            step
        });
        pairs.extend(own);
    }
    pairs
}

/// Names a body by its words; `None` for one of few words.
fn body_hash(symbol: &Symbol) -> Option<u64> {
    let words = words(&symbol.body);
    (words.clone().count() >= BODY_WORDS).then(|| hash(words))
}

fn words_hash(text: &str) -> u64 {
    hash(words(text))
}

fn words(text: &str) -> impl Iterator<Item = &str> + Clone {
    text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty())
}

fn hash<'a>(words: impl Iterator<Item = &'a str>) -> u64 {
    let mut hasher = DefaultHasher::new();
    words.for_each(|word| word.to_lowercase().hash(&mut hasher));
    hasher.finish()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use backstory_syntax::{Language, LocalKey};

    /// A symbol of this name and body, with a sentence or none.
    pub fn symbol(name: &str, body: &str, sentence: Option<&str>) -> Symbol {
        Symbol {
            name: name.into(),
            container: String::new(),
            path: "src/lib.rs".into(),
            signature: format!("fn {name}()"),
            body: body.into(),
            sentence: sentence.map(String::from),
            is_function: true,
            language: Language::Rust,
            key: LocalKey::file(),
        }
    }

    pub fn pair(package: u32, sentence: &str) -> Pair {
        Pair { sentence: sentence.into(), symbol: symbol("poll", "", None), package }
    }

    const LONG: &str = "{ one two three four five six seven eight nine ten eleven twelve }";

    fn chosen(packages: Vec<Vec<Symbol>>, known: &mut Known) -> Vec<String> {
        let packages = packages.into_iter().map(|symbols| Harvest { name: String::new(), symbols });
        let pairs = pairs(packages.collect(), known);
        pairs.iter().map(|pair| format!("{} {} {}", pair.package, pair.symbol.name, pair.sentence)).collect()
    }

    #[test]
    fn sentences_and_long_bodies_come_once() {
        let first = vec![
            symbol("a", LONG, Some("Opens a file.")),
            symbol("b", "{ short }", Some("Closes a file.")),
            symbol("c", "{ short }", Some("Reads a file.")),
            symbol("d", "", None),
        ];
        let second = vec![
            symbol("e", "", Some("opens a FILE")),
            symbol("f", &LONG.replace(' ', "\n"), Some("Opens what is there.")),
            symbol("g", "", Some("Writes a file.")),
        ];
        let found = chosen(vec![first, second], &mut Known::default());
        assert_eq!(
            found,
            ["0 a Opens a file.", "0 b Closes a file.", "0 c Reads a file.", "1 g Writes a file."]
        );
    }

    #[test]
    fn what_is_evaluated_is_kept_out() {
        let mut known = Known::default();
        known.keep_out(&[symbol("x", LONG, None), symbol("y", "", Some("Closes a file."))]);
        let copied = vec![
            symbol("a", LONG, Some("Opens a file.")),
            symbol("b", "", Some("Closes a file.")),
            symbol("c", "", Some("Reads a file.")),
        ];
        assert_eq!(chosen(vec![copied], &mut known), ["0 c Reads a file."]);
    }

    #[test]
    fn huge_packages_are_thinned_out_evenly() {
        let huge = (0..3 * MOST).map(|at| symbol("a", "", Some(&format!("Is number {at}.")))).collect();
        let found = chosen(vec![huge], &mut Known::default());
        assert_eq!(found.len(), MOST);
        assert_eq!(found[1], "0 a Is number 5.");
    }
}
