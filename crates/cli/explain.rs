//! `backstory explain`: the parts of the answer as text, each as it comes, or all of them as one JSON object. Never does: find
//! any of it.

use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use backstory_session::history::ChangeKind;
use backstory_session::ide::explain::{Kind, Question, Rejected, Sentence, Source};
use backstory_session::ide::locate::Target;
use backstory_session::ide::report::{Event, Reference, Report, Uncommitted};
use backstory_session::ide::symbol::{Related, SymbolInfo};
use backstory_session::store::Store;
use backstory_session::{EngineChoice, Explained, Layers, Place, Wording, WordingEvent, explain};

use crate::args::ExplainArgs;
use crate::cache;
use crate::model;
use crate::output::{self, BOLD, DIM, Failure, HASH, HEADING, Output};
use crate::progress::Progress;

/// So many relations are listed; `--json` has them all.
const LISTED: usize = 10;

pub fn run(args: &ExplainArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let store = cache::open();
    let (place, target) = Place::of(&args.target, &store)?;
    let mut wording = match args.no_model {
        true => None,
        false => wording(args, &place.root, store)?,
    };
    let progress = Progress::new("reading");
    let question = args.ask.unwrap_or_else(|| default_question(&target));
    let mut view = View {
        output,
        question,
        progress: &progress,
        all: args.all,
        quiet: args.json,
        show_rejected: args.show_rejected,
        worded_by: None,
        shorts: Vec::new(),
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

/// The model that was asked for, otherwise the one in the settings, otherwise the default; none where the settings want none and
/// nothing was asked for.
fn wording(args: &ExplainArgs, root: &Path, store: Store) -> Result<Option<Wording>, Failure> {
    let (mut config, warnings) = Layers::read(Some(root)).config();
    warnings.iter().for_each(|warning| output::warn(warning));
    if !config.model.enable && !args.fetch_model && args.model.is_none() {
        return Ok(None);
    }
    let wanted = args.model.as_ref().or(config.model.name.as_ref());
    if args.fetch_model {
        model::fetch_if_missing(wanted.map(String::as_str))?;
    }
    if let Some(adapter) = &args.adapter {
        config.model.adapter = Some(adapter.clone());
    }
    let choice = args.model.clone().map_or(EngineChoice::Default, EngineChoice::Named);
    match Wording::new(&config.model, choice, store.clone()) {
        // A setting that can't be used must not stand in the way of an answer; what was asked for just now must be said no to.
        Err(error) if args.model.is_none() => {
            output::warn(&format!("{error}; taking the default model"));
            Ok(Some(Wording::new(&Default::default(), EngineChoice::Default, store)?))
        }
        other => Ok(Some(other?)),
    }
}

/// Prints parts; remembers the first failure to print, after which it stays silent.
struct View<'a> {
    output: &'a mut Output,
    question: Question,
    progress: &'a Progress,
    all: bool,
    quiet: bool,
    show_rejected: bool,
    /// The heading above the model's sentences, until it is printed.
    worded_by: Option<String>,
    /// Full and abbreviated hashes of the changes so far.
    shorts: Vec<(String, String)>,
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
                self.shorts.push((change.commit.clone(), change.short.clone()));
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
            Explained::Wording(event) => self.wording(event),
            Explained::Draft(draft) => {
                self.heading("Draft", "")?;
                // As it is to stand in the file.
                draft.lines().try_for_each(|line| self.output.line(line))
            }
        }
    }

    fn symbol(&mut self, symbol: &SymbolInfo) -> io::Result<()> {
        // Only a directory is called by its path.
        if symbol.key == symbol.path {
            return self.output.line(format!("directory {BOLD}{}{BOLD:#}", symbol.path));
        }
        let key = output::short_key(&symbol.key);
        self.output.line(format!("{} {BOLD}{key}{BOLD:#}", symbol.kind.as_str()))?;
        if symbol.signature != symbol.path {
            self.output.line(format!("  {}", symbol.signature))?;
        }
        self.output.line(format!("  {DIM}{}:{}{DIM:#}", symbol.path, symbol.line))?;
        if !symbol.docs.is_empty() {
            self.output.prose("  ", &symbol.docs)?;
        }
        Ok(())
    }

    fn reference(&mut self, reference: Option<&Reference>) -> io::Result<()> {
        let Some(reference) = reference else { return Ok(()) };
        let commit = &reference.commit[..7];
        match &reference.name {
            Some(name) => self.heading(&format!("History at {name}"), commit),
            None => self.heading("History at a detached HEAD", commit),
        }
    }

    fn uncommitted(&mut self, change: &Uncommitted) -> io::Result<()> {
        let kinds = kinds(&change.kinds, change.hidden);
        self.output.line(format!("  {:<19}  {kinds:<16}  uncommitted change", "not yet"))?;
        let Some(from) = &change.from else { return Ok(()) };
        self.output.line(format!("              {DIM}was {} in the commit{DIM:#}", from.key))
    }

    fn change(&mut self, change: &Event) -> io::Result<()> {
        self.shorts.push((change.commit.clone(), change.short.clone()));
        if change.hidden && !self.all {
            return Ok(());
        }
        let kinds = kinds(&change.kinds, change.hidden);
        let subject = format!("{}{}", change.subject, references(change));
        let beside = 20 + change.short.len() + kinds.len().max(16) + change.author.chars().count();
        self.output.line(format!(
            "  {}  {HASH}{}{HASH:#}  {kinds:<16}  {}  {DIM}{}{DIM:#}",
            change.date,
            change.short,
            self.output.fit(&subject, beside),
            change.author,
        ))?;
        let Some(from) = &change.from else { return Ok(()) };
        let place = if from.path == change.path {
            from.key.clone()
        } else {
            format!("{} in {}", from.key, from.path)
        };
        self.output.line(format!("              {DIM}was {place}{DIM:#}"))
    }

    fn history(&mut self, report: &Report) -> io::Result<()> {
        let hidden = report.changes.iter().filter(|change| change.hidden).count();
        if hidden > 0 && !self.all {
            let what = if hidden == 1 { "change" } else { "changes" };
            self.output.line(format!(
                "  {DIM}{hidden} {what} of documentation, style or formatting not shown: --all shows them{DIM:#}"
            ))?;
        }
        if report.r#ref.is_none() {
            self.heading("History", "")?;
        }
        self.limits(report)
    }

    fn limits(&mut self, report: &Report) -> io::Result<()> {
        for limit in &report.limits {
            self.output.prose("  ", &format!("{BOLD}Note{BOLD:#}: {limit}"))?;
        }
        Ok(())
    }

    fn relations(&mut self, title: &str, relations: &[Related]) -> io::Result<()> {
        if relations.is_empty() {
            return Ok(());
        }
        self.heading(title, &relations.len().to_string())?;
        for relation in relations.iter().take(LISTED) {
            let key = output::short_key(&relation.key);
            let kind = relation.kind.map_or("module", |kind| kind.as_str());
            let doubt = if relation.confidence == "by-name" { " (by name only)" } else { "" };
            let place = format!("{}:{}{doubt}", relation.path, relation.line);
            self.output.pair(&format!("  {kind} {key}"), &place)?;
        }
        match relations.len().checked_sub(LISTED) {
            Some(more @ 1..) => {
                self.output.line(format!("  {DIM}and {more} more: --json lists them all{DIM:#}"))
            }
            _ => Ok(()),
        }
    }

    fn account(&mut self, account: &[Sentence]) -> io::Result<()> {
        if account.is_empty() {
            return Ok(());
        }
        self.heading(self.question.title(), "")?;
        account.iter().try_for_each(|sentence| self.sentence(sentence))
    }

    fn wording(&mut self, event: &WordingEvent<'_>) -> io::Result<()> {
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
                    &format!("{DIM}({what} of the model left to the quotes above: {they} said more than the history does{how}){DIM:#}"),
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

    fn sentence(&mut self, sentence: &Sentence) -> io::Result<()> {
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
            Source::Discussion { reference, commit } => format!("{reference} in {}", self.short(commit)),
            Source::Text { path, line, commit: Some(commit) } => {
                format!("{path}:{line}@{}", self.short(commit))
            }
            Source::Text { path, line, commit: None } => format!("{path}:{line}"),
        }
    }

    fn heading(&mut self, title: &str, aside: &str) -> io::Result<()> {
        self.output.line("")?;
        let gap = if aside.is_empty() { "" } else { " " };
        self.output.line(format!("{HEADING}{title}{HEADING:#}{gap}{DIM}{aside}{DIM:#}"))
    }

    /// The changes carry the abbreviation that is unique in the repository.
    fn short<'a>(&'a self, commit: &'a str) -> &'a str {
        let known = self.shorts.iter().find(|(full, _)| full == commit);
        known.map_or_else(|| commit.get(..7).unwrap_or(commit), |(_, short)| short)
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
