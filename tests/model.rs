//! The real default model, which must have been fetched (`backstory model fetch`): wording end to end, and the end of its process.
//! `.ci/run` always runs this; `cargo test` does with `--features model-tests`.

use std::fs;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use backstory_fixture::Fixture;
use backstory_session::directories;
use backstory_session::model::{Engine, Error, Prompt, Resolved, Threads, resolve};
use serde_json::Value;

const STORY: &str = r#"
//@ commit "Pick the reasons"
//= Commit messages that state no reason are left out, because a model would invent one.
//- /pool.py
def spawn():
    pass
"#;

fn backstory(fixture: &Fixture, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_backstory"));
    command.current_dir(fixture.path()).env("BACKSTORY_CACHE_DIR", fixture.beside("cache"));
    command
        .env("BACKSTORY_CONFIG", fixture.beside("config.toml"))
        .env_remove("BACKSTORY_MODEL")
        .args(arguments);
    command
}

fn explanation(fixture: &Fixture) -> Value {
    let output = backstory(fixture, &["explain", "--json", "spawn"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    report["explanation"].clone()
}

#[test]
fn the_model_words_what_the_commit_says() {
    let fixture = Fixture::new(STORY);
    let first = explanation(&fixture);
    let sentence = &first["sentences"][0];
    assert_eq!(sentence["kind"], "worded", "{first}");
    assert_eq!(sentence["sources"][0]["commit"], fixture.commits()[0].as_str(), "{first}");
    assert_ne!(sentence["text"], "");

    let cached = Instant::now();
    assert_eq!(explanation(&fixture), first, "the answer is remembered");
    let cached = cached.elapsed();
    assert!(backstory(&fixture, &["cache", "clear"]).status().unwrap().success());
    assert_eq!(explanation(&fixture), first, "and the same when it is asked for again after {cached:?}");
}

/// The model's process must not outlive the program, however that ends.
#[test]
fn killing_the_program_ends_the_model() {
    let fixture = Fixture::new(STORY);
    let mut child =
        backstory(&fixture, &["explain", "--json", "spawn"]).stdout(Stdio::null()).spawn().unwrap();
    let worker = wait_for("the model's process starts", || workers_of(child.id()).first().copied());
    child.kill().unwrap();
    child.wait().unwrap();
    wait_for("the model's process ends", || (!is_alive(worker)).then_some(()));
}

/// Killed once, it is started again; killed whenever it comes, the facts stand without it, and the report says so.
#[test]
fn a_killed_model_is_reported_and_the_rest_goes_on() {
    let fixture = Fixture::new(STORY);
    let mut child = backstory(&fixture, &["explain", "spawn"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut killed = std::collections::BTreeSet::new();
    wait_for("the program ends", || {
        for worker in workers_of(child.id()).into_iter().filter(|&worker| is_alive(worker)) {
            killed.insert(worker);
            Command::new("kill").args(["-9", &worker.to_string()]).status().unwrap();
        }
        child.try_wait().unwrap()
    });
    assert_eq!(killed.len(), 2, "one more attempt, and no more than that");
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("Pick the reasons"), "{text}");
    assert!(text.contains("the model's process ended unexpectedly"), "{text}");
}

/// When a process is killed.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// So many milliseconds after its start; loading takes longer.
    Loading(u64),
    /// So many milliseconds after it was given a prompt that takes seconds to read.
    Reading(u64),
    /// At a token of its answer.
    Answering(usize),
}

const MOMENTS: [Moment; 10] = [
    Moment::Loading(0),
    Moment::Loading(100),
    Moment::Loading(400),
    Moment::Reading(0),
    Moment::Reading(200),
    Moment::Reading(600),
    Moment::Answering(1),
    Moment::Answering(2),
    Moment::Answering(3),
    Moment::Answering(5),
];

static NEVER: AtomicBool = AtomicBool::new(false);

fn engine() -> Engine {
    engine_of(resolve(&directories::models().unwrap(), None).unwrap())
}

fn engine_of(model: Resolved) -> Engine {
    let mut command = Command::new(env!("CARGO_BIN_EXE_backstory"));
    command.arg("model-worker").arg(&model.path);
    Engine::local(model, command, Threads::All)
}

fn short() -> Prompt {
    let text = "Commit messages that state no reason are left out, because a model would invent one.";
    Prompt { text: text.to_owned(), max_tokens: 24 }
}

/// Reading it takes seconds, whatever the machine.
fn long() -> Prompt {
    Prompt { text: short().text.repeat(40), max_tokens: 24 }
}

/// These tests tell their process by its parent, which is the same for all of them.
static ALONE: Mutex<()> = Mutex::new(());

#[test]
fn a_process_killed_at_any_moment_is_told_and_the_next_one_answers() {
    let _alone = ALONE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let mut engine = engine();
    for moment in MOMENTS {
        let (told, tokens) = kill_at(moment, &mut engine);
        assert!(matches!(told, Err(Error::WorkerDied { .. })), "{moment:?}: {told:?}");
        assert_eq!(tokens, if let Moment::Answering(token) = moment { token } else { 0 }, "{moment:?}");
    }
    assert!(engine.generate(&short(), &NEVER, &mut |_| {}).unwrap().text.len() > 10);
}

/// How an answer ends whose process is killed then, and after how many tokens at least.
fn kill_at(moment: Moment, engine: &mut Engine) -> (Result<(), Error>, usize) {
    let mut tokens = 0;
    let result = thread::scope(|scope| match moment {
        Moment::Loading(after) => {
            engine.end_if_idle(Duration::ZERO);
            scope.spawn(move || kill_after(after));
            engine.generate(&short(), &NEVER, &mut |_| tokens += 1)
        }
        Moment::Reading(after) => {
            engine.generate(&Prompt { max_tokens: 1, ..short() }, &NEVER, &mut |_| {}).unwrap();
            scope.spawn(move || kill_after(after));
            engine.generate(&long(), &NEVER, &mut |_| tokens += 1)
        }
        Moment::Answering(token) => engine.generate(&short(), &NEVER, &mut |_| {
            tokens += 1;
            if tokens == token {
                kill_after(0);
            }
        }),
    });
    // What had been said before the process died may still come.
    let tokens = if let Moment::Answering(token) = moment { tokens.min(token) } else { tokens };
    (result.map(drop), tokens)
}

/// It is damaged after it was found: whoever finds one looks at its length first.
#[test]
fn a_model_file_that_is_cut_off_is_told() {
    let fixture = Fixture::new("");
    let whole = resolve(&directories::models().unwrap(), None).unwrap();
    let (path, bytes) = (fixture.beside("half.gguf"), fs::read(&whole.path).unwrap());
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let told = engine_of(Resolved { path, ..whole }).generate(&short(), &NEVER, &mut |_| {}).unwrap_err();
    assert!(told.to_string().ends_with("half.gguf is cut off or damaged: fetch it again"), "{told}");
}

/// The answer ends while the prompt is still being read, and so does its process.
#[test]
fn a_model_that_was_tuned_otherwise_is_told() {
    let fixture = Fixture::new(STORY);
    let (fetched, here) = (directories::models().unwrap(), fixture.beside("models"));
    let name = "smollm2-135m-instruct";
    fs::create_dir_all(here.join(name)).unwrap();
    fs::copy(fetched.join(name).join("model.gguf"), here.join(name).join("model.gguf")).unwrap();
    let doctor = |adapter: &dyn Fn(&mut Value)| {
        let record = fs::read(fetched.join(name).join("installed.json")).unwrap();
        let mut record: Value = serde_json::from_slice(&record).unwrap();
        adapter(&mut record["adapter_sha256"]);
        fs::write(here.join(name).join("installed.json"), record.to_string()).unwrap();
        let output = backstory(&fixture, &["doctor"]).env("BACKSTORY_MODEL_DIR", &here).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let (same, other) = (doctor(&|_| ()), doctor(&|it| *it = Value::from("0".repeat(64))));
    assert!(!same.contains("tuned it otherwise"), "{same}");
    assert!(other.contains("`backstory model fetch smollm2-135m-instruct` brings it up to date"), "{other}");
}

#[test]
fn an_interruption_ends_a_prompt_that_is_being_read() {
    let _alone = ALONE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let mut engine = engine();
    engine.generate(&Prompt { max_tokens: 1, ..short() }, &NEVER, &mut |_| {}).unwrap();
    let interrupted = AtomicBool::new(false);
    let mut tokens = 0;
    let result = thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(300));
            interrupted.store(true, Ordering::Relaxed);
        });
        engine.generate(&long(), &interrupted, &mut |_| tokens += 1)
    });
    assert!(matches!(result, Err(Error::Interrupted)), "{result:?}");
    assert_eq!((tokens, own_worker()), (0, None));
}

