//! How fast the language server answers on a real repository: hovers, lenses and typing in a warm session, the same while it indexes
//! and words an explanation at the same time, and what it costs when nothing happens.
//!
//! `cargo bench --bench lsp` prints medians, 95th percentiles and maxima. It asks about this repository unless told otherwise:
//! `BACKSTORY_BENCH_REPOSITORY=DIR`. Words only with a model fetched (`backstory model fetch`). Beside it, in the same run,
//! `git log -L` on the lines of the same declarations: what an editor would run to say as much. Never changes the repository or
//! the user's cache.

#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../tests/lsp/client.rs"]
mod client;
#[path = "support/edits.rs"]
mod edits;
#[allow(dead_code, reason = "the other benches use the rest")]
#[path = "support/figures.rs"]
mod figures;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};
use std::{env, fs};

use backstory_fixture::Fixture;
use serde_json::{Value, json};

use client::{Client, all_capabilities, uri};
use edits::{Random, Typist};
use figures::{Processor, report};

/// Files that are open, the largest ones of the repository.
const FILES: usize = 8;
const HOVERS: usize = 500;
const CHANGES: usize = 600;
/// A file under edit has at least so many lines; a smaller one is repeated.
const LINES: usize = 5000;
/// How long an idle server is watched.
const IDLE: Duration = Duration::from_secs(30);

fn main() {
    let repository =
        env::var("BACKSTORY_BENCH_REPOSITORY").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    let root = fs::canonicalize(repository).unwrap();
    // An empty fixture lends its temporary directory.
    let scratch = Fixture::new("");
    let files = largest(&root);
    println!(
        "{}: {} files open, the largest has {} lines",
        root.display(),
        files.len(),
        lines(&root, &files[0])
    );

    let mut cold = start(&scratch, &root);
    let began = Instant::now();
    open_all(&mut cold, &files);
    wait_idle(&mut cold);
    println!(
        "cold: read, indexed and all histories of the open files after {:.1} s",
        began.elapsed().as_secs_f64()
    );
    assert_eq!(cold.exit(), 0);

    let mut warm = start(&scratch, &root);
    let began = Instant::now();
    open_all(&mut warm, &files);
    wait_idle(&mut warm);
    println!("warm: the same after {:.1} s", began.elapsed().as_secs_f64());
    hovers(&mut warm, &files);
    lenses(&mut warm, &files);
    typing(&mut warm, &files[0], "typing");
    peer(&root, &mut warm, &files);
    println!("memory: {} MB", Processor::of(warm.process()).resident() >> 20);
    idle(&warm);
    assert_eq!(warm.exit(), 0);

    busy(&scratch, &root, &files);
}

/// A server whose models are the user's.
fn start(scratch: &Fixture, root: &Path) -> Client {
    let mut command = client::command(scratch, root);
    command.env_remove("BACKSTORY_MODEL_DIR");
    let mut client = Client::spawn(command, root.to_owned());
    client.initialize(all_capabilities(), Value::Null);
    client
}

/// Waits longer than tests do: the histories of large files take their time at first.
fn wait_idle(client: &mut Client) {
    while client.ask("backstory/status", Value::Null).unwrap()["busy"] != false {
        thread::sleep(Duration::from_millis(100));
    }
}

fn largest(root: &Path) -> Vec<PathBuf> {
    let listed = Command::new("git").arg("-C").arg(root).args(["ls-files", "*.rs", "*.py"]).output().unwrap();
    let mut files: Vec<PathBuf> =
        String::from_utf8(listed.stdout).unwrap().lines().map(|path| root.join(path)).collect();
    files.sort_by_key(|path| std::cmp::Reverse(fs::metadata(path).map_or(0, |file| file.len())));
    // Larger ones are generated, and not analyzed.
    files.retain(|path| fs::metadata(path).is_ok_and(|file| file.len() < 1 << 20));
    files.truncate(FILES);
    files
}

fn lines(root: &Path, file: &Path) -> usize {
    fs::read_to_string(root.join(file)).unwrap().lines().count()
}

fn open_all(client: &mut Client, files: &[PathBuf]) {
    for file in files {
        open(client, file, &fs::read_to_string(file).unwrap());
    }
}

fn open(client: &mut Client, file: &Path, text: &str) {
    let document = json!({"uri": uri(file), "languageId": "any", "version": 1, "text": text});
    client.notify("textDocument/didOpen", json!({ "textDocument": document }));
}

fn lens_list(client: &mut Client, file: &Path) -> Vec<Value> {
    let lenses = client.ask("textDocument/codeLens", json!({"textDocument": {"uri": uri(file)}})).unwrap();
    lenses.as_array().unwrap().clone()
}

