//! One change of a symbol as a document: what the commit says, then the diff. Never does: make the diff.

use std::fmt::Write;

use backstory_history::Change;

use crate::markdown::kinds_text;

/// The text, in the form in which git shows a commit, so that editors highlight it as a diff. `patch` is the unified diff of the
/// symbol's own text.
pub fn document(change: &Change, patch: &str) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = head(&mut text, change);
    text.push_str(patch);
    text
}

fn head(out: &mut String, change: &Change) -> std::fmt::Result {
    let commit = &change.commit;
    writeln!(out, "commit {}\nAuthor: {}\nDate:   {}\n", commit.id, commit.author.name, commit.date())?;
    let body = commit.body.trim_end();
    let message =
        if body.is_empty() { commit.subject.clone() } else { format!("{}\n\n{body}", commit.subject) };
    for line in message.lines() {
        // Indented, no line of it can be taken for a part of the diff.
        writeln!(out, "{}", format!("    {line}").trim_end())?;
    }
    writeln!(out, "\n{} in {}: {}", change.key, change.path, kinds_text(&change.kinds))?;
    if let Some(from) = &change.from {
        writeln!(out, "was {} in {}", from.key, from.path)?;
    }
    writeln!(out)
}
