//! Whether explanations are true: reasons beside those that people judged, and every hash, name, number and identifier of random
//! explanations beside what git says.
//!
//! `cargo bench --bench explanations` needs clones of the repositories that the files under `benches/explanations` name, in the directory
//! `BACKSTORY_BENCH_CLONES`, each called as the repository is (`tokio`). It asks the real program, with its own empty cache.
//! `BACKSTORY_BENCH_ONLY=tokio,cargo` leaves the others out, `BACKSTORY_BENCH_SHOW=1` lists what differs, `BACKSTORY_BENCH_SYMBOLS=20` says
//! how many random symbols of each are looked at (0: none), and `BACKSTORY_BENCH_MODEL=1` has the default model word them. The second part shares no
//! code with the check of the program: it asks git for what is cited. Never changes a clone, or the user's cache.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use backstory_fixture::Fixture;
use serde_json::Value;

fn main() {
    let clones = env::var_os("BACKSTORY_BENCH_CLONES").map(PathBuf::from);
    let clones = clones.expect("BACKSTORY_BENCH_CLONES names the directory of the clones");
    let scratch = Fixture::new("");
    let program = Program {
        cache: scratch.beside("cache"),
        config: scratch.beside("config.toml"),
        words: env::var_os("BACKSTORY_BENCH_MODEL").is_some(),
        shows: env::var_os("BACKSTORY_BENCH_SHOW").is_some(),
    };
    let only = env::var("BACKSTORY_BENCH_ONLY").unwrap_or_default();
    let wanted = |judged: &&Judged| only.is_empty() || only.split(',').any(|name| name == judged.name());
    let judged = judged();
    let mut reasons = Reasons::default();
    for judged in judged.iter().filter(wanted) {
        let clone = clones.join(judged.name());
        judged.symbols.iter().for_each(|symbol| reasons.judge(&program, &clone, symbol));
    }
    println!("{reasons}");
    let count = env::var("BACKSTORY_BENCH_SYMBOLS").map_or(20, |count| count.parse().unwrap());
    let mut support = Supported::default();
    let names: BTreeSet<&str> = judged.iter().filter(wanted).map(Judged::name).collect();
    for clone in names.into_iter().map(|name| clones.join(name)) {
        random_places(&clone, count, &mut |place| support.look_at(&program, &clone, place));
    }
    println!("{support}");
}

/// The real program.
struct Program {
    cache: PathBuf,
    config: PathBuf,
    words: bool,
    shows: bool,
}

impl Program {
    /// What it says of a place; `None` where there is nothing.
    fn explain(&self, clone: &Path, place: &str) -> Option<Value> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_backstory"));
        command.env("BACKSTORY_CACHE_DIR", &self.cache).env("BACKSTORY_CONFIG", &self.config);
        command.arg("-C").arg(clone).args(["explain", "--json", place]);
        let output =
            command.args((!self.words).then_some("--no-model")).output().expect("the program starts");
        output.status.success().then(|| serde_json::from_slice(&output.stdout).expect("JSON"))
    }
}

/// One file of judgements.
struct Judged {
    repository: String,
    symbols: Vec<Symbol>,
}

struct Symbol {
    place: String,
    has_reasons: bool,
    /// Whether people could differ on all that could be said: then it is right to say it and not to.
    is_arguable: bool,
    /// By commit and the number of the sentence's first word: whether it is a reason.
    sentences: Vec<(String, usize, bool)>,
    /// By `path:line`.
    texts: BTreeMap<String, bool>,
}

impl Judged {
    fn name(&self) -> &str {
        self.repository.rsplit('/').next().unwrap()
    }
}

fn judged() -> Vec<Judged> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/explanations");
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|it| it == "txt")).collect();
    files.sort();
    files.iter().map(|file| read(&fs::read_to_string(file).unwrap())).collect()
}

fn read(text: &str) -> Judged {
    let mut judged = Judged { repository: String::new(), symbols: Vec::new() };
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let is_reason = |word: &str| word != "no";
        match words.as_slice() {
            ["repository", name] => judged.repository = (*name).to_owned(),
            ["at", _] => {}
            ["symbol", place, .., verdict] => judged.symbols.push(Symbol {
                place: (*place).to_owned(),
                has_reasons: *verdict == "reasons",
                is_arguable: *verdict == "reasons",
                sentences: Vec::new(),
                texts: BTreeMap::new(),
            }),
            ["text", place, verdict] => {
                let symbol = judged.symbols.last_mut().expect("a symbol above");
                symbol.is_arguable &= *verdict != "yes";
                symbol.texts.insert((*place).to_owned(), is_reason(verdict));
            }
            [commit, verdict, word] => {
                let symbol = judged.symbols.last_mut().expect("a symbol above");
                symbol.is_arguable &= *verdict != "yes";
                symbol.sentences.push(((*commit).to_owned(), word.parse().unwrap(), is_reason(verdict)));
            }
            _ => panic!("not a judgement: {line}"),
        }
    }
    judged
}

