//! Impact as Markdown, for reviews and for editors. Never does: find any of it.

use std::fmt::Write;

use super::look_at::{because, said};
use super::phrases::{commands, phrase, summary, way};
use super::report::{Dependent, Impact, TestReached};

/// A report of what depends on symbols.
pub fn markdown(found: &Impact) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(found, &mut text);
    text
}

fn write(found: &Impact, text: &mut String) -> std::fmt::Result {
    for subject in &found.symbols {
        let symbol = &subject.symbol;
        writeln!(text, "## Impact of `{}`\n", short(&symbol.key))?;
        let public = subject.public.as_ref().map(|name| format!(", public API as `{name}`"));
        let public = public.unwrap_or_default();
        writeln!(text, "{} in `{}:{}`{public}\n", symbol.kind.as_str(), symbol.path, symbol.line)?;
        if let Some(why) = &subject.why {
            writeln!(text, "why: {}\n", said(why))?;
        }
    }
    writeln!(text, "{}", summary(found))?;
    if !found.dependent_list.is_empty() {
        writeln!(text, "\n| Steps | Use | Symbol | Where | Through |\n|---|---|---|---|---|")?;
    }
    for Dependent { place, distance, confidence, r#use, use_line, via } in &found.dependent_list {
        let doubt = if *confidence == "exact" { String::new() } else { format!(" ({confidence})") };
        let (how, key, path) = (phrase(r#use), short(&place.key), &place.path);
        let through = way(via);
        writeln!(text, "| {distance} | {how}{doubt} | `{key}` | `{path}:{use_line}` | {through} |")?;
    }
    if !found.look_at.is_empty() {
        writeln!(text, "\n### If you change it, look at\n")?;
    }
    for item in &found.look_at {
        let (key, path, line) = (short(&item.key), &item.path, item.line);
        writeln!(text, "- {} `{key}` (`{path}:{line}`): {}", item.kind, because(item, found))?;
    }
    if !found.test_list.is_empty() {
        writeln!(text, "\n### Tests\n")?;
    }
    for TestReached { id, distance, confidence, .. } in &found.test_list {
        let doubt = if *confidence == "exact" { String::new() } else { format!(", {confidence}") };
        writeln!(text, "- `{id}` ({}{doubt})", steps(*distance))?;
    }
    let commands = commands(&found.run);
    if !commands.is_empty() {
        writeln!(text, "\n```sh\n{}\n```", commands.join("\n"))?;
    }
    found.limits.iter().try_for_each(|limit| writeln!(text, "\n> {limit}"))
}

fn steps(distance: u32) -> String {
    match distance {
        0 => "asked about".to_owned(),
        1 => "direct".to_owned(),
        steps => format!("{steps} steps"),
    }
}

/// A key without the language, which the file's name shows already.
fn short(key: &str) -> &str {
    key.split_once(':').map_or(key, |(_, key)| key)
}
