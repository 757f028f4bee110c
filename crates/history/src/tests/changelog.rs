//! Commits in, what changed with what out.

use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use backstory_fixture::Fixture;
use backstory_store::Store;
use expect_test::expect;

use super::{key, open};
use crate::{Bounds, ChangeLog, Commits, Error, Indexed, LogSymbol, Repository, Touched, index_changes};

static GO_ON: AtomicBool = AtomicBool::new(false);

fn with_store(fixture: &Fixture) -> Repository {
    open(&fixture.path()).with_store(Store::open(&fixture.beside("cache")).expect("a cache"))
}

fn index(repository: &Repository, at: &str) -> (Indexed, Commits) {
    let threads = NonZeroUsize::new(2).expect("some threads");
    index_changes(repository, at, threads, &GO_ON, &|_| {}).expect("readable")
}

fn log(repository: &Repository, at: &str, before: Option<ChangeLog>) -> ChangeLog {
    ChangeLog::read(repository, at, before, &GO_ON).expect("readable")
}

/// The log of `HEAD`, all of it read.
fn whole(fixture: &Fixture) -> ChangeLog {
    let repository = with_store(fixture);
    let head = repository.head().expect("HEAD can be read").commit.expect("HEAD has a commit");
    index(&repository, &head);
    log(&repository, &head, None)
}

fn name(log: &ChangeLog, symbol: LogSymbol) -> String {
    let (place, is_here) = log.place(symbol);
    format!("{} {}{}", place.path, place.key.name, if is_here { "" } else { " (gone)" })
}

/// The commits in order, each with the symbols that it touched under their last names: `+` introduced, `-` deleted.
fn render(fixture: &Fixture, log: &ChangeLog) -> String {
    let mut output = String::new();
    for commit in log.commits() {
        write!(output, "{}", fixture.anonymize(&commit.id())).expect("writing to a string");
        let flags = [
            (commit.is_repair, " repair"),
            (commit.is_giant, " giant"),
            (commit.is_ignored, " ignored"),
            (commit.reverted_by.is_some(), " reverted"),
        ];
        flags.into_iter().filter(|(is_so, _)| *is_so).for_each(|(_, flag)| output.push_str(flag));
        output.push('\n');
        for (symbol, touched) in commit.symbols() {
            let sign = match touched {
                Touched::Edited => ' ',
                Touched::Introduced => '+',
                Touched::Deleted => '-',
            };
            writeln!(output, "  {sign}{} {}", symbol.0, name(log, symbol)).expect("writing to a string");
        }
    }
    output
}

/// The same whatever the numbers of symbols and the order of commits.
fn named(fixture: &Fixture, log: &ChangeLog) -> Vec<String> {
    let rendered = render(fixture, log);
    let mut commits: Vec<Vec<String>> = Vec::new();
    for line in rendered.lines() {
        let without = |line: &str| line.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
        match commits.last_mut().filter(|_| line.starts_with(' ')) {
            Some(commit) => commit.push(without(line)),
            None => commits.push(vec![line.to_owned()]),
        }
    }
    let mut commits: Vec<String> = commits
        .into_iter()
        .map(|mut commit| {
            commit[1..].sort();
            commit.join("\n")
        })
        .collect();
    commits.sort();
    commits
}

fn companions(log: &ChangeLog, path: &str, symbol: &str) -> String {
    let symbol = log.symbol_at(path, &key(symbol)).expect("the symbol is known");
    let mut output = String::new();
    for companion in log.companions(symbol, &Bounds::default(), log.newest()) {
        let (name, commits) = (name(log, companion.symbol), &companion.commits);
        writeln!(output, "{name} {} of {}, {commits:?}", companion.together, companion.of)
            .expect("writing to a string");
    }
    output
}

const RENAMES: &str = r#"
//@ commit "Introduce"
//- /a.py
def spawn(name, limit):
    check(name, limit)
    thread = Thread(name, parent=current(), limit=limit)

def stop(name, now):
    return wait(name, now)
//- /b.py
def other(one, two):
    return one.method(two)
//@ commit "Change two"
//- /a.py
def spawn(name, limit):
    check(name, limit)
    thread = Thread(name, parent=current(), limit=limit + 1)

def stop(name, now):
    return wait(name, now + 1)
//@ commit "Fix spawn after its new name"
//- /a.py
def start(name, limit):
    check(name, limit)
    thread = Thread(name, parent=current(), limit=limit + 2)

def stop(name, now):
    return wait(name, now + 2)
//@ commit "Rename the file"
//@ mv /a.py /lib/a.py
//@ commit "Another one under the old name"
//- /a.py
def spawn(something, else):
    return quite.different(something + 4)
//@ commit "Change both again"
//- /lib/a.py
def start(name, limit):
    check(name, limit)
    thread = Thread(name, parent=current(), limit=limit + 3)

def stop(name, now):
    return wait(name, now + 3)
//@ commit "Document"
//- /lib/a.py
def start(name, limit):
    """Starts."""
    check(name, limit)
    thread = Thread(name, parent=current(), limit=limit + 3)

def stop(name, now):
    return wait(name, now + 3)
"#;

