//! Questions in any order, with anything remembered or nothing, get the answers that they get alone.

use std::collections::HashMap;

use backstory_fixture::Fixture;
use backstory_store::Store;

use super::{all_questions, fresh, historian, known, remembered};
use crate::tests::open;
use crate::{HistoryQuery, Indexed, Lineage, Repository};

/// Renames of file, class and method, a move between files, a delete and a return, a merge that takes one side and one that
/// edits, commits that touch nothing, a copy of one blob in two files.
pub(in crate::tests) const EVENTFUL: &str = r#"
//@ commit "Introduce"
//- /pool.py
class Pool:
    def spawn(self, count):
        next = count + 1
        self.log(next)
        return next

    def stop(self):
        self.running = False

def helper(value):
    first = value * 2
    second = first + 3
    return second
//- /src/lib.rs
pub fn run(limit: u32) -> u32 {
    let doubled = limit * 2;
    doubled + 1
}
//@ commit "Touch nothing"
//@ commit "Rename the file"
//@ mv /pool.py /core/pool.py
//@ branch side
//@ commit "Edit on the side"
//- /core/pool.py
class Pool:
    def spawn(self, count):
        next = count + 2
        self.log(next)
        return next

    def stop(self):
        self.running = False

def helper(value):
    first = value * 2
    second = first + 3
    return second
//@ commit "Rust on the side"
//- /src/lib.rs
pub fn run(limit: u32) -> u32 {
    let doubled = limit * 2;
    doubled + 7
}
//@ checkout main
//@ commit "Rename the class and move the helper"
//- /core/pool.py
class ThreadPool:
    def spawn(self, count):
        next = count + 1
        self.log(next)
        return next

    def stop(self):
        self.running = False
//- /core/tools.py
def helper(value):
    first = value * 2
    second = first + 3
    return second
//@ merge side "Merge with an edit"
//- /core/pool.py
class ThreadPool:
    def spawn(self, count):
        next = count + 2
        self.log(next, count)
        return next

    def stop(self):
        self.running = False
//@ commit "Delete"
//@ rm /core/tools.py
//- /README
Nothing to parse.
//@ branch late
//@ commit "Bring it back, twice"
//- /core/tools.py
def helper(value):
    first = value * 2
    second = first + 3
    return second
//- /core/copy.py
def helper(value):
    first = value * 2
    second = first + 3
    return second
//@ checkout main
//@ commit "Rename the method"
//- /core/pool.py
class ThreadPool:
    def start(self, count):
        next = count + 2
        self.log(next, count)
        return next

    def stop(self):
        self.running = False
//@ merge late "Merge that takes all of theirs"
//- /core/tools.py
def helper(value):
    first = value * 2
    second = first + 3
    return second
//- /core/copy.py
def helper(value):
    first = value * 2
    second = first + 3
    return second
//@ commit "Touch the readme"
//- /README
Still nothing.
"#;

#[test]
fn eventful_history() {
    let fixture = Fixture::new(EVENTFUL);
    check_schedules(&fixture);
    check_anchors(&fixture);
}

/// A merge both of whose parents have the file, each from a commit of its own.
#[test]
fn one_edit_on_both_sides() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /a.py
def spawn(x):
    return x
//@ branch side
//@ commit "Pick it on the side"
//- /a.py
def spawn(x):
    return x + 1
//- /side.txt
Side.
//@ checkout main
//@ commit "Edit"
//- /a.py
def spawn(x):
    return x + 1
//@ merge side "Merge side"
//- /side.txt
Side.
//@ commit "On top"
"#,
    );
    check_schedules(&fixture);
    check_anchors(&fixture);
}

