//! Names in a text that nobody has parsed. Never does: tell code from strings and comments.

/// The byte offsets at which a word stands in a text with nothing of a name on either side, in order; none for an empty word.
pub fn whole_words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + Clone + 'a {
    let found = text.match_indices(word).map(|(at, _)| at).filter(move |_| !word.is_empty());
    found.filter(move |&at| {
        !text[..at].ends_with(is_of_name) && !text[at + word.len()..].starts_with(is_of_name)
    })
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::whole_words;

    #[test]
    fn parts_of_names_are_none() {
        let at = |word: &str| whole_words("a a_b ba é.a aé", word).collect::<Vec<_>>();
        assert_eq!(at("a"), [0, 12]);
        assert_eq!(at("a_b"), [2]);
        assert_eq!(at(""), [0; 0]);
    }
}
