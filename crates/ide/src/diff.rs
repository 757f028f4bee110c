//! Changes of a symbol as a document: what the commit says, then the diff. Never does: make the diff.

use std::fmt::Write;

use backstory_history::Change;

use crate::markdown::kinds_text;
use crate::report::Report;

/// What stands above all changes of a symbol: which it is, as of which commit, and what is not committed or not known.
pub fn heading(report: &Report) -> String {
    let symbol = &report.symbol;
    let key = symbol.key.split_once(':').map_or(symbol.key.as_str(), |(_, key)| key);
    let mut text = format!("{} {key}\n{}:{}\n", symbol.kind.as_str(), symbol.path, symbol.line);
    // Writing to a string cannot fail.
    if let Some(reference) = &report.r#ref {
        let short = reference.commit.get(..7).unwrap_or(&reference.commit);
        let _ =
            writeln!(text, "History at {} {short}", reference.name.as_deref().unwrap_or("a detached HEAD"));
    }
    if let Some(change) = &report.uncommitted {
        let _ = writeln!(text, "There is an uncommitted change ({})", kinds_text(&change.kinds));
    }
    for limit in &report.limits {
        let _ = writeln!(text, "{limit}");
    }
    text
}

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
