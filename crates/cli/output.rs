//! What reaches the terminal: lines on standard output, failures on standard error, colours only where they are wanted. A reader
//! that goes away (`| head`) ends the program quietly. Never does: decide what to say.

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};

pub const BOLD: Style = Style::new().bold();
pub const DIM: Style = Style::new().dimmed();
pub const HASH: Style = AnsiColor::Yellow.on_default();
pub const HEADING: Style = AnsiColor::Cyan.on_default().bold();
pub const WARNING: Style = AnsiColor::Yellow.on_default().bold();
pub const ERROR: Style = AnsiColor::Red.on_default().bold();

/// Standard output, written line by line.
pub struct Output {
    stream: AutoStream<io::Stdout>,
}

impl Output {
    pub fn new() -> Self {
        Self { stream: anstream::stdout() }
    }

    /// Prints a line at once.
    pub fn line(&mut self, text: impl Display) -> io::Result<()> {
        writeln!(self.stream, "{text}")?;
        self.stream.flush()
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

/// One JSON value, pretty.
pub fn json(output: &mut Output, value: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Failure::new(error.to_string()))?;
    Ok(output.line(text)?)
}

/// Bytes for people.
pub fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
