//! What a symbol does, and what is in a file or a directory: its documentation, its members, what it uses and who uses it. Never does:
//! interpret code.

use backstory_syntax::{Definition, DefinitionKind};

use super::account::{ended, quoted};
use super::comments::{Comment, CommentKind, documentation_passages};
use super::evidence::Facts;
use super::passage::Source;
use super::question::Told;
use super::sentence::{Kind, Sentence};
use crate::lens::counted;
use crate::prose::{paragraphs, split_sentences};
use crate::symbol::{Related, SymbolInfo};

/// So many members, users and so on are named.
const NAMED: usize = 4;

/// What is known of the code at present.
#[derive(Clone, Copy, Debug)]
pub struct Code<'a> {
    pub symbol: &'a SymbolInfo,
    /// What is directly inside of it, in order.
    pub members: &'a [Member],
    pub uses: &'a [Related],
    pub used_by: &'a [Related],
    /// Full hash of the commit that has the symbol's file as it is; `None` where there is none.
    pub commit: Option<&'a str>,
}

/// Something directly inside of a symbol, a file or a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub name: String,
    /// What it is, in the singular: `method`, `file`.
    pub kind: &'static str,
    /// The first sentence of its documentation; may be empty.
    pub docs: String,
    pub public: bool,
    /// The file that says so, where it is another one than that of what it is inside of.
    pub file: Option<String>,
}

pub(super) fn tell(facts: &Facts<'_>, code: &Code<'_>) -> Told {
    let docs = facts.comments.iter().find(|comment| comment.kind == CommentKind::Documentation);
    let passages: Vec<_> = docs.map(documentation_passages).unwrap_or_default();
    let mut account = vec![identity(code, docs, passages.first().map(|passage| passage.quote.as_str()))];
    account.extend(passages.get(1).map(|passage| Sentence {
        text: quoted(&passage.quote),
        sources: vec![passage.source.clone()],
        kind: Kind::Quoted,
    }));
    account.extend(members(code));
    account.extend(uses(code));
    account.extend(users(code));
    Told { passages, account }
}

/// Where the symbol stands; of a directory, the first file in it.
fn here(code: &Code<'_>) -> Source {
    let SymbolInfo { path, line, .. } = code.symbol;
    let path = code.members.iter().find_map(|member| member.file.as_ref()).unwrap_or(path);
    Source::Text { path: path.clone(), line: *line, commit: code.commit.map(str::to_owned) }
}

fn identity(code: &Code<'_>, docs: Option<&Comment>, says: Option<&str>) -> Sentence {
    let symbol = code.symbol;
    let is_file = symbol.signature == symbol.path;
    let what = match is_file {
        true => format!("`{}`", symbol.path),
        false => format!("`{}` is a {} in `{}`", short(&symbol.key), symbol.kind.as_str(), symbol.path),
    };
    let what = what.replace(" is a enum ", " is an enum ").replace(" is a impl ", " is an impl ");
    match (says, docs) {
        (Some(says), Some(docs)) => {
            let Comment { path, line, commit, .. } = docs;
            let source = Source::Text { path: path.clone(), line: *line, commit: commit.clone() };
            let text = ended(format!("{what}: {}", quoted(says)));
            Sentence { text, sources: vec![source], kind: Kind::Quoted }
        }
        _ => {
            let verb = if is_file { "has no" } else { "without" };
            said(format!("{what} {verb} documentation."), code)
        }
    }
}

fn said(text: String, code: &Code<'_>) -> Sentence {
    Sentence { text, sources: vec![here(code)], kind: Kind::Stated }
}

