//! Words in names, paths and code, as numbers. Never does: know what they are words of.

use std::collections::HashMap;

/// Hands each word of a text over, in small letters: `HTTPAdapter.send_all` has `http`, `adapter`, `send` and `all`. A plural is taken
/// for its singular; what everything is called is left out.
pub(super) fn words_of(text: &str, mut each: impl FnMut(&str)) {
    let mut word = String::new();
    let mut take = |word: &mut String| {
        if word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") {
            word.pop();
        }
        if word.len() > 1 && !COMMON.contains(&word.as_str()) {
            each(word);
        }
        word.clear();
    };
    let mut characters = text.chars().peekable();
    let mut before = ' ';
    while let Some(c) = characters.next() {
        let is_followed = characters.peek().is_some_and(|after| after.is_lowercase());
        let starts = c.is_uppercase() && (before.is_lowercase() || (before.is_uppercase() && is_followed));
        if starts || !c.is_alphanumeric() {
            take(&mut word);
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    take(&mut word);
}

/// What every test is called, and every file.
const COMMON: &[&str] = &["test", "tests", "py", "rs", "src", "lib", "init"];

/// Numbers for words.
#[derive(Default)]
pub(super) struct Words(HashMap<String, u32>);

impl Words {
    pub(super) fn number(&mut self, word: &str) -> u32 {
        if let Some(&known) = self.0.get(word) {
            return known;
        }
        let new = self.0.len() as u32;
        self.0.insert(word.to_owned(), new);
        new
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::words_of;

    #[test]
    fn names_are_cut_into_words() {
        let words = |text| {
            let mut words = Vec::new();
            words_of(text, |word| words.push(word.to_owned()));
            words
        };
        assert_eq!(words("tests/test_adapters.py"), ["adapter"]);
        assert_eq!(words("HTTPAdapter.send_all"), ["http", "adapter", "send", "all"]);
        assert_eq!(words("isoFormat2"), ["iso", "format2"]);
    }
}
