//! The parent's side against small shell scripts that answer, hang, die, babble or cannot be started.

use std::sync::atomic::AtomicBool;

use expect_test::expect;

use super::*;

const READY: &str = r#"echo '{"ready":{"load_ms":5,"threads":1}}'"#;
static NEVER: AtomicBool = AtomicBool::new(false);

fn worker(script: &str, limits: Limits) -> Worker {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    Worker::new(command, Threads::All, limits)
}

/// Limits that a healthy script never meets.
fn patient() -> Limits {
    Limits::PROCESS
}

fn hasty() -> Limits {
    let limit = Duration::from_secs(1);
    Limits { ready: limit, silence: limit, answer: limit }
}

fn why() -> Prompt {
    Prompt { text: "why?".to_owned(), max_tokens: 9 }
}

fn ask(worker: &mut Worker) -> String {
    let mut pieces = String::new();
    let result = worker.generate(&why(), &NEVER, &mut |piece| pieces.push_str(&format!("[{piece}]")));
    match result {
        Ok(answer) => format!("{pieces} -> {:?} {:?}", answer.text, answer.usage.answer_tokens),
        Err(error) => format!("{pieces} -> {error}"),
    }
}

/// Answers every request with its own text, under the request's id.
fn echo() -> String {
    let usage = r#"{"prompt_tokens":3,"answer_tokens":2,"first_token_ms":1,"total_ms":2,"finished":true}"#;
    format!(
        r#"{READY}; while read -r line; do n=${{line#*:}}; n=${{n%%,*}}
        echo "{{\"id\":$n,\"token\":\"It \"}}"; echo "{{\"id\":$n,\"token\":\"works.\"}}"
        echo "{{\"id\":$n,\"done\":{}}}"; done"#,
        usage.replace('"', "\\\"")
    )
}