/// Half of them on declarations, half on any identifier.
fn hovers(client: &mut Client, files: &[PathBuf]) {
    let mut random = Random::new(1);
    let mut times = Vec::new();
    let mut told = 0;
    let declared: Vec<(PathBuf, Value)> = files
        .iter()
        .flat_map(|file| {
            lens_list(client, file).into_iter().map(|lens| (file.clone(), lens["range"]["start"].clone()))
        })
        .collect();
    for number in 0..HOVERS {
        let (file, position) = match number % 2 {
            0 => declared[random.below(declared.len())].clone(),
            _ => {
                let file = &files[random.below(files.len())];
                (file.clone(), edits::identifier(&fs::read_to_string(file).unwrap(), &mut random))
            }
        };
        let began = Instant::now();
        let hover = client
            .ask("textDocument/hover", json!({"textDocument": {"uri": uri(&file)}, "position": position}));
        times.push(began.elapsed());
        told += usize::from(!hover.unwrap().is_null());
    }
    report(&format!("hover ({told} of {HOVERS} said something)"), times);
}

fn lenses(client: &mut Client, files: &[PathBuf]) {
    let (mut listed, mut resolved) = (Vec::new(), Vec::new());
    for file in files {
        let began = Instant::now();
        let lenses = lens_list(client, file);
        listed.push(began.elapsed());
        for lens in lenses {
            let began = Instant::now();
            client.ask("codeLens/resolve", lens).unwrap();
            resolved.push(began.elapsed());
        }
    }
    report("lenses of a file", listed);
    report("lens resolve", resolved);
}

/// From a change to the outline of the changed text, which lenses are listed from; half of the texts in between are broken.
fn typing(client: &mut Client, file: &Path, title: &str) {
    let mut text = fs::read_to_string(file).unwrap();
    while text.lines().count() < LINES {
        text.push_str(&text.clone());
    }
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri(file)}}));
    open(client, file, &text);
    lens_list(client, file);
    let title = format!("{title}, {} lines: change to outline", text.lines().count());
    let mut typist = Typist::new(text, 7);
    let mut times = Vec::new();
    for version in 2..CHANGES + 2 {
        let document = json!({"uri": uri(file), "version": version});
        let change = typist.change();
        let began = Instant::now();
        client
            .notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": [change]}));
        lens_list(client, file);
        times.push(began.elapsed());
        // As fast as people type who are faster than all others.
        thread::sleep(Duration::from_millis(30));
    }
    report(&title, times);
}

/// What git takes to say as much of a declaration.
fn peer(root: &Path, client: &mut Client, files: &[PathBuf]) {
    let mut times = Vec::new();
    for file in files {
        let Some(lens) = lens_list(client, file).into_iter().next() else { continue };
        let line = lens["range"]["start"]["line"].as_u64().unwrap() + 1;
        let below = file.strip_prefix(root).unwrap().display().to_string();
        let range = format!("-L{line},+5:{below}");
        let began = Instant::now();
        Command::new("git").arg("-C").arg(root).args(["log", "-s", "--format=%h", &range]).output().unwrap();
        times.push(began.elapsed());
    }
    report("beside it: git log -L on five lines", times);
}

fn idle(client: &Client) {
    let processor = Processor::of(client.process());
    let before = processor.used();
    thread::sleep(IDLE);
    let used = processor.used().saturating_sub(before);
    println!(
        "idle: {:.3} % of a core over {} s",
        100.0 * used.as_secs_f64() / IDLE.as_secs_f64(),
        IDLE.as_secs()
    );
}

/// Everything at once: a fresh cache to fill, an index to build, an explanation to word.
fn busy(scratch: &Fixture, root: &Path, files: &[PathBuf]) {
    fs::remove_dir_all(scratch.beside("cache")).unwrap();
    let mut client = start(scratch, root);
    open_all(&mut client, files);
    let explained =
        files.iter().find_map(|file| Some((file, lens_list(&mut client, file).into_iter().next()?)));
    let (_, lens) = explained.unwrap();
    let command = json!({"command": "backstory.explain", "arguments": [lens["data"]]});
    let explanation = client.request("workspace/executeCommand", command);
    typing(&mut client, &files[0], "typing beside explanation and index");
    hovers_beside(&mut client, files);
    let explained = client.wait(explanation).unwrap();
    println!("the explanation beside it has {} characters", explained["markdown"].as_str().unwrap().len());
    assert_eq!(client.exit(), 0);
}

fn hovers_beside(client: &mut Client, files: &[PathBuf]) {
    println!("hovers beside explanation and index, which answer after at most 50 ms whatever is known:");
    hovers(client, files);
}