/// How the reasons that are given compare with those that people found.
#[derive(Default)]
struct Reasons {
    symbols: usize,
    stated: usize,
    right: usize,
    unjudged: usize,
    abstained_rightly: usize,
    spoke_rightly: usize,
    should_abstain: usize,
    arguable: usize,
    worded: usize,
    rejected: usize,
}

impl Reasons {
    fn judge(&mut self, program: &Program, clone: &Path, symbol: &Symbol) {
        let report = program.explain(clone, &symbol.place).expect("a symbol stands there");
        let given = report["reasons"].as_array().unwrap();
        self.symbols += 1;
        let is_right = symbol.is_arguable || symbol.has_reasons != given.is_empty();
        match (symbol.is_arguable, symbol.has_reasons) {
            (true, _) => self.arguable += 1,
            (false, true) => self.spoke_rightly += usize::from(is_right),
            (false, false) => {
                self.should_abstain += 1;
                self.abstained_rightly += usize::from(is_right);
            }
        }
        for reason in given {
            let verdict = verdict(clone, symbol, reason);
            self.stated += usize::from(verdict.is_some());
            self.unjudged += usize::from(verdict.is_none());
            self.right += usize::from(verdict == Some(true));
            if program.shows && verdict != Some(true) {
                println!("{verdict:?} {}: {} {}", symbol.place, reason["source"], reason["quote"]);
            }
        }
        let explanation = &report["explanation"];
        self.rejected += explanation["replaced"].as_u64().unwrap_or(0) as usize;
        for sentence in explanation["sentences"].as_array().into_iter().flatten() {
            self.worded += usize::from(sentence["kind"] == "worded");
            if program.shows && sentence["kind"] == "worded" {
                let of = given.iter().find(|reason| sentence["sources"][0] == reason["source"]);
                println!(
                    "worded {}: {} <- {}",
                    symbol.place,
                    sentence["text"],
                    of.map_or(&Value::Null, |of| &of["quote"])
                );
            }
        }
        if program.shows && !is_right {
            println!(
                "{} should {}",
                symbol.place,
                if symbol.has_reasons { "have reasons" } else { "abstain" }
            );
        }
    }
}

/// Whether people took it for a reason; `None` where they did not see it.
fn verdict(clone: &Path, symbol: &Symbol, reason: &Value) -> Option<bool> {
    let source = &reason["source"];
    if source["kind"] == "text" {
        return symbol.texts.get(&format!("{}:{}", source["path"].as_str()?, source["line"])).copied();
    }
    let commit = source["commit"].as_str()?;
    let message = git(clone, &["show", "-s", "--format=%B", commit]);
    let (from, to) = words_of(&message, reason["quote"].as_str()?)?;
    let of_commit = symbol.sentences.iter().filter(|(judged, ..)| commit.starts_with(judged.as_str()));
    let within: Vec<bool> =
        of_commit.filter(|(_, word, _)| (from..to).contains(word)).map(|(.., it)| *it).collect();
    // People listed every sentence of a message that could be taken for one.
    Some(within.contains(&true))
}

/// Which words of a message a quote has: from, to.
fn words_of(message: &str, quote: &str) -> Option<(usize, usize)> {
    let bare = |text: &str| -> Vec<String> {
        text.split_whitespace()
            .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
            .collect()
    };
    let (message, quote) = (bare(message), bare(quote));
    let at = message.windows(quote.len()).position(|window| window == quote)?;
    Some((at, at + quote.len()))
}

fn git(clone: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git").arg("-C").arg(clone).args(arguments).output().expect("git");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

impl std::fmt::Display for Reasons {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { symbols, stated, right, unjudged, .. } = self;
        let Self { abstained_rightly, spoke_rightly, should_abstain, arguable, .. } = self;
        let percent = |part: usize, all: usize| 100.0 * part as f64 / all.max(1) as f64;
        let should_speak = symbols - should_abstain - arguable;
        writeln!(f, "{symbols} judged symbols")?;
        writeln!(
            f,
            "  reasons stated: {right} of {stated} right ({:.1} %), {unjudged} not judged",
            percent(*right, *stated)
        )?;
        writeln!(
            f,
            "  abstention: {abstained_rightly} of {should_abstain} that have none, {spoke_rightly} of {should_speak} that have some speak, {arguable} arguable; right in {:.1} %",
            percent(abstained_rightly + spoke_rightly + arguable, *symbols)
        )?;
        writeln!(f, "  of the model's sentences {} stand, {} were replaced", self.worded, self.rejected)
    }
}

/// Whether what random explanations say is borne out by what they cite.
#[derive(Default)]
struct Supported {
    symbols: usize,
    sentences: usize,
    worded: usize,
    replaced: usize,
    uncited: Vec<String>,
    unsupported: Vec<String>,
}

