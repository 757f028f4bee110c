//! Files that come, are edited and go: which queries run again, and that answers are those of a fresh analysis. Never does: timing.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use backstory_syntax::parse;
use expect_test::{Expect, expect};
use proptest::prelude::*;
use salsa::plumbing::AsId;

use super::{PYTHON, RUST, analysis, render, sources, the};
use crate::{
    Analysis, Cancelled, DefId, FileId, Package, Source, find_symbols, importers_of, imports_of,
    or_cancelled, symbol_key, used_by, uses,
};

/// An analysis whose queries are noted as they run.
struct Observed {
    analysis: Analysis,
    ran: Arc<Mutex<Vec<String>>>,
}

impl Observed {
    /// Opens a workspace and asks a first time.
    fn new(text: &str) -> Self {
        let ran = Arc::default();
        let (sources, packages) = sources(text);
        let mut observed =
            Self { analysis: Analysis::observed(sources, packages, Arc::clone(&ran)), ran: Arc::clone(&ran) };
        assert!(observed.asked().len() > 10);
        observed
    }

    fn file(&self, path: &str) -> FileId {
        self.analysis.file(path).unwrap()
    }

    /// Asks for relations and outlines, and returns the queries that ran since the last time.
    fn asked(&mut self) -> Vec<String> {
        let id = the(&self.analysis, "Pool::send");
        uses(&self.analysis, id);
        used_by(&self.analysis, id);
        for file in self.analysis.files() {
            self.analysis.outline(file);
        }
        let ran = std::mem::take(&mut *self.ran.lock().unwrap());
        let mut ran: Vec<String> = ran.into_iter().map(|query| self.with_path(query)).collect();
        ran.sort();
        ran.dedup();
        ran
    }

    /// A query as salsa writes it, with the file's path in place of salsa's id; without one where it is about more than a file.
    fn with_path(&self, query: String) -> String {
        let id = |file| format!("{:?}", self.analysis.source(file).as_id());
        let files = (0..self.analysis.workspace.files(&self.analysis.db).len() as u32).map(FileId);
        let named = files.fold(query, |query, file| query.replace(&id(file), self.analysis.path(file)));
        named.split("(Id(").next().unwrap_or(&named).to_owned()
    }

    fn check(&mut self, expected: &Expect) {
        expected.assert_eq(&self.asked().join("\n"));
    }
}

fn source(path: &str, text: &str) -> Source {
    let (mut sources, _) = sources(&format!("//- /{path}\n{text}"));
    sources.remove(0)
}

const POOL: &str = "net/src/pool.rs";

