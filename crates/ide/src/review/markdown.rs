//! A review as a Markdown document, as it is put under a pull request. Never does: decide what is in it.

use std::fmt::Write;

use super::sentences::{self, named};
use super::{Changed, Review};
use crate::impact::Place;
use crate::lens::counted;
use crate::markdown::escape;

/// The review as a document; what has nothing to say has no section.
pub fn markdown(review: &Review) -> String {
    let mut text = format!("## Review\n\n{}.\n", escape(&sentences::head(review)));
    section(&mut text, "Changed", review.symbols.iter().map(symbol));
    let companions = review.companions.iter().map(|it| item(&it.place, &sentences::companion(it)));
    section(&mut text, "Usually changes along, and did not", companions);
    let copies = review.copies.iter().map(|it| item(&it.place, &sentences::copy(it)));
    section(&mut text, "Alike, and left as it was", copies);
    let stale = review.stale_docs.iter().map(|it| item(&it.place, &sentences::stale(it)));
    section(&mut text, "Documentation left behind", stale);
    let commands = sentences::first_tests(&review.tests);
    if !commands.is_empty() {
        let _ = writeln!(text, "\n### Tests to run\n\n{}:\n\n```sh", sentences::tests(&review.tests));
        commands.iter().for_each(|command| text.push_str(&format!("{command}\n")));
        text.push_str("```\n");
    }
    let people = review.people.iter().map(|knows| {
        let name = escape(&knows.name);
        format!("{name}: {} here, last {}", counted(knows.changes, "commit"), knows.last)
    });
    section(&mut text, "People to ask", people);
    section(&mut text, "Limits", review.limits.iter().map(|limit| escape(limit)));
    text
}

fn section(text: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let mut lines = lines.peekable();
    if lines.peek().is_some() {
        let _ = writeln!(text, "\n### {title}\n");
        lines.for_each(|line| text.push_str(&format!("- {line}\n")));
    }
}

fn symbol(changed: &Changed) -> String {
    let mut line = format!("{}: {}", place(&changed.place), escape(&sentences::changed(changed)));
    let depends = (!changed.is_gone()).then(|| sentences::depends(changed));
    let below = sentences::story(changed).into_iter().chain(sentences::why(changed)).chain(depends);
    below.for_each(|part| line.push_str(&format!("<br>{}", escape(&part))));
    line
}

fn item(of: &Place, said: &str) -> String {
    format!("{}: {}", place(of), escape(said))
}

fn place(place: &Place) -> String {
    format!("`{}` ({}:{})", named(place), escape(&place.path), place.line)
}
