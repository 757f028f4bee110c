//! A real VS Code with the real extension and the real server: code-server in a browser without a window, driven as a person would use it.
//! `.ci/run` always runs this. By hand: `tests/vscode/install.sh CACHE` and `tests/vscode/build.sh CACHE` print the folders that VSCODE_TOOLS and
//! VSCODE_BUILD name; then `cargo test --release --features editor-tests --test vscode`. With VSCODE_PICTURES pictures are made, too.
//!
//! A browser without a window on a busy machine loses a key or a click now and then: what waited in vain is tried once more, from the start, and says so.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Mutex, PoisonError};

use backstory_fixture::Fixture;
use expect_test::expect;

const STORY: &str = include_str!("vscode/story.txt");

/// One editor at a time: each takes all that a small machine has.
static TURN: Mutex<()> = Mutex::new(());

/// What is on the screen in a scenario, with the hashes of commits by their numbers.
fn seen(scenario: &str, fixture: &Fixture) -> String {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let named = |name: &str| {
        std::env::var(name)
            .unwrap_or_else(|_| panic!("{name} is not set; tests/vscode.rs says how to run this"))
    };
    let (tools, build) = (named("VSCODE_TOOLS"), named("VSCODE_BUILD"));
    let first = driven(scenario, fixture, &tools, Path::new(&build), "first");
    let output = if first.status.success() {
        first
    } else {
        let said = String::from_utf8_lossy(&first.stdout);
        // Not by `eprintln`, which a test that passes keeps to itself.
        let told = format!("{scenario} is tried once more; the first try said:\n{said}\n");
        io::stderr().write_all(told.as_bytes()).unwrap();
        fixture.git(&["checkout", "--quiet", "--force", "."]);
        driven(scenario, fixture, &tools, Path::new(&build), "again")
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    fixture.anonymize(&text)
}

fn driven(scenario: &str, fixture: &Fixture, tools: &str, build: &Path, which: &str) -> Output {
    let beside = |name: &str| fixture.beside(&format!("{scenario}-{which}-{name}"));
    let scratch = beside("scratch");
    fs::create_dir(&scratch).unwrap();
    Command::new("node")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vscode/drive.mjs"))
        .arg(scenario)
        .args([fixture.path().as_path(), &scratch])
        .env("TOOLS", tools)
        .env("VSIX", build.join("backstory.vsix"))
        .env("PYRIGHT_VSIX", build.join("pyright.vsix"))
        .env("BACKSTORY", env!("CARGO_BIN_EXE_backstory"))
        .env("PICTURES", std::env::var_os("VSCODE_PICTURES").unwrap_or_default())
        .env("BACKSTORY_CONFIG", beside("config.toml"))
        .env("BACKSTORY_DATA_DIR", beside("data"))
        .env_remove("BACKSTORY_MODEL")
        .env_remove("BACKSTORY_LOG")
        .output()
        .unwrap_or_else(|error| panic!("cannot run node: {error}"))
}

#[test]
fn what_a_person_sees_beside_pyright() {
    let fixture = Fixture::new(STORY);
    expect![[r#"
        == status
        Backstory: repo: main {11}, 5 files, Model: SmolLM2 135M Instruct (tuned by us)
        == hover beside pyright
        (method) def flush(self: Self@Outbox) -> None

        Sends everything that waits.
        Introduced 2019-03-04 by Ada Lovelace · 4 changes · 2 authors (Ada Lovelace, Linus Ek)
        Last change 2024-05-06 by Linus Ek: Never wait longer than a minute (#57) ({10})

        Whole history
        == lenses
        introduced 2019 · 4 changes · 2 authors
        introduced 2019 · 1 change · 1 author
        introduced 2019 · 1 change · 1 author
        introduced 2019 · 4 changes · 2 authors
        == history
        2024-05-06  {10} Never wait longer than a minute (#57)
        2023-01-17  {9} Move the queue to a module of its own
        2021-11-08  {6} Wait longer after each failure (#42)
        2020-02-11  {4} Rename send_all to flush
        2019-03-04  {1} Queue mail instead of sending it at once
        == what is below a change
          moved
          Ada Lovelace
          commit {9}
          was method Outbox.flush in postroom/mail.py
        == a change
        Outbox.flush at {10}, 2024-05-06: Never wait longer than a minute (#57) (outbox.py)
        == history of what the cursor is on now
        2024-10-22  {11} Refuse lines of another version
        2022-08-15  {8} Sort the keys
        2022-04-19  {7} Write lines as JSON
        2020-06-30  {5} Count attempts in the line
        2019-09-02  {3} Keep when a message was queued
        2019-05-20  {2} Escape line breaks in texts
        2019-03-04  {1} Queue mail instead of sending it at once
        == impact
        Depends on it: 2
          Outbox.flush  calls it
          postroom.outbox  imports it
        Tests: 1
          test_everything_is_sent  tests/test_outbox.py, 2 steps
        == an explanation grows
        facts, not worded yet
        facts, worded
        == explanation
        method
        Outbox.flush
        postroom/outbox.py:17
        History
        Impact
        as of main ({11})
        def flush(self)
        In short
        The web process waited for the mail server, so a slow server made every page slow. {1}
        The queue waits longer after each failure because an overloaded server saw all clients come back at once. {6}
        The pause is limited to a minute, because after a night without a network the queue slept for hours. {10}
        Worded on this machine by SmolLM2 135M Instruct (tuned by us); each sentence is checked against what it cites.
        Why
        Outbox.flush came on 2019-03-04 by Ada Lovelace: “Queue mail instead of sending it at once”. {1}
        Its commit says: “The web process waited for the mail server, so a slow server made every page slow.” {1}
        On 2021-11-08 Linus Ek changed its body: “The queue waits longer after each failure because an overloaded server saw all clients come back at once.” {6}
        On 2024-05-06 Linus Ek changed its body: “The pause is limited to a minute, because after a night without a network the queue slept for hours.” {10}
        It has changed 4 times since, last on 2024-05-06 by Linus Ek. {10}
        Who knows it: Linus Ek (2 changes, last on 2024-05-06) or Ada Lovelace (3 changes, last on 2023-01-17). {10} {9}
        Used by (1)
        Uses (1)
        == its first source
        Outbox.send_all at {1}, 2019-03-04: Queue mail instead of sending it at once (mail.py)
        == a lens explains
        method
        Outbox.push
        == notifications
    "#]].assert_eq(&seen("tour", &fixture));
}

#[test]
fn who_looks_for_something() {
    let fixture = Fixture::new(STORY);
    expect![[r#"
        == the best of a search
        symbol-method wire.decode, postroom/wire.py:13, The message that a line of text stands for.
        == it leads to
        Ln 13, Col 11 (6 selected)
        == an answer in its own words
        Linus Ek on 2021-11-08: “The queue waits longer after each failure because an overloaded server saw all clients come back at once.” {6}
        == notifications
    "#]]
    .assert_eq(&seen("work", &fixture));
}

/// Something that nothing uses, and something to extract; not committed, so that no other test sees it.
const WASTE: &str = r#"//@ worktree
//- /postroom/limits.py
"""How much waits."""

import math

MOST = 1000


def is_full(outbox):
    """Whether nothing more can wait."""
    waiting = list(outbox.waiting)
    return len(waiting) + 1 > MOST


def _rounded(count):
    """To tens."""
    return math.floor(count / 10) * 10
"#;

#[test]
fn who_changes_code_by_the_menu() {
    let fixture = Fixture::new(&format!("{STORY}{WASTE}"));
    expect![[r#"
        == the menu of all actions
        Explain the history of `_rounded`
        Show all changes of `_rounded`
        Show impact of `_rounded`
        Remove `_rounded`, which nothing uses
        == the menu of refactorings
        Remove `_rounded`, which nothing uses
        == without it
        """How much waits."""

        MOST = 1000


        def is_full(outbox):
            """Whether nothing more can wait."""
            waiting = list(outbox.waiting)
            return len(waiting) + 1 > MOST
        == undone
        every byte is back
        == the menu for a selection
        Extract into a function
        Extract into a variable
        == with a variable
        """How much waits."""

        import math

        MOST = 1000


        def is_full(outbox):
            """Whether nothing more can wait."""
            waiting = list(outbox.waiting)
            value = len(waiting) + 1
            return value > MOST


        def _rounded(count):
            """To tens."""
            return math.floor(count / 10) * 10
        == undone
        every byte is back
        == notifications
    "#]]
    .assert_eq(&seen("actions", &fixture));
}

#[test]
fn without_a_model_and_without_another_server() {
    let fixture = Fixture::new(STORY);
    expect![[r#"
        == status
        Backstory: repo: main {11}, 5 files, No model yet: explanations are quotes
        == explanation
        method
        Outbox.flush
        postroom/outbox.py:17
        History
        Impact
        as of main ({11})
        def flush(self)
        Why
        Outbox.flush came on 2019-03-04 by Ada Lovelace: “Queue mail instead of sending it at once”. {1}
        Its commit says: “The web process waited for the mail server, so a slow server made every page slow.” {1}
        On 2021-11-08 Linus Ek changed its body: “The queue waits longer after each failure because an overloaded server saw all clients come back at once.” {6}
        On 2024-05-06 Linus Ek changed its body: “The pause is limited to a minute, because after a night without a network the queue slept for hours.” {10}
        It has changed 4 times since, last on 2024-05-06 by Linus Ek. {10}
        Who knows it: Linus Ek (2 changes, last on 2024-05-06) or Ada Lovelace (3 changes, last on 2023-01-17). {10} {9}
        A language model on this machine can put this in a few words. It is fetched once, if you want it.
        Fetch the model…
        Used by (1)
        Uses (1)
        == consent
        Fetch SmolLM2 135M Instruct (tuned by us) (145 MB, Apache-2.0)?
        It words explanations on this machine; your code never leaves it. This one download comes from the internet, and nothing else ever does. `backstory model remove` deletes it again.
        == its buttons
        Cancel
        Fetch
        == fetched without consent
        nothing
        == definition without another server
        Ln 8, Col 5
        == notifications before it fails
        == hover after the server was killed
        def flush(self)

        Sends everything that waits.

        Introduced 2019-03-04 by Ada Lovelace · 4 changes · 2 authors (Ada Lovelace, Linus Ek)
        Last change 2024-05-06 by Linus Ek: Never wait longer than a minute (#57) ({10})

        Whole history
        == notifications after it was killed once
        == a server that always ends
        Backstory does not work: The server has ended five times within three minutes.
        == status then
        Backstory: The server has ended five times within three minutes.
        == status after another try
        Backstory: repo: main {11}, 5 files, No model yet: explanations are quotes
    "#]].assert_eq(&seen("bare", &fixture));
}

#[test]
fn a_workspace_that_is_not_trusted() {
    let fixture =
        Fixture::new(&format!("{STORY}//@ worktree\n//- /.backstory.toml\n[lens]\nshow = [\"last\"]\n"));
    expect![[r#"
        == status
        Backstory: repo: main {11}, 5 files, Restricted: no model, no settings of the repository
        == lenses
        introduced 2019 · 4 changes · 2 authors
        introduced 2019 · 1 change · 1 author
        introduced 2019 · 1 change · 1 author
        introduced 2019 · 4 changes · 2 authors
        == lenses once it is trusted
        last 2024-05-06
        last 2023-01-17
        last 2023-01-17
        last 2024-05-06
        == status once it is trusted
        Backstory: repo: main {11}, 5 files, Model: SmolLM2 135M Instruct (tuned by us)
    "#]]
    .assert_eq(&seen("restricted", &fixture));
}

#[test]
fn everything_with_the_keyboard() {
    let fixture = Fixture::new(STORY);
    expect![[r#"
        == where the keys go
        2024-05-06, Never wait longer than a minute (#57), body +1 −1, by Linus Ek, commit {10}
        == one down
        2023-01-17, Move the queue to a module of its own, moved, by Ada Lovelace, commit {9}
        == the menu of a change
        Show What Changed
        Show the Whole Commit
        Copy the Commit’s Hash
        == Enter opens
        Outbox.flush at {9}, 2023-01-17: Move the queue to a module of its own (mail.py ↔ outbox.py)
        == where the keys go then
        Depends on it: 2
        == one down
        Outbox.flush
        calls it
        postroom/outbox.py:22
        == Enter leads to
        Ln 22, Col 1
        == the lens of this line
        introduced 2019 · 4 changes · 2 authors
        == Tab comes to the source
        {1}
        == Enter opens
        Outbox.send_all at {1}, 2019-03-04: Queue mail instead of sending it at once (mail.py)
        == a commit found
        git-commit Queue mail instead of sending it at once, 2019-03-04 {1}, The web process waited for the mail server, so a slow server made every page slow.
        == Enter opens
        {1}.diff
        == what the menu offers
         Fetch the language model…
         Pause reading in the background
         Show the history of the symbol at the cursor
         Search by meaning
         Ask the repository
         Start the server again
         Show the log
         Settings
        == notifications
    "#]].assert_eq(&seen("keyboard", &fixture));
}

#[test]
fn two_repositories_in_one_window() {
    let fixture = Fixture::new(STORY);
    expect![[r#"
        == the newest change in one
        2024-05-06  HASH Never wait longer than a minute (#57)
        == the newest change in the other
        2025-02-03  HASH Wait for five minutes at most
        == and in the first one again
        2024-05-06  HASH Never wait longer than a minute (#57)
        == status
        Backstory: repo: main HASH, 5 files, other: main HASH, 5 files, No model yet: explanations are quotes
        == found in both
        symbol-method wire.decode, other/postroom/wire.py:13, The message that a line of text stands for.
        symbol-method wire.decode, repo/postroom/wire.py:13, The message that a line of text stands for.
        == notifications
    "#]]
    .assert_eq(&seen("roots", &fixture));
}

#[test]
fn a_server_that_ends_at_once_or_hangs() {
    let fixture = Fixture::new(STORY);
    expect![[r#"
        == notifications
        Backstory does not work: The server did not start: it ended before it answered.
        == status
        Backstory: The server did not start: it ended before it answered.
        == status after another try
        Backstory: repo: main {11}, 5 files, No model yet: explanations are quotes
        == status while the next one hangs
        Backstory: Starting…
        == notifications
        Backstory does not work: The server did not start: it has not answered for 60 s.
        == status
        Backstory: The server did not start: it has not answered for 60 s.
        == status after another try
        Backstory: repo: main {11}, 5 files, No model yet: explanations are quotes
    "#]]
    .assert_eq(&seen("broken", &fixture));
}

#[test]
fn a_program_that_is_not_there() {
    let fixture = Fixture::new(STORY);
    expect![[r#"
        == notifications
        Backstory does not work: backstory.server.path names /nowhere/backstory, which is no program.
        == its buttons
        Say where it is
        How to install it
        == status
        Backstory: backstory.server.path names /nowhere/backstory, which is no program.
        == what the walkthrough shows
        The program
        Hover over a name
        The History view
        Ask why
        A model, if you want one
        Search by meaning
    "#]]
    .assert_eq(&seen("absent", &fixture));
}
