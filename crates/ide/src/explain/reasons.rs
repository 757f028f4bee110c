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
    "make it easier",
    "makes it easier",
    "to simplify",
    "to help",
    "to protect",
    "to handle",
    "to accommodate",
    "to match",
    "to guarantee",
    "to improve",
    "so we can",
    "so it",
    "so they",
    "so the",
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
    "now that",
    "the end result",
    "in this way",
    "this fixes",
    "fixes this",
    "fix this by",
    "solves this",
    "to solve",
    "to speed up",
    "intended for",
    "intended to",
    "is intended",
    "intends to",
    "for the purpose",
    "the purpose of",
    "the goal",
    "the intention",
    "the idea is",
    "motivated by",
    "allowing",
    "enabling",
    "improving",
    "avoiding",
    "preventing",
    "ensuring",
    "reducing",
    "simplifying",
    "making it",
    "for performance",
    "for compatibility",
    "for backwards compatibility",
    "for backward compatibility",
    "to be consistent",
    "to give",
    "to get rid of",
    "so users can",
    "this way",
    "that way",
    "for this reason",
    "stop gap",
    "stopgap",
    "getting in the way",
    "gets in the way",
    "get in the way",
    "in the way of",
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
    "wasn't",
    "weren't",
    "isn't necessary",
    "is not needed",
    "not needed",
    "suffers from",
    "suffered from",
    "unfortunate",
    "unfortunately",
    "redundant",
    "ambiguity",
    "ambiguous",
    "illegal state",
    "memory growth",
    "too often",
    "too slow",
    "too early",
    "too late",
    "turns out",
    "had no",
    "was never",
    "were never",
    "vestiges",
    "crashes",
    "panics",
    "hangs",
    "hang",
    "truncated",
    "overflow",
    "overflows",
    "leaks",
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
    "instead of",
    "rather than",
    "would be",
    "problem",
    "problems",
    "issue",
    "issues",
    "helps",
    "help",
    "easier",
    "cleaner",
    "simpler",
    "consistent",
    "consistency",
    "performance",
    "safe",
    "safety",
    "unsafety",
    "don't want",
    "don't need",
    "we don't",
    "more flexible",
    "flexibility",
    "implementation of",
    "need to",
    "needs to",
    "duplicate",
    "duplicated",
    "missing",
    "broken",
    "twice",
    "hack",
    "deprecated",
    "results in",
    "historically",
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
    "i suspect",
    "i guess",
    "i believe",
    "i decided",
    "i was not",
    "i wasn't",
    "reproduce the bug",
    "hypothesized",
    "shrugs",
    "unresolved questions",
    "next step",
    "follow-up",
    "please",
    "thanks to",
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

/// Link so in what is written for users, too, who are told what happens "so that" and "due to" what.
const CAUSAL_IN_DOCUMENTATION: &[&str] = &[
    "because",
    "to avoid",
    "to prevent",
    "to work around",
    "workaround",
    "the reason",
    "rationale",
    "historical",
    "historically",
    "backwards compatibility",
    "backward compatibility",
    "for compatibility",
];

/// Whether a sentence gives the cause or the purpose of something in so many words.
pub fn is_causal(sentence: &str) -> bool {
    has_one(sentence, CAUSAL)
}

/// The same for a sentence of documentation.
pub fn is_causal_in_documentation(sentence: &str) -> bool {
    has_one(sentence, CAUSAL_IN_DOCUMENTATION)
}

fn has_one(sentence: &str, markers: &[&str]) -> bool {
    let plain = format!(" {} ", words(sentence).collect::<Vec<_>>().join(" "));
    markers.iter().any(|marker| plain.contains(&format!(" {marker} ")))
}

/// How strongly a sentence states a reason.
pub fn strength(sentence: &str) -> u32 {
    let plain = without_objects(&format!(" {} ", words(sentence).collect::<Vec<_>>().join(" ")));
    let says = |marker: &&&str| {
        let marker = format!(" {marker} ");
        // "Move the helpers to support" gives a place.
        plain.contains(&marker) && !(marker.starts_with(" to ") && plain.ends_with(&marker))
    };
    let count = |markers: &[&str]| markers.iter().filter(says).count() as u32;
    // A question asks for a reason, an address leads to one at best, and what is in parentheses is an aside.
    let is_address = |word: &&str| word.contains("://");
    let addresses = sentence.split_whitespace().filter(is_address).count();
    if sentence.trim_end().ends_with('?')
        || sentence.starts_with('(')
        || addresses * 6 >= sentence.split_whitespace().count().max(1)
    {
        return 0;
    }
    let stated = 2 * count(STRONG) + (2 * count(PROBLEM)).min(4) + count(WEAK).min(2);
    stated.saturating_sub(2 * count(ASIDE).min(2))
}

/// "Improvements to help" says what was improved, not what for.
fn without_objects(plain: &str) -> String {
    let work =
        ["improvements", "improvement", "changes", "change", "fixes", "updates", "additions", "tweaks"];
    work.iter()
        .fold(plain.to_owned(), |text, noun| text.replace(&format!(" {noun} to "), &format!(" {noun} ")))
}

/// How strongly the first line of a message states a reason: there, a fix names the problem that it ends, and an improvement its purpose.
pub fn subject_strength(subject: &str) -> u32 {
    let said = without_scope(subject);
    let mut said_words = words(said);
    let first = said_words.next().unwrap_or_default();
    let rest: Vec<String> = said_words.filter(|word| !GLUE.contains(&word.as_str())).collect();
    let is_chore = rest.iter().take(2).any(|word| CHORES.contains(&word.as_str()));
    let gives_an_end = FIXES.contains(&first.as_str()) && rest.len() >= 2 && !is_chore;
    strength(said) + if gives_an_end { THRESHOLD } else { 0 }
}

/// First words whose objects are problems or purposes.
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
    "don't",
    "stop",
    "support",
    "improve",
    "allow",
];

const GLUE: &[&str] = &["a", "an", "the", "of", "in", "for", "on", "to", "with", "some"];

/// `sync: fix the leak` without what stands before the colon.
fn without_scope(subject: &str) -> &str {
    match subject.split_once(": ") {
        Some((scope, rest)) if words(scope).count() <= 3 => rest,
        _ => subject,
    }
}
