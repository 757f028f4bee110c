//! The first sentence of documentation: what somebody says a symbol does, and the nearest thing to a question about it.
//! Never does: understand markup beyond where a link's text ends.

/// Words of a sentence that says something.
const WORDS: usize = 3;

/// The first sentence on one line, without the targets of links; `None` where it says too little to be searched for.
///
/// It ends with the first paragraph at the latest. A full stop inside a word (`e.g.`, `io.Reader`) doesn't end it.
pub fn first_sentence(docs: &str) -> Option<String> {
    let paragraph: Vec<&str> = docs
        .lines()
        .map(str::trim)
        .skip_while(|line| line.is_empty())
        .take_while(|line| !line.is_empty())
        .collect();
    let text = without_targets(&paragraph.join(" "));
    let end =
        text.match_indices(['.', '!', '?']).map(|(at, _)| at + 1).find(|&end| ends_sentence(&text, end));
    let sentence = text[..end.unwrap_or(text.len())].trim();
    let words = sentence.split_whitespace().filter(|word| word.contains(|c: char| c.is_ascii_alphabetic()));
    (words.count() >= WORDS).then(|| sentence.to_owned())
}

/// Whether a text's sentence ends before this byte, which is behind a full stop.
fn ends_sentence(text: &str, end: usize) -> bool {
    let last_word = text[..end - 1].rsplit(' ').next().unwrap_or_default();
    let abbreviated = matches!(last_word, "e.g" | "i.e" | "etc" | "vs" | "cf" | "(e.g" | "(i.e");
    text[end..].starts_with(' ') && !abbreviated
}

/// `[text](target)` and `[text][target]` as `[text]`: a target repeats the names of code.
fn without_targets(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("](").or_else(|| rest.find("][")) {
        let close = if rest[at + 1..].starts_with('(') { ')' } else { ']' };
        let Some(length) = rest[at + 2..].find(close) else { break };
        kept.push_str(&rest[..=at]);
        rest = &rest[at + 2 + length + close.len_utf8()..];
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn first_sentences() {
        let cases = [
            "Spawns a task. It runs later.",
            "\n\nOpens a file,\nfollowing links.\n\nSecond paragraph.",
            "Reads names (e.g. of hosts) from io.Reader. Then stops.",
            "Same as [`spawn`](crate::task::spawn) but [for][a] one thread.",
            "Deprecated.",
            "Not a b.",
            "No stop at the end",
            "Keeps [an open (bracket",
            "",
        ];
        let shown: String = cases.iter().map(|docs| format!("{:?}\n", first_sentence(docs))).collect();
        expect![[r#"
            Some("Spawns a task.")
            Some("Opens a file, following links.")
            Some("Reads names (e.g. of hosts) from io.Reader.")
            Some("Same as [`spawn`] but [for] one thread.")
            None
            Some("Not a b.")
            Some("No stop at the end")
            Some("Keeps [an open (bracket")
            None
        "#]]
        .assert_eq(&shown);
    }
}
