//! A real Helix in a terminal, with the settings that `editors/helix` ships, beside a Python server. Never does: use a setting that a user
//! does not have, but for the paths of the programs.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use backstory_fixture::Fixture;
use expect_test::{Expect, expect};

use crate::homes::{COURIER, Homes, program};
use crate::terminal::Terminal;

/// Helix on a file of the repository, with the cursor on `deliver` where that is declared.
struct Helix {
    // Dropped first: its socket is beside the fixture, and whoever can't be reached can't be ended.
    terminal: Terminal,
    fixture: Fixture,
}

fn start(size: (u16, u16), homes: &Homes) -> Helix {
    let fixture = Fixture::new(COURIER);
    let settings = fixture.beside("settings/helix");
    fs::create_dir_all(&settings).unwrap();
    let shipped = include_str!("../../editors/helix/languages.toml");
    let ours = format!("command = \"{}\"", env!("CARGO_BIN_EXE_backstory"));
    let languages =
        shipped.replace("command = \"backstory\"", &ours).replace("\"ruff\",\n    \"pylsp\"", "\"ty\"");
    let other =
        format!("\n[language-server.ty]\ncommand = \"{}\"\nargs = [\"server\"]\n", program("TY", "ty"));
    fs::write(settings.join("languages.toml"), languages + &other).unwrap();
    fs::write(settings.join("config.toml"), "theme = \"onedark\"\n[editor]\ntrue-color = true\n").unwrap();
    let mut environment: Vec<(&str, OsString)> = homes.environment(&fixture);
    let directory = Path::new(env!("CARGO_BIN_EXE_backstory")).parent().unwrap();
    let path = std::env::var("PATH").unwrap_or_default();
    environment.push(("PATH", format!("{}:{path}", directory.display()).into()));
    let command = format!("{} courier/delivery.py", program("HELIX", "hx"));
    let terminal = Terminal::start(&fixture, size, &environment, &command);
    terminal.wait_for("def deliver");
    // The servers answer nothing before they have been greeted.
    let helix = Helix { terminal, fixture };
    helix.find("deliver\\(");
    helix
}

impl Helix {
    /// Puts the cursor on what a pattern finds first.
    fn find(&self, pattern: &str) {
        self.terminal.keys(&["g", "g", "/"]);
        self.terminal.wait_for("search:");
        self.terminal.type_in(pattern);
        self.terminal.keys(&["Enter"]);
        self.terminal.wait_until("the end of the search", |screen| !screen.contains("search:"));
    }

    /// Opens a menu or a popup at `deliver` and waits for what it shows; asks again where a server was not ready yet. A busy machine may read two
    /// keys as one, which moves the cursor.
    fn ask(&self, keys: &[&str], text: &str) -> String {
        for _ in 0..20 {
            self.terminal.keys(keys);
            if let Some(screen) = self.terminal.soon(text) {
                return screen;
            }
            self.terminal.keys(&["Escape"]);
            self.find("deliver\\(");
        }
        self.terminal.wait_for(text)
    }

    /// The lines of the screen that have one of these, with the fixture's hashes numbered.
    fn lines(&self, screen: &str, wanted: &[&str]) -> String {
        let screen = self.fixture.anonymize(screen);
        let has = |line: &&str| wanted.iter().any(|text| line.contains(text));
        screen.lines().filter(has).map(|line| format!("{}\n", line.trim())).collect()
    }

    fn check(&self, screen: &str, wanted: &[&str], expected: &Expect) {
        expected.assert_eq(&self.lines(screen, wanted));
    }
}

