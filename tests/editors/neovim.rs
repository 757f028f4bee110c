//! A real Neovim with the real server: by itself, and with the plugin beside another language server. Never does: look at pictures.

use std::process::Command;

use backstory_fixture::Fixture;
use expect_test::{Expect, expect};

use crate::homes::{COURIER, Homes, program};

const STORY: &str = r#"
//@ commit "Add pool" author="Ada Lovelace <ada@example.org>" date="2019-08-27T10:00:00+00:00"
//- /Cargo.toml
[package]
name = "work-pool"
version = "0.1.0"
//- /src/lib.rs
pub mod threads;
//- /src/threads.rs
pub struct Pool;

impl Pool {
    /// Starts a thread.
    pub fn spawn(&self) {}
}
//@ commit "Start threads lazily" author="Bob Noyce <bob@example.org>" date="2024-05-01T10:00:00+00:00"
//= Threads start one by one because starting all of them at once starved the timers.
//- /src/threads.rs
pub struct Pool;

impl Pool {
    /// Starts a thread.
    pub fn spawn(&self) {
        std::thread::yield_now();
    }
}
"#;

/// Runs a script of `tests/editors/neovim` in a repository and gives what it printed.
fn run(fixture: &Fixture, script: &str, homes: &Homes) -> String {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/editors/neovim");
    let script = format!("{directory}/{script}");
    let nvim = program("NVIM", "nvim");
    let mut command = Command::new(&nvim);
    command.args(["--headless", "-u", "NONE", "-i", "NONE", "-n", "-l", &script]).current_dir(fixture.path());
    command.env("SCRIPT", &script).envs(homes.environment(fixture));
    command.env_remove("BACKSTORY_MODEL").env_remove("BACKSTORY_LOG");
    let output =
        command.output().unwrap_or_else(|error| panic!("cannot run {nvim}: {error}; NVIM names another"));
    // Neovim's own `print` writes to the error output in this mode.
    let printed = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    let seen = printed.replace("\r\n", "\n");
    assert!(output.status.success(), "{seen}");
    let root = fixture.path().canonicalize().unwrap();
    fixture.anonymize(&seen).replace(&root.display().to_string(), "ROOT")
}

/// The same in the repository that the pictures show.
fn check(script: &str, homes: &Homes, expected: &Expect) {
    let fixture = Fixture::new(COURIER);
    expected.assert_eq(&run(&fixture, script, homes));
}

