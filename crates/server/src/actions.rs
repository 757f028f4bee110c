//! Code actions: which of them a client wants, and how they look. Never does: find any.

use backstory_session::live::{Action, Named};
use serde_json::to_value;
use tower_lsp::ls_types::{
    CodeAction, CodeActionContext, CodeActionKind, CodeActionOrCommand, CodeActionTriggerKind, Command,
};

use crate::capabilities::{EXPLAIN, EXPLAIN_KIND, IMPACT, IMPACT_KIND};
use crate::convert;
use crate::custom::Symbol;

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
        [EXPLAIN_KIND, IMPACT_KIND].iter().any(|kind| self.has(kind))
    }

    /// A light bulb at every cursor position would be in the way: actions are for those who ask.
    fn has(&self, kind: &str) -> bool {
        let is_among = |only: &Vec<CodeActionKind>| only.iter().any(|wanted| contains(wanted.as_str(), kind));
        !self.is_automatic && self.only.as_ref().is_none_or(is_among)
    }
}

/// Kinds contain those that they are a prefix of.
fn contains(wanted: &str, kind: &str) -> bool {
    wanted.is_empty()
        || wanted == kind
        || kind.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('.'))
}

/// The actions that the client wants.
pub fn out(found: Vec<Action>, wanted: &Wanted) -> Vec<CodeActionOrCommand> {
    let found = found.into_iter().filter_map(|action| match action {
        Action::Explain(named) => {
            let title = format!("Explain the history of `{}`", named.name);
            on_symbol(title, EXPLAIN_KIND, EXPLAIN, named)
        }
        Action::Impact(named) => {
            on_symbol(format!("Show impact of `{}`", named.name), IMPACT_KIND, IMPACT, named)
        }
    });
    let is_wanted = |action: &CodeAction| action.kind.as_ref().is_none_or(|kind| wanted.has(kind.as_str()));
    found.filter(is_wanted).map(CodeActionOrCommand::CodeAction).collect()
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