impl Supported {
    fn look_at(&mut self, program: &Program, clone: &Path, place: &str) -> bool {
        let Some(report) = program.explain(clone, place) else { return false };
        let account = report["account"].as_array().unwrap();
        if account.is_empty() {
            return false;
        }
        self.symbols += 1;
        let explanation = &report["explanation"];
        self.replaced += explanation["replaced"].as_u64().unwrap_or(0) as usize;
        for sentence in account.iter().chain(explanation["sentences"].as_array().into_iter().flatten()) {
            self.sentences += 1;
            self.worded += usize::from(sentence["kind"] == "worded");
            self.sentence(clone, &report, sentence);
        }
        true
    }

    fn sentence(&mut self, clone: &Path, report: &Value, sentence: &Value) {
        let (text, sources) = (sentence["text"].as_str().unwrap(), sentence["sources"].as_array().unwrap());
        let place = format!("{}:{}", report["symbol"]["path"].as_str().unwrap(), report["symbol"]["line"]);
        let may_be_bare = text.starts_with("No rationale recorded");
        if sources.is_empty() && !may_be_bare || sources.iter().any(|source| !may_cite(clone, report, source))
        {
            self.uncited.push(format!("{place}: {text}"));
        }
        let mut known = vec![report["symbol"].to_string(), of_changes(report)];
        known.extend(sources.iter().map(|source| cited_text(clone, source)));
        let known = known.join(" ");
        let words: BTreeSet<&str> = split(&known).collect();
        // In our own sentences counts and places are facts of the whole history, which `of_changes` has.
        let missing: Vec<&str> = split(text).filter(|word| is_hard(word) && !words.contains(word)).collect();
        if !missing.is_empty() {
            self.unsupported.push(format!("{place}: {missing:?} in: {text}"));
        }
    }
}

/// Numbers, identifiers, names and hashes are to be found literally.
fn is_hard(word: &str) -> bool {
    let has_hump = word.chars().skip(1).any(char::is_uppercase) && word.chars().any(char::is_lowercase);
    word.contains('_') || word.chars().any(|c| c.is_ascii_digit()) || has_hump
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
}

/// What the history as a whole says: how many changes, when, by whom, from where.
fn of_changes(report: &Value) -> String {
    let changes = report["changes"].as_array().unwrap();
    let counts: Vec<String> = (0..=changes.len()).map(|count| count.to_string()).collect();
    format!("{} {} {}", counts.join(" "), report["people"], report["changes"])
}

/// A commit that touches the symbol, one that reverts such a commit, or lines of its own file or of one that names it.
fn may_cite(clone: &Path, report: &Value, source: &Value) -> bool {
    if source["kind"] == "text" {
        let name = report["symbol"]["name"].as_str().unwrap();
        return source["path"] == report["symbol"]["path"] || cited_text(clone, source).contains(name);
    }
    report["changes"].as_array().unwrap().iter().any(|change| change["commit"] == source["commit"])
}

/// The message with author and date, or the file, as git and the disk have them.
fn cited_text(clone: &Path, source: &Value) -> String {
    match (source["kind"].as_str(), source["commit"].as_str(), source["path"].as_str()) {
        (Some("text"), Some(commit), Some(path)) => git(clone, &["show", &format!("{commit}:{path}")]),
        (Some("text"), None, Some(path)) => fs::read_to_string(clone.join(path)).unwrap_or_default(),
        (_, Some(commit), _) => {
            git(clone, &["show", "-s", "--format=%an %aN %ad %B", "--date=short", commit])
        }
        _ => String::new(),
    }
}

impl std::fmt::Display for Supported {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { symbols, sentences, worded, replaced, uncited, unsupported } = self;
        writeln!(
            f,
            "{symbols} random symbols: {sentences} sentences, {worded} worded by the model, {replaced} of it replaced"
        )?;
        writeln!(f, "  cite nothing or what may not be cited: {}", uncited.len())?;
        uncited.iter().try_for_each(|it| writeln!(f, "    {it}"))?;
        writeln!(
            f,
            "  say a name, number, identifier or hash that nothing cited has: {}",
            unsupported.len()
        )?;
        unsupported.iter().try_for_each(|it| writeln!(f, "    {it}"))
    }
}

/// Calls with places in random source files until it has said `true` so many times.
fn random_places(clone: &Path, count: usize, look: &mut dyn FnMut(&str) -> bool) {
    let listed = git(clone, &["ls-files", "*.rs", "*.py"]);
    let files: Vec<&str> = listed.lines().collect();
    let mut state = 42_u64;
    let mut below = |limit: usize| {
        // Knuth's constants (MMIX).
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % limit
    };
    let mut done = 0;
    while done < count {
        let file = files[below(files.len())];
        let lines = fs::read_to_string(clone.join(file)).map_or(0, |text| text.lines().count());
        if lines > 0 && look(&format!("{file}:{}", below(lines) + 1)) {
            done += 1;
        }
    }
}