#[test]
fn what_a_person_sees_in_neovim() {
    let fixture = Fixture::new(STORY);
    let seen = run(&fixture, "smoke.lua", &Homes::WithoutModel);
    expect![[r#"
        == attached
        backstory
        positions in utf-8
        == hover
        **Introduced** 2019-08-27 by Ada Lovelace · 1 change · 2 authors (Ada Lovelace, Bob Noyce)  
        **Last change** 2024-05-01 by Bob Noyce: Start threads lazily (`{2}`)
        == lenses
        1: introduced 2019 · no changes · 1 author
        5: introduced 2019 · 1 change · 2 authors
        == report
        # method `work_pool::threads::Pool::spawn`
            pub fn spawn(&self)
        `src/threads.rs:5` · history as of main (`{2}`)
        ## Why
        - `Pool::spawn` came on 2019-08-27 by Ada Lovelace: “Add pool”. (`{1}`)
        - On 2024-05-01 Bob Noyce changed its body: “Threads start one by one because starting all of them at once starved the timers.” (`{2}`)
        - It has changed once since, on 2024-05-01 by Bob Noyce. (`{2}`)
        - Who knows it: Bob Noyce (1 change, last on 2024-05-01) or Ada Lovelace (1 change, last on 2019-08-27). (`{2}`, `{1}`)
        ## History
        | Date | Commit | Author | Change | Subject |
        |---|---|---|---|---|
        | 2024-05-01 | `{2}` | Bob Noyce | body +3 −1 | Start threads lazily |
        | 2019-08-27 | `{1}` | Ada Lovelace | introduced +2 −0 | Add pool |
        A model on this machine can put this in a few words: `backstory model fetch` brings one (100 to 150 MB, once).
        == best symbol
        src/threads.rs:5: [Method] spawn
        == stopped
    "#]]
    .assert_eq(&seen);
}

#[test]
fn the_timeline_of_a_symbol() {
    check(
        "timeline.lua",
        &Homes::WithoutModel,
        &expect![[r#"
        == timeline
        function courier.delivery.deliver
        courier/delivery.py:12 · history at main {8}
        <CR> what a commit did · d side by side · f one kind · g? all keys

        2024-08-30  {8}  Stop repeating what the receiver refused
                    body +4 −1 · Barbara Liskov
        2023-04-18  {7}  Let callers cap the attempts (#87)
                    body, signature +2 −2 · Ada Lovelace
        2021-01-11  {4}  Make courier a package
                    file rename · Grace Hopper · was function deliver in courier.py
        2020-06-02  {3}  Wait longer after each failure
                    body +2 −2 · Ada Lovelace
        2019-09-17  {2}  Retry deliveries that time out (#12)
                    body +6 −1 · Ada Lovelace
        2019-03-04  {1}  Deliver webhooks over HTTP
                    introduced +3 −0 · Grace Hopper

        1 change of documentation, style or formatting hidden · a shows all
        == cursor
        2024-08-30  {8}  Stop repeating what the receiver refused
        == with everything
                    docs +1 −1 · Grace Hopper
        == kinds
        any
        body (4)
        docs (1)
        file rename (1)
        introduced (1)
        signature (1)
        == only signatures
        function courier.delivery.deliver
        courier/delivery.py:12 · history at main {8}
        <CR> what a commit did · d side by side · f one kind · g? all keys

        2023-04-18  {7}  Let callers cap the attempts (#87)
                    body, signature +2 −2 · Ada Lovelace

        1 change of 7, of the kind signature · f shows others
        == what the commit did
        commit {7}
        Author: Ada Lovelace
        Date:   2023-04-18

            Let callers cap the attempts (#87)

            Billing gives up after three attempts because the customer has been told by then.

        function deliver in courier/delivery.py: body, signature

        --- a/courier/delivery.py
        +++ b/courier/delivery.py
        @@ -12,6 +12,6 @@
        -def deliver(event, post):
        +def deliver(event, post, attempts: int = 5):
             """Sends one event to its receiver through `post`."""
        -    for attempt in range(5):
        +    for attempt in range(attempts):
                 try:
                     return post(event.url, event.body)
                 except TimeoutError:
        == name
        backstory:/deliver-{7}.diff
        == before {7}  courier/delivery.py
        def deliver(event, post):
            """Sends one event to its receiver through `post`."""
            for attempt in range(5):
                try:
                    return post(event.url, event.body)
                except TimeoutError:
                    time.sleep(backoff(attempt))
            return None
        (compared) python
        == {7}  2023-04-18  courier/delivery.py
        def deliver(event, post, attempts: int = 5):
            """Sends one event to its receiver through `post`."""
            for attempt in range(attempts):
                try:
                    return post(event.url, event.body)
                except TimeoutError:
                    time.sleep(backoff(attempt))
            return None
        (compared) python
        == tab pages
        1
        == told
        Backstory: :Backstory takes one of ask, explain, fetch, history, impact, restart, search, stop (:help backstory)
        Backstory: explain takes one of why, changes, what, doc, file
        Backstory: nothing is being made
        == completed
        ask explain fetch history impact restart search stop
        why changes what doc file
        == stopped
    "#]],
    );
}

#[test]
fn beside_a_python_server() {
    check(
        "beside.lua",
        &Homes::WithoutModel,
        &expect![[r#"
        == hover
        # ty
        ```python
        def deliver(
            event,
            post,
            attempts: int = 5
        ) -> Unknown
        ```
        ---
        Sends one event to its receiver through `post`.
        ---
        # backstory
        **Introduced** 2019-03-04 by Grace Hopper · 5 changes · 3 authors (Ada Lovelace, Grace Hopper, Barbara Liskov)  
        **Last change** 2024-08-30 by Barbara Liskov: Stop repeating what the receiver refused (`{8}`)

        [Whole history](REPORT)
        == definition
        def deliver(event, post, attempts: int = 5):
        0 in the list of places
        == lenses
        7: introduced 2020 · 3 changes · 3 authors
        12: introduced 2019 · 5 changes · 3 authors
        == actions
        Explain the history of `deliver`
        Show all changes of `deliver`
        Show impact of `deliver`
        == all changes
        backstory:/deliver-history.diff
        function courier.delivery.deliver
        7 commits
        == found
        commit {3} 2020-06-02  Wait longer after each failure
        …
        == chosen
        delivery.py: def backoff(attempt: int) -> float:
        == a commit
        commit {5}
        Author: Barbara Liskov <barbara@example.org>
        Date:   Tue Nov 23 11:30:00 2021 +0000

            Add jitter to the pauses
            
            Couriers that failed at the same moment also came back at the same moment, because their pauses grew in step.
        ---
         courier/delivery.py | 3 ++-
         1 file changed, 2 insertions(+), 1 deletion(-)
        == impact
        ## Impact of `courier.delivery.backoff`

        function in `courier/delivery.py:7`, public API as `courier.delivery.backoff`

        3 dependents (1 direct), 1 test

        | Steps | Use | Symbol | Where | Through |
        |---|---|---|---|---|
        | 1 | calls | `courier.delivery.deliver` | `courier/delivery.py:18` |  |
        | 2 | calls | `courier.billing.bill` | `courier/billing.py:8` | deliver (courier/delivery.py:18) |
        | 2 | calls | `courier.queue.drain` | `courier/queue.py:8` | deliver (courier/delivery.py:18) |

        ### Tests

        - `tests/test_delivery.py::test_deliver_stops_after_its_attempts` (2 steps)

        ```sh
        pytest tests/test_delivery.py
        ```
        == followed to
        courier/billing.py:8
        == answer
        # why are refused events not sent again?

        - Barbara Liskov on 2024-08-30: “An answer of 4xx means that the event is wrong, so sending it again only fills the log of the receiver.” (`{8}`)

        ## Where to read on

        - `{8}` 2024-08-30 Stop repeating what the receiver refused
        == its citation
        commit {8}
        Author: Barbara Liskov <barbara@example.org>
        Date:   Fri Aug 30 15:45:00 2024 +0000

            Stop repeating what the receiver refused
            
            An answer of 4xx means that the event is wrong, so sending it again only fills the log of the receiver.
        == told
        == stopped
    "#]],
    );
}

#[test]
fn without_a_model_the_report_says_how_to_get_one() {
    check(
        "explain.lua",
        &Homes::WithoutModel,
        &expect![[r#"
        == stages
        nothing
        facts
        == report
        # function `courier.delivery.deliver`

            def deliver(event, post, attempts: int = 5)

        `courier/delivery.py:12` · history as of main (`{8}`)

        ## Why

        - `deliver` came on 2019-03-04 by Grace Hopper: “Deliver webhooks over HTTP”. (`{1}`)
        - Its commit says: “Customers asked for events to come to them, because polling the interface every minute cost both sides more than the events.” (`{1}`)
        - On 2023-04-18 Ada Lovelace changed its signature and body: “Billing gives up after three attempts because the customer has been told by then.” (`{7}`)
        - On 2024-08-30 Barbara Liskov changed its body: “An answer of 4xx means that the event is wrong, so sending it again only fills the log of the receiver.” (`{8}`)
        - It has changed 5 times since, last on 2024-08-30 by Barbara Liskov. (`{8}`)
        - Who knows it: Barbara Liskov (1 change, last on 2024-08-30), Ada Lovelace (3 changes, last on 2023-04-18) or Grace Hopper (2 changes, last on 2021-01-11). (`{8}`, `{7}`, `{4}`)

        ## History

        | Date | Commit | Author | Change | Subject |
        |---|---|---|---|---|
        | 2024-08-30 | `{8}` | Barbara Liskov | body +4 −1 | Stop repeating what the receiver refused |
        | 2023-04-18 | `{7}` | Ada Lovelace | body, signature +2 −2 | Let callers cap the attempts (#87) |
        | 2021-01-11 | `{4}` | Grace Hopper | file rename, from `function deliver` in `courier.py` +0 −0 | Make courier a package |
        | 2020-06-02 | `{3}` | Ada Lovelace | body +2 −2 | Wait longer after each failure |
        | 2019-09-17 | `{2}` | Ada Lovelace | body +6 −1 | Retry deliveries that time out (#12) |
        | 2019-03-04 | `{1}` | Grace Hopper | introduced +3 −0 | Deliver webhooks over HTTP |

        1 more commit touched only documentation, style or formatting.

        A model on this machine can put this in a few words: `backstory model fetch` brings one (100 to 150 MB, once).

        ## Used by (3)

        - `courier.billing.bill` · `courier/billing.py:6`
        - `courier.queue.drain` · `courier/queue.py:6`
        - `test_delivery.test_deliver_stops_after_its_attempts` · `tests/test_delivery.py:4`

        ## Uses (1)

        - `courier.delivery.backoff` · `courier/delivery.py:7`
        == followed to
        deliver-{1}.diff
        == told
        == stopped
    "#]],
    );
}

#[test]
fn an_explanation_grows_while_the_model_words_it() {
    let fixture = Fixture::new(COURIER);
    let seen = run(&fixture, "explain.lua", &Homes::WithDefaultModel);
    let (stages, report) = seen.split_once("== report\n").unwrap();
    let stages: Vec<&str> = stages.lines().skip_while(|stage| *stage != "facts").collect();
    // The facts stand there before the first sentence.
    assert!(stages.len() >= 2 && stages[1..].iter().all(|stage| stage.ends_with(" worded")), "{seen}");
    let worded = report.split_once("## In short\n\n").unwrap().1.split_once("\n\n").unwrap();
    assert!(
        worded.0.lines().all(|sentence| sentence.starts_with("- ") && sentence.ends_with("`)")),
        "{seen}"
    );
    assert!(worded.1.starts_with("Worded by SmolLM2 135M Instruct (tuned by us), on this machine"), "{seen}");
    let followed = seen.split_once("== followed to\n").unwrap().1;
    assert!(followed.starts_with("deliver-{1}.diff\n"), "{seen}");
}

#[test]
fn what_is_missing_is_said() {
    check(
        "missing.lua",
        &Homes::WithoutModel,
        &expect![[r#"
        == not enabled
        Backstory: the server is not enabled: put vim.lsp.enable("backstory") into your init.lua
        == no program, when a file opens
        Backstory: there is no program `/nowhere/backstory`. Install it (`cargo install --locked --path .` in a clone of Backstory), or name it: vim.lsp.config("backstory", { cmd = { "/path/to/backstory", "lsp" } })
        == no program, when it is asked
        Backstory: there is no program `/nowhere/backstory`. Install it (`cargo install --locked --path .` in a clone of Backstory), or name it: vim.lsp.config("backstory", { cmd = { "/path/to/backstory", "lsp" } })
        == another language
        Backstory: this is no Rust or Python file
        - ✅ OK program: Backstory VERSION, built with the engine for language models
        - ✅ OK running in ROOT, for 3 buffers
        - ⚠️ WARNING vim.g.backstory has no `lense`
            - :help |vim.g.backstory|
        - ⚠️ WARNING vim.g.backstory.window must be a string
            - :help |vim.g.backstory|
        == stopped
    "#]],
    );
}

#[test]
fn a_killed_server_is_started_again() {
    check(
        "restart.lua",
        &Homes::WithoutModel,
        &expect![[r#"
        == told
        Backstory: the server ended and was started again
        Backstory: the server ended and was started again
        Backstory: the server ended and was started again
        Backstory: the server ended: `:Backstory restart` starts it again, `:checkhealth backstory` looks for the reason
        == answers again
        function courier.delivery.backoff
        == stopped
    "#]],
    );
}
