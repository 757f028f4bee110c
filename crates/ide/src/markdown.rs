//! A report as a Markdown document, for editors. Never does: leave anything out that the report has, but for long lists, whose
//! rest is counted.

use std::fmt::Write;

use crate::report::{Event, Report};
use crate::symbol::Related;

/// So many relations are listed; the JSON of `backstory explain --json` has them all.
const LISTED: usize = 30;

/// The text with what Markdown would take for markup escaped, on one line.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' => escaped.extend(['\\', c]),
            // A heading only at the start.
            '#' if escaped.is_empty() => escaped.push_str("\\#"),
            '&' => escaped.push_str("&amp;"),
            '\n' | '\r' => escaped.push(' '),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// The whole report. Links to files are left out: paths are relative to the repository, and editors open those by themselves.
pub fn document(report: &Report) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = heading(&mut text, report);
    let _ = explanation(&mut text, report);
    let _ = history(&mut text, report);
    let _ = relations(&mut text, "Used by", &report.used_by);
    let _ = relations(&mut text, "Uses", &report.uses);
    text
}

fn heading(out: &mut String, report: &Report) -> std::fmt::Result {
    let symbol = &report.symbol;
    let key = symbol.key.split_once(':').map_or(symbol.key.as_str(), |(_, key)| key);
    writeln!(out, "# {} `{key}`\n", symbol.kind.as_str())?;
    if symbol.signature != symbol.path {
        writeln!(out, "    {}\n", symbol.signature)?;
    }
    write!(out, "`{}:{}`", symbol.path, symbol.line)?;
    if let Some(reference) = &report.r#ref {
        let commit = reference.commit.get(..7).unwrap_or(&reference.commit);
        match &reference.name {
            Some(name) => write!(out, " · history as of {} (`{commit}`)", escape(name))?,
            None => write!(out, " · history as of `{commit}`")?,
        }
    }
    writeln!(out)
}

fn explanation(out: &mut String, report: &Report) -> std::fmt::Result {
    if let Some(explanation) = &report.explanation {
        writeln!(out, "\n## In short\n")?;
        for sentence in &explanation.sentences {
            writeln!(out, "- {} `{}`", escape(&sentence.text), shorts(report, &sentence.commits))?;
        }
        writeln!(
            out,
            "\nWorded by {} on this machine; each sentence was checked against its commit.",
            escape(&explanation.model)
        )?;
    }
    writeln!(out, "\n## Why, in the commits' own words\n")?;
    if report.reasons.is_empty() {
        let reason = if report.changes.is_empty() {
            "There is no history to say why."
        } else {
            "No rationale recorded."
        };
        return writeln!(out, "{reason}");
    }
    for passage in &report.reasons {
        writeln!(
            out,
            "> {}\n>\n> `{}`\n",
            escape(&passage.quote),
            shorts(report, std::slice::from_ref(&passage.commit))
        )?;
    }
    Ok(())
}

/// The abbreviated hashes under which the report's changes show the commits.
fn shorts(report: &Report, commits: &[String]) -> String {
    let short = |commit: &String| {
        let known = report.changes.iter().find(|change| change.commit == *commit);
        known.map_or_else(|| commit.get(..7).unwrap_or(commit).to_owned(), |change| change.short.clone())
    };
    commits.iter().map(short).collect::<Vec<_>>().join("` `")
}

fn history(out: &mut String, report: &Report) -> std::fmt::Result {
    writeln!(out, "\n## History\n")?;
    let (hidden, shown): (Vec<&Event>, Vec<&Event>) = report.changes.iter().partition(|change| change.hidden);
    if !shown.is_empty() {
        writeln!(out, "| Date | Commit | Author | Change | Subject |\n|---|---|---|---|---|")?;
    }
    for change in shown {
        row(out, change)?;
    }
    if !hidden.is_empty() {
        let plural = if hidden.len() == 1 { "" } else { "s" };
        writeln!(
            out,
            "\n{} more commit{plural} touched only documentation, style or formatting.",
            hidden.len()
        )?;
    }
    for limit in &report.limits {
        // Our own words, with commands in them as code.
        writeln!(out, "\n{limit}")?;
    }
    Ok(())
}

fn row(out: &mut String, change: &Event) -> std::fmt::Result {
    let kinds: Vec<&str> = change.kinds.iter().map(|kind| kind.as_str()).collect();
    let from = change
        .from
        .as_ref()
        .map_or_else(String::new, |from| format!(", from `{}` in `{}`", from.key, from.path));
    writeln!(
        out,
        "| {} | `{}` | {} | {}{from} +{} −{} | {} |",
        change.date,
        change.short,
        escape(&change.author),
        kinds.join(", ").replace('_', " "),
        change.lines_added,
        change.lines_removed,
        escape(&change.subject),
    )
}

fn relations(out: &mut String, title: &str, relations: &[Related]) -> std::fmt::Result {
    if relations.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## {title} ({})\n", relations.len())?;
    for related in relations.iter().take(LISTED) {
        let key = related.key.split_once(':').map_or(related.key.as_str(), |(_, key)| key);
        write!(out, "- `{key}` · `{}:{}`", related.path, related.line)?;
        match related.confidence {
            "exact" => writeln!(out)?,
            confidence => writeln!(out, " · {confidence}")?,
        }
    }
    if relations.len() > LISTED {
        writeln!(out, "- … and {} more", relations.len() - LISTED)?;
    }
    Ok(())
}
