//! Many questions to one historian: the same answers as single questions get, and what is remembered of them.

mod random;
mod remembered;
pub(super) mod schedules;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use backstory_fixture::Fixture;
use backstory_syntax::{DefinitionKind, LocalKey};

use crate::{Historian, HistoryQuery, Lineage, Repository, lineage};

/// Never set.
static GO_ON: AtomicBool = AtomicBool::new(false);

fn historian(repository: &Repository) -> Historian {
    Historian::new(repository).expect("the repository is whole")
}

fn fresh(repository: &Repository, query: &HistoryQuery) -> Lineage {
    lineage(repository, query, &GO_ON, &mut |_| {}).expect("a lineage")
}

fn known(historian: &mut Historian, query: &HistoryQuery) -> Option<Arc<Lineage>> {
    historian.known(query, &GO_ON).expect("readable")
}

fn remembered(historian: &mut Historian, query: &HistoryQuery) -> Arc<Lineage> {
    historian.remembered(query, &GO_ON).expect("a lineage")
}

/// All symbols of all files at all commits of a fixture; in each file one that is not there, and a file that is not there.
fn all_questions(fixture: &Fixture, repository: &Repository) -> Vec<HistoryQuery> {
    let mut historian = historian(repository);
    let mut questions = Vec::new();
    for at in fixture.commits() {
        let files = fixture.git(&["ls-tree", "-r", "--name-only", at]);
        for path in files.lines().chain(["no/such.py"]) {
            let absent = LocalKey {
                kind: DefinitionKind::Function,
                container: vec![],
                name: "absent".into(),
                ordinal: 0,
            };
            let keys = historian.symbols_at(at, path).expect("readable");
            let question = |key| HistoryQuery { path: path.to_owned(), key, at: at.clone() };
            questions.extend(keys.into_iter().chain([LocalKey::file(), absent]).map(question));
        }
    }
    questions
}
