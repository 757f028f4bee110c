//! What history says for the documentation of a symbol: reasons that were given since it was written. Never does: decide where it is written.

use std::sync::atomic::AtomicBool;

use backstory_history::Change;
use backstory_ide::explain::{Passage, Question, Sentence, paragraph};
use backstory_ide::lens::counted;
use backstory_ide::locate::Target;
use backstory_ide::refactor::{self, Paragraph, Plan, Reason, Request};
use backstory_ide::review::{Habit, is_stale};

use super::{Refactored, symbol};
use crate::explain::explain_in;
use crate::wording::Wording;
use crate::workspace::load;
use crate::{Error, Place};

/// More than this nobody reads in a comment.
const PARAGRAPHS: usize = 3;

/// A reason, and the hash of its commit as it is written.
#[derive(Clone, Debug)]
pub(crate) struct Later {
    pub passage: Passage,
    short: String,
}

/// The reasons that were given since documentation was written; `None` where it is not behind. `changes` are newest first.
pub(crate) fn later(changes: &[Change], reasons: &[Passage]) -> Option<Vec<Later>> {
    let habit = Habit::of(changes);
    is_stale(habit.bodies, habit.signatures).then(|| since(&habit, changes, reasons))
}

fn since(habit: &Habit<'_>, changes: &[Change], reasons: &[Passage]) -> Vec<Later> {
    let written = habit.written.map(|written| written.commit.id.as_str());
    let is_before = |change: &&Change| Some(change.commit.id.as_str()) != written;
    let newer: Vec<&Change> = changes.iter().take_while(is_before).collect();
    let of =
        |passage: &Passage| newer.iter().find(|it| passage.source.commit() == Some(it.commit.id.as_str()));
    let told = |passage: &Passage| {
        let short = of(passage)?.commit.short().to_owned();
        Some(Later { passage: passage.clone(), short })
    };
    reasons.iter().filter_map(told).collect()
}

/// Paragraphs of reasons that documentation doesn't name yet, in the words of a model where it said them.
pub(crate) fn paragraphs(reasons: &[Later], worded: &[Sentence], documented: &str) -> Vec<Paragraph> {
    let is_new = |it: &&Later| !documented.contains(it.short.as_str());
    let told = |it: &Later| Paragraph {
        text: paragraph(&it.passage, worded, &|_| it.short.clone()),
        commits: it.passage.source.commit().map(str::to_owned).into_iter().collect(),
    };
    reasons.iter().filter(is_new).take(PARAGRAPHS).map(told).collect()
}

/// Writes the documentation of a target, or brings it up to date: with the reasons that history gives, worded where there is a model, and the
/// parameters that the signature has. Without `wants_history` only the latter.
///
/// # Errors
/// [`Error::Refused`] where there is nothing to write, or it can't be; where the target is nothing, or not one symbol; where the repository
/// can't be read.
pub fn document(
    place: &Place,
    target: &Target,
    wording: Option<&mut Wording>,
    wants_history: bool,
    interrupted: &AtomicBool,
) -> Result<Refactored, Error> {
    let analysis = load(&place.root);
    let id = symbol(&analysis, target)?;
    let documented = analysis.definition(id).docs.clone();
    let (mut said, mut reasons) = (Vec::new(), Vec::new());
    if wants_history {
        let question = Question::Doc;
        let (report, gathered) =
            explain_in(place, &analysis, question, target, wording, interrupted, &mut |_| {})?;
        // Where nothing is documented nothing was written before any change.
        let habit = if documented.is_empty() { Habit::default() } else { Habit::of(&gathered.changes) };
        let found = since(&habit, &gathered.changes, &report.reasons);
        let worded = report.explanation.as_ref().map_or(&[][..], |said| &said.sentences);
        said = paragraphs(&found, worded, &documented);
        reasons.extend(behind(&habit));
    }
    let path = analysis.path(id.file).to_owned();
    let request = Request::Docs { path: path.clone(), key: analysis.outline(id.file).key(id.local), said };
    let Plan { kind, title, edits, files, reasons: told, .. } = refactor::plan(&analysis, &request, None)?;
    reasons.extend(told);
    let texts = vec![(path, analysis.text(id.file).to_owned())];
    Ok(Refactored { kind, title, reasons, beside: None, edits, files, mentions_left: 0, texts })
}

/// How far documentation is behind.
fn behind(habit: &Habit<'_>) -> Option<Reason> {
    let written = habit.written?;
    let changes = [(habit.bodies, "its body"), (habit.signatures, "its signature")];
    let told: Vec<String> = changes
        .iter()
        .filter(|(times, _)| *times > 0)
        .map(|(times, what)| format!("{what} changed {}", counted(*times as usize, "time")))
        .collect();
    let (short, date) = (written.commit.short(), written.commit.date());
    let text = format!("Since the documentation was written ({short}, {date}) {}.", told.join(" and "));
    (!told.is_empty()).then(|| Reason { text, commits: vec![written.commit.id.clone()] })
}
