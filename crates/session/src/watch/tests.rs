//! Scripts of what others do to a work tree, and what the watcher reports of it.
//!
//! Events come in order, so a last file that the test writes says that everything before it has been reported.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use backstory_fixture::Fixture;
use expect_test::{Expect, expect};
use notify::event::Flag;
use notify::{Event, EventKind};

use super::git::{GitDirs, InGit};
use super::sight::Sight;
use super::{Burst, Changes, PATIENCE, QUIET, WatchError, Watcher};

const TREE: &str = r#"
//@ commit "Initial commit"
//- /.gitignore
target/
*.log.py
//- /Cargo.toml
[package]
name = "tree"
//- /a.py
a = 1
//- /pkg/b.py
b = 1
//- /pkg/inner/c.py
c = 1
//- /pkg/notes.txt
Not code.
//@ branch side
//@ commit "Second commit"
//- /a.py
a = 2
//- /side/s.py
s = 1
//@ checkout main
"#;

const LAST: &str = "zz_last.py";

/// More than any machine needs.
const DEADLINE: Duration = Duration::from_secs(60);

struct Watched {
    fixture: Fixture,
    reports: Receiver<Changes>,
    _watcher: Watcher,
}

fn root(fixture: &Fixture) -> PathBuf {
    fixture.path().canonicalize().unwrap()
}

fn watch_fixture(fixture: Fixture) -> Watched {
    let root = root(&fixture);
    let (sender, reports) = channel();
    let on_change = move |changes| drop(sender.send(changes));
    let watcher = Watcher::start(&root, &[root.join(".git")], on_change).unwrap();
    assert!(watcher.incomplete().is_none());
    Watched { fixture, reports, _watcher: watcher }
}

impl Watched {
    /// Everything reported until now, in one, and in how many reports.
    fn reported(&self) -> (Changes, usize) {
        let last = root(&self.fixture).join(LAST);
        fs::write(&last, "last = 1\n").unwrap();
        let (mut all, mut count) = (Changes::default(), 0);
        while !all.paths.contains(&last) {
            let changes = self.reports.recv_timeout(DEADLINE).expect("the last file is reported");
            assert!(changes.paths.is_sorted_by(|a, b| a < b), "{changes:?}");
            all.paths.extend(changes.paths);
            all.git |= changes.git;
            all.rescan |= changes.rescan;
            count += 1;
        }
        (all, count)
    }

    fn render(&self) -> String {
        let (changes, _) = self.reported();
        let root = root(&self.fixture);
        let paths: BTreeSet<&Path> =
            changes.paths.iter().map(|path| path.strip_prefix(&root).unwrap()).collect();
        let paths = paths.iter().filter(|path| **path != Path::new(LAST));
        let mut lines: Vec<String> =
            paths.map(|path| format!("{}\n", path.display().to_string().replace('\\', "/"))).collect();
        lines.extend(changes.git.then(|| "(git)\n".to_owned()));
        lines.extend(changes.rescan.then(|| "(rescan)\n".to_owned()));
        lines.concat()
    }
}

/// Does what the lines say: `write`, `mkdir`, `rm` (also whole directories), `mv`, `save` (by renaming), `link`, `git ..`.
fn perform(fixture: &Fixture, script: &str) {
    let at = |path: &str| root(fixture).join(path);
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["write", path] => fs::write(at(path), "written = 1\n").unwrap(),
            ["write", path, text] => fs::write(at(path), text).unwrap(),
            ["mkdir", path] => fs::create_dir_all(at(path)).unwrap(),
            ["rm", path] if at(path).is_dir() => fs::remove_dir_all(at(path)).unwrap(),
            ["rm", path] => fs::remove_file(at(path)).unwrap(),
            ["mv", from, to] => fs::rename(at(from), at(to)).unwrap(),
            ["save", path] => {
                fs::write(at(".swap"), "saved = 1\n").unwrap();
                fs::rename(at(".swap"), at(path)).unwrap();
            }
            #[cfg(unix)]
            ["link", to, path] => std::os::unix::fs::symlink(at(to), at(path)).unwrap(),
            ["git", ..] => drop(fixture.git(&words[1..])),
            _ => panic!("no such operation: {line}"),
        }
    }
}

