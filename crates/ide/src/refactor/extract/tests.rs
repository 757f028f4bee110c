//! Sources with a marked selection in, texts or reasons out. The cases are data: `UPDATE_EXPECT=1` writes what comes out into them.

use backstory_syntax::{Language, Span, parse};
use expect_test::expect_file;

use super::{Extracted, NotExtracted, function, variable};

/// Between a title and a source, and between a source and its outcome.
const CASE: &str = "#### ";
const OUTCOME: &str = "#--> ";

#[test]
fn functions_of_python() {
    let cases = include_str!("tests/functions.py.txt");
    expect_file!["tests/functions.py.txt"].assert_eq(&answered(cases, Language::Python, function));
}

#[test]
fn variables_of_python() {
    let cases = include_str!("tests/variables.py.txt");
    expect_file!["tests/variables.py.txt"].assert_eq(&answered(cases, Language::Python, variable));
}

type Extract = fn(&backstory_syntax::Parsed, &str, Span, Option<&str>) -> Result<Extracted, NotExtracted>;

fn answered(cases: &str, language: Language, extract: Extract) -> String {
    let mut answered = String::new();
    for case in cases.split(CASE).filter(|case| !case.trim().is_empty()) {
        let (title, rest) = case.split_once('\n').expect("a title is a line");
        let (source, _) = rest.split_once(OUTCOME).unwrap_or((rest, ""));
        let source = source.trim_end_matches('\n');
        answered.push_str(&format!(
            "{CASE}{title}\n{source}\n\n{OUTCOME}{}\n\n",
            outcome(source, language, extract)
        ));
    }
    answered.trim_end_matches('\n').to_owned() + "\n"
}

fn outcome(marked: &str, language: Language, extract: Extract) -> String {
    let start = marked.find('«').expect("a selection starts");
    let end = marked.find('»').expect("a selection ends") - '«'.len_utf8();
    let text = marked.replace(['«', '»'], "") + "\n";
    let span = Span { start: start as u32, end: end as u32 };
    match extract(&parse(&text, language), &text, span, None) {
        Ok(extracted) => format!("{}\n{}", extracted.name, extracted.applied(&text).trim_end()),
        Err(why) => format!("refused: {why}"),
    }
}