#[test]
fn one_process_answers_many_requests() {
    let mut worker = worker(&echo(), patient());
    assert!(!worker.is_running(), "it starts when it is needed");
    expect![[r#"[It ][works.] -> "It works." Some(2)"#]].assert_eq(&ask(&mut worker));
    expect![[r#"[It ][works.] -> "It works." Some(2)"#]].assert_eq(&ask(&mut worker));
    assert!(worker.is_running());
}

#[test]
fn an_idle_process_is_ended_and_comes_back() {
    let mut worker = worker(&echo(), patient());
    ask(&mut worker);
    assert!(!worker.end_if_idle(Duration::from_secs(3600)));
    assert!(worker.end_if_idle(Duration::ZERO));
    assert!(!worker.is_running() && !worker.end_if_idle(Duration::ZERO));
    expect![[r#"[It ][works.] -> "It works." Some(2)"#]].assert_eq(&ask(&mut worker));
}

#[test]
fn the_process_gets_the_request_and_its_environment() {
    let script = format!(
        r#"{READY}; read -r line
        case "$line" in '{{"id":1,"prompt":"why?","max_tokens":9}}') ;; *) echo "got $line" >&2; exit 1;; esac
        test "$HF_HUB_OFFLINE$ALL_PROXY" = 1http://127.0.0.1:9 && test "$RAYON_NUM_THREADS" -ge 1 || {{ echo environment >&2; exit 1; }}
        echo '{{"id":1,"error":"all as expected"}}'"#
    );
    expect![" -> the model could not answer: all as expected"]
        .assert_eq(&ask(&mut worker(&script, patient())));
}

#[test]
fn what_a_dying_process_says_last_is_reported() {
    let answers = [
        ask(&mut worker("echo 'out of memory' >&2; exit 3", patient())),
        ask(&mut worker("exit 0", patient())),
        ask(&mut worker(
            &format!(r#"{READY}; read -r line; echo '{{"id":1,"token":"Half"}}'; echo 'died here' >&2"#),
            patient(),
        )),
        ask(&mut worker(r#"echo '{"error":"not a model"}'; exit 1"#, patient())),
    ];
    expect![[r#"
         -> the model's process ended unexpectedly; its last words:
        out of memory
         -> the model's process ended unexpectedly
        [Half] -> the model's process ended unexpectedly; its last words:
        died here
         -> the model could not answer: not a model
    "#]]
    .assert_eq(&(answers.join("\n") + "\n"));
}

#[test]
fn garbage_ends_the_process() {
    let scripts = [
        "echo hello; sleep 60".to_owned(),
        format!(r#"{READY}; read -r line; echo '{{"id":7,"token":"x"}}'; sleep 60"#),
        format!(r#"{READY}; {READY}; sleep 60"#),
        // One line without an end, longer than any reply.
        "head -c 200000 /dev/zero; sleep 60".to_owned(),
    ];
    for script in scripts {
        let mut worker = worker(&script, patient());
        expect![" -> the model's process printed something that is no answer"].assert_eq(&ask(&mut worker));
        assert!(!worker.is_running());
    }
}

#[test]
fn a_hanging_process_is_ended_at_each_stage() {
    let scripts = [
        "echo loading >&2; exec sleep 60".to_owned(),
        format!("{READY}; echo prompt >&2; exec sleep 60"),
        format!(r#"{READY}; read -r line; echo '{{"id":1,"token":"Half"}}'; echo answer >&2; exec sleep 60"#),
    ];
    for (script, stage) in scripts.iter().zip(["loading", "prompt", "answer"]) {
        let mut worker = worker(script, hasty());
        let answer = ask(&mut worker);
        assert!(answer.contains("gave no sign of life") && answer.ends_with(stage), "{answer}");
        assert!(!worker.is_running());
    }
}

/// Each step of a conversion is a sign of life: together they may take longer than loading may.
#[test]
fn a_process_that_converts_is_waited_for() {
    let step = r#"sleep 0.6; echo '{"converting":{"done":1,"total":3}}'"#;
    let mut worker = worker(&format!("{step}; {step}; {step}; {}", echo()), hasty());
    expect![[r#"[It ][works.] -> "It works." Some(2)"#]].assert_eq(&ask(&mut worker));
    let hangs = ask(&mut self::worker(&format!("{step}; exec sleep 60"), hasty()));
    assert!(hangs.contains("gave no sign of life for 1 s"), "{hangs}");
}

#[test]
fn an_endless_answer_meets_the_limit_of_the_whole() {
    let script =
        format!(r#"{READY}; read -r line; while echo '{{"id":1,"token":"x"}}'; do sleep 0.02; done"#);
    let answer = ask(&mut worker(&script, Limits { answer: Duration::from_secs(1), ..patient() }));
    assert!(answer.starts_with("[x][x]") && answer.contains("gave no sign of life"), "{answer}");
}

#[test]
fn an_interruption_ends_the_process() {
    let interrupted = AtomicBool::new(false);
    let script = format!(r#"{READY}; read -r line; echo '{{"id":1,"token":"x"}}'; exec sleep 60"#);
    let mut worker = worker(&script, patient());
    let result = worker.generate(&why(), &interrupted, &mut |_| interrupted.store(true, Ordering::Relaxed));
    assert!(matches!(result, Err(Error::Interrupted)));
    assert!(!worker.is_running());
}

#[test]
fn a_prompt_that_nobody_reads_blocks_nothing() {
    let script = format!("{READY}; exec sleep 60");
    let prompt = Prompt { text: "x".repeat(1 << 20), ..why() };
    let result = worker(&script, hasty()).generate(&prompt, &NEVER, &mut |_| {});
    assert!(matches!(result, Err(Error::WorkerHung { .. })), "{result:?}");
}

#[test]
fn a_program_that_is_not_there_is_a_clear_error() {
    let mut worker = Worker::new(Command::new("/nowhere/backstory"), Threads::Background, patient());
    let answer = ask(&mut worker);
    assert!(answer.starts_with(" -> the model's process could not be started: "), "{answer}");
}

#[test]
fn dropping_the_worker_ends_its_process() {
    let folder = tempfile::tempdir().unwrap();
    let pid = folder.path().join("pid");
    let mut worker = worker(&format!("echo $$ > {}; {}", pid.display(), echo()), patient());
    ask(&mut worker);
    let pid = std::fs::read_to_string(&pid).unwrap();
    let alive =
        || Command::new("kill").args(["-0", pid.trim()]).stderr(Stdio::null()).status().unwrap().success();
    assert!(alive());
    drop(worker);
    assert!(!alive());
}
