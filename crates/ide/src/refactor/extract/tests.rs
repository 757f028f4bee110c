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

/// The sources of all cases, each as it is and laid out otherwise.
fn sources() -> Vec<String> {
    let cases = [include_str!("tests/functions.py.txt"), include_str!("tests/variables.py.txt")].join("\n");
    let mut sources = Vec::new();
    for case in cases.split(CASE).filter(|case| !case.trim().is_empty()) {
        let (_, rest) = case.split_once('\n').expect("a title is a line");
        let marked = rest.split(OUTCOME).next().unwrap_or(rest).trim_end();
        let text = marked.replace(['«', '»'], "") + "\n";
        sources.push(text.replace('\n', "\r\n"));
        sources.push(text.replace("    ", "\t"));
        sources.push(format!("\u{feff}{text}"));
        sources.push(text.trim_end().to_owned());
        sources.push(text);
    }
    sources
}

/// The words of a stretch, without those that only structure makes.
fn words(text: &str, span: Span) -> Vec<&str> {
    let tokens = parse(text, Language::Python).tokens(text, span);
    tokens.into_iter().map(|token| token.span.of(text)).filter(|word| !word.is_empty()).collect()
}

/// Holds what was written to what stood there: the piece is in it word by word, line ends are those of the text.
fn check(text: &str, chosen: Span, extracted: &Extracted) {
    let new = extracted.applied(text);
    assert!(!parse(&new, Language::Python).has_error(), "{new}");
    let piece = words(text, chosen);
    let all = words(&new, Span { start: 0, end: new.len() as u32 });
    let is_there = all.windows(piece.len().max(1)).any(|window| window == piece.as_slice());
    assert!(is_there || piece.is_empty(), "{}\n--\n{new}", chosen.of(text));
    if text.contains("\r\n") {
        assert_eq!(new.matches('\n').count(), new.matches("\r\n").count(), "{new:?}");
    }
    assert_eq!(text.ends_with('\n'), new.ends_with('\n'), "{new:?}");
    assert_eq!(text.starts_with('\u{feff}'), new.starts_with('\u{feff}'), "{new:?}");
}

#[test]
fn any_lines_are_extracted_word_by_word_or_refused() {
    let mut extracted = 0;
    for text in sources() {
        let tree = parse(&text, Language::Python);
        let starts: Vec<u32> = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at as u32 + 1))
            .chain([text.len() as u32])
            .collect();
        for (at, &start) in starts.iter().enumerate() {
            for &end in &starts[at + 1..] {
                let span = Span { start, end };
                if let Ok(found) = function(&tree, &text, span, Some("zz_new")) {
                    check(&text, span, &found);
                    extracted += 1;
                }
            }
        }
    }
    assert!(extracted > 500, "{extracted} selections were extracted");
}

#[test]
fn any_words_are_extracted_word_by_word_or_refused() {
    let mut extracted = 0;
    for text in sources() {
        let tree = parse(&text, Language::Python);
        let tokens: Vec<Span> = tree
            .tokens(&text, Span { start: 0, end: text.len() as u32 })
            .into_iter()
            .map(|token| token.span)
            .filter(|span| span.start < span.end)
            .collect();
        for (at, first) in tokens.iter().enumerate() {
            for last in tokens.iter().skip(at).take(12) {
                let span = Span { start: first.start, end: last.end };
                for extract in [function as Extract, variable] {
                    if let Ok(found) = extract(&tree, &text, span, Some("zz_new")) {
                        check(&text, span, &found);
                        extracted += 1;
                    }
                }
            }
        }
    }
    assert!(extracted > 500, "{extracted} expressions were extracted");
}