/// Public and documented ones are named first.
fn members(code: &Code<'_>) -> Option<Sentence> {
    let mut named: Vec<&Member> = code.members.iter().collect();
    named.sort_by_key(|member| (!member.public, member.docs.is_empty()));
    let one = |member: &&Member| match member.docs.is_empty() {
        true => format!("`{}`", member.name),
        false => format!("`{}` ({})", member.name, quoted(member.docs.trim_end_matches('.'))),
    };
    let listed = listed(&named.iter().map(one).collect::<Vec<_>>())?;
    let mut sentence = said(format!("It has {}: {listed}.", counts(code.members)), code);
    let files: Vec<&String> = named.iter().take(NAMED).filter_map(|member| member.file.as_ref()).collect();
    if !files.is_empty() {
        let source = |path: &&String| Source::Text { path: (*path).clone(), line: 1, commit: None };
        sentence.sources = files.iter().map(source).collect();
    }
    Some(sentence)
}

/// `3 methods and 1 field`, most first.
fn counts(members: &[Member]) -> String {
    let mut kinds: Vec<(&str, usize)> = Vec::new();
    for member in members {
        match kinds.iter_mut().find(|(kind, _)| *kind == member.kind) {
            Some((_, count)) => *count += 1,
            None => kinds.push((member.kind, 1)),
        }
    }
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let plural = |(kind, count): &(&str, usize)| match (*count, *kind) {
        (1, kind) => format!("1 {kind}"),
        (count, "class") => format!("{count} classes"),
        (count, "directory") => format!("{count} directories"),
        (count, "property") => format!("{count} properties"),
        (count, kind) => counted(count, kind),
    };
    joined(&kinds.iter().map(plural).collect::<Vec<_>>())
}

fn uses(code: &Code<'_>) -> Option<Sentence> {
    let sure: Vec<&Related> = sure(code.uses);
    let names: Vec<String> = sure.iter().map(|related| format!("`{}`", short(&related.key))).collect();
    Some(said(format!("It uses {}.", listed(&names)?), code))
}

/// Each user is cited where it stands, since that is where the symbol is named.
fn users(code: &Code<'_>) -> Option<Sentence> {
    let sure = sure(code.used_by);
    let names: Vec<String> = sure.iter().map(|related| format!("`{}`", short(&related.key))).collect();
    let text = format!("It is used by {}.", listed(&names)?);
    let source =
        |related: &&Related| Source::Text { path: related.path.clone(), line: related.line, commit: None };
    Some(Sentence { text, sources: sure.iter().take(NAMED).map(source).collect(), kind: Kind::Stated })
}

/// Relations that more than a name says, but for a type's own `impl` blocks.
fn sure(relations: &[Related]) -> Vec<&Related> {
    let is_sure =
        |related: &&Related| related.confidence != "by-name" && related.kind != Some(DefinitionKind::Impl);
    relations.iter().filter(is_sure).collect()
}

/// The first of them, and how many more; `None` of nothing.
fn listed(all: &[String]) -> Option<String> {
    let (shown, more) = all.split_at(all.len().min(NAMED));
    match (shown, more.len()) {
        ([], _) => None,
        (shown, 0) => Some(joined(shown)),
        (shown, more) => Some(format!("{} and {more} more", shown.join(", "))),
    }
}

fn joined(all: &[String]) -> String {
    match all {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The last two parts of a qualified name.
fn short(key: &str) -> String {
    let bare = key
        .split_once(':')
        .filter(|(language, _)| ["rust", "python"].contains(language))
        .map_or(key, |(_, it)| it);
    let joint = if bare.contains("::") { "::" } else { "." };
    let parts: Vec<&str> = bare.split(joint).collect();
    parts[parts.len().saturating_sub(2)..].join(joint)
}

impl Member {
    /// A definition as a member.
    pub fn of(definition: &Definition) -> Self {
        Self {
            name: definition.name.clone(),
            kind: definition.kind.as_str(),
            docs: first_sentence(&definition.docs),
            public: definition.public,
            file: None,
        }
    }
}

/// The first sentence of a documentation; empty where there is none.
pub fn first_sentence(docs: &str) -> String {
    let first = paragraphs(docs).into_iter().next();
    first.and_then(|paragraph| split_sentences(&paragraph.text).into_iter().next()).unwrap_or_default()
}
