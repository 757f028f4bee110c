//! Sentences with what they rest on, and what a model makes of them, as text. Never does: choose what is said.

use std::io;

use backstory_session::WordingEvent;
use backstory_session::ide::explain::{Kind, Rejected, Sentence, Source};

use crate::output::{DIM, HASH, HEADING, Output};

/// Prints sentences.
pub struct Teller<'a> {
    pub output: &'a mut Output,
    show_rejected: bool,
    /// The heading above the model's sentences, until it is printed.
    worded_by: Option<String>,
    /// Full and abbreviated hashes of commits so far.
    shorts: Vec<(String, String)>,
}

impl<'a> Teller<'a> {
    pub fn new(output: &'a mut Output, show_rejected: bool) -> Self {
        Self { output, show_rejected, worded_by: None, shorts: Vec::new() }
    }

    /// Abbreviates a hash in a way that is unique in its repository.
    pub fn abbreviate(&mut self, commit: &str, short: &str) {
        self.shorts.push((commit.to_owned(), short.to_owned()));
    }

    pub fn wording(&mut self, event: &WordingEvent<'_>) -> io::Result<()> {
        match event {
            // Nothing stands under a heading until the model has said something.
            WordingEvent::Asking { model, is_remote } => {
                self.worded_by = Some(match is_remote {
                    false => format!("In short, worded on this machine by {model}"),
                    true => {
                        format!("In short, worded by {model}, which is not (or not only) on this machine")
                    }
                });
                Ok(())
            }
            // A quote that stands in for a rejected sentence has been shown above.
            WordingEvent::Sentence(sentence) if sentence.kind == Kind::Worded => {
                self.say_who_words()?;
                self.sentence(sentence)
            }
            WordingEvent::Sentence(_) => Ok(()),
            WordingEvent::Rejected(rejected) if self.show_rejected => {
                self.say_who_words()?;
                self.rejected(rejected)
            }
            WordingEvent::Rejected(_) => Ok(()),
            WordingEvent::Done { replaced: 0 } => Ok(()),
            WordingEvent::Done { replaced } => {
                self.say_who_words()?;
                let (what, they) = if *replaced == 1 {
                    ("one sentence".to_owned(), "it")
                } else {
                    (format!("{replaced} sentences"), "they")
                };
                let how = if self.show_rejected { "" } else { "; --show-rejected shows what" };
                self.output.prose(
                    "  ",
                    &format!("{DIM}({what} of the model left to the quotes above: {they} said more than those do{how}){DIM:#}"),
                )
            }
            WordingEvent::Unavailable { advice } => {
                self.output.line("")?;
                self.output.line(format!("{DIM}{advice}{DIM:#}"))
            }
        }
    }

    fn say_who_words(&mut self) -> io::Result<()> {
        self.worded_by.take().map_or(Ok(()), |heading| self.heading(&heading, ""))
    }

    fn rejected(&mut self, rejected: &Rejected) -> io::Result<()> {
        let cited = self.cited(&rejected.source);
        self.output
            .prose("  ", &format!("{DIM}rejected: {} [{cited}]: {}{DIM:#}", rejected.text, rejected.reason))
    }

    pub fn sentence(&mut self, sentence: &Sentence) -> io::Result<()> {
        let cited: Vec<String> = sentence.sources.iter().map(|source| self.cited(source)).collect();
        let cited = match cited.is_empty() {
            true => String::new(),
            false => format!(" {HASH}[{}]{HASH:#}", cited.join(", ")),
        };
        self.output.prose("  ", &format!("{}{cited}", sentence.text))
    }

    /// A citation as people look it up: a hash, an issue with the hash that names it, lines of a file at a commit.
    fn cited(&self, source: &Source) -> String {
        match source {
            Source::Commit { commit } => self.short(commit).to_owned(),
            Source::Discussion { reference, commit: Some(commit) } => {
                format!("{reference} in {}", self.short(commit))
            }
            Source::Discussion { reference, commit: None } => reference.clone(),
            Source::Text { path, line, commit: Some(commit) } => {
                format!("{path}:{line}@{}", self.short(commit))
            }
            Source::Text { path, line, commit: None } => format!("{path}:{line}"),
        }
    }

    pub fn heading(&mut self, title: &str, aside: &str) -> io::Result<()> {
        self.output.line("")?;
        let gap = if aside.is_empty() { "" } else { " " };
        self.output.line(format!("{HEADING}{title}{HEADING:#}{gap}{DIM}{aside}{DIM:#}"))
    }

    /// The changes carry the abbreviation that is unique in the repository.
    fn short<'s>(&'s self, commit: &'s str) -> &'s str {
        let known = self.shorts.iter().find(|(full, _)| full == commit);
        known.map_or_else(|| commit.get(..7).unwrap_or(commit), |(_, short)| short)
    }
}
