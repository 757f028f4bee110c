//! What was said of one symbol is never given for another.

use backstory_fixture::Fixture;
use backstory_ide::explain::{Kind, Passage, Role, Sentence, Source, Subject};
use backstory_store::Store;
use backstory_syntax::Language;

use super::{Known, Memory};

fn reason(source: Source) -> Passage {
    let (quote, context) = ("It hung because of locks.".to_owned(), "It hung because of locks.".to_owned());
    Passage { source, role: Role::Turn, quote, context, subject: String::new(), names: Vec::new() }
}

#[test]
fn sentences_are_found_again_by_name_origin_and_reasons() {
    // An empty fixture lends its temporary directory.
    let scratch = Fixture::new("");
    let store = Store::open(&scratch.beside("cache")).unwrap();
    let memory = Memory { model: "tiny".to_owned(), store: store.clone() };
    let subject = Subject { name: "main", container: &[], language: Language::Rust };
    let said = [Sentence { text: "It hung.".to_owned(), sources: Vec::new(), kind: Kind::Worded }];

    // No commit says why; a comment did.
    let known = Known { subject, origin: "1", reasons: &[] };
    memory.keep(&known, &said);
    assert_eq!(memory.recall(&known), said);
    let issue = || Source::Discussion { reference: "#1".to_owned(), commit: Some("1".to_owned()) };
    let others = [
        Known { origin: "2", ..known },
        Known { subject: Subject { name: "other", ..subject }, ..known },
        Known { reasons: &[reason(issue())], ..known },
    ];
    for other in &others {
        assert!(memory.recall(other).is_empty());
    }
    assert!(Memory { model: "larger".to_owned(), store }.recall(&known).is_empty());
}
