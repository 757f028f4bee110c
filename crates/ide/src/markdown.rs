//! A report as a Markdown document, for editors. Never does: leave anything out that the report has, but for long lists, whose
//! rest is counted.

use std::fmt::Write;

use backstory_history::ChangeKind;

use crate::explain::{Sentence, Source};
use crate::report::{Event, Explanation, Place, Report, Uncommitted};
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
    writeln!(out, "\n## {}\n", report.question.title())?;
    if report.account.is_empty() {
        writeln!(out, "There is no history to tell of.")?;
    }
    for sentence in &report.account {
        said(out, report, sentence)?;
    }
    if let Some(explanation) = &report.explanation {
        writeln!(out, "\n## In short\n")?;
        for sentence in &explanation.sentences {
            said(out, report, sentence)?;
        }
        writeln!(out, "\n{}", worded_by(explanation))?;
    }
    match &report.draft {
        // A fence of its own length: a quote may hold a fence.
        Some(draft) => writeln!(out, "\n## Draft\n\n`````{}\n{draft}`````", language(report)),
        None => Ok(()),
    }
}

/// The language of the report's symbol, as fences name it.
fn language(report: &Report) -> &str {
    report.symbol.key.split_once(':').map_or("", |(language, _)| language)
}

/// Who worded it and how much of that stands.
fn worded_by(explanation: &Explanation) -> String {
    let place = if explanation.remote { "which is not on this machine" } else { "on this machine" };
    let model = escape(&explanation.model);
    let checked = format!("Worded by {model}, {place}; each sentence was checked against what it cites.");
    match explanation.replaced {
        0 => checked,
        1 => format!("{checked} One said more than that and was replaced by a quote."),
        many => format!("{checked} {many} said more than that and were replaced by quotes."),
    }
}

fn said(out: &mut String, report: &Report, sentence: &Sentence) -> std::fmt::Result {
    said_by(out, sentence, &|commit| short(report, commit))
}

/// A sentence with what it rests on, as an entry of a list; `short` abbreviates full hashes.
fn said_by(out: &mut String, sentence: &Sentence, short: &dyn Fn(&str) -> String) -> std::fmt::Result {
    let cited: Vec<String> = sentence.sources.iter().map(|source| cited(source, short)).collect();
    let cited = if cited.is_empty() { String::new() } else { format!(" ({})", cited.join(", ")) };
    writeln!(out, "- {}{cited}", escape_prose(&sentence.text))
}

/// Our own names stand in backticks, which are to stay; everything else is text.
fn escape_prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let is_even = parts.len() % 2 == 1;
    let part = |(index, part): (usize, &&str)| {
        if index % 2 == 1 && is_even { format!("`{part}`") } else { escape(part) }
    };
    let joint = if is_even { "" } else { "\\`" };
    parts.iter().enumerate().map(part).collect::<Vec<_>>().join(joint)
}

/// The hash under which the report's changes show a commit.
fn short(report: &Report, commit: &str) -> String {
    let known = report.changes.iter().find(|change| change.commit == commit);
    known.map_or_else(|| first_digits(commit), |change| change.short.clone())
}

fn first_digits(commit: &str) -> String {
    commit.get(..7).unwrap_or(commit).to_owned()
}

/// A citation: an abbreviated hash, an issue, or lines of a file.
fn cited(source: &Source, short: &dyn Fn(&str) -> String) -> String {
    match source {
        Source::Commit { commit } => format!("`{}`", short(commit)),
        Source::Discussion { reference, commit: Some(commit) } => {
            format!("{}, `{}`", escape(reference), short(commit))
        }
        Source::Discussion { reference, commit: None } => escape(reference),
        Source::Text { path, line, commit: Some(commit) } => format!("`{path}:{line}@{}`", short(commit)),
        Source::Text { path, line, commit: None } => format!("`{path}:{line}`"),
    }
}

