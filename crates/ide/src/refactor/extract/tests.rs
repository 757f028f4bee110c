//! Sources with a marked selection in, texts or reasons out. The cases are data: `UPDATE_EXPECT=1` writes what comes out into them.

use backstory_syntax::{Language, Span, parse};
use expect_test::expect_file;

use super::{Extracted, NotExtracted, function, variable};
use crate::tests::{CASE, OUTCOME, answered};

#[test]
fn functions_of_python() {
    let cases = include_str!("tests/functions.py.txt");
    expect_file!["tests/functions.py.txt"]
        .assert_eq(&answered(cases, |_, source| outcome(source, Language::Python, function)));
}

#[test]
fn variables_of_python() {
    let cases = include_str!("tests/variables.py.txt");
    expect_file!["tests/variables.py.txt"]
        .assert_eq(&answered(cases, |_, source| outcome(source, Language::Python, variable)));
}

#[test]
fn functions_of_rust() {
    let cases = include_str!("tests/functions.rs.txt");
    expect_file!["tests/functions.rs.txt"]
        .assert_eq(&answered(cases, |_, source| outcome(source, Language::Rust, function)));
}

#[test]
fn variables_of_rust() {
    let cases = include_str!("tests/variables.rs.txt");
    expect_file!["tests/variables.rs.txt"]
        .assert_eq(&answered(cases, |_, source| outcome(source, Language::Rust, variable)));
}

type Extract = fn(&backstory_syntax::Parsed, &str, Span, Option<&str>) -> Result<Extracted, NotExtracted>;

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
fn sources(language: Language) -> Vec<String> {
    let cases = match language {
        Language::Python => [include_str!("tests/functions.py.txt"), include_str!("tests/variables.py.txt")],
        Language::Rust => [include_str!("tests/functions.rs.txt"), include_str!("tests/variables.rs.txt")],
    };
    let cases = cases.join("\n");
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

/// The words of a stretch, without those that only structure makes, and in Rust without those that make references or follow them.
fn words(text: &str, span: Span, language: Language) -> Vec<&str> {
    let tokens = parse(text, language).tokens(text, span);
    let is_left_out =
        |word: &&str| word.is_empty() || language == Language::Rust && matches!(*word, "&" | "*" | "mut");
    tokens.into_iter().map(|token| token.span.of(text)).filter(|word| !is_left_out(word)).collect()
}

/// Holds what was written to what stood there: the piece is in it word by word, line ends are those of the text.
fn check(text: &str, chosen: Span, language: Language, extracted: &Extracted) {
    let new = extracted.applied(text);
    assert!(!parse(&new, language).has_error(), "{new}");
    let piece = words(text, chosen, language);
    let all = words(&new, Span { start: 0, end: new.len() as u32 }, language);
    let is_there = all.windows(piece.len().max(1)).any(|window| window == piece.as_slice());
    assert!(is_there || piece.is_empty(), "{}\n--\n{new}", chosen.of(text));
    if text.contains("\r\n") {
        assert_eq!(new.matches('\n').count(), new.matches("\r\n").count(), "{new:?}");
    }
    assert_eq!(text.ends_with('\n'), new.ends_with('\n'), "{new:?}");
    assert_eq!(text.starts_with('\u{feff}'), new.starts_with('\u{feff}'), "{new:?}");
}

fn extracted_lines(language: Language) -> usize {
    let mut extracted = 0;
    for text in sources(language) {
        let tree = parse(&text, language);
        let starts: Vec<u32> = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at as u32 + 1))
            .chain([text.len() as u32])
            .collect();
        for (at, &start) in starts.iter().enumerate() {
            for &end in &starts[at + 1..] {
                let span = Span { start, end };
                if let Ok(found) = function(&tree, &text, span, Some("zz_new")) {
                    check(&text, span, language, &found);
                    extracted += 1;
                }
            }
        }
    }
    extracted
}

fn extracted_words(language: Language) -> usize {
    let mut extracted = 0;
    for text in sources(language) {
        let tree = parse(&text, language);
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
                        check(&text, span, language, &found);
                        extracted += 1;
                    }
                }
            }
        }
    }
    extracted
}

#[test]
fn any_lines_of_python_are_extracted_word_by_word_or_refused() {
    let extracted = extracted_lines(Language::Python);
    assert!(extracted > 500, "{extracted} selections were extracted");
}

#[test]
fn any_words_of_python_are_extracted_word_by_word_or_refused() {
    let extracted = extracted_words(Language::Python);
    assert!(extracted > 500, "{extracted} expressions were extracted");
}

#[test]
fn any_lines_of_rust_are_extracted_word_by_word_or_refused() {
    let extracted = extracted_lines(Language::Rust);
    assert!(extracted > 300, "{extracted} selections were extracted");
}

#[test]
fn any_words_of_rust_are_extracted_word_by_word_or_refused() {
    let extracted = extracted_words(Language::Rust);
    assert!(extracted > 150, "{extracted} expressions were extracted");
}
