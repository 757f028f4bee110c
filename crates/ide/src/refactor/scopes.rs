//! Messages of commits that say that what was mended is a matter of the mended function alone. Never does: look at what it changed.

use std::collections::HashSet;

use super::opposites::words;

/// Whether a commit's message is about something that the name of the mended function has and the name of another one lacks: the scope that the message
/// begins with (`[xenforo] fix ..`, `adc: fix ..`, `fix(adc): ..`), or the version that it names.
pub fn is_alone_meant(message: &str, mended: &str, other: &str) -> bool {
    let (of_mended, of_other) = (words(mended), words(other));
    let is_of_mended = |word: &String| of_mended.contains(word) && !of_other.contains(word);
    words(scope(message)).iter().any(is_of_mended) || is_of_another_version(message, other)
}

/// What a message says it is about before it says what was done; empty where it says nothing.
fn scope(message: &str) -> &str {
    if let Some((inside, _)) = message.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return inside;
    }
    let before = message.split_once(": ").map_or("", |(before, _)| before);
    match before.split_once('(') {
        Some((_, inside)) => inside.trim_end_matches([')', '!']),
        None if before.contains(' ') => "",
        None => before,
    }
}

/// Whether a message names a version (`RESP2`) of something of which a name has another one (`rank_resp3`).
fn is_of_another_version(message: &str, name: &str) -> bool {
    let (named, own) = (terms(message), terms(name));
    let stem = |word: &str| {
        let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
        (stem.len() < word.len() && !stem.is_empty()).then(|| stem.to_owned())
    };
    let is_not_named = |word: &String| {
        let of = stem(word);
        of.is_some() && !named.contains(word) && named.iter().any(|it| stem(it) == of)
    };
    own.iter().any(is_not_named)
}

/// The words of a text, and those that it has where case begins none (`i2s1` of `I2S1`).
fn terms(text: &str) -> HashSet<String> {
    let whole = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    words(text).into_iter().chain(whole).collect()
}

#[cfg(test)]
mod tests {
    use super::is_alone_meant;

    #[test]
    fn a_message_names_one_version() {
        assert!(is_alone_meant("fix: scores in notation for RESP2 (#4016)", "rank", "score_for_rank_resp3"));
        assert!(is_alone_meant("Fix IPv6 literals", "rank", "host::is_ipv4"));
        assert!(is_alone_meant(
            "i2s: fix pin offset on i2s1",
            "<I2S1 as Instance>.out",
            "<I2S0 as Instance>.out"
        ));
        assert!(!is_alone_meant("Fix IPv6 literals", "rank", "host::ipv6_of"));
        assert!(!is_alone_meant("Fix crash (#4016)", "rank", "score_for_rank_resp3"));
        assert!(!is_alone_meant("Handle ipv6 beside ipv4", "rank", "is_ipv4"));
    }

    #[test]
    fn a_message_has_a_scope() {
        let is_alone =
            |message| is_alone_meant(message, "XenforoExtractor.login", "NewgroundsExtractor.login");
        assert!(is_alone("[xenforo] fix cookies"));
        assert!(is_alone("xenforo: fix cookies"));
        assert!(is_alone("fix(xenforo)!: cookies"));
        assert!(!is_alone("[extractor] fix cookies"));
        assert!(!is_alone("fix: cookies of xenforo"));
        assert!(!is_alone("Fix what xenforo does: nothing"));
        assert!(!is_alone("[xenforo"));
    }
}
