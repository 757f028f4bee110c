//! Whether a sentence states a reason, by its wording. Never does: judge whether a reason is good.
//!
//! A sentence that says by its wording that something is a cause, a purpose or a problem is taken for a reason. The measure is a sum over
//! markers, each counted once, less what speaks against it; `benches/explanations` holds it to what people judged.

use crate::prose::words;

/// A sentence states a reason from this strength on.
pub const THRESHOLD: u32 = 2;

/// Introduce a cause or a purpose: each says by itself why.
const STRONG: &[&str] = &[
    "because",
    "so that",
    "in order to",
    "in order for",
    "in order not to",
    "to avoid",
    "to prevent",
    "to ensure",
    "to make sure",
    "to allow",
    "to enable",
    "to reduce",
    "to keep",
    "to support",
    "to fix",
    "to let",
    "to work around",
    "to workaround",
    "to be able to",
    "to make it",
    "to simplify",
    "to help",
    "to protect",
    "to handle",
    "to accommodate",
    "to match",
    "to guarantee",
    "to improve",
    "so we can",
    "so you can",
    "so it can",
    "so they can",
    "due to",
    "otherwise",
    "as a result",
    "the reason",
    "motivation",
    "rationale",
    "the problem",
    "this means",
    "which means",
    "therefore",
    "hence",
    "caused by",
    "causes",
    "caused",
    "leads to",
    "led to",
    "results in",
    "resulted in",
    "resulting in",
    "prevents",
    "avoids",
    "ensures",
    "allows",
    "makes it possible",
    "without this",
    "would otherwise",
    "as opposed to",
    "so as to",
    "for consistency",
    "workaround for",
];

/// Speak of the state that a change ended, or of what was wrong with it.
const PROBLEM: &[&str] = &[
    "previously",
    "no longer",
    "it used to",
    "they used to",
    "we used to",
    "which used to",
    "that used to",
    "code used to",
    "instead of",
    "rather than",
    "fixed bug",
    "fixed a bug",
    "fixed issue",
    "fixed an issue",
    "fixed regression",
    "fixed a regression",
    "bug where",
    "issue where",
    "bug in which",
    "issue in which",
    "issue with",
    "bug that",
    "regression",
    "race condition",
    "deadlock",
    "memory leak",
    "use after free",
    "undefined behavior",
    "undefined behaviour",
    "unsound",
    "incorrectly",
    "fails to",
    "failed to",
    "would fail",
    "would be",
    "was not",
    "were not",
    "doesn't work",
    "did not",
    "didn't",
    "can't",
    "cannot",
    "infinite loop",
    "confusing",
    "misleading",
];

/// Often stand in a reason, and say one together.
const WEAK: &[&str] = &[
    "useful",
    "desirable",
    "purposes",
    "unnecessary",
    "since",
    "so",
    "when",
    "but",
    "however",
    "needed",
    "needs",
    "need",
    "required",
    "requires",
    "lets",
    "enables",
    "bug",
    "race",
    "leak",
    "panic",
    "crash",
    "breaks",
    "broke",
    "fails",
    "failed",
    "slow",
    "faster",
    "incorrect",
    "wrong",
    "should",
    "must",
];

/// Say that the sentence is about the work on the change, not about the change.
const ASIDE: &[&str] = &[
    "tests",
    "test",
    "changelog",
    "todo",
    "typo",
    "typos",
    "clippy",
    "rustfmt",
    "ci",
    "reviewer",
    "reviewers",
    "rebase",
    "rebased",
    "merge conflict",
    "this pr also",
    "follow up",
    "i think",
    "i'm not sure",
    "let me know",
    "sorry",
];

/// Objects of `fix` that are no problem of the code.
const CHORES: &[&str] = &[
    "test",
    "tests",
    "typo",
    "typos",
    "doc",
    "docs",
    "documentation",
    "comment",
    "comments",
    "build",
    "ci",
    "clippy",
    "lint",
    "lints",
    "warning",
    "warnings",
    "formatting",
    "format",
    "style",
    "whitespace",
    "import",
    "imports",
    "spelling",
    "merge",
    "changelog",
    "rustfmt",
];

/// Link what is done to its cause or purpose, whoever speaks of whatever.
const CAUSAL: &[&str] = &[
    "because",
    "so that",
    "in order to",
    "in order not to",
    "to avoid",
    "to prevent",
    "to work around",
    "to ensure",
    "to make sure",
    "due to",
    "otherwise",
    "workaround",
    "the reason",
    "rationale",
    "would otherwise",
    "historical",
    "historically",
    "backwards compatibility",
    "backward compatibility",
    "for compatibility",
];

/// Whether a sentence gives the cause or the purpose of something in so many words.
pub fn is_causal(sentence: &str) -> bool {
    let plain = format!(" {} ", words(sentence).collect::<Vec<_>>().join(" "));
    CAUSAL.iter().any(|marker| plain.contains(&format!(" {marker} ")))
}

/// How strongly a sentence states a reason.
pub fn strength(sentence: &str) -> u32 {
    let plain = format!(" {} ", words(sentence).collect::<Vec<_>>().join(" "));
    let count = |markers: &[&str]| {
        markers.iter().filter(|marker| plain.contains(&format!(" {marker} "))).count() as u32
    };
    // A question asks for a reason.
    if sentence.trim_end().ends_with('?') {
        return 0;
    }
    let stated = 2 * count(STRONG) + (2 * count(PROBLEM)).min(4) + count(WEAK).min(2);
    stated.saturating_sub(2 * count(ASIDE).min(2))
}

/// How strongly the first line of a message states a reason: there, a fix names the problem that it ends.
pub fn subject_strength(subject: &str) -> u32 {
    let said = without_scope(subject);
    let mut said_words = words(said);
    let first = said_words.next().unwrap_or_default();
    let rest: Vec<String> = said_words.filter(|word| !GLUE.contains(&word.as_str())).collect();
    let is_chore = rest.iter().take(2).any(|word| CHORES.contains(&word.as_str()));
    let names_a_problem = FIXES.contains(&first.as_str()) && rest.len() >= 2 && !is_chore;
    strength(said) + if names_a_problem { THRESHOLD } else { 0 }
}

const FIXES: &[&str] = &[
    "fix",
    "fixes",
    "fixed",
    "fixing",
    "avoid",
    "avoids",
    "prevent",
    "prevents",
    "workaround",
    "bugfix",
    "hotfix",
    "handle",
];

const GLUE: &[&str] = &["a", "an", "the", "of", "in", "for", "on", "to", "with", "some"];

/// `sync: fix the leak` without what stands before the colon.
fn without_scope(subject: &str) -> &str {
    match subject.split_once(": ") {
        Some((scope, rest)) if words(scope).count() <= 3 => rest,
        _ => subject,
    }
}
