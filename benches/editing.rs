//! A long day at an editor in half an hour: changes, hovers and branch switches on a clone of a real repository, with the server's memory
//! watched, and its answers compared with a fresh server's at the end.
//!
//! `cargo bench --bench editing` runs 100,000 changes, 10,000 hovers and 50 switches in 30 minutes on this repository unless told
//! otherwise: `BACKSTORY_BENCH_REPOSITORY=DIR`, `BACKSTORY_BENCH_MINUTES=30`; fewer minutes do proportionally less. Fails on any error
//! answer, on more than 10 % more memory than after the first sixth of the time, and on any answer that differs. Never changes the
//! repository: it works on a clone.

#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../tests/lsp/client.rs"]
mod client;
#[allow(dead_code, reason = "the other bench uses the rest")]
#[path = "support/edits.rs"]
mod edits;
#[allow(dead_code, reason = "the other bench uses the rest")]
#[path = "support/figures.rs"]
mod figures;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};
use std::{env, fs};

use backstory_fixture::Fixture;
use serde_json::{Value, json};

use client::{Client, all_capabilities, uri};
use edits::{Random, Typist, identifier};
use figures::{Processor, report};

const MINUTES: usize = 30;
const CHANGES_A_MINUTE: usize = 100_000 / MINUTES;
const CHANGES_A_HOVER: usize = 10;
const SWITCHES: usize = 50;
/// Documents that are open.
const FILES: usize = 6;
/// How many commits ahead of the oldest one that is switched to.
const SPREAD: usize = 200;
/// Hovers that are compared with those of a fresh server.
const COMPARED: usize = 300;

struct Session {
    client: Client,
    root: PathBuf,
    documents: BTreeMap<PathBuf, (Typist, i32)>,
    random: Random,
    hovers: Vec<Duration>,
}

fn main() {
    let repository =
        env::var("BACKSTORY_BENCH_REPOSITORY").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    let minutes: usize =
        env::var("BACKSTORY_BENCH_MINUTES").map_or(MINUTES, |minutes| minutes.parse().unwrap());
    let scratch = Fixture::new("");
    let root = clone(&repository, &scratch.beside("clone"));
    let commits = commits(&root);
    let mut session = Session::new(&scratch, &root);
    session.client.idle();
    session.open_all();
    let changes = CHANGES_A_MINUTE * minutes;
    println!(
        "{repository}: {minutes} minutes, {changes} changes, {} hovers, {} switches",
        changes / CHANGES_A_HOVER,
        SWITCHES * minutes / MINUTES
    );

    let (began, whole) = (Instant::now(), Duration::from_secs(60 * minutes as u64));
    let between = (changes / (SWITCHES * minutes / MINUTES).max(1)).max(1);
    let mut memory = Vec::new();
    for number in 0..changes {
        let due = began + whole * number as u32 / changes as u32;
        thread::sleep(due.saturating_duration_since(Instant::now()));
        session.change();
        if number % CHANGES_A_HOVER == 0 {
            session.hover();
        }
        if number % between == between - 1 {
            let commit = &commits[session.random.below(commits.len())];
            session.switch(commit);
        }
        if number % (changes / 60).max(1) == 0 {
            memory.push(Processor::of(session.client.process()).resident());
        }
    }
    report("hover", std::mem::take(&mut session.hovers));
    let growth = growth(&memory);
    session.compare(&scratch);
    assert_eq!(session.client.exit(), 0);
    assert!(growth <= 10.0, "memory grew");
}

fn clone(repository: &str, to: &Path) -> PathBuf {
    git(Path::new("."), &["clone", "-q", "--shared", repository, &to.to_string_lossy()]);
    fs::canonicalize(to).unwrap()
}

