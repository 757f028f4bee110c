//! What reaches the terminal: lines on standard output, failures on standard error, colours only where they are wanted. A reader
//! that goes away (`| head`) ends the program quietly. Never does: decide what to say.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};

pub const BOLD: Style = Style::new().bold();
pub const DIM: Style = Style::new().dimmed();
pub const HASH: Style = AnsiColor::Yellow.on_default();
pub const ADDED: Style = AnsiColor::Green.on_default();
pub const REMOVED: Style = AnsiColor::Red.on_default();
pub const HEADING: Style = AnsiColor::Cyan.on_default().bold();
pub const WARNING: Style = AnsiColor::Yellow.on_default().bold();
pub const ERROR: Style = AnsiColor::Red.on_default().bold();

/// Standard output, written line by line.
pub struct Output {
    stream: AutoStream<io::Stdout>,
    /// Columns of the terminal; `None` where output goes elsewhere and lines stay whole.
    width: Option<usize>,
}

impl Output {
    pub fn new() -> Self {
        let width = io::stdout().is_terminal().then(terminal_size::terminal_size).flatten();
        Self { stream: anstream::stdout(), width: width.map(|(width, _)| usize::from(width.0)) }
    }

    /// Prints a line at once.
    pub fn line(&mut self, text: impl Display) -> io::Result<()> {
        writeln!(self.stream, "{text}")?;
        self.stream.flush()
    }

    /// Prints bytes as they are, in whatever encoding.
    pub fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(bytes)?;
        stdout.flush()
    }

    /// Prints prose, indented, wrapped where there is a terminal to fit.
    pub fn prose(&mut self, indent: &str, text: &str) -> io::Result<()> {
        let Some(width) = self.width else { return self.line(format!("{indent}{text}")) };
        let options = textwrap::Options::new(width).initial_indent(indent).subsequent_indent(indent);
        for line in textwrap::wrap(text, options) {
            self.line(line)?;
        }
        Ok(())
    }

    /// Prints two texts beside each other, the second one dim; below each other where the terminal is too narrow.
    pub fn pair(&mut self, first: &str, second: &str) -> io::Result<()> {
        let together = textwrap::core::display_width(first) + 2 + textwrap::core::display_width(second);
        if self.width.is_none_or(|width| together <= width) {
            return self.line(format!("{first}  {DIM}{second}{DIM:#}"));
        }
        self.line(first)?;
        self.line(format!("      {DIM}{second}{DIM:#}"))
    }

    /// Cuts a text so that it and `beside` further columns fit the terminal; something of it always stays.
    pub fn fit<'a>(&self, text: &'a str, beside: usize) -> Cow<'a, str> {
        let Some(width) = self.width else { return Cow::Borrowed(text) };
        cut(text, width.saturating_sub(beside).max(20))
    }

    /// Reports a failure and gives the exit code that belongs to it.
    pub fn fail(&self, failure: &Failure) -> ExitCode {
        if failure.reader_is_gone {
            return ExitCode::SUCCESS;
        }
        // Nothing is left to do when standard error can't be written to either.
        let _ = writeln!(anstream::stderr(), "{ERROR}error{ERROR:#}: {}", failure.message);
        ExitCode::from(crate::FAILED)
    }
}

/// Why a command failed, in a sentence that says what to do.
#[derive(Debug)]
pub struct Failure {
    message: String,
    reader_is_gone: bool,
}

impl Failure {
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), reader_is_gone: false }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self {
            message: format!("cannot write the output: {error}"),
            reader_is_gone: error.kind() == io::ErrorKind::BrokenPipe,
        }
    }
}

impl From<backstory_session::Error> for Failure {
    fn from(error: backstory_session::Error) -> Self {
        Self::new(error.to_string())
    }
}

/// Says what is not as it should be while the program goes on.
pub fn warn(message: &str) {
    // A warning that can't be shown must not stop what it warns about.
    let _ = writeln!(anstream::stderr(), "{WARNING}warning{WARNING:#}: {message}");
}

/// Says something beside what is printed, which may go to another program.
pub fn note(message: &str) {
    // Nothing depends on whether it can be shown.
    let _ = writeln!(anstream::stderr(), "{DIM}{message}{DIM:#}");
}

/// One JSON value, pretty.
pub fn json(output: &mut Output, value: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Failure::new(error.to_string()))?;
    Ok(output.line(text)?)
}

/// Cuts a text to so many columns; an ellipsis says so.
pub fn cut(text: &str, room: usize) -> Cow<'_, str> {
    if textwrap::core::display_width(text) <= room {
        return Cow::Borrowed(text);
    }
    let mut cut: String = text.chars().take(room - 1).collect();
    while textwrap::core::display_width(&cut) >= room {
        cut.pop();
    }
    Cow::Owned(cut + "…")
}

/// A symbol's key without the language in front, which the file's name shows already.
pub fn short_key(key: &str) -> &str {
    key.split_once(':').map_or(key, |(_, key)| key)
}

/// Bytes for people.
pub fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::Output;

    #[test]
    fn texts_are_cut_to_the_terminal_and_nowhere_else() {
        let text = "Fix the case-insensitive comparison of prefixes";
        let fit = |width, beside| Output { width, ..Output::new() }.fit(text, beside).into_owned();
        assert_eq!(fit(None, 500), text);
        assert_eq!(fit(Some(60), 13), text);
        assert_eq!(fit(Some(60), 14), "Fix the case-insensitive comparison of prefix…");
        assert_eq!(fit(Some(10), 50), "Fix the case-insens…", "something always stays");
        let wide = Output { width: Some(24), ..Output::new() };
        assert_eq!(
            wide.fit("修复不区分大小写的前缀比较", 2),
            "修复不区分大小写的前…",
            "two columns a character"
        );
    }
}