/// Asks all questions of a fixture, in several orders, of historians that share all, some and none of what they remember.
pub(super) fn check_schedules(fixture: &Fixture) {
    let plain = open(&fixture.path());
    let questions = all_questions(fixture, &plain);
    let expected: Vec<Lineage> = questions.iter().map(|query| fresh(&plain, query)).collect();
    let stored = plain.clone().with_store(Store::open(&fixture.beside("cache")).expect("a cache"));
    // 7 shares no factor with any number of questions that is not a multiple of it; it need only be some other order.
    let count = questions.len();
    let orders: [Vec<usize>; 3] =
        [(0..count).collect(), (0..count).rev().collect(), (0..count).map(|n| n * 7 % count).collect()];
    for repository in [&plain, &stored, &stored] {
        for order in &orders {
            check_order(repository, order, &questions, &expected);
        }
    }
    for tips in [vec![count_of(fixture) / 2], (0..count_of(fixture)).rev().collect()] {
        let indexed = open(&fixture.path());
        tips.iter().for_each(|&tip| index(&indexed, &fixture.commits()[tip]));
        check_order(&indexed, &orders[2], &questions, &expected);
    }
    let mut warm = historian(&stored);
    for (query, expected) in questions.iter().zip(&expected).filter(|(_, expected)| expected.found) {
        let known = known(&mut warm, query).unwrap_or_else(|| panic!("{query:?} is in the store"));
        assert_eq!(*known, *expected, "{query:?} from the store");
    }
}

fn count_of(fixture: &Fixture) -> usize {
    fixture.commits().len()
}

fn index(repository: &Repository, tip: &str) {
    let indexed = repository.index_touches(tip, &super::GO_ON, &mut |_, _| {}).expect("readable");
    assert_eq!(indexed, Indexed::Complete);
}

fn check_order(repository: &Repository, order: &[usize], questions: &[HistoryQuery], expected: &[Lineage]) {
    let mut shared = historian(repository);
    for &index in order {
        let (query, expected) = (&questions[index], &expected[index]);
        if let Some(known) = known(&mut shared, query) {
            assert_eq!(*known, *expected, "{query:?} before it was asked");
        }
        let mut streamed = Vec::new();
        let walked = shared
            .lineage(query, &super::GO_ON, &mut |change| streamed.push(change.clone()))
            .expect("a lineage");
        assert_eq!(walked, *expected, "{query:?} walked for");
        assert_eq!(streamed, expected.changes, "{query:?} streamed");
        assert_eq!(*remembered(&mut shared, query), *expected, "{query:?} remembered");
        assert_eq!(known(&mut shared, query).as_deref(), Some(expected), "{query:?} after it was asked");
    }
}

/// Finds each file's anchor by the rule, with git's own eyes: lineages here and there are equal, and one that is remembered
/// there is known here.
pub(super) fn check_anchors(fixture: &Fixture) {
    let repository = open(&fixture.path());
    let commits: HashMap<String, Seen> =
        fixture.commits().iter().map(|commit| (commit.clone(), see(fixture, commit))).collect();
    let mut historian = historian(&repository);
    for query in all_questions(fixture, &repository) {
        let anchored = HistoryQuery { at: anchor(&commits, &query.at, &query.path), ..query.clone() };
        let expected = fresh(&repository, &query);
        assert_eq!(expected, fresh(&repository, &anchored), "{query:?} and {anchored:?}");
        remembered(&mut historian, &anchored);
        assert_eq!(
            known(&mut historian, &query).as_deref(),
            Some(&expected),
            "{query:?} through {anchored:?}"
        );
    }
}

/// A commit as git shows it.
struct Seen {
    parents: Vec<String>,
    /// Mode and hash, by path.
    files: HashMap<String, String>,
}

fn see(fixture: &Fixture, commit: &str) -> Seen {
    let parents = fixture.git(&["rev-list", "--parents", "-n1", commit]);
    let files = fixture.git(&["ls-tree", "-r", commit]);
    let file = |line: &str| line.split_once('\t').map(|(entry, path)| (path.to_owned(), entry.to_owned()));
    Seen {
        parents: parents.split_whitespace().skip(1).map(str::to_owned).collect(),
        files: files.lines().filter_map(file).collect(),
    }
}

fn anchor(commits: &HashMap<String, Seen>, at: &str, path: &str) -> String {
    let mut at = at;
    let blob = |commit: &str| commits[commit].files.get(path);
    while let Some(parent) = commits[at].parents.iter().find(|parent| blob(parent) == blob(at)) {
        at = parent;
    }
    at.to_owned()
}
