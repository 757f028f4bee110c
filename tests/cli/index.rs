//! `backstory index` end to end: what it says, and that nothing which may happen to it or to the cache changes an answer.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use backstory_fixture::Fixture;
use expect_test::expect;

use crate::explain::STORY;
use crate::support::{backstory, run, run_in, transcript};

/// A transcript without what differs from run to run: how long it took, and how large the cache is.
fn plain(fixture: &Fixture, output: &Output) -> String {
    let text = transcript(fixture, output);
    let mut plain = String::new();
    for line in text.lines().filter(|line| !line.starts_with("reading ")) {
        let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        for at in 1..words.len() {
            let is_unit = words[at].starts_with("s;") || words[at].starts_with("s,") || words[at] == "MB";
            if is_unit && words[at - 1].parse::<f64>().is_ok() {
                words[at - 1] = "N".to_owned();
            }
        }
        for name in ["\"seconds\": ", "\"cache_bytes\": "] {
            if line.trim_start().starts_with(name) {
                words = vec![format!("  {name}N")];
            }
        }
        plain.push_str(&(words.join(" ") + "\n"));
    }
    plain.replace("-- stderr\n", "")
}

#[test]
fn twice_and_as_data() {
    let fixture = Fixture::new(STORY);
    let mut text = String::new();
    for arguments in [&["index"][..], &["index"], &["index", "--json"]] {
        text.push_str(&format!("-- {}\n", arguments.join(" ")));
        text.push_str(&plain(&fixture, &run(&fixture, arguments)));
    }
    expect![[r#"
        -- index
        main {4}: the histories of 2 files are at hand
        read 4 commits, the changes of 4, and 8 symbols of 2 files in N s; the cache takes N MB
        -- index
        main {4}: the histories of 2 files are at hand
        nothing was missing; checked in N s, the cache takes N MB
        -- index --json
        {
          "ref": {
            "name": "main",
            "commit": "{4}"
          },
          "complete": true,
          "limits": [],
          "commits_read": 0,
          "changes_read": 0,
          "files": 2,
          "files_read": 0,
          "symbols_read": 0,
          "seconds": N
          "cache_bytes": N
        }
    "#]]
    .assert_eq(&text);
}

#[test]
fn progress_is_told_on_standard_error() {
    let fixture = Fixture::new(STORY);
    let output = run(&fixture, &["index", "--json"]);
    expect![[r#"
        reading commits: 0 of 4 commits
        reading commits: 4 of 4 commits
        reading what commits changed: 4 of 4 commits
        reading histories: 0 of 2 files
        reading histories: 1 of 2 files
        reading histories: 2 of 2 files
    "#]]
    .assert_eq(&String::from_utf8(output.stderr).unwrap());
}

#[test]
fn where_there_is_nothing_to_read_or_to_keep() {
    let fixture = Fixture::new(STORY);
    let mut text = String::new();
    let plain_directory = fixture.beside("plain");
    fs::create_dir(&plain_directory).unwrap();
    text.push_str(&plain(&fixture, &run_in(&fixture, &plain_directory, &["index"])));

    let empty = Fixture::new("");
    text.push_str(&plain(&empty, &run(&empty, &["index"])));

    let source = format!("file://{}", fixture.path().display());
    let shallow = fixture.beside("shallow");
    fixture.git(&["clone", "-q", "--depth", "2", &source, &shallow.display().to_string()]);
    text.push_str(&plain(&fixture, &run_in(&fixture, &shallow, &["index"])));

    // No directory can be made in a file.
    let file = fixture.beside("file");
    fs::write(&file, "").unwrap();
    let mut command = backstory(&fixture.path(), &file.join("cache"), &fixture.beside("models"));
    let output = command.arg("index").output().unwrap();
    let said = plain(&fixture, &output).replace(&*file.to_string_lossy(), "FILE");
    text.push_str(said.split(": ").next().unwrap());
    text.push_str(&format!(" .. {}\n", said.lines().last().unwrap()));
    expect![[r#"
        error: no git repository here, so there is no history to read: clone the project with git (`git clone URL`) and ask there
        -- exit 1
        error: this repository has no commits yet: history begins with the first one (`git commit`)
        -- exit 1
        error: this is a shallow clone, whose histories end otherwise after the next fetch, so none is read ahead; `git fetch --unshallow` brings the rest
        -- exit 1
        error .. -- exit 1
    "#]].assert_eq(&text);
}

#[test]
fn bare_and_partial_clones() {
    let fixture = Fixture::new(STORY);
    fixture.git(&["config", "uploadpack.allowFilter", "true"]);
    let source = format!("file://{}", fixture.path().display());
    let (bare, partial) = (fixture.beside("bare.git"), fixture.beside("partial"));
    fixture.git(&["clone", "-q", "--bare", &source, &bare.display().to_string()]);
    fixture.git(&["clone", "-q", "--filter=blob:none", &source, &partial.display().to_string()]);
    let mut text = String::new();
    for directory in [&bare, &partial] {
        text.push_str(&plain(&fixture, &run_in(&fixture, directory, &["index"])));
    }
    expect![[r#"
        main {4}: the histories of 2 files are at hand
        read 4 commits, the changes of 4, and 8 symbols of 2 files in N s; the cache takes N MB
        main {4}: the histories of 2 files are at hand
        read 4 commits, the changes of 0, and 0 symbols of 0 files in N s; the cache takes N MB
    "#]]
    .assert_eq(&text);
}

/// Numbers that look random and are the same each time (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

const FILES: u64 = 12;
const FUNCTIONS: u64 = 6;
const COMMITS: usize = 400;

/// Some hundred commits, each of which changes a function or two, renames a file or moves a function's text to another name.
fn busy_repository() -> Fixture {
    let fixture = Fixture::new("");
    let mut dice = Dice(0x5eed);
    let mut values: BTreeMap<(u64, u64), u64> = BTreeMap::new();
    let mut directories = vec!["src"; FILES as usize];
    let mut stream = String::new();
    for commit in 0..COMMITS {
        let time = 1_577_880_000 + 3600 * commit;
        let message = format!("Change {commit}\n");
        let who = format!("Ada <ada@example.org> {time} +0000");
        write!(
            stream,
            "commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata {}\n{message}",
            message.len()
        )
        .unwrap();
        let file = dice.below(FILES);
        let changed = if commit == 0 { 0..FILES } else { file..file + 1 };
        for file in changed {
            values.insert((file, dice.below(FUNCTIONS)), dice.below(1000));
            let before = path(directories[file as usize], file);
            if dice.below(20) == 0 {
                directories[file as usize] = if directories[file as usize] == "src" { "lib" } else { "src" };
            }
            let after = path(directories[file as usize], file);
            if before != after && commit > 0 {
                writeln!(stream, "D {before}").unwrap();
            }
            let content = content(file, &values);
            writeln!(stream, "M 100644 inline {after}\ndata {}\n{content}", content.len()).unwrap();
        }
    }
    let mut import = Command::new("git")
        .current_dir(fixture.path())
        .args(["fast-import", "--quiet"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    import.stdin.take().unwrap().write_all(stream.as_bytes()).unwrap();
    assert!(import.wait().unwrap().success());
    fixture.git(&["reset", "-q", "--hard", "main"]);
    fixture
}

fn path(directory: &str, file: u64) -> String {
    let extension = if file.is_multiple_of(2) { "rs" } else { "py" };
    format!("{directory}/part{file}.{extension}")
}

fn content(file: u64, values: &BTreeMap<(u64, u64), u64>) -> String {
    let mut content = String::new();
    for function in 0..FUNCTIONS {
        let value = values.get(&(file, function)).copied().unwrap_or(0);
        let name = format!("step_{file}_{function}");
        if file.is_multiple_of(2) {
            write!(
                content,
                "fn {name}(count: u64) -> u64 {{\n    let next = count + {value};\n    next * 2\n}}\n\n"
            )
        } else {
            write!(content, "def {name}(count):\n    next = count + {value}\n    return next * 2\n\n\n")
        }
        .unwrap();
    }
    content
}

/// The histories of some symbols as data, with a cache in a directory.
fn answers(fixture: &Fixture, cache: &Path) -> String {
    let mut answers = String::new();
    for (file, function) in [(0, 0), (1, 5), (4, 2), (7, 3), (11, 1)] {
        let output = backstory(&fixture.path(), cache, &fixture.beside("models"))
            .args(["history", "--json", &format!("step_{file}_{function}")])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        answers.push_str(&String::from_utf8(output.stdout).unwrap());
    }
    assert!(answers.matches("\"introduced\"").count() >= 5, "{answers}");
    answers
}

fn start_index(fixture: &Fixture, cache: &Path) -> Child {
    let mut command = backstory(&fixture.path(), cache, &fixture.beside("models"));
    command.args(["index", "--json"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn index(fixture: &Fixture, cache: &Path) -> Duration {
    let started = Instant::now();
    assert!(start_index(fixture, cache).wait().unwrap().success());
    started.elapsed()
}

/// Runs it for a part of the time that it takes, and kills it (SIGKILL on Unix).
fn index_in_part(fixture: &Fixture, cache: &Path, time: Duration) {
    let mut child = start_index(fixture, cache);
    thread::sleep(time);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn killed_at_any_moment() {
    let fixture = busy_repository();
    let expected = answers(&fixture, &fixture.beside("untouched"));
    let whole = index(&fixture, &fixture.beside("whole"));
    assert_eq!(answers(&fixture, &fixture.beside("whole")), expected);
    let mut dice = Dice(0xd1ce);
    for moment in 0..10 {
        // Each second time it goes on with what was left by the one before.
        let cache = fixture.beside(&format!("killed-{}", moment / 2));
        let time = whole.mul_f64(dice.below(1000) as f64 / 1000.0);
        index_in_part(&fixture, &cache, time);
        assert_eq!(answers(&fixture, &cache), expected, "killed after {time:?}");
    }
    let cache = fixture.beside("killed-0");
    index(&fixture, &cache);
    assert_eq!(answers(&fixture, &cache), expected, "finished after all");
}

#[test]
fn two_at_once() {
    let fixture = busy_repository();
    let cache = fixture.beside("both");
    let mut both = [start_index(&fixture, &cache), start_index(&fixture, &cache)];
    assert!(both.iter_mut().all(|child| child.wait().unwrap().success()));
    assert_eq!(answers(&fixture, &cache), answers(&fixture, &fixture.beside("untouched")));
}

/// The file in which a cache is kept, with its log written back.
fn database(cache: &Path) -> PathBuf {
    for rest in ["facts.sqlite-wal", "facts.sqlite-shm"] {
        // Gone already where the last process closed it.
        let _ = fs::remove_file(cache.join(rest));
    }
    cache.join("facts.sqlite")
}

#[test]
fn a_damaged_cache_in_the_middle() {
    let fixture = busy_repository();
    let expected = answers(&fixture, &fixture.beside("untouched"));
    let whole = index(&fixture, &fixture.beside("whole"));
    let other = Fixture::new(STORY);
    index(&other, &other.beside("cache"));
    let foreign = fs::read(database(&other.beside("cache"))).unwrap();
    type Damage<'a> = (&'a str, &'a dyn Fn(Vec<u8>) -> Vec<u8>);
    let damages: [Damage<'_>; 5] = [
        ("pages overwritten", &|mut bytes| {
            bytes.chunks_mut(4096).skip(1).step_by(3).for_each(|page| page.fill(0xa5));
            bytes
        }),
        ("cut in half", &|bytes| bytes[..bytes.len() / 2].to_vec()),
        ("empty", &|_| Vec::new()),
        ("no database", &|_| b"This is no database, and never was one.\n".repeat(500)),
        ("that of another repository", &|_| foreign.clone()),
    ];
    for (name, damage) in damages {
        let cache = fixture.beside(name);
        index_in_part(&fixture, &cache, whole / 2);
        fs::create_dir_all(&cache).unwrap();
        let file = database(&cache);
        fs::write(&file, damage(fs::read(&file).unwrap_or_default())).unwrap();
        assert_eq!(answers(&fixture, &cache), expected, "{name}");
        start_index(&fixture, &cache).wait().unwrap();
        assert_eq!(answers(&fixture, &cache), expected, "{name}, and indexed again");
    }
}

/// A limit on the size of files stands in for a full disk: writing fails, and goes on failing.
#[cfg(unix)]
#[test]
fn a_full_disk() {
    let fixture = busy_repository();
    let expected = answers(&fixture, &fixture.beside("untouched"));
    let full = |arguments: &str| {
        let program = env!("CARGO_BIN_EXE_backstory");
        let script = format!("trap '' XFSZ; ulimit -f 128; exec {program} {arguments}");
        let mut command = Command::new("sh");
        let models = fixture.beside("models");
        command.args(["-c", &script]).current_dir(fixture.path());
        command.env("BACKSTORY_CACHE_DIR", fixture.beside("full")).env("BACKSTORY_MODEL_DIR", &models);
        command.env("BACKSTORY_CONFIG", models.join("config.toml")).env_remove("BACKSTORY_MODEL");
        command.output().unwrap()
    };
    let output = full("index");
    expect![[r#"
        error: the cache can't be written, so nothing would be kept: is its disk full, or its directory read-only?
        -- exit 1
    "#]].assert_eq(&plain(&fixture, &output));
    let answer = full("history --json step_4_2").stdout;
    assert!(!answer.is_empty() && expected.contains(&*String::from_utf8(answer).unwrap()));
    assert_eq!(answers(&fixture, &fixture.beside("full")), expected, "with room again");
}
