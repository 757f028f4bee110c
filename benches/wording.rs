//! How long people wait for worded explanations in the editor, and what that costs them meanwhile: the real server with the default model,
//! which has to be fetched, on a real repository.
//!
//! `cargo bench --bench wording` needs `BACKSTORY_BENCH_REPOSITORY=DIR`. It explains symbols whose histories give at least two reasons: when
//! the facts are shown, when the first sentence and each further one comes, when all of it comes a second time, from the cache; the
//! process loaded, and apart from that what loading adds. Then it types into the largest file, alone and while the model words. Wants two
//! idle cores. Never changes the repository or the user's cache.

#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../tests/lsp/client.rs"]
mod client;
#[allow(dead_code, reason = "the other benches use the rest")]
#[path = "support/edits.rs"]
mod edits;
#[path = "support/figures.rs"]
#[allow(dead_code, reason = "the other benches use the rest")]
mod figures;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};
use std::{env, fs};

use backstory_fixture::Fixture;
use serde_json::{Value, json};

use client::{Client, all_capabilities, uri};
use edits::Typist;
use figures::{Processor, report};

/// So many symbols are explained.
const SYMBOLS: usize = 12;
/// So many changes are typed, alone and beside the model.
const CHANGES: usize = 300;

fn main() {
    let repository =
        env::var("BACKSTORY_BENCH_REPOSITORY").expect("BACKSTORY_BENCH_REPOSITORY names a clone");
    let root = fs::canonicalize(repository).unwrap();
    // An empty fixture lends its temporary directory.
    let scratch = Fixture::new("");
    let files = files(&root);
    let places = places(&scratch, &root, &files);
    println!("{}: {} symbols with two reasons or three", root.display(), places.len());

    let mut client = start(&scratch, &root, &files);
    let alone = typing(&mut client, &files[0], "typing alone");
    let before = Processor::of(client.process()).resident();
    explain_all(&mut client, &places);
    let after = Processor::of(client.process()).resident();
    println!("server: {} MB before, {} MB after", before >> 20, after >> 20);
    let model = model_process(client.process()).expect("the model's process still runs");
    println!("process of the model: {} MB, {} MB at most", model.resident() >> 20, model.peak() >> 20);
    assert_eq!(client.exit(), 0);

    fs::remove_dir_all(scratch.beside("cache")).unwrap();
    let mut client = start(&scratch, &root, &files);
    let asked: Vec<i64> = places.iter().enumerate().map(|(at, place)| ask(&mut client, place, at)).collect();
    // The model is at work once it has said something.
    let has_begun = |client: &Client| (0..places.len()).any(|at| !sentences(client, at).is_empty());
    client.until("the first sentence", |client| has_begun(client).then_some(()));
    let beside = typing(&mut client, &files[0], "typing while the model words");
    let last = client.heard("$/progress").last().map(|step| step["token"].clone());
    println!(
        "typing beside / alone: {:.2} (median); the model was at {last:?}",
        beside.as_secs_f64() / alone.as_secs_f64()
    );
    for (at, id) in asked.into_iter().enumerate() {
        client.notify("window/workDoneProgress/cancel", json!({ "token": token(at) }));
        // Cancelled or answered: either ends it.
        let _ = client.wait(id);
    }
    assert_eq!(client.exit(), 0);
}

/// The largest files of the repository that are analyzed.
fn files(root: &Path) -> Vec<PathBuf> {
    let listed = Command::new("git").arg("-C").arg(root).args(["ls-files", "*.rs", "*.py"]).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let mut files: Vec<PathBuf> = listed.lines().map(|path| root.join(path)).collect();
    files.retain(|path| fs::metadata(path).is_ok_and(|file| file.len() < 1 << 20));
    files.sort_by_key(|path| std::cmp::Reverse(fs::metadata(path).map_or(0, |file| file.len())));
    files.truncate(8);
    files
}

/// Declarations with two reasons at least, as (file, 0-based line): those that the program finds from the top of each file on.
fn places(scratch: &Fixture, root: &Path, files: &[PathBuf]) -> Vec<(PathBuf, u32)> {
    let mut found: Vec<(PathBuf, u32)> = Vec::new();
    for file in files {
        let text = fs::read_to_string(file).unwrap();
        let is_declared = |line: &str| {
            let line = line.trim_start();
            ["pub fn ", "pub async fn ", "pub struct ", "fn ", "def ", "class "]
                .iter()
                .any(|it| line.starts_with(it))
        };
        let declared = text.lines().enumerate().filter(|(_, line)| is_declared(line)).step_by(9);
        for (line, _) in declared.take(20) {
            let target = format!("{}:{}", file.display(), line + 1);
            let mut command = Command::new(env!("CARGO_BIN_EXE_backstory"));
            command.env("BACKSTORY_CACHE_DIR", scratch.beside("cache")).current_dir(root);
            let output = command.args(["explain", "--no-model", "--json", &target]).output().unwrap();
            let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
            if report["reasons"].as_array().is_some_and(|reasons| reasons.len() >= 2) {
                found.push((file.clone(), u32::try_from(line).unwrap()));
            }
            if found.len() == SYMBOLS {
                return found;
            }
        }
    }
    found
}