#[test]
fn symbols_keep_their_numbers() {
    let fixture = Fixture::new(RENAMES);
    let log = whole(&fixture);
    expect![[r#"
        {1}
          +0 lib/a.py start
          +1 lib/a.py stop
          +2 b.py other
        {2}
           0 lib/a.py start
           1 lib/a.py stop
        {3} repair
           0 lib/a.py start
           1 lib/a.py stop
        {4}
        {5}
          +3 a.py spawn
        {6}
           0 lib/a.py start
           1 lib/a.py stop
        {7}
    "#]]
    .assert_eq(&render(&fixture, &log));
    expect![[r#"
        lib/a.py stop 3 of 3, [0, 1, 2, 5]
        b.py other 0 of 3, [0]
    "#]]
    .assert_eq(&companions(&log, "lib/a.py", "function start"));
    let inside = key("function start.inner");
    assert_eq!(log.symbol_at("lib/a.py", &inside), log.symbol_at("lib/a.py", &key("function start")));
    assert_eq!(log.symbol_at("lib/a.py", &key("function nowhere")), None);
    let file = log.file_at("lib/a.py").expect("a file");
    assert_eq!(log.commits_of_file(file), [0, 1, 2, 3, 5, 6]);
}

/// Read on from each earlier commit, a log is what it is when read at once.
#[test]
fn extended_as_head_moves() {
    for text in [RENAMES, BRANCHES, super::historian::schedules::EVENTFUL] {
        let fixture = Fixture::new(text);
        let repository = with_store(&fixture);
        let mut before = None;
        for at in fixture.commits() {
            let (outcome, commits) = index(&repository, at);
            assert_eq!(outcome, Indexed::Complete);
            assert!(commits.read <= commits.all, "{commits:?}");
            let extended = log(&repository, at, before);
            let anew = log(&repository, at, None);
            assert_eq!(named(&fixture, &extended), named(&fixture, &anew), "{at}");
            before = Some(extended);
        }
        // All the way back: what is not there any more is not known any more.
        let first = &fixture.commits()[0];
        let back = log(&repository, first, before);
        assert_eq!(render(&fixture, &back), render(&fixture, &log(&repository, first, None)));
    }
}

const BRANCHES: &str = r#"
//@ commit "Introduce"
//- /a.py
def spawn(name, limit):
    check(name, limit)
    thread = Thread(name, parent=current(), limit=limit)

def stop(name, now):
    return wait(name, now)
//@ branch side
//@ commit "Change on main, and rename"
//- /a.py
def start(name, limit):
    check(name, limit)
    thread = Thread(name, parent=current(), limit=limit)

def stop(name, now):
    return wait(name, now + 1)
//@ checkout side
//@ commit "Change on side"
//- /a.py
def spawn(name, limit):
    check(name, limit)
    thread = Thread(name, parent=current(), limit=limit, flag=True)

def stop(name, now):
    return wait(name, now)
//@ checkout main
//@ merge side "Merge side"
//- /a.py
def start(name, limit):
    check(name, limit)
    thread = Thread(name, parent=current(), limit=limit, flag=True)

def stop(name, now):
    return wait(name, now + 1)
"#;

#[test]
fn parallel_branches() {
    let fixture = Fixture::new(BRANCHES);
    let log = whole(&fixture);
    expect![[r#"
        {1}
          +0 a.py start
          +1 a.py stop
        {2}
           0 a.py start
           1 a.py stop
        {3}
           0 a.py start
           1 a.py stop
    "#]]
    .assert_eq(&render(&fixture, &log));
}

#[test]
fn noise_is_no_evidence() {
    let mut text = String::from(
        r#"
//@ commit "Introduce"
//- /a.py
def f(x):
    return x

def g(x):
    return x
//@ commit "Change both"
//- /a.py
def f(x):
    return x + 1

def g(x):
    return x + 1
//@ commit "Format"
//- /a.py
def f( x ):
    return x + 1

def g( x ):
    return x + 1
//@ commit "A giant"
//- /a.py
def f(x):
    return x + 2

def g(x):
    return x + 2
"#,
    );
    for number in 0..220 {
        write!(text, "//- /many/{number}.py\ndef f{number}():\n    return {number}\n")
            .expect("writing to a string");
    }
    let fixture = Fixture::new(&text);
    let log = whole(&fixture);
    expect![[r#"
        {1}
          +0 a.py f
          +1 a.py g
        {2}
           0 a.py f
           1 a.py g
        {3}
        {4} giant
    "#]]
    .assert_eq(&render(&fixture, &log));
    expect![[r#"
        a.py g 1 of 1, [0, 1]
    "#]]
    .assert_eq(&companions(&log, "a.py", "function f"));
}

#[test]
fn commits_that_are_listed_as_noise() {
    let fixture = Fixture::new(RENAMES);
    let listed = &fixture.commits()[1];
    std::fs::write(fixture.path().join(".git-blame-ignore-revs"), format!("{listed}\n")).expect("a file");
    let log = whole(&fixture);
    assert!(log.commits()[1].is_ignored);
    expect![[r#"
        lib/a.py stop 2 of 2, [0, 2, 5]
        b.py other 0 of 2, [0]
    "#]]
    .assert_eq(&companions(&log, "lib/a.py", "function start"));
}

#[test]
fn an_interrupted_run_goes_on_where_it_stopped() {
    let many: String = (0..100)
        .map(|number| format!("//@ commit \"Step {number}\"\n//- /a.py\ndef f():\n    return {number}\n"))
        .collect();
    let fixture = Fixture::new(&many);
    let repository = with_store(&fixture);
    let tip = fixture.commits().last().expect("a commit");
    let enough = AtomicBool::new(false);
    let steps = Mutex::new(Vec::new());
    let on_progress = |commits: Commits| {
        steps.lock().expect("no panic").push(commits.done);
        enough.store(true, Ordering::Relaxed);
    };
    let (outcome, commits) =
        index_changes(&repository, tip, NonZeroUsize::MIN, &enough, &on_progress).expect("readable");
    assert_eq!((outcome, commits), (Indexed::Interrupted, Commits { all: 100, done: 32, read: 32 }));
    assert_eq!(steps.into_inner().expect("no panic"), [32]);
    let part = log(&repository, tip, None);
    assert_eq!((part.missing(), part.commits().len()), (68, 32));

    // As a new process would.
    let repository = with_store(&fixture);
    assert_eq!(index(&repository, tip), (Indexed::Complete, Commits { all: 100, done: 100, read: 68 }));
    let log = log(&repository, tip, Some(part));
    assert_eq!((log.missing(), log.commits().len()), (0, 100));
    assert_eq!(index(&repository, tip), (Indexed::Complete, Commits { all: 100, done: 100, read: 0 }));
}

#[test]
fn a_shallow_clone_and_a_commit_that_is_not_there() {
    let fixture = Fixture::new(RENAMES);
    let clone = fixture.beside("shallow");
    let source = format!("file://{}", fixture.path().display());
    fixture.git(&["clone", "-q", "--depth", "3", &source, &clone.display().to_string()]);
    let repository = open(&clone).with_store(Store::open(&fixture.beside("cache")).expect("a cache"));
    let tip = fixture.commits().last().expect("a commit");
    assert_eq!(index(&repository, tip), (Indexed::Impossible, Commits { all: 2, done: 2, read: 2 }));
    expect![[r#"
        {6}
           0 lib/a.py start
           1 lib/a.py stop
        {7}
    "#]]
    .assert_eq(&render(&fixture, &log(&repository, tip, None)));

    let unknown = "0".repeat(40);
    let outcome = index_changes(&repository, &unknown, NonZeroUsize::MIN, &GO_ON, &|_| {});
    assert!(matches!(outcome, Err(Error::UnknownCommit { .. })), "{outcome:?}");
}

/// What needs contents that the clone lacks is not told of, and read once they are here.
#[test]
fn a_partial_clone() {
    let fixture = Fixture::new(RENAMES);
    fixture.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = fixture.beside("partial");
    let source = format!("file://{}", fixture.path().display());
    fixture.git(&["clone", "-q", "--filter=blob:none", &source, &clone.display().to_string()]);
    let repository = open(&clone).with_store(Store::open(&fixture.beside("cache")).expect("a cache"));
    let tip = fixture.commits().last().expect("a commit");
    assert_eq!(index(&repository, tip).0, Indexed::Impossible);
    assert!(log(&repository, tip, None).missing() > 0);
    fixture.git(&["-C", &clone.display().to_string(), "fetch", "-q", "--refetch", "--no-filter"]);
    let repository = open(&clone).with_store(Store::open(&fixture.beside("cache")).expect("a cache"));
    assert_eq!(index(&repository, tip).0, Indexed::Complete);
    assert_eq!(log(&repository, tip, None).missing(), 0);
}

#[test]
fn repairs_that_come_back() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce" date="2020-01-01T00:00:00+00:00"
//- /a.py
def f(x):
    return x

def g(x):
    return x
//@ commit "Fix crash in f" date="2020-02-01T00:00:00+00:00"
//- /a.py
def f(x):
    return x + 1

def g(x):
    return x
//@ commit "Fix typo in docs of g" date="2020-03-01T00:00:00+00:00"
//- /a.py
def f(x):
    return x + 1

def g(x):
    return x + 1
//@ commit "Handle zero" date="2021-03-01T00:00:00+00:00"
//= Fixes #12
//- /a.py
def f(x):
    return x + 2

def g(x):
    return x + 1
//@ commit "Try g otherwise" date="2021-03-02T00:00:00+00:00"
//- /a.py
def f(x):
    return x + 2

def g(x):
    return x + 2
"#,
    );
    let reverted = fixture.commits().last().expect("a commit").clone();
    fixture.git(&["revert", "--no-edit", &reverted]);
    let log = whole(&fixture);
    let risks: Vec<String> = log
        .risks()
        .iter()
        .map(|risk| {
            format!("{} {:?} {:?} {}", name(&log, risk.symbol), risk.repairs, risk.reverts, risk.recent)
        })
        .collect();
    expect!["a.py f [1, 3] [] 0"].assert_eq(&risks.join("\n"));
}
