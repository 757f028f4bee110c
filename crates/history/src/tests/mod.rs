//! Histories as text in, lineages as text out.

mod blame;
mod bounded;
mod changelog;
mod changes;
mod faults;
mod historian;
mod kinds;
mod last_use;
mod merges;
mod messages;
mod patches;
mod people;
mod places;
mod recent;
mod repositories;
mod staged;
mod strands;
mod style;
mod tables;
mod touches;
mod transfers;
mod unsaved;
mod whole;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use backstory_fixture::Fixture;
use backstory_syntax::{DefinitionKind, LocalKey};

use crate::{Change, HistoryQuery, Lineage, Place, Repository, lineage};

/// The repository around a path that is known to be in one.
fn open(path: &Path) -> Repository {
    Repository::discover(path).expect("the repository can be opened").expect("there is a repository")
}

/// `method Pool.spawn#2` as a key, the way keys are displayed. Containers of trait implementations are not supported.
fn key(text: &str) -> LocalKey {
    let kinds = [
        DefinitionKind::Module,
        DefinitionKind::Class,
        DefinitionKind::Struct,
        DefinitionKind::Enum,
        DefinitionKind::Function,
        DefinitionKind::Method,
        DefinitionKind::Constant,
        DefinitionKind::Impl,
        DefinitionKind::Trait,
        DefinitionKind::Field,
    ];
    let (kind, name) = text.split_once(' ').expect("kind and name");
    let kind = kinds.into_iter().find(|known| known.as_str() == kind).expect("a kind of definition");
    let (name, ordinal) =
        name.split_once('#').map_or((name, 0), |(name, n)| (name, n.parse::<u32>().expect("a number") - 1));
    let mut container: Vec<String> = name.split('.').map(str::to_owned).collect();
    let name = container.pop().expect("split yields at least one part");
    LocalKey { kind, container, name, ordinal }
}

fn history(repository: &Repository, path: &str, symbol: &str) -> Lineage {
    let head = repository.head().expect("HEAD can be read").commit.expect("HEAD has a commit");
    history_at(repository, path, symbol, &head)
}

fn history_at(repository: &Repository, path: &str, symbol: &str, at: &str) -> Lineage {
    let query = HistoryQuery { path: path.to_owned(), key: key(symbol), at: at.to_owned() };
    let mut streamed = Vec::new();
    let lineage =
        lineage(repository, &query, &AtomicBool::new(false), &mut |change| streamed.push(change.clone()))
            .expect("a lineage");
    assert_eq!(streamed, lineage.changes, "what is streamed is what is returned");
    lineage
}

/// The lineage of a symbol at the fixture's HEAD: `{commit} kinds +added -removed place <- former place`.
fn render(fixture: &Fixture, path: &str, symbol: &str) -> String {
    fixture.anonymize(&render_lineage(&history(&open(&fixture.path()), path, symbol)))
}

fn render_lineage(lineage: &Lineage) -> String {
    let mut output = String::new();
    for change in &lineage.changes {
        render_change(&mut output, change);
    }
    if !lineage.found {
        output.push_str("not found\n");
    }
    for limit in &lineage.limits {
        writeln!(output, "limit: {limit}").expect("writing to a string");
    }
    assert_eq!(lineage.complete, lineage.limits.is_empty());
    output
}

fn render_change(output: &mut String, change: &Change) {
    let kinds: Vec<&str> = change.kinds.iter().map(|kind| kind.as_str()).collect();
    let Change { commit, lines_added, lines_removed, path, key, from, .. } = change;
    let hidden = if change.hidden() { " (hidden)" } else { "" };
    let from = from.as_ref().map(|Place { path, key }| format!(" <- {path} {key}")).unwrap_or_default();
    let other =
        change.other.as_ref().map(|Place { path, key }| format!(" ({path} {key})")).unwrap_or_default();
    let (id, kinds) = (commit.short(), kinds.join("+"));
    writeln!(output, "{id} {kinds}{hidden} +{lines_added} -{lines_removed} {path} {key}{from}{other}")
        .expect("writing to a string");
}