/// A server whose models are the user's, with all files open and read.
fn start(scratch: &Fixture, root: &Path, files: &[PathBuf]) -> Client {
    let mut command = client::command(scratch, root);
    command.env_remove("BACKSTORY_MODEL_DIR");
    let mut client = Client::spawn(command, root.to_owned());
    let mut capabilities = all_capabilities();
    capabilities["workspace"]["textDocumentContent"] = json!({});
    client.initialize(capabilities, Value::Null);
    for file in files {
        open(&mut client, file, &fs::read_to_string(file).unwrap());
    }
    while client.ask("backstory/status", Value::Null).unwrap()["busy"] != false {
        thread::sleep(Duration::from_millis(100));
    }
    client
}

fn open(client: &mut Client, file: &Path, text: &str) {
    let document = json!({"uri": uri(file), "languageId": "any", "version": 1, "text": text});
    client.notify("textDocument/didOpen", json!({ "textDocument": document }));
}

fn token(at: usize) -> String {
    format!("bench-{at}")
}

/// Asks for an explanation; its progress has the token of this number.
fn ask(client: &mut Client, (file, line): &(PathBuf, u32), at: usize) -> i64 {
    let indent = fs::read_to_string(file)
        .unwrap()
        .lines()
        .nth(*line as usize)
        .map_or(0, |text| text.len() - text.trim_start().len());
    let position = json!({"line": line, "character": indent + 1});
    let argument = json!({"uri": uri(file), "position": position});
    let params = json!({"command": "backstory.explain", "arguments": [argument], "workDoneToken": token(at)});
    client.request("workspace/executeCommand", params)
}

/// What the progress of this number has said of sentences: what comes after the model has begun.
fn sentences(client: &Client, at: usize) -> Vec<String> {
    let steps = client.heard("$/progress").into_iter().filter(|step| step["token"] == token(at).as_str());
    let said = steps.filter_map(|step| Some(step["value"]["message"].as_str()?.to_owned()));
    let said: Vec<String> = said.skip_while(|message| !message.ends_with("is wording it")).skip(1).collect();
    said.into_iter().filter(|message| !message.is_empty()).collect()
}

fn explain_all(client: &mut Client, places: &[(PathBuf, u32)]) {
    let (mut facts, mut first, mut further, mut cached) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (at, place) in places.iter().enumerate() {
        let (began, shown) = (Instant::now(), client.heard("window/showDocument").len());
        let id = ask(client, place, at);
        client.until("the facts", |client| (client.heard("window/showDocument").len() > shown).then_some(()));
        facts.push(began.elapsed());
        let mut last = began;
        let mut count = 0;
        client.until("all sentences", |client| {
            let said = sentences(client, at).len();
            if said > count {
                if count == 0 {
                    first.push(last.elapsed())
                } else {
                    further.push(last.elapsed())
                }
                (last, count) = (Instant::now(), said);
            }
            let is_end =
                |step: &&Value| step["token"] == token(at).as_str() && step["value"]["kind"] == "end";
            client.heard("$/progress").iter().any(is_end).then_some(())
        });
        client.wait(id).unwrap();
        let again = Instant::now();
        let id = ask(client, place, places.len() + at);
        client.wait(id).unwrap();
        cached.push(again.elapsed());
    }
    println!("the very first sentence, with the model to load: {:.1} s", first.remove(0).as_secs_f64());
    report("facts shown", facts);
    report("first sentence", first);
    report("each further sentence", further);
    report("all of it again", cached);
}

/// From a change to the outline of the changed text; the median.
fn typing(client: &mut Client, file: &Path, title: &str) -> Duration {
    let text = fs::read_to_string(file).unwrap();
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri(file)}}));
    open(client, file, &text);
    let mut typist = Typist::new(text, 7);
    let mut times = Vec::new();
    for version in 2..CHANGES + 2 {
        let document = json!({"uri": uri(file), "version": version});
        let change = typist.change();
        let began = Instant::now();
        client
            .notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": [change]}));
        client.ask("textDocument/codeLens", json!({"textDocument": {"uri": uri(file)}})).unwrap();
        times.push(began.elapsed());
        // As fast as people type who are faster than all others.
        thread::sleep(Duration::from_millis(30));
    }
    times.sort();
    let median = times[times.len() / 2];
    report(title, times);
    let text = fs::read_to_string(file).unwrap();
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri(file)}}));
    open(client, file, &text);
    median
}

/// The process of the model among the children of the server.
fn model_process(server: u32) -> Option<Processor> {
    let parent = format!("PPid:\t{server}\n");
    let children = fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| {
        let process: u32 = entry.file_name().to_str()?.parse().ok()?;
        let status = fs::read_to_string(entry.path().join("status")).ok()?;
        status.contains(&parent).then_some(process)
    });
    children.map(Processor::of).max_by_key(|process| process.resident())
}
