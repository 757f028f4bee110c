//! Grammar files and queries are complete and known. Never does: looking at what queries find.

use expect_test::expect;
use tree_sitter::Query;

use crate::query::{self, Capture};
use crate::{DefinitionKind, Language, parse};

#[test]
fn grammar_files_describe_every_language() {
    for language in Language::ALL {
        let grammar = language.grammar();
        assert_eq!(serde_id(language), grammar.id);
        assert!(!grammar.name.is_empty() && !grammar.comments.line.is_empty());
        assert!(!grammar.extensions.is_empty() && !grammar.project_markers.is_empty());
        assert_eq!(grammar.grammar, format!("tree-sitter-{}", grammar.id));
        assert_eq!(language.tree_sitter().name(), Some(grammar.id.as_str()));
    }
}

/// A tree is looked at node by node, so what a pattern finds must hang from one node.
#[test]
fn every_pattern_starts_at_one_node() {
    for language in Language::ALL {
        let query = &query::queries(language).query;
        assert!((0..query.pattern_count()).all(|index| query.is_pattern_rooted(index)));
    }
}

/// The id by which serde writes the language into caches and JSON.
fn serde_id(language: Language) -> String {
    format!("{language:?}").to_lowercase()
}

#[test]
fn comment_tokens_start_comments() {
    for language in Language::ALL {
        let comments = &language.grammar().comments;
        let mut samples = vec![format!("{} words\n", comments.line)];
        samples.extend(comments.block.iter().map(|(start, end)| format!("{start} words {end}\n")));
        for sample in samples {
            assert_eq!(parse(&sample, language).first_error_line(), None, "{sample}");
        }
    }
}

#[test]
fn languages_are_known_by_path() {
    let of = |path| Language::of_path(path).map(Language::id);
    assert_eq!(of("src/main.rs"), Some("rust"));
    assert_eq!(of("/abs/stubs/os.pyi"), Some("python"));
    assert_eq!(of("a.b/setup.py"), Some("python"));
    for path in ["README.md", "rs", "src.rs/file", ".rs", "dir/.py", "main.RS", ""] {
        assert_eq!(of(path), None, "{path}");
    }
}

#[test]
fn generations_are_hashes() {
    let [rust, python] = Language::ALL.map(Language::generation);
    assert_ne!(rust, python);
    assert_eq!((rust.len(), python.len()), (16, 16));
}

#[test]
fn every_capture_is_known() {
    for language in Language::ALL {
        for source in query::sources(language) {
            let query = Query::new(&language.tree_sitter(), source).unwrap();
            for name in query.capture_names() {
                assert!(Capture::parse(name).is_some(), "@{name} in a query of {language:?}");
            }
        }
    }
    assert_eq!(Capture::parse("definition.fragment"), None);
    assert_eq!(Capture::parse("local"), None);
}

/// Kinds that no capture names are given by Rust code: methods to functions inside of types, and in Python fields to
/// assignments inside of classes besides.
#[test]
fn captured_kinds() {
    let captured = |language| {
        let query = &query::queries(language).query;
        let captures: Vec<_> = query.capture_names().iter().filter_map(|name| Capture::parse(name)).collect();
        let definitions =
            DefinitionKind::ALL.iter().filter(|&&kind| captures.contains(&Capture::Definition(kind)));
        let words: Vec<_> = definitions.map(|it| it.as_str()).collect();
        words.join(" ")
    };
    expect!["module struct enum union variant field trait impl function constant static type macro"]
        .assert_eq(&captured(Language::Rust));
    expect!["class field function constant type"].assert_eq(&captured(Language::Python));
}