/// The answer to a question about a repository: people's own words, a model's where there are some, and lines on what else fits, as Markdown.
pub fn answer(
    question: &str,
    sentences: &[Sentence],
    explanation: Option<&Explanation>,
    found: &[String],
) -> String {
    let mut text = format!("# {}\n\n", escape(question));
    if sentences.is_empty() {
        text.push_str("Not found in this repository: nothing here says so.\n");
    }
    // Writing to a string cannot fail.
    let _ = sentences.iter().try_for_each(|sentence| said_by(&mut text, sentence, &first_digits));
    if let Some(explanation) = explanation {
        text.push_str("\n## In short\n\n");
        let _ = explanation.sentences.iter().try_for_each(|it| said_by(&mut text, it, &first_digits));
        let _ = writeln!(text, "\n{}", worded_by(explanation));
    }
    if !found.is_empty() {
        text.push_str("\n## Where to read on\n\n");
        let _ = found.iter().try_for_each(|line| writeln!(text, "- {line}"));
    }
    text
}

fn history(out: &mut String, report: &Report) -> std::fmt::Result {
    writeln!(out, "\n## History\n")?;
    let (hidden, shown): (Vec<&Event>, Vec<&Event>) = report.changes.iter().partition(|change| change.hidden);
    if !shown.is_empty() || report.uncommitted.is_some() {
        writeln!(out, "| Date | Commit | Author | Change | Subject |\n|---|---|---|---|---|")?;
    }
    if let Some(change) = &report.uncommitted {
        uncommitted(out, change)?;
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

/// The kinds of a change for people: `body, file rename`.
pub(crate) fn kinds_text(kinds: &[ChangeKind]) -> String {
    kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ").replace('_', " ")
}

fn uncommitted(out: &mut String, change: &Uncommitted) -> std::fmt::Result {
    let Uncommitted { kinds, from, lines_added, lines_removed, .. } = change;
    let (kinds, from) = (kinds_text(kinds), former(from.as_ref()));
    writeln!(out, "| not yet | | | {kinds}{from} +{lines_added} −{lines_removed} | uncommitted change |")
}

fn former(from: Option<&Place>) -> String {
    from.map_or_else(String::new, |from| format!(", from `{}` in `{}`", from.key, from.path))
}

fn row(out: &mut String, change: &Event) -> std::fmt::Result {
    let hash = match &change.link {
        Some(link) => format!("[`{}`]({link})", change.short),
        None => format!("`{}`", change.short),
    };
    writeln!(
        out,
        "| {} | {hash} | {} | {}{} +{} −{} | {}{} |",
        change.date,
        escape(&people(change)),
        kinds_text(&change.kinds),
        former(change.from.as_ref()),
        change.lines_added,
        change.lines_removed,
        escape(&change.subject),
        links(change),
    )
}

/// `Ada, with Grace`; programs are marked where their name does not do it.
fn people(change: &Event) -> String {
    let mark = if change.bot && !change.author.ends_with("[bot]") { " [bot]" } else { "" };
    let with = if change.co_authors.is_empty() { "" } else { ", with " };
    format!("{}{mark}{with}{}", change.author, change.co_authors.join(", "))
}

/// What the message says of issues and other commits and the subject doesn't show, each behind ` · `.
fn links(change: &Event) -> String {
    let links = &change.links;
    let unseen = |reference: &&String| !change.subject.contains(reference.as_str());
    let hash = |hash: &String| format!("`{}`", hash.get(..7).unwrap_or(hash));
    let named = |references: &[String]| references.iter().filter(unseen).map(|name| escape(name)).collect();
    let listed = |what: &str, items: Vec<String>| {
        if items.is_empty() { String::new() } else { format!(" · {what} {}", items.join(", ")) }
    };
    let undone = [links.reverts.iter().map(hash).collect(), named(&links.reverts_pull_requests)].concat();
    let merged = if links.squashed { " · several commits squashed" } else { "" };
    [
        listed("merged as", named(links.pull_request.as_slice())),
        listed("closes", named(&links.closes)),
        listed("reverts", undone),
        listed("copied from", links.cherry_picked_from.iter().map(hash).collect()),
        merged.to_owned(),
    ]
    .concat()
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
