//! Code actions: which of them a client wants, and how they look. Never does: find any.

use backstory_session::live::{Action, Location, Named, Prepared};
use serde_json::to_value;
use tower_lsp::ls_types::{
    CodeAction, CodeActionContext, CodeActionKind, CodeActionOrCommand, CodeActionTriggerKind, Command,
};

use crate::capabilities::{
    self, EXPLAIN, EXPLAIN_KIND, GOTO, GOTO_KIND, HISTORY_KIND, IMPACT, IMPACT_KIND, OPEN_HISTORY,
    REFACTOR_KIND,
};
use crate::convert;
use crate::custom::Symbol;
use crate::{hints, refactoring};

/// The protocol's name of the kind of action that ends a diagnostic.
const QUICK_FIX: &str = "quickfix";

/// What a client wants to be offered.
pub struct Wanted {
    only: Option<Vec<CodeActionKind>>,
    /// Nobody asked: the cursor has only moved.
    is_automatic: bool,
}

impl Wanted {
    pub fn of(context: CodeActionContext) -> Self {
        let is_automatic = context.trigger_kind == Some(CodeActionTriggerKind::AUTOMATIC);
        Self { only: context.only, is_automatic }
    }

    /// Whether it wants any of ours.
    pub fn any(&self) -> bool {
        [EXPLAIN_KIND, HISTORY_KIND, IMPACT_KIND, GOTO_KIND, QUICK_FIX].iter().any(|kind| self.has(kind))
            || self.refactors()
    }

    /// Whether it may want a refactoring: all of them, or one of some kind.
    pub fn refactors(&self) -> bool {
        let is_one = |kind: &CodeActionKind| {
            contains(kind.as_str(), REFACTOR_KIND) || contains(REFACTOR_KIND, kind.as_str())
        };
        !self.is_automatic && self.only.as_ref().is_none_or(|only| only.iter().any(is_one))
    }

    /// A light bulb at every cursor position would be in the way: actions are for those who ask, but for what is done about a hint.
    fn has(&self, kind: &str) -> bool {
        let is_among = |only: &Vec<CodeActionKind>| only.iter().any(|wanted| contains(wanted.as_str(), kind));
        (!self.is_automatic || kind == QUICK_FIX) && self.only.as_ref().is_none_or(is_among)
    }
}

/// Kinds contain those that they are a prefix of.
fn contains(wanted: &str, kind: &str) -> bool {
    wanted.is_empty() || wanted == kind || kind.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('.'))
}

/// The actions that the client wants.
pub fn out(found: Vec<Action>, wanted: &Wanted, can: &capabilities::Client) -> Vec<CodeActionOrCommand> {
    let found = found.into_iter().filter_map(|action| match action {
        Action::Explain(named) => {
            let title = format!("Explain the history of `{}`", named.name);
            on_symbol(title, EXPLAIN_KIND, EXPLAIN, named)
        }
        Action::History(named) => {
            on_symbol(format!("Show all changes of `{}`", named.name), HISTORY_KIND, OPEN_HISTORY, named)
        }
        Action::Impact(named) => {
            on_symbol(format!("Show impact of `{}`", named.name), IMPACT_KIND, IMPACT, named)
        }
        // Nothing else could open it.
        Action::Companion { name, place } => can.shows_documents.then(|| goto(&name, &place)).flatten(),
        Action::Silence(silencing) => hints::silence(silencing, can),
        Action::Refactor(offered) => refactoring::action(offered, can),
    });
    let is_wanted = |action: &CodeAction| action.kind.as_ref().is_none_or(|kind| wanted.has(kind.as_str()));
    found.filter(is_wanted).map(CodeActionOrCommand::CodeAction).collect()
}

fn goto(name: &str, place: &Location) -> Option<CodeAction> {
    let title = format!("Go to usual companion `{name}`");
    let argument = to_value(hints::location(place)?).ok()?;
    Some(CodeAction {
        command: Some(Command::new(title.clone(), GOTO.to_owned(), Some(vec![argument]))),
        title,
        kind: Some(CodeActionKind::new(GOTO_KIND)),
        ..Default::default()
    })
}

/// What takes the client to the first edit, once it is made.
pub fn go_to_edit(prepared: &Prepared) -> Option<Command> {
    let file = prepared.files.first()?;
    let (range, _, _) = file.edits.first()?;
    let place = Location { path: file.path.clone(), range: *range };
    let argument = to_value(hints::location(&place)?).ok()?;
    Some(Command::new(prepared.title.clone(), GOTO.to_owned(), Some(vec![argument])))
}

fn on_symbol(title: String, kind: &'static str, command: &str, named: Named) -> Option<CodeAction> {
    let symbol =
        Symbol { uri: convert::uri(&named.path)?, symbol: Some(named.key), position: None, ask: None };
    let command = Command::new(title.clone(), command.to_owned(), Some(vec![to_value(symbol).ok()?]));
    Some(CodeAction {
        title,
        kind: Some(CodeActionKind::new(kind)),
        command: Some(command),
        ..Default::default()
    })
}