#[test]
fn a_hover_of_both_servers() {
    let helix = start((100, 30), &Homes::WithoutModel);
    let first = helix.ask(&["Space", "k"], "[1/2] ty");
    assert!(!first.contains("Introduced"), "{first}");
    helix.terminal.keys(&["Escape"]);
    // A popup stays as it opened, which may be before the history was read, and is drawn in parts.
    let opened = || {
        helix.ask(&["Space", "k"], "[1/2] ty");
        helix.terminal.keys(&["M-n"]);
        let screen = helix.terminal.soon("Last change");
        if screen.is_none() {
            helix.terminal.keys(&["Escape"]);
        }
        screen
    };
    let second = (0..20).find_map(|_| opened()).expect("a hover with its history");
    helix.check(
        &second,
        &["backstory", "Introduced", "Liskov", "Last change"],
        &expect![[r#"
        [2/2] backstory
        Introduced 2019-03-04 by Grace Hopper · 5 changes · 3 authors (Ada Lovelace, Grace Hopper,
        Barbara Liskov)
        Last change 2024-08-30 by Barbara Liskov: Stop repeating what the receiver refused ({8})
    "#]],
    );
    helix.terminal.picture("helix-hover");
}

#[test]
fn actions_open_documents() {
    let helix = start((100, 30), &Homes::WithoutModel);
    let menu = helix.ask(&["Space", "a"], "Explain the history of");
    helix.check(
        &menu,
        &["Explain", "Show", "Go to"],
        &expect![[r#"
        13      """Send Explain the history of `deliver` h `post`."""
        14      for att Show all changes of `deliver`
        15          try Show impact of `deliver`
    "#]],
    );
    helix.terminal.picture("helix-actions");
    helix.terminal.keys(&["Down", "Enter"]);
    let changes = helix.terminal.wait_for("History at main");
    helix.check(
        &changes,
        &["function ", "History at", "commit ", "Author", "Date"],
        &expect![[r#"
        1  function courier.delivery.deliver
        3  History at main {8}
        5  commit {8}
        6  Author: Barbara Liskov
        7  Date:   2024-08-30
        13  function deliver in courier/delivery.py: body
    "#]],
    );
    helix.terminal.picture("helix-changes");
    helix.terminal.keys(&["C-o"]);
    helix.terminal.wait_for("def deliver");
    helix.ask(&["Space", "a"], "Explain the history of");
    helix.terminal.keys(&["Enter"]);
    let report = helix.terminal.wait_for("# function");
    helix.check(
        &report,
        &["# function", "as of main"],
        &expect![[r#"
        1  # function `courier.delivery.deliver`
        5  `courier/delivery.py:12` · history as of main (`{8}`)
    "#]],
    );
}

#[test]
fn search_goes_to_what_it_finds() {
    let helix = start((100, 30), &Homes::WithoutModel);
    helix.terminal.keys(&["Space", "S"]);
    helix.terminal.type_in("?how long to wait after a failure");
    // The code behind the list says `backoff` as well.
    let is_found = |screen: &str| ["backoff", "function", "delivery.py"].iter().all(|it| screen.contains(it));
    helix.terminal.wait_until("the results", is_found);
    helix.terminal.picture("helix-search");
    helix.terminal.keys(&["Enter"]);
    helix.terminal.wait_until("the place", |screen| screen.contains("sel  7:5"));
    helix.terminal.keys(&[":"]);
    helix.terminal.type_in("sh backstory ask 'why are refused events not sent again?'");
    helix.terminal.keys(&["Enter"]);
    let answer = helix.terminal.wait_for("fills the log");
    helix.check(
        &answer,
        &["fills the log"],
        &expect![[r#"
        again only fills the log of the receiver.” [{8}]
        An answer of 4xx means that the event is wrong, so sending it again only fills the log of
    "#]],
    );
}

#[test]
fn a_killed_server_is_missed_and_started_again() {
    let helix = start((100, 30), &Homes::WithoutModel);
    helix.ask(&["Space", "a"], "Explain the history of");
    helix.terminal.keys(&["Escape"]);
    helix.terminal.kill_children("backstory");
    helix.terminal.keys(&[":"]);
    helix.terminal.type_in("lsp-restart");
    helix.terminal.keys(&["Enter"]);
    helix.ask(&["Space", "a"], "Explain the history of");
}

#[test]
fn without_a_model_the_report_says_how_to_get_one() {
    let helix = start((120, 60), &Homes::WithoutModel);
    helix.ask(&["Space", "a"], "Explain the history of");
    helix.terminal.keys(&["Enter"]);
    let report = helix.terminal.wait_for("backstory model fetch");
    helix.check(&report, &["backstory model fetch"], &expect![[r#"
        29  A model on this machine can put this in a few words: `backstory model fetch` brings one (100 to 150 MB, once).
    "#]]);
}

#[test]
fn an_explanation_of_the_default_model() {
    let helix = start((120, 60), &Homes::WithDefaultModel);
    helix.ask(&["Space", "a"], "Explain the history of");
    helix.terminal.keys(&["Enter"]);
    // Shown while it is made.
    helix
        .terminal
        .wait_until("progress", |screen| screen.contains("Explaining") || screen.contains("## In short"));
    helix.terminal.wait_for("## In short");
    helix.terminal.wait_for("Worded by SmolLM2 135M Instruct (tuned by us), on this machine");
    helix.terminal.picture("helix-explain");
}
