//! Sources in, sources with other documentation out, or why it stays. The cases are data: `UPDATE_EXPECT=1` writes what comes out into them.

use expect_test::expect_file;

use super::parameters::parameters;
use super::{Paragraph, offer};
use crate::refactor::{Request, edited, plan};
use crate::tests::{analysis, answered};
use backstory_analysis::DefId;
use backstory_syntax::Language;

/// What a case's title says behind a comma, of the first definition.
const SAID: [(&str, &[&str]); 3] = [
    ("nothing said", &[]),
    (
        "one said",
        &[
            "The pause is limited to a minute, because after a night without a network the queue slept for hours (1a2b3c4).",
        ],
    ),
    ("two said", &["Paths may hold a \\ or \"\"\" (5d6e7f8).", "As 9a0b1c2 says: “See [the guide].”"]),
];

#[test]
fn documentation_of_python() {
    let cases = include_str!("tests/python.txt");
    expect_file!["tests/python.txt"]
        .assert_eq(&answered(cases, |title, source| outcome(title, source, "a.py")));
}

#[test]
fn documentation_of_rust() {
    let cases = include_str!("tests/rust.txt");
    expect_file!["tests/rust.txt"]
        .assert_eq(&answered(cases, |title, source| outcome(title, source, "src/lib.rs")));
}

fn outcome(title: &str, source: &str, path: &str) -> String {
    let said = title.rsplit(", ").next().unwrap_or_default();
    let (_, said) = SAID.iter().find(|(name, _)| *name == said).expect("a title ends with what is said");
    let said: Vec<Paragraph> = said
        .iter()
        .map(|text| Paragraph { text: (*text).to_owned(), commits: vec!["1a2b3c4".to_owned()] })
        .collect();
    documented(&format!("{source}\n"), path, &said)
}

/// What the file says then, in the same form for another line end as for `\n`.
fn documented(source: &str, path: &str, said: &[Paragraph]) -> String {
    let plain = of(source, path, said);
    let windows = of(&source.replace('\n', "\r\n"), path, said);
    assert_eq!(windows.replace("\r\n", "\n"), plain);
    assert!(!windows.replace("\r\n", "").contains('\n') || windows.starts_with("refused"), "{windows:?}");
    plain.trim_end().to_owned()
}

fn of(source: &str, path: &str, said: &[Paragraph]) -> String {
    let analysis = analysis(&[(path, source)]);
    let file = analysis.file(path).unwrap();
    let local = analysis.outline(file).ids().next().unwrap();
    let id = DefId { file, local };
    let key = analysis.outline(file).key(local);
    let request = Request::Docs { path: path.to_owned(), key, said: said.to_vec() };
    let newline = if source.contains('\r') { "\r\n" } else { "\n" };
    match plan(&analysis, &request, None) {
        Ok(plan) => {
            let is_documented = analysis.spans(file).definitions[local.index()].docs.is_some();
            assert_eq!(offer(&analysis, id, said).is_some(), is_documented);
            let mut told = plan.title.clone() + newline;
            plan.reasons.iter().for_each(|it| told.push_str(&format!("= {}{newline}", it.text)));
            told + &edited(source, &plan.edits[0].edits)
        }
        Err(why) => format!("refused: {why}"),
    }
}

#[test]
fn parameters_of_signatures() {
    let told = |signature: &str, language, is_bound| {
        let found = parameters(signature, language, is_bound);
        let one = |it: &super::Parameter| {
            let star = if it.is_rest { "*" } else { "" };
            format!("{star}{} {:?} {:?}", it.name, it.annotation, it.default)
        };
        found.map_or_else(|| "none".to_owned(), |all| all.iter().map(one).collect::<Vec<_>>().join("; "))
    };
    let python = [
        ("def f(a, /, b: dict[str, int] = {'a': ',)'}, *args, c='=', **more) -> None", false),
        ("async def g(self, x: 't=\"1\"' = 1)", true),
        ("def h(cls)", true),
        ("def i[T](a: T)", false),
    ];
    let rust = [
        "pub fn f<F: Fn(u8) -> Vec<u8>, const N: usize>(&mut self, mut a: HashMap<K, V>, b: impl Fn(A, B) -> C) -> X",
        "fn g((a, b): (u8, u8))",
        "fn h(self: Box<Self>, b: [u8; 4])",
        "fn i(&'a self, b: &'a str)",
    ];
    let mut all: Vec<String> = python.iter().map(|it| told(it.0, Language::Python, it.1)).collect();
    all.extend(rust.iter().map(|it| told(it, Language::Rust, false)));
    expect_test::expect![[r#"
        a None None; b Some("dict[str, int]") Some("{'a': ',)'}"); *args None None; c None Some("'='"); *more None None
        x Some("'t=\"1\"'") Some("1")

        a Some("T") None
        a Some("HashMap<K, V>") None; b Some("impl Fn(A, B) -> C") None
        none
        b Some("[u8; 4]") None
        b Some("&'a str") None"#]].assert_eq(&all.join("\n"));
}