fn kill_after(milliseconds: u64) {
    let worker = wait_for("the model's process is there", own_worker);
    thread::sleep(Duration::from_millis(milliseconds));
    assert!(Command::new("kill").args(["-9", &worker.to_string()]).status().unwrap().success());
}

/// The model's process that this test program has started.
fn own_worker() -> Option<u32> {
    let parent = std::process::id().to_string();
    let output = Command::new("ps").args(["-o", "pid=,args=", "--ppid", &parent]).output().unwrap();
    let list = String::from_utf8_lossy(&output.stdout).into_owned();
    let worker = list.lines().find(|line| line.contains(" model-worker "))?;
    Some(worker.split_whitespace().next()?.parse().unwrap())
}

fn wait_for<T>(what: &str, mut check: impl FnMut() -> Option<T>) -> T {
    let limit = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(found) = check() {
            return found;
        }
        assert!(Instant::now() < limit, "waited too long until {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

fn workers_of(parent: u32) -> Vec<u32> {
    let output = Command::new("ps").args(["-o", "pid=", "--ppid", &parent.to_string()]).output().unwrap();
    String::from_utf8_lossy(&output.stdout).split_whitespace().map(|pid| pid.parse().unwrap()).collect()
}

fn is_alive(pid: u32) -> bool {
    let output = Command::new("ps").args(["-o", "stat=", "-p", &pid.to_string()]).output().unwrap();
    let state = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    !state.is_empty() && !state.starts_with('Z')
}
