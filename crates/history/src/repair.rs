//! Whether a commit mends something, by its message. Never does: claim which commit broke it, or look at code.

/// Words that say so in a subject, by themselves or in front of what was mended.
const REPAIRS: [&str; 12] = [
    "fix",
    "fixes",
    "fixed",
    "fixing",
    "bugfix",
    "bugfixes",
    "hotfix",
    "bug",
    "bugs",
    "regression",
    "regressions",
    "fixup",
];

/// What is mended with such words and is no behaviour of the program.
const ASIDE: [&str; 36] = [
    "typo",
    "typos",
    "doc",
    "docs",
    "documentation",
    "docstring",
    "docstrings",
    "comment",
    "comments",
    "spelling",
    "grammar",
    "link",
    "links",
    "lint",
    "lints",
    "clippy",
    "rustfmt",
    "fmt",
    "format",
    "formatting",
    "flake8",
    "pep8",
    "mypy",
    "warning",
    "warnings",
    "test",
    "tests",
    "ci",
    "travis",
    "changelog",
    "readme",
    "whitespace",
    "indentation",
    "wording",
    "nit",
    "nits",
];

/// Whether a message says that the commit mends what the program does: its subject has such a word and names nothing beside the program as
/// what is mended, or its body closes an issue with `Fixes`.
pub(crate) fn is_repair(message: &str) -> bool {
    let mut lines = message.trim_start().lines();
    let subject = lines.next().unwrap_or_default();
    let words: Vec<String> = words(subject).collect();
    if words.iter().any(|word| ASIDE.contains(&word.as_str())) {
        return false;
    }
    words.iter().any(|word| REPAIRS.contains(&word.as_str())) || lines.any(fixes_issue)
}

/// `Fixes: #1234`, `Fixes #12`, `fixed GH-12`.
fn fixes_issue(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let first = words.next().unwrap_or_default().trim_end_matches(':').to_ascii_lowercase();
    let names_issue =
        |word: &str| word.starts_with(['#', 'G', 'h']) && word.contains(|c: char| c.is_ascii_digit());
    matches!(first.as_str(), "fix" | "fixes" | "fixed") && words.next().is_some_and(names_issue)
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_ascii_lowercase)
}
