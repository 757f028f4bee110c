//! Text of commit messages: its encoding and the issues that it refers to. Never does: know of git objects.

use gix::bstr::BStr;

/// Decodes text of a commit with the encoding that its header names; UTF-8 without one, or where the name is unknown.
/// Bytes that are not valid in the encoding become replacement characters.
pub(crate) fn decode(bytes: &[u8], encoding: Option<&BStr>) -> String {
    let encoding =
        encoding.and_then(|label| encoding_rs::Encoding::for_label(label)).unwrap_or(encoding_rs::UTF_8);
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// The issues and pull requests that a message refers to: `#123`, `owner/repo#123` and `GH-123`, as written, in order, each
/// once.
pub(crate) fn references(message: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in message.split(|c: char| c.is_whitespace() || "()[]{}<>,;:'\"`*".contains(c)) {
        let word = word.trim_end_matches(['.', '!', '?']);
        for reference in [hash_reference(word), dash_reference(word)].into_iter().flatten() {
            if !found.iter().any(|known| known == reference) {
                found.push(reference.to_owned());
            }
        }
    }
    found
}

/// `#123` or `owner/repo#123`. Links to other places with a fragment (`page.html#12`) are none.
fn hash_reference(word: &str) -> Option<&str> {
    let (before, digits) = word.split_once('#')?;
    let is_repository = || {
        before.split_once('/').is_some_and(|(owner, name)| {
            !owner.is_empty()
                && !name.is_empty()
                && !name.contains('/')
                && before.chars().all(is_repository_char)
        })
    };
    (is_number(digits) && (before.is_empty() || is_repository())).then_some(word)
}

fn dash_reference(word: &str) -> Option<&str> {
    let prefix = word.get(..3)?;
    (prefix.eq_ignore_ascii_case("gh-") && is_number(&word[3..])).then_some(word)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() < 10 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_repository_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "/-_.".contains(c)
}
