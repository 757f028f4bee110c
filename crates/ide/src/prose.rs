//! Commit messages, comments and documents as prose: which lines are sentences that people wrote, under which heading, and where each
//! begins and ends. Never does: judge what a sentence says.

/// What a heading says of the paragraphs below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// No heading, or one that says nothing of the kind.
    Body,
    /// "Motivation", "Why", "Problem": what stands below is a reason.
    Reason,
    /// "Testing", "Checklist": what stands below is about the work on the change, not about the change.
    Work,
}

/// Prose between two blank lines, or an item of a list, joined to one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paragraph {
    pub text: String,
    pub section: Section,
}

/// Words in headings below which reasons stand.
const REASON_HEADINGS: &[&str] = &[
    "motivation",
    "why",
    "rationale",
    "reason",
    "problem",
    "background",
    "context",
    "purpose",
    "justification",
    "what does this pr try to resolve",
];

/// Words in headings below which nothing is said of the change itself.
const WORK_HEADINGS: &[&str] = &[
    "test",
    "testing",
    "tests",
    "review",
    "checklist",
    "screenshot",
    "screenshots",
    "todo",
    "benchmark",
    "benchmarks",
    "changelog",
    "links",
];

/// Sentences of a message body in order, each on one line, with everything left out that is not prose: trailers, checklists,
/// quotes, code, links, generated text, and what stands under headings about the work on the change.
pub fn sentences(body: &str) -> Vec<String> {
    paragraphs(body).iter().flat_map(|paragraph| split_sentences(&paragraph.text)).collect()
}

/// Paragraphs of prose. An item of a list is a paragraph of its own.
pub fn paragraphs(body: &str) -> Vec<Paragraph> {
    let mut reader = Reader { section: Section::Body, current: String::new(), done: Vec::new() };
    let (mut fenced, mut in_comment) = (false, false);
    for line in body.lines() {
        let trimmed = line.trim();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            fenced = !fenced;
            reader.end_paragraph();
            continue;
        }
        if fenced {
            continue;
        }
        in_comment |= trimmed.contains("<!--");
        let was_comment = in_comment;
        in_comment &= !trimmed.contains("-->");
        match (was_comment, heading(trimmed)) {
            (true, _) => reader.end_paragraph(),
            (false, Some(heading)) => reader.begin_section(heading),
            (false, None) => reader.line(line),
        }
    }
    reader.end_paragraph();
    reader.done
}

struct Reader {
    section: Section,
    current: String,
    done: Vec<Paragraph>,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let item = list_item(line.trim());
        if item.is_some() || !is_prose(line) {
            self.end_paragraph();
        }
        let text = item.unwrap_or(line);
        if is_prose(text) {
            if !self.current.is_empty() {
                self.current.push(' ');
            }
            self.current.push_str(text.trim());
        }
    }

    fn end_paragraph(&mut self) {
        let text = std::mem::take(&mut self.current);
        if !text.is_empty() && self.section != Section::Work {
            self.done.push(Paragraph { text, section: self.section });
        }
    }

    fn begin_section(&mut self, heading: &str) {
        self.end_paragraph();
        self.section = section(heading);
    }
}

fn section(heading: &str) -> Section {
    let plain = words(heading).collect::<Vec<_>>().join(" ");
    let has = |markers: &[&str]| {
        let spaced = format!(" {plain} ");
        markers.iter().any(|marker| spaced.contains(&format!(" {marker} ")))
    };
    match () {
        () if has(WORK_HEADINGS) => Section::Work,
        () if has(REASON_HEADINGS) => Section::Reason,
        () => Section::Body,
    }
}

