//! A real Neovim, headless, with the real server. `.ci/run` always runs this; `cargo test` does with `--features editor-tests`, for
//! the `nvim` (0.11 or newer) that NVIM names or that is on the path.

use std::process::Command;

use backstory_fixture::Fixture;
use expect_test::expect;

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

#[test]
fn what_a_person_sees_in_neovim() {
    let fixture = Fixture::new(STORY);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/neovim/smoke.lua");
    let nvim = std::env::var_os("NVIM").unwrap_or_else(|| "nvim".into());
    let output = Command::new(&nvim)
        .args(["--headless", "-u", "NONE", "-i", "NONE", "-n", "-l", script])
        .current_dir(fixture.path())
        .env("BACKSTORY", env!("CARGO_BIN_EXE_backstory"))
        .env("BACKSTORY_CACHE_DIR", fixture.beside("cache"))
        .env("BACKSTORY_MODEL_DIR", fixture.beside("models"))
        .env("BACKSTORY_CONFIG", fixture.beside("config.toml"))
        .env("XDG_STATE_HOME", fixture.beside("state"))
        .env("XDG_DATA_HOME", fixture.beside("data"))
        .env("XDG_CONFIG_HOME", fixture.beside("settings"))
        .env("XDG_CACHE_HOME", fixture.beside("editor"))
        .env_remove("BACKSTORY_MODEL")
        .env_remove("BACKSTORY_LOG")
        .output()
        .unwrap_or_else(|error| panic!("cannot run {nvim:?}: {error}; NVIM names another"));
    // In this mode Neovim prints to its error output.
    let printed = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    let seen = printed.replace("\r\n", "\n");
    assert!(output.status.success(), "{seen}");
    let root = fixture.path().canonicalize().unwrap();
    let seen = fixture.anonymize(&seen).replace(&root.display().to_string(), "ROOT");
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
