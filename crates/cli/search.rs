//! `backstory search`: what answers a question, as lines or JSON. Never does: rank.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use backstory_session::ide::locate::Target;
use backstory_session::store::Store;
use backstory_session::syntax::Language;
use backstory_session::{Found, Place, SearchKind as Kind, SearchWanted, find, similar};

use crate::args::{SearchArgs, SearchKind, SearchLanguage};
use crate::cache;
use crate::output::{self, BOLD, DIM, Failure, HASH, Output};
use crate::progress::Progress;

/// What is searched where nothing is said: what stands in the work tree.
const DEFAULT: [Kind; 2] = [Kind::Symbol, Kind::Doc];

/// Digits of a hash that are shown.
const SHORT: usize = 9;

pub fn run(args: &SearchArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let store = cache::open();
    let progress = Progress::new("reading the repository");
    let found = match (&args.similar, &args.query) {
        (Some(place), _) => like(place, &store, args.limit)?,
        (None, query) => answers(args, query.as_deref().unwrap_or_default(), &store)?,
    };
    drop(progress);
    if args.json {
        output::json(output, &found)?;
    } else {
        found.iter().try_for_each(|found| show(found, output))?;
    }
    match found.is_empty() {
        true if args.json => Ok(ExitCode::from(crate::FAILED)),
        true => Err(Failure::new("nothing found that fits: other words may, or another --kind")),
        false => Ok(ExitCode::SUCCESS),
    }
}

fn answers(args: &SearchArgs, question: &str, store: &Store) -> Result<Vec<Found>, Failure> {
    let place = Place::around(Path::new("."), store)?;
    let kinds: Vec<Kind> = args.kinds.iter().map(|kind| kind_of(*kind)).collect();
    let languages: Vec<Language> = args.languages.iter().map(|language| language_of(*language)).collect();
    let wanted = SearchWanted {
        question,
        kinds: if kinds.is_empty() { &DEFAULT } else { &kinds },
        paths: &args.paths,
        languages: &languages,
        limit: args.limit,
    };
    Ok(find(&place, store, &wanted)?)
}

fn like(written: &str, store: &Store, limit: usize) -> Result<Vec<Found>, Failure> {
    match Place::of(written, store)? {
        (place, Target::Place { path, line: Some(line), .. }) => {
            Ok(similar(&place, store, &path, line, limit)?)
        }
        _ => Err(Failure::new(format!("{written} is no place: write PATH:LINE, such as src/pool.rs:120"))),
    }
}

fn kind_of(kind: SearchKind) -> Kind {
    match kind {
        SearchKind::Symbol => Kind::Symbol,
        SearchKind::Commit => Kind::Commit,
        SearchKind::Doc => Kind::Doc,
        SearchKind::Discussion => Kind::Discussion,
    }
}

fn language_of(language: SearchLanguage) -> Language {
    match language {
        SearchLanguage::Rust => Language::Rust,
        SearchLanguage::Python => Language::Python,
    }
}

/// Where it is, what it is and how well it fits; below that the line that says most of the question.
pub fn show(found: &Found, output: &mut Output) -> io::Result<()> {
    let place = match (&found.path, found.line, &found.commit) {
        (Some(path), Some(line), _) => format!("{BOLD}{path}:{line}{BOLD:#}  "),
        (_, _, Some(commit)) => {
            format!("{HASH}{}{HASH:#} {}  ", commit.get(..SHORT).unwrap_or(commit), found.date)
        }
        _ => String::new(),
    };
    let name = match found.symbol {
        Some(kind) => format!("{} {}", kind.as_str(), output::short_key(&found.key)),
        None => found.key.clone(),
    };
    output.line(format!("{place}{name}  {DIM}{:.2}{DIM:#}", found.score))?;
    if let Some(snippet) = &found.snippet {
        let line = snippet.line.map_or(String::new(), |line| format!("{DIM}{line}:{DIM:#} "));
        output.line(format!("    {line}{}", output.fit(&snippet.text, 12)))?;
    }
    let changed = if found.symbols.is_empty() { &found.files } else { &found.symbols };
    if !changed.is_empty() {
        output.line(format!("    {DIM}{}{DIM:#}", changed.join(", ")))?;
    }
    Ok(())
}