/// `## Motivation`, `**Motivation**` or `Motivation:` on a line of its own.
fn heading(line: &str) -> Option<&str> {
    let marks = line.bytes().take_while(|&byte| byte == b'#').count();
    if (1..=6).contains(&marks) && line[marks..].starts_with(' ') {
        return Some(line[marks..].trim());
    }
    let bold = line.strip_prefix("**").and_then(|rest| rest.trim_end_matches(':').strip_suffix("**"));
    if let Some(bold) = bold.filter(|bold| !bold.contains("**")) {
        return Some(bold.trim_end_matches(':'));
    }
    let alone = line.strip_suffix(':')?;
    (words(alone).count() <= 2 && section(alone) != Section::Body).then_some(alone)
}

/// What stands behind the marker of a list's item.
fn list_item(line: &str) -> Option<&str> {
    let marked = ["* ", "- ", "+ "].iter().find_map(|marker| line.strip_prefix(marker)).map(str::trim_start);
    marked.or_else(|| {
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        let rest = line.get(digits..).filter(|_| (1..=2).contains(&digits))?;
        rest.strip_prefix(". ").or_else(|| rest.strip_prefix(") ")).map(str::trim_start)
    })
}

fn is_prose(line: &str) -> bool {
    let trimmed = line.trim();
    let indented_code = line.starts_with("    ") || line.starts_with('\t');
    let marked = [
        "[ ]",
        "[x]",
        "[X]",
        "> ",
        "#",
        "|",
        "---",
        "===",
        "(cherry picked",
        "http://",
        "https://",
        "r? ",
        "cc @",
        "$ ",
        "Merge pull request",
        "Merge branch",
        "Squashed commit of",
        "commit ",
    ];
    let has_letters = trimmed.chars().any(char::is_alphabetic);
    has_letters
        && !(indented_code || marked.iter().any(|mark| trimmed.starts_with(mark)) || is_trailer(trimmed))
}

/// `Signed-off-by: ..`, `Fixes: #1`, `Closes #12`: lines that tools read.
fn is_trailer(line: &str) -> bool {
    let key = line.split_once(':').map(|(key, _)| key);
    let is_key = |key: &str| {
        let capital = key.chars().next().is_some_and(char::is_uppercase);
        capital && (key.contains('-') || KEYS.contains(&key)) && !key.contains(' ')
    };
    let closes = [
        "close",
        "closes",
        "closed",
        "fix",
        "fixes",
        "fixed",
        "resolve",
        "resolves",
        "resolved",
        "refs",
        "ref",
        "see",
        "cc",
        "part",
        "related",
        "follow-up",
    ];
    let lower = line.to_lowercase();
    let mut words = lower
        .split([' ', ':'])
        .filter(|word| !word.is_empty() && !["of", "to", "issue", "also"].contains(word));
    let issue = |word: Option<&str>| {
        word.is_some_and(|word| word.starts_with(['#', '@', '!']) || word.starts_with("http"))
    };
    let only_names_issues = words.next().is_some_and(|first| closes.contains(&first))
        && issue(words.next())
        && words.all(|word| issue(Some(word)) || word == "and" || closes.contains(&word));
    key.is_some_and(is_key) || only_names_issues
}

const KEYS: &[&str] = &[
    "Fixes",
    "Closes",
    "Refs",
    "Ref",
    "Change",
    "Bug",
    "PiperOrigin",
    "Tests",
    "Author",
    "Date",
    "References",
];

/// A sentence ends at `.`, `!` or `?` before white space and a letter that begins another one, unless an abbreviation or a
/// number stands there.
pub fn split_sentences(paragraph: &str) -> Vec<String> {
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
    let abbreviations = ["e.g.", "i.e.", "etc.", "cf.", "vs.", "approx.", "no.", "mr.", "dr."];
    abbreviations.contains(&last.trim_start_matches('(').to_lowercase().as_str())
}

/// The words of a text in lower case: letters, digits and underscores; apostrophes inside a word stay.
pub fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '\'' | '’')))
        .map(|word| word.trim_matches(['\'', '’']).replace('’', "'").to_lowercase())
        .filter(|word| !word.is_empty())
}