fn check(script: &str, expected: Expect) {
    let watched = watch_fixture(Fixture::new(TREE));
    perform(&watched.fixture, script);
    expected.assert_eq(&watched.render());
}

#[test]
fn files_come_change_and_go() {
    check(
        "write a.py",
        expect![[r#"
        a.py
    "#]],
    );
    check(
        "save a.py",
        expect![[r#"
        a.py
    "#]],
    );
    check(
        "rm a.py",
        expect![[r#"
        a.py
    "#]],
    );
    check(
        "rm pkg/b.py\n write pkg/b.py",
        expect![[r#"
        pkg/b.py
    "#]],
    );
    check(
        "mv a.py pkg/moved.py",
        expect![[r#"
        a.py
        pkg/moved.py
    "#]],
    );
    check(
        "write pkg/new.rs\n write Cargo.toml\n write .backstory.toml",
        expect![[r#"
        .backstory.toml
        Cargo.toml
        pkg/new.rs
    "#]],
    );
}

#[test]
fn what_does_not_matter_is_not_reported() {
    check(
        "write pkg/notes.txt
         write pkg/more.txt
         write out.log.py
         mkdir target/debug
         write target/debug/gen.rs
         write .git/config.py",
        expect![[r#""#]],
    );
}

#[test]
fn directories_come_and_go() {
    check(
        "mkdir ../made/deep\n write ../made/deep/x.py\n write ../made/y.txt\n mv ../made new",
        expect![[r#"
        new
        new/deep/x.py
    "#]],
    );
    check(
        "mv pkg lib\n write lib/inner/later.py",
        expect![[r#"
            lib
            lib/b.py
            lib/inner/c.py
            lib/inner/later.py
            pkg
        "#]],
    );
    check(
        "rm pkg",
        expect![[r#"
            pkg
        "#]],
    );
    // Where a directory is there again, what is missing in it can't be told.
    check(
        "mv pkg ../elsewhere\n mkdir pkg\n write pkg/other.py",
        expect![[r#"
        pkg
        pkg/other.py
        (rescan)
    "#]],
    );
    // What left the tree is out of sight.
    check(
        "mv pkg ../elsewhere\n write ../elsewhere/b.py\n write ../elsewhere/inner/c.py",
        expect![[r#"
        pkg
    "#]],
    );
    check(
        "mv pkg target\n write target/b.py",
        expect![[r#"
            pkg
        "#]],
    );
}

#[test]
fn what_is_written_right_after_its_directory_is_not_missed() {
    let watched = watch_fixture(Fixture::new(TREE));
    let root = root(&watched.fixture);
    let mut wanted = BTreeSet::new();
    for number in 0..100 {
        let directory = root.join(format!("many{number}/deep/deeper"));
        fs::create_dir_all(&directory).unwrap();
        wanted.extend(["x.py", "y.py"].map(|name| directory.join(name)));
        fs::write(directory.join("x.py"), "").unwrap();
        fs::write(directory.join("y.py"), "").unwrap();
    }
    let (changes, _) = watched.reported();
    let reported: BTreeSet<PathBuf> = changes.paths.into_iter().collect();
    let missed: Vec<_> = wanted.difference(&reported).collect();
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn rules_that_change_say_so_and_hold() {
    check(
        "write pkg/.gitignore c.py",
        expect![[r#"
        pkg/.gitignore
        (rescan)
    "#]],
    );
    check(
        "write .git/info/exclude c.py",
        expect![[r#"
        (rescan)
    "#]],
    );
    let watched = watch_fixture(Fixture::new(TREE));
    perform(&watched.fixture, "mkdir target");
    expect![[r#""#]].assert_eq(&watched.render());
    perform(&watched.fixture, "write .gitignore inner/");
    expect![[r#"
        .gitignore
        (rescan)
    "#]]
    .assert_eq(&watched.render());
    // What was ignored is seen now, and the other way round.
    perform(&watched.fixture, "write target/seen.py\n write pkg/inner/c.py");
    expect![[r#"
        target/seen.py
    "#]]
    .assert_eq(&watched.render());
}

#[test]
fn git_is_watched_without_its_objects() {
    check(
        "git checkout -q side",
        expect![[r#"
        a.py
        side
        side/s.py
        (git)
    "#]],
    );
    check(
        "git branch topic/new\n git branch -D topic/new",
        expect![[r#"
        (git)
    "#]],
    );
    check("git hash-object -w a.py", expect![[r#""#]]);
    check(
        "git pack-refs --all",
        expect![[r#"
        (git)
    "#]],
    );
}

#[test]
fn repositories_come_and_go() {
    let watched = watch_fixture(Fixture::new(TREE));
    perform(&watched.fixture, "mkdir vendored");
    expect![[r#"
        vendored
    "#]]
    .assert_eq(&watched.render());
    perform(&watched.fixture, "git init -q vendored");
    expect![[r#"
        (rescan)
    "#]]
    .assert_eq(&watched.render());
    perform(&watched.fixture, "mv .git ../moved.git");
    expect![[r#"
        (git)
        (rescan)
    "#]]
    .assert_eq(&watched.render());
    perform(&watched.fixture, "mv ../moved.git .git");
    expect![[r#"
        (git)
        (rescan)
    "#]]
    .assert_eq(&watched.render());
    perform(&watched.fixture, "git branch new");
    expect![[r#"
        (git)
    "#]]
    .assert_eq(&watched.render());
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_not_followed() {
    let watched = watch_fixture(Fixture::new(TREE));
    fs::create_dir_all(watched.fixture.beside("outside")).unwrap();
    perform(
        &watched.fixture,
        "link ../outside linked\n link a.py linked.py\n write ../outside/x.py\n write linked/y.py",
    );
    expect![[r#"
        linked.py
    "#]]
    .assert_eq(&watched.render());
}

#[test]
fn a_linked_work_tree_has_two_git_directories() {
    let fixture = Fixture::new(TREE);
    fixture.git(&["worktree", "add", "-q", "../linked", "side"]);
    let linked = fixture.beside("linked").canonicalize().unwrap();
    let common = root(&fixture).join(".git");
    let (sender, reports) = channel();
    let on_change = move |changes: Changes| drop(sender.send(changes));
    let _watcher = Watcher::start(&linked, &[common.join("worktrees/linked"), common], on_change).unwrap();
    fixture.git(&["branch", "another"]);
    let seen = reports.recv_timeout(DEADLINE).unwrap();
    assert!(seen.git && seen.paths.is_empty() && !seen.rescan, "{seen:?}");
    fixture.git(&["-C", "../linked", "checkout", "-q", "--detach"]);
    assert!(reports.recv_timeout(DEADLINE).unwrap().git);
}

#[test]
fn many_changes_make_few_reports() {
    let watched = watch_fixture(Fixture::new(TREE));
    let start = Instant::now();
    for number in 0..2000 {
        fs::write(root(&watched.fixture).join(format!("pkg/f{number}.py")), "x = 1\n").unwrap();
    }
    let (changes, count) = watched.reported();
    assert_eq!(changes.paths.iter().collect::<BTreeSet<_>>().len(), 2001);
    let most = 1 + start.elapsed().as_millis() / QUIET.as_millis();
    assert!((count as u128) <= most, "{count} reports, at most {most} expected");
}

#[test]
fn a_burst_ends_when_it_is_quiet_or_long() {
    let first = Instant::now();
    let after = |millis| first + Duration::from_millis(millis);
    assert_eq!(Burst { first, last: first }.end(), first + QUIET);
    assert_eq!(Burst { first, last: after(190) }.end(), after(190) + QUIET);
    assert_eq!(Burst { first, last: after(240) }.end(), first + PATIENCE);
}

#[test]
fn lost_events_make_everything_be_looked_at() {
    let fixture = Fixture::new(TREE);
    let (sender, events) = channel();
    let notifier = notify::recommended_watcher(move |event| drop(sender.send(event))).unwrap();
    let root = root(&fixture);
    let mut sight = Sight::open(notifier, &root, &[]).unwrap();
    // As if the event of this directory had been lost.
    perform(&fixture, "mkdir unseen");
    while events.recv_timeout(Duration::from_millis(200)).is_ok() {}
    let mut changes = Changes::default();
    let overflow = Event::new(EventKind::Other).set_flag(Flag::Rescan);
    assert!(sight.take(Ok(overflow), &mut changes));
    sight.settle(&mut changes);
    assert_eq!(changes, Changes { rescan: true, ..Changes::default() });

    perform(&fixture, "write unseen/x.py");
    let wanted = root.join("unseen/x.py");
    let mut seen = Changes::default();
    while !seen.paths.contains(&wanted) {
        sight.take(events.recv_timeout(DEADLINE).expect("the directory is watched now"), &mut seen);
    }
}

#[test]
fn dropping_ends_it() {
    let Watched { fixture, reports, _watcher } = watch_fixture(Fixture::new(TREE));
    drop(_watcher);
    // The sender goes away with the watcher's thread.
    while reports.recv_timeout(DEADLINE).is_ok() {}
    perform(&fixture, "write a.py");
    assert_eq!(reports.try_recv(), Err(std::sync::mpsc::TryRecvError::Disconnected));
}

#[test]
fn paths_of_git_have_a_meaning() {
    let dirs = GitDirs::new(&["/r/.git".into(), "/r/.git/worktrees/w".into()]);
    let meaning = |path: &str| dirs.meaning(Path::new(path));
    for path in [
        "HEAD",
        "index",
        "packed-refs",
        "refs/heads/a/b",
        "refs/remotes/o/HEAD",
        "logs/HEAD",
        "worktrees/w/HEAD",
    ] {
        assert_eq!(meaning(&format!("/r/.git/{path}")), Some(InGit::State), "{path}");
    }
    for path in [
        "HEAD.lock",
        "refs/heads/a.lock",
        "objects/ab/cd",
        "COMMIT_EDITMSG",
        "logs/refs/heads/a",
        "worktrees/v/HEAD",
    ] {
        assert_eq!(meaning(&format!("/r/.git/{path}")), Some(InGit::Nothing), "{path}");
    }
    assert_eq!(meaning("/r/.git"), Some(InGit::Itself));
    assert_eq!(meaning("/r/.git/info/exclude"), Some(InGit::Exclude));
    assert_eq!(meaning("/r/src/HEAD"), None);
}

#[test]
fn errors_say_what_to_do() {
    let missing = Path::new("/there/is/no/such/directory");
    let missing = Watcher::start(missing, &[], |_| ()).map(drop).unwrap_err();
    let full = notify::Error::io(std::io::Error::from_raw_os_error(24));
    let errors = [WatchError::Limit { missed: 7, wanted: 300 }, WatchError::starting(full), missing];
    expect![[r#"
        the system's limit of watched directories is reached, so changes made outside the editor are missed in 7 of 300 directories; raise it: sudo sysctl fs.inotify.max_user_watches=524288
        the system's limit of file watchers is reached, so changes made outside the editor are missed; raise it: sudo sysctl fs.inotify.max_user_instances=1024
        cannot watch /there/is/no/such/directory, so changes made there outside the editor are missed: entity not found
    "#]].assert_eq(&errors.map(|error| format!("{error}\n")).concat());
}
