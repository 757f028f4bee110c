//! Exports as text in, discussions out; what is kept of several exports, and which discussion a reference finds.

mod broken;
mod forms;
mod kept;

use std::fmt::Write;
use std::io::Read;

use super::form::Found;
use super::json::{self, Fault, Outcome, Position};

/// What is read out of an export: each discussion with its repository, then what was no discussion, then where it is broken.
fn read(input: impl Read) -> String {
    let mut text = String::new();
    let outcome = json::read(input, &mut |Found { repository, discussion: it }, _| {
        let repository = repository.as_deref().unwrap_or("-");
        let url = it.url.as_deref().unwrap_or("-");
        writeln!(
            text,
            "{repository} {} {:?} {} by {}: {}",
            it.reference, it.kind, it.date, it.author, it.title
        )
        .unwrap();
        writeln!(text, "  {url}").unwrap();
        it.body.lines().for_each(|line| writeln!(text, "  | {line}").unwrap());
        Ok(())
    });
    let Outcome { neither, fault } = outcome.unwrap();
    if neither.count > 0 {
        let places: Vec<String> = neither.first.iter().map(place).collect();
        writeln!(text, "neither: {} ({})", neither.count, places.join(", ")).unwrap();
    }
    if let Some(Fault { position, reason }) = fault {
        writeln!(text, "broken at {}: {reason}", place(&position)).unwrap();
    }
    text
}

fn place(Position { line, column }: &Position) -> String {
    format!("{line}:{column}")
}
