//! `backstory explain`: the parts of the answer as text, each as it comes, or all of them as one JSON object. Never does: find
//! any of it.

use std::io;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use backstory_session::history::ChangeKind;
use backstory_session::ide::explain::{Question, Sentence};
use backstory_session::ide::locate::Target;
use backstory_session::ide::report::{Event, Reference, Report, Uncommitted};
use backstory_session::ide::symbol::{Related, SymbolInfo};
use backstory_session::{Explained, Place, WordingEvent, explain};

use crate::args::ExplainArgs;
use crate::cache;
use crate::model;
use crate::output::{self, BOLD, DIM, Failure, HASH, Output};
use crate::progress::Progress;
use crate::teller::Teller;

/// So many relations are listed; `--json` has them all.
const LISTED: usize = 10;

pub fn run(args: &ExplainArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let store = cache::open();
    let (place, target) = Place::of(&args.target, &store)?;
    let mut wording = model::wording(&args.engine, &place.root, store)?;
    let progress = Progress::new("reading");
    let question = args.ask.unwrap_or_else(|| default_question(&target));
    let mut view = View {
        teller: Teller::new(output, args.engine.show_rejected),
        question,
        progress: &progress,
        all: args.all,
        quiet: args.json,
        failed: None,
    };
    // Ctrl-C ends this process at once, and with it the model's, whose input closes.
    let interrupted = AtomicBool::new(false);
    let report =
        explain(&place, question, &target, wording.as_mut(), &interrupted, &mut |part| view.part(&part))?;
    let failed = view.failed.take();
    drop(progress);
    match failed {
        Some(error) => return Err(error.into()),
        None if args.json => output::json(output, &report)?,
        None => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// A directory has no history of its own, so what is in it is told.
fn default_question(target: &Target) -> Question {
    match target {
        Target::Directory { .. } => Question::What,
        Target::Place { .. } | Target::Name(_) => Question::Why,
    }
}

/// Prints parts; remembers the first failure to print, after which it stays silent.
struct View<'a> {
    teller: Teller<'a>,
    question: Question,
    progress: &'a Progress,
    all: bool,
    quiet: bool,
    failed: Option<io::Error>,
}

impl View<'_> {
    fn part(&mut self, part: &Explained<'_>) {
        self.progress.message(match part {
            Explained::Reference(_) | Explained::Uncommitted(_) | Explained::Change(_) => "reading history",
            Explained::History(_) => "looking for users",
            Explained::Wording(WordingEvent::Asking { .. }) => "wording",
            _ => "reading",
        });
        if self.quiet || self.failed.is_some() {
            return;
        }
        let progress = self.progress;
        self.failed = progress.aside(|| self.print(part)).err();
    }

    fn print(&mut self, part: &Explained<'_>) -> io::Result<()> {
        // Whoever asks something narrower is told that alone.
        let is_narrow = self.question != Question::Why;
        match part {
            Explained::Change(change) if is_narrow => {
                self.teller.abbreviate(&change.commit, &change.short);
                Ok(())
            }
            Explained::History(report) if is_narrow => self.limits(report),
            Explained::Reference(_) | Explained::Uncommitted(_) | Explained::Relations { .. }
                if is_narrow =>
            {
                Ok(())
            }
            Explained::Symbol(symbol) => self.symbol(symbol),
            Explained::Reference(reference) => self.reference(*reference),
            Explained::Uncommitted(change) => self.uncommitted(change),
            Explained::Change(change) => self.change(change),
            Explained::History(report) => self.history(report),
            Explained::Relations { uses, used_by } => {
                self.relations("Uses", uses)?;
                self.relations("Used by", used_by)
            }
            Explained::Account(account) => self.account(account),
            Explained::Wording(event) => self.teller.wording(event),
            Explained::Draft(draft) => {
                self.teller.heading("Draft", "")?;
                // As it is to stand in the file.
                draft.lines().try_for_each(|line| self.teller.output.line(line))
            }
        }
    }

    fn symbol(&mut self, symbol: &SymbolInfo) -> io::Result<()> {
        // Only a directory is called by its path.
        if symbol.key == symbol.path {
            return self.teller.output.line(format!("directory {BOLD}{}{BOLD:#}", symbol.path));
        }
        let key = output::short_key(&symbol.key);
        self.teller.output.line(format!("{} {BOLD}{key}{BOLD:#}", symbol.kind.as_str()))?;
        if symbol.signature != symbol.path {
            self.teller.output.line(format!("  {}", symbol.signature))?;
        }
        self.teller.output.line(format!("  {DIM}{}:{}{DIM:#}", symbol.path, symbol.line))?;
        if !symbol.docs.is_empty() {
            self.teller.output.prose("  ", &symbol.docs)?;
        }
        Ok(())
    }

    fn reference(&mut self, reference: Option<&Reference>) -> io::Result<()> {
        let Some(reference) = reference else { return Ok(()) };
        let commit = &reference.commit[..7];
        match &reference.name {
            Some(name) => self.teller.heading(&format!("History at {name}"), commit),
            None => self.teller.heading("History at a detached HEAD", commit),
        }
    }

    fn uncommitted(&mut self, change: &Uncommitted) -> io::Result<()> {
        let kinds = kinds(&change.kinds, change.hidden);
        self.teller.output.line(format!("  {:<19}  {kinds:<16}  uncommitted change", "not yet"))?;
        let Some(from) = &change.from else { return Ok(()) };
        self.teller.output.line(format!("              {DIM}was {} in the commit{DIM:#}", from.key))
    }

    fn change(&mut self, change: &Event) -> io::Result<()> {
        self.teller.abbreviate(&change.commit, &change.short);
        if change.hidden && !self.all {
            return Ok(());
        }
        let kinds = kinds(&change.kinds, change.hidden);
        let subject = format!("{}{}", change.subject, references(change));
        let beside = 20 + change.short.len() + kinds.len().max(16) + change.author.chars().count();
        self.teller.output.line(format!(
            "  {}  {HASH}{}{HASH:#}  {kinds:<16}  {}  {DIM}{}{DIM:#}",
            change.date,
            change.short,
            self.teller.output.fit(&subject, beside),
            change.author,
        ))?;
        let Some(from) = &change.from else { return Ok(()) };
        let place = if from.path == change.path {
            from.key.clone()
        } else {
            format!("{} in {}", from.key, from.path)
        };
        self.teller.output.line(format!("              {DIM}was {place}{DIM:#}"))
    }

    fn history(&mut self, report: &Report) -> io::Result<()> {
        let hidden = report.changes.iter().filter(|change| change.hidden).count();
        if hidden > 0 && !self.all {
            let what = if hidden == 1 { "change" } else { "changes" };
            self.teller.output.line(format!(
                "  {DIM}{hidden} {what} of documentation, style or formatting not shown: --all shows them{DIM:#}"
            ))?;
        }
        if report.r#ref.is_none() {
            self.teller.heading("History", "")?;
        }
        self.limits(report)
    }

    fn limits(&mut self, report: &Report) -> io::Result<()> {
        for limit in &report.limits {
            self.teller.output.prose("  ", &format!("{BOLD}Note{BOLD:#}: {limit}"))?;
        }
        Ok(())
    }

    fn relations(&mut self, title: &str, relations: &[Related]) -> io::Result<()> {
        if relations.is_empty() {
            return Ok(());
        }
        self.teller.heading(title, &relations.len().to_string())?;
        for relation in relations.iter().take(LISTED) {
            let key = output::short_key(&relation.key);
            let kind = relation.kind.map_or("module", |kind| kind.as_str());
            let doubt = if relation.confidence == "by-name" { " (by name only)" } else { "" };
            let place = format!("{}:{}{doubt}", relation.path, relation.line);
            self.teller.output.pair(&format!("  {kind} {key}"), &place)?;
        }
        match relations.len().checked_sub(LISTED) {
            Some(more @ 1..) => {
                self.teller.output.line(format!("  {DIM}and {more} more: --json lists them all{DIM:#}"))
            }
            _ => Ok(()),
        }
    }

    fn account(&mut self, account: &[Sentence]) -> io::Result<()> {
        if account.is_empty() {
            return Ok(());
        }
        self.teller.heading(self.question.title(), "")?;
        account.iter().try_for_each(|sentence| self.teller.sentence(sentence))
    }
}

/// What changed, in a few words. Documentation, style and formatting are worth naming only where nothing else changed.
fn kinds(kinds: &[ChangeKind], hidden: bool) -> String {
    let minor = [ChangeKind::Docs, ChangeKind::Style, ChangeKind::Formatting];
    let kinds = kinds.iter().filter(|kind| hidden || !minor.contains(kind));
    kinds.map(|kind| kind.as_str().replace('_', " ")).collect::<Vec<_>>().join(", ")
}

/// References that the subject does not show already.
fn references(change: &Event) -> String {
    let further = change.refs.iter().filter(|reference| !change.subject.contains(reference.as_str()));
    let further: Vec<&str> = further.map(String::as_str).collect();
    if further.is_empty() { String::new() } else { format!(" ({})", further.join(", ")) }
}
