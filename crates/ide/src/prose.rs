//! Commit messages as prose: which lines are sentences that people wrote, and where each begins and ends. Never does: judge what
//! a sentence says.

/// Sentences of a message body in order, each on one line, with everything left out that is not prose: trailers, checklists,
/// quotes, code, links, generated text. An item of a list is a paragraph of its own.
pub fn sentences(body: &str) -> Vec<String> {
    paragraphs(body).iter().flat_map(|paragraph| split_sentences(paragraph)).collect()
}

/// Paragraphs of prose, each joined to one line.
pub fn paragraphs(body: &str) -> Vec<String> {
    let mut paragraphs = Vec::new();
    let mut current = String::new();
    let mut fenced = false;
    let mut in_comment = false;
    for line in body.lines() {
        let trimmed = line.trim();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            fenced = !fenced;
            continue;
        }
        in_comment |= trimmed.contains("<!--");
        let item = list_item(trimmed);
        let is_prose = !fenced && !in_comment && is_prose(item.unwrap_or(line));
        if trimmed.contains("-->") {
            in_comment = false;
        }
        if item.is_some() {
            flush(&mut current, &mut paragraphs);
        }
        let trimmed = item.unwrap_or(trimmed);
        if is_prose {
            if !current.is_empty() {
                current.push(' ');
            }
            current.push_str(trimmed);
        } else {
            flush(&mut current, &mut paragraphs);
        }
    }
    flush(&mut current, &mut paragraphs);
    paragraphs
}

/// What stands behind the marker of a list's item.
fn list_item(line: &str) -> Option<&str> {
    ["* ", "- ", "+ "].iter().find_map(|marker| line.strip_prefix(marker)).map(str::trim_start)
}

fn flush(current: &mut String, paragraphs: &mut Vec<String>) {
    if !current.is_empty() {
        paragraphs.push(std::mem::take(current));
    }
}

fn is_prose(line: &str) -> bool {
    let trimmed = line.trim();
    let indented_code = line.starts_with("    ") || line.starts_with('\t');
    let marked = ["[ ]", "[x]", "[X]", "> ", "#", "|", "---", "===", "(cherry picked", "http://", "https://"];
    !(trimmed.is_empty()
        || indented_code
        || marked.iter().any(|mark| trimmed.starts_with(mark))
        || is_trailer(trimmed))
}

/// `Signed-off-by: ..`, `Fixes: #1`, `Closes #12`: lines that tools read.
fn is_trailer(line: &str) -> bool {
    let key = line.split_once(':').map(|(key, _)| key);
    let is_key = |key: &str| {
        let capital = key.chars().next().is_some_and(char::is_uppercase);
        capital && (key.contains('-') || KEYS.contains(&key)) && !key.contains(' ')
    };
    let closes = [
        "close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves", "refs", "ref", "see",
        "cc",
    ];
    let lower = line.to_lowercase();
    let mut words = lower.split([' ', ':']).filter(|word| !word.is_empty());
    let issue = |word: Option<&str>| {
        word.is_some_and(|word| word.starts_with(['#', '@']) || word.starts_with("http"))
    };
    key.is_some_and(is_key)
        || (words.next().is_some_and(|first| closes.contains(&first)) && issue(words.next()))
}

const KEYS: [&str; 8] = ["Fixes", "Closes", "Refs", "Ref", "Change", "Bug", "PiperOrigin", "Tests"];

/// A sentence ends at `.`, `!` or `?` before white space and a letter that begins another one, unless an abbreviation or a
/// number stands there.
fn split_sentences(paragraph: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for (at, mark) in paragraph.char_indices() {
        if !matches!(mark, '.' | '!' | '?') {
            continue;
        }
        let end = at + mark.len_utf8();
        let rest = &paragraph[end..];
        let next = rest.trim_start().chars().next();
        let begins = next.is_none_or(|c| c.is_uppercase() || matches!(c, '`' | '"' | '(' | '['));
        if rest.starts_with(char::is_whitespace) && begins && !ends_in_abbreviation(&paragraph[start..end]) {
            sentences.push(paragraph[start..end].trim().to_owned());
            start = end;
        }
    }
    let last = paragraph[start..].trim();
    if !last.is_empty() {
        sentences.push(last.to_owned());
    }
    sentences
}

fn ends_in_abbreviation(sentence: &str) -> bool {
    let last = sentence.rsplit(char::is_whitespace).next().unwrap_or("");
    matches!(
        last.to_lowercase().as_str(),
        "e.g." | "i.e." | "etc." | "cf." | "vs." | "approx." | "no." | "mr." | "dr."
    )
}

/// The words of a text in lower case: letters, digits and underscores; apostrophes inside a word stay.
pub fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '\'' | '’')))
        .map(|word| word.trim_matches(['\'', '’']).replace('’', "'").to_lowercase())
        .filter(|word| !word.is_empty())
}