fn git(root: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git").arg("-C").arg(root).args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Commits to switch between, from the checked-out one backwards.
fn commits(root: &Path) -> Vec<String> {
    let count = format!("-{SPREAD}");
    git(root, &["rev-list", "--first-parent", &count, "HEAD"]).lines().map(str::to_owned).collect()
}

/// Files that all of the commits are likely to have: the largest ones of the newest.
fn files(root: &Path) -> Vec<PathBuf> {
    let listed = git(root, &["ls-files", "*.rs", "*.py"]);
    let mut files: Vec<PathBuf> = listed.lines().map(|path| root.join(path)).collect();
    files.sort_by_key(|path| std::cmp::Reverse(fs::metadata(path).map_or(0, |file| file.len())));
    files.retain(|path| fs::metadata(path).is_ok_and(|file| file.len() < 1 << 20));
    files.truncate(FILES);
    files
}

fn start(scratch: &Fixture, root: &Path) -> Client {
    let mut client = Client::spawn(client::command(scratch, root), root.to_owned());
    client.initialize(all_capabilities(), Value::Null);
    client
}

impl Session {
    fn new(scratch: &Fixture, root: &Path) -> Self {
        let client = start(scratch, root);
        Self {
            client,
            root: root.to_owned(),
            documents: BTreeMap::new(),
            random: Random::new(42),
            hovers: Vec::new(),
        }
    }

    fn open_all(&mut self) {
        for file in files(&self.root) {
            // A commit may lack it.
            let Ok(text) = fs::read_to_string(&file) else { continue };
            let document = json!({"uri": uri(&file), "languageId": "any", "version": 1, "text": text});
            self.client.notify("textDocument/didOpen", json!({ "textDocument": document }));
            let seed = self.random.below(1 << 30) as u64;
            self.documents.insert(file, (Typist::new(text, seed), 1));
        }
    }

    /// As an editor does that has no unsaved changes: it takes over what the disk has.
    fn switch(&mut self, commit: &str) {
        for file in std::mem::take(&mut self.documents).keys() {
            self.client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri(file)}}));
        }
        git(&self.root, &["checkout", "-q", commit]);
        self.open_all();
    }

    fn some_document(&mut self) -> PathBuf {
        let number = self.random.below(self.documents.len());
        self.documents.keys().nth(number).unwrap().clone()
    }

    fn change(&mut self) {
        let file = self.some_document();
        let (typist, version) = self.documents.get_mut(&file).unwrap();
        *version += 1;
        let document = json!({"uri": uri(&file), "version": version});
        let params = json!({"textDocument": document, "contentChanges": [typist.change()]});
        self.client.notify("textDocument/didChange", params);
    }

    fn hover(&mut self) {
        let file = self.some_document();
        let position = identifier(&self.documents[&file].0.text, &mut self.random);
        let began = Instant::now();
        let params = json!({"textDocument": {"uri": uri(&file)}, "position": position});
        let answer = self.client.ask("textDocument/hover", params);
        self.hovers.push(began.elapsed());
        if let Err(error) = answer {
            self.client.fail(&format!("a hover failed: {error}"));
        }
    }

    /// The same questions to a fresh server with the same documents.
    fn compare(&mut self, scratch: &Fixture) {
        let mut fresh = start(scratch, &self.root);
        for (file, (typist, version)) in &self.documents {
            let document =
                json!({"uri": uri(file), "languageId": "any", "version": version, "text": typist.text});
            fresh.notify("textDocument/didOpen", json!({ "textDocument": document }));
        }
        let questions = self.questions();
        let mut differ = 0;
        wait_idle(&mut self.client);
        wait_idle(&mut fresh);
        // Broken texts are parsed in full, and the search index is made exact, a moment after the last change.
        thread::sleep(Duration::from_secs(15));
        for (method, params) in &questions {
            let (old, new) = (settled(&mut self.client, method, params), settled(&mut fresh, method, params));
            if old != new {
                differ += 1;
                println!("{method} {params}\n  {old:?}\n  {new:?}");
            }
        }
        println!("{} answers compared with a fresh server's: {differ} differ", questions.len());
        assert_eq!(differ, 0);
        assert_eq!(fresh.exit(), 0);
    }

    fn questions(&mut self) -> Vec<(&'static str, Value)> {
        let mut questions = Vec::new();
        for file in self.documents.keys() {
            questions.push(("textDocument/codeLens", json!({"textDocument": {"uri": uri(file)}})));
        }
        for query in ["?parse the arguments", "?write a file", "?retry after an error"] {
            questions.push(("workspace/symbol", json!({ "query": query })));
        }
        for _ in 0..COMPARED {
            let file = self.some_document();
            let position = identifier(&self.documents[&file].0.text, &mut self.random);
            questions.push((
                "textDocument/hover",
                json!({"textDocument": {"uri": uri(&file)}, "position": position}),
            ));
        }
        questions
    }
}

/// The answer once history is read: a hover waits for no more than 50 ms.
fn settled(client: &mut Client, method: &str, params: &Value) -> Result<Value, Value> {
    loop {
        let answer = client.ask(method, params.clone());
        let is_reading = |answer: &Value| {
            answer["contents"]["value"].as_str().is_some_and(|text| text.contains("Reading history"))
        };
        if !answer.as_ref().is_ok_and(is_reading) {
            return answer;
        }
        thread::sleep(Duration::from_millis(100));
    }
}

fn wait_idle(client: &mut Client) {
    while client.ask("backstory/status", Value::Null).unwrap()["busy"] != false {
        thread::sleep(Duration::from_millis(100));
    }
}

/// The most memory after the first sixth of the time beside the most until then, in percent more.
fn growth(memory: &[u64]) -> f64 {
    let (early, late) = memory.split_at(memory.len() / 6);
    let most = |of: &[u64]| of.iter().max().copied().unwrap_or_default();
    let growth = 100.0 * (most(late) as f64 / most(early) as f64 - 1.0);
    let megabytes = |of: &[u64]| most(of) >> 20;
    println!(
        "memory: at most {} MB in the first sixth, {} MB after it ({growth:+.1} %)",
        megabytes(early),
        megabytes(late)
    );
    let course: Vec<u64> = memory.iter().map(|bytes| bytes >> 20).collect();
    println!("its course in MB: {course:?}");
    growth
}
