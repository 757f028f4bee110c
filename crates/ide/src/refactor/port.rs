//! A change that one symbol has had, made to another one that is built alike: a fix that a copy still lacks, or what was just edited in what usually changes
//! along. Never does: choose the two symbols, or read the older version of either.

use backstory_analysis::{Analysis, FileId};
use backstory_syntax::{Import, Language, LocalKey, Outline, Span};

use super::adapt::{Misfit, Part, Sought, Weight, adapt, weight};
use super::{FileEdits, Kind, Outside, Past, Plan, Reason, Refused};

/// Digits of an abbreviated hash.
const SHORT: usize = 7;

/// A change to go by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The name of the symbol that was changed, with its container.
    pub name: String,
    /// The abbreviated hash of the commit; `None` for an edit that is not committed.
    pub commit: Option<String>,
    pub before: Version,
    pub after: Version,
    /// Why that is a change to go by.
    pub reason: Reason,
}

/// A symbol in a version of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Of the whole file.
    pub text: String,
    /// Of the symbol, in bytes.
    pub span: Span,
}

impl Example {
    /// The edit of a symbol, without its versions, that another one usually follows: in so many commits of so many, last in one (its full hash).
    pub fn edit(name: String, together: u32, of: u32, last: &str) -> Self {
        let when = last.get(..SHORT).map_or(String::new(), |last| format!(", last in {last}"));
        let text = format!("`{name}` is edited, and this changes with it: {together} of {of} times{when}.");
        let commits = (!last.is_empty()).then(|| last.to_owned()).into_iter().collect();
        let none = || Version { text: String::new(), span: Span { start: 0, end: 0 } };
        Self { name, commit: None, before: none(), after: none(), reason: Reason { text, commits } }
    }

    /// What of the symbol's logic changed.
    pub fn weight(&self, language: Language) -> Weight {
        weight(self.before.part(), self.after.part(), language)
    }
}

impl Version {
    pub fn part(&self) -> Part<'_> {
        Part { text: &self.text, span: self.span }
    }
}

/// What has to be written so that a symbol of a file has a change that another one had.
///
/// # Errors
/// Why it is not done.
pub fn carried(
    analysis: &Analysis,
    file: FileId,
    key: &LocalKey,
    example: &Example,
) -> Result<Plan, Refused> {
    let outline = analysis.outline(file);
    let local = outline.find(key).ok_or(Refused::Gone)?;
    let spans = analysis.spans(file).definitions[local.index()];
    let here = Part { text: analysis.text(file), span: spans.full };
    let knows = |name: &str, sought| is_known(outline, key, name, sought);
    let name = qualified(key);
    let edits = adapt(example.before.part(), example.after.part(), here, analysis.language(file), &knows)
        .and_then(|edits| {
            // Another declaration is another promise, which nobody has broken here.
            let body = spans.body.map_or(here.span.end, |body| body.start);
            let is_declared = edits.iter().any(|edit| edit.span.start < body);
            if example.commit.is_some() && is_declared { Err(Misfit::Declaration) } else { Ok(edits) }
        })
        .map_err(|why| Refused::Misfit { name: name.clone(), why })?;
    let (kind, title) = match &example.commit {
        Some(commit) => (Kind::Port, format!("Port the fix {commit} of `{}` to `{name}`", example.name)),
        None => (Kind::Along, format!("Change `{name}` along with `{}`", example.name)),
    };
    Ok(Plan {
        kind,
        title,
        edits: vec![FileEdits { path: analysis.path(file).to_owned(), edits }],
        files: Vec::new(),
        outside: Outside::Nothing,
        past: Past::Nothing,
        reasons: vec![example.reason.clone()],
    })
}

/// A symbol's name with what it is a member of.
pub fn qualified(key: &LocalKey) -> String {
    key.container.last().into_iter().chain([&key.name]).map(String::as_str).collect::<Vec<_>>().join(".")
}

/// Whether a symbol can use a name: one of its file's own, one that is imported there, or a member beside it.
fn is_known(outline: &Outline, key: &LocalKey, name: &str, sought: Sought) -> bool {
    let has = |container: &[String]| {
        outline.ids().any(|id| outline.definition(id).name == name && outline.key(id).container == container)
    };
    match sought {
        Sought::Member => has(&key.container),
        Sought::Name => {
            let gives = |import: &Import| {
                let given = import.alias.as_ref().or(import.name.as_ref()).or(import.path.first());
                given.is_some_and(|given| given == name)
            };
            has(&[]) || outline.imports.iter().any(gives)
        }
    }
}