#[test]
fn an_edit_inside_a_body_stays_in_its_file() {
    let mut observed = Observed::new(RUST);
    let file = observed.file(POOL);
    let text = observed.analysis.text(file).replace("usize { 1 }", "usize {\n    // more\n    40 + 2\n}");
    observed.analysis.set_text(file, text.clone().into());
    observed.check(&expect![[r#"
        code(net/src/pool.rs)
        facts(net/src/pool.rs)
        implemented(net/src/pool.rs)
        modules_declared(net/src/pool.rs)
        outline(net/src/pool.rs)
        words(net/src/pool.rs)"#]]);

    let typed: Arc<str> = text.replace("40", "4").into();
    observed.analysis.edit_text(file, Arc::clone(&typed));
    observed.check(&expect![[r#"
        code(net/src/pool.rs)
        declared_in
        facts(net/src/pool.rs)
        implemented(net/src/pool.rs)
        implementing
        implementor
        modules_declared(net/src/pool.rs)
        names(net/src/pool.rs)
        outline(net/src/pool.rs)
        words(net/src/pool.rs)"#]]);
    observed.analysis.edit_text(file, typed);
    observed.check(&expect![""]);
    observed.analysis.edit_text(file, text.replace("40", "41").into());
    observed.check(&expect![[r#"
        code(net/src/pool.rs)
        facts(net/src/pool.rs)
        implemented(net/src/pool.rs)
        modules_declared(net/src/pool.rs)
        outline(net/src/pool.rs)
        words(net/src/pool.rs)"#]]);
    observed.analysis.rest(file);
    observed.check(&expect![[r#"
        code(net/src/pool.rs)
        facts(net/src/pool.rs)
        words(net/src/pool.rs)"#]]);
}

#[test]
fn an_edit_of_a_signature_reaches_those_who_use_it() {
    let mut observed = Observed::new(RUST);
    let file = observed.file(POOL);
    let text = observed.analysis.text(file).replace("new() -> Self", "new(size: usize) -> Self");
    observed.analysis.set_text(file, text.into());
    observed.check(&expect![[r#"
        code(net/src/pool.rs)
        facts(net/src/pool.rs)
        implementor
        names(net/src/pool.rs)
        outline(net/src/pool.rs)
        words(net/src/pool.rs)"#]]);
}

#[test]
fn an_edit_of_an_import() {
    let mut observed = Observed::new(RUST);
    let file = observed.file("net/tests/pool.rs");
    let text = format!("use std::fmt;\n{}", observed.analysis.text(file));
    observed.analysis.set_text(file, text.into());
    observed.check(&expect![[r#"
        code(net/tests/pool.rs)
        facts(net/tests/pool.rs)
        implemented(net/tests/pool.rs)
        names(net/tests/pool.rs)
        outline(net/tests/pool.rs)
        words(net/tests/pool.rs)"#]]);
}

#[test]
fn a_module_that_is_declared() {
    let mut observed = Observed::new(RUST);
    observed.analysis.insert(vec![source("net/src/late.rs", "pub fn late() {}")]);
    observed.asked();
    let file = observed.file("net/src/lib.rs");
    let text = format!("{}\nmod late;\n", observed.analysis.text(file));
    observed.analysis.set_text(file, text.into());
    observed.check(&expect![[r#"
        code(net/src/lib.rs)
        declared_in
        facts(net/src/lib.rs)
        implemented(net/src/lib.rs)
        names(net/src/lib.rs)
        outline(net/src/lib.rs)
        words(net/src/lib.rs)"#]]);
}

#[test]
fn a_file_that_gets_another_name() {
    let mut observed = Observed::new(RUST);
    let file = observed.file("net/tests/pool.rs");
    let text = observed.analysis.text(file).to_owned();
    observed.analysis.remove(&[file]);
    observed.analysis.insert(vec![source("net/tests/pools.rs", &text)]);
    observed.check(&expect![[r#"
        code(net/tests/pools.rs)
        declared_in
        facts(net/tests/pool.rs)
        facts(net/tests/pools.rs)
        implemented(net/tests/pools.rs)
        implementing
        implementor
        modules
        names(net/tests/pools.rs)
        outline(net/tests/pool.rs)
        outline(net/tests/pools.rs)
        words(net/tests/pool.rs)
        words(net/tests/pools.rs)"#]]);
}

#[test]
fn a_manifest_that_changes() {
    let mut observed = Observed::new(RUST);
    let (_, mut packages) = sources(RUST);
    packages[0].name.push_str("_too");
    observed.analysis.set_packages(packages);
    observed.check(&expect![[r#"
        declared_in
        modules"#]]);
}

#[test]
fn a_file_that_comes_is_read_alone() {
    let mut observed = Observed::new(RUST);
    observed.analysis.insert(vec![source("net/src/late.rs", "pub fn late() {}")]);
    observed.check(&expect![[r#"
        declared_in
        facts(net/src/late.rs)
        implemented(net/src/late.rs)
        implementing
        implementor
        modules
        modules_declared(net/src/late.rs)
        outline(net/src/late.rs)
        words(net/src/late.rs)"#]]);
    observed.analysis.insert(vec![source("net/src/late.rs", "pub fn late() {}")]);
    observed.check(&expect![""]);
}

#[test]
fn a_file_that_goes_is_forgotten() {
    let mut observed = Observed::new(RUST);
    let file = observed.file("net/tests/pool.rs");
    observed.analysis.remove(&[file]);
    observed.check(&expect![[r#"
        declared_in
        facts(net/tests/pool.rs)
        implementing
        modules
        outline(net/tests/pool.rs)
        words(net/tests/pool.rs)"#]]);
    let analysis = &observed.analysis;
    assert_eq!(analysis.file("net/tests/pool.rs"), None);
    assert!(analysis.files().all(|other| other != file));
    assert_eq!((analysis.text(file), analysis.outline(file).definitions.len()), ("", 0));
    assert_eq!(find_symbols(analysis, "sends"), []);
}

#[test]
fn equal_packages_and_texts_change_nothing() {
    let mut observed = Observed::new(RUST);
    let (sources, packages) = sources(RUST);
    observed.analysis.set_packages(packages);
    observed.analysis.insert(sources);
    observed.check(&expect![""]);
    let packages = [("net", "other"), ("app", "app")].map(|(directory, name)| Package {
        directory: directory.to_owned(),
        name: name.to_owned(),
        package: name.to_owned(),
    });
    observed.analysis.set_packages(packages.into());
    observed.check(&expect![[r#"
        declared_in
        modules"#]]);
    assert_eq!(find_symbols(&observed.analysis, "other::pool::Pool").len(), 1);
}

/// Keys and relations of everything in a workspace, file by file in the order of paths.
fn everything(analysis: &Analysis) -> String {
    let mut out = String::new();
    for file in analysis.files() {
        out += &render(analysis, analysis.path(file), &imports_of(analysis, file));
        out += &render(analysis, "importers", &importers_of(analysis, file));
        for local in analysis.outline(file).ids() {
            let id = DefId { file, local };
            out += &render(analysis, &symbol_key(analysis, id), &uses(analysis, id));
            out += &render(analysis, "used by", &used_by(analysis, id));
        }
    }
    out
}

#[test]
fn a_file_that_comes_back_is_as_before() {
    let mut analysis = analysis(RUST);
    let before = everything(&analysis);
    let file = analysis.file(POOL).unwrap();
    let text = analysis.text(file).to_owned();
    analysis.remove(&[file]);
    assert_ne!(everything(&analysis), before);
    // A removed file is not under edit, and does not come back by it.
    analysis.edit_text(file, "fn ghost() {}".into());
    assert_eq!((analysis.file(POOL), analysis.text(file)), (None, ""));
    assert_eq!(analysis.insert(vec![source(POOL, &text)]), [file]);
    assert_eq!(everything(&analysis), before);
}

#[test]
fn trees_under_edit_settle() {
    let mut analysis = analysis(RUST);
    let file = analysis.file(POOL).unwrap();
    let full = analysis.parse_in_full(file);
    assert!(!analysis.settle(file, full), "a file at rest has no tree to replace");
    let text: Arc<str> = analysis.text(file).replace("helper() }", "helper() ").into();
    analysis.edit_text(file, Arc::clone(&text));
    let full = analysis.parse_in_full(file);
    let differed = *analysis.facts(file) != full.facts(&text);
    assert_eq!(analysis.settle(file, full), differed);
    assert_eq!(*analysis.facts(file), parse(&text, analysis.language(file)).facts(&text));
    // Another text's tree stands for one that was read in another way.
    let other = parse("", analysis.language(file));
    assert!(analysis.settle(file, other));
    assert_eq!(analysis.outline(file).definitions.len(), 0);
}

#[test]
fn texts_too_large_to_parse_at_once() {
    let mut analysis = analysis("//- /src/lib.rs\nfn small() {}\n");
    let file = FileId(0);
    let large = |name: &str| Arc::from("// filler, filler, filler\n".repeat(20_000) + "fn " + name + "() {}");
    analysis.edit_text(file, large("first"));
    assert_eq!(find_symbols(&analysis, "first").len(), 1);
    let full = analysis.parse_in_full(file);
    assert!(!analysis.settle(file, full));
    analysis.edit_text(file, large("second"));
    assert_eq!((find_symbols(&analysis, "first").len(), find_symbols(&analysis, "second").len()), (0, 1));
}

/// Changes the only file of an analysis while a snapshot is asked; returns what came of the question.
fn changed_meanwhile<T: Send>(
    analysis: &mut Analysis,
    question: impl FnOnce(&Analysis, &AtomicBool) -> T + Send,
) -> Result<T, Cancelled> {
    let snapshot = analysis.clone();
    let is_asking = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let is_asking = &is_asking;
        let asking = scope.spawn(move || {
            let snapshot = snapshot;
            or_cancelled(|| question(&snapshot, is_asking))
        });
        while !is_asking.load(Ordering::Acquire) {
            std::thread::yield_now();
        }
        analysis.edit_text(FileId(0), "fn fresh() {}".into());
        asking.join().unwrap()
    })
}

#[test]
fn a_change_cancels_questions() {
    let mut analysis = analysis(RUST);
    let told = changed_meanwhile(&mut analysis, |snapshot, is_asking| {
        loop {
            used_by(snapshot, the(snapshot, "Pool::send"));
            is_asking.store(true, Ordering::Release);
        }
    });
    assert_eq!(told, Err::<(), _>(Cancelled));
    assert_eq!(or_cancelled(|| find_symbols(&analysis, "fresh").len()), Ok(1));
}

/// The text takes seconds to parse, so the change comes in the middle of it.
#[test]
fn a_change_stops_a_parser() {
    let long = "fn f() { g(1 + 2, |x| x.y()); }\n".repeat(60_000);
    let mut analysis = Analysis::new(vec![source("src/lib.rs", &long)], Vec::new());
    let told = changed_meanwhile(&mut analysis, |snapshot, is_asking| {
        is_asking.store(true, Ordering::Release);
        snapshot.outline(FileId(0)).definitions.len()
    });
    assert_eq!(told, Err(Cancelled));
    assert_eq!(or_cancelled(|| analysis.outline(FileId(0)).definitions.len()), Ok(1));
}

#[test]
#[should_panic(expected = "a bug")]
fn other_panics_go_on() {
    let _: Result<(), _> = or_cancelled(|| panic!("a bug"));
}

/// A step in the life of a file, with numbers that choose the file and its text.
#[derive(Clone, Copy, Debug)]
enum Step {
    Insert(usize),
    Remove,
    Edit(usize),
    Settle,
    Rest,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        any::<usize>().prop_map(Step::Insert),
        Just(Step::Remove),
        any::<usize>().prop_map(Step::Edit),
        any::<usize>().prop_map(Step::Edit),
        Just(Step::Settle),
        Just(Step::Rest),
    ]
}

/// A text that a file may come to have: its own, without one of its lines, or another file's.
fn text(all: &[Source], file: usize, number: usize) -> Arc<str> {
    let own = &all[file].text;
    let lines: Vec<&str> = own.split_inclusive('\n').collect();
    match number % (lines.len() + 2) {
        0 => Arc::clone(own),
        1 => Arc::clone(&all[(file + 1) % all.len()].text),
        line => [&lines[..line - 2], &lines[line - 1..]].concat().concat().into(),
    }
}

/// Takes a step, and notes the texts that there are then.
fn take(
    step: Step,
    file: usize,
    all: &[Source],
    analysis: &mut Analysis,
    texts: &mut BTreeMap<String, Arc<str>>,
) {
    let path = &all[file].path;
    match (step, analysis.file(path)) {
        (Step::Insert(number), _) => {
            let text = text(all, file, number);
            analysis.insert(vec![source(path, &text)]);
            texts.insert(path.clone(), text);
        }
        (Step::Remove, Some(id)) => {
            analysis.remove(&[id]);
            texts.remove(path);
        }
        (Step::Edit(number), Some(id)) => {
            // So that the next tree can take something over.
            analysis.outline(id);
            let text = text(all, file, number);
            analysis.edit_text(id, Arc::clone(&text));
            texts.insert(path.clone(), text);
        }
        (Step::Settle, Some(id)) => {
            let parsed = analysis.parse_in_full(id);
            analysis.settle(id, parsed);
        }
        (Step::Rest, Some(id)) => analysis.rest(id),
        (_, None) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    /// However files came, were edited and went: in the end everything is as if the analysis were new.
    #[test]
    fn changes_leave_no_trace(steps in prop::collection::vec((step(), any::<usize>()), 1..16), python in any::<bool>()) {
        let workspace = if python { PYTHON } else { RUST };
        let (all, packages) = sources(workspace);
        let mut changed = analysis(workspace);
        let mut texts = all.iter().map(|source| (source.path.clone(), Arc::clone(&source.text))).collect();
        for (step, file) in steps {
            take(step, file % all.len(), &all, &mut changed, &mut texts);
        }
        // Broken code may be read in another way until then.
        for file in changed.files() {
            let parsed = changed.parse_in_full(file);
            changed.settle(file, parsed);
        }
        let fresh = Analysis::new(texts.iter().map(|(path, text)| source(path, text)).collect(), packages);
        prop_assert_eq!(everything(&changed), everything(&fresh));
        for (file, same) in changed.files().zip(fresh.files()) {
            prop_assert_eq!(changed.code(file), fresh.code(same));
        }
    }
}

#[test]
fn the_code_of_files_that_were_not_asked_about_for_long_goes() {
    let ran: Arc<Mutex<Vec<String>>> = Arc::default();
    let files = (0..600).map(|at| source(&format!("m{at}.py"), "def f():\n    g()\n")).collect();
    let mut analysis = Analysis::observed(files, Vec::new(), Arc::clone(&ran));
    let lowered = |analysis: &Analysis| {
        ran.lock().unwrap().clear();
        analysis.files().for_each(|file| assert_eq!(analysis.code(file).exprs.len(), 2));
        ran.lock().unwrap().iter().filter(|query| query.starts_with("code(")).count()
    };
    assert_eq!(lowered(&analysis), 600);
    analysis.insert(vec![source("m0.py", "def f():\n    h()\n")]);
    assert_eq!(lowered(&analysis), 1, "changes let go of nothing");
    analysis.let_go();
    let again = analysis.files().skip(600 - 512).filter(|&file| analysis.code(file).exprs.len() == 2).count();
    assert_eq!(
        (again, ran.lock().unwrap().iter().filter(|query| query.starts_with("code(")).count()),
        (512, 1)
    );
    assert_eq!(lowered(&analysis), 600 - 512);
}
