//! Code and histories in; lenses, hovers and reports out, as an editor shows them.

use std::fmt::Write;

use backstory_analysis::{Analysis, Source, symbol_key};
use backstory_history::{ChangeKind, Counterpart, Lineage, Links, Person, Place};
use backstory_syntax::{DefinitionKind, Language, LocalKey};
use expect_test::expect;

use crate::explain::tests::changes;
use crate::explain::{Facts, Kind, Question, Sentence, Source as Cited, Subject, account, evidence};
use crate::hover::{Known, named_at, section};
use crate::lens::{LensPart, Ties, lenses, title, title_of_new};
use crate::markdown::{document, escape};
use crate::report::{Event, Report, Uncommitted};
use crate::summary::{Summary, summarize};
use crate::symbol::describe;

const POOL: &str = "\
/// A pool.
struct Pool { size: usize }
impl Pool {
    fn new() -> Pool { fn helper() {} helper(); Pool { size: 1 } }
    fn grow(&self, other: &Unknown) { self.grow(other); other.grow(self); Pool::new(); }
}
const LIMIT: usize = 3;
";

fn analysis() -> Analysis {
    let source =
        Source { path: "src/lib.rs".to_owned(), language: Language::Rust, text: POOL.into(), facts: None };
    Analysis::new(vec![source], Vec::new())
}

fn history() -> Lineage {
    let changes = changes(&[
        (&[ChangeKind::Docs], "Say *more* about `pools`", ""),
        (&[ChangeKind::Body], "#7: grow <slowly>", "Because memory is scarce."),
        (&[ChangeKind::Signature, ChangeKind::Rename], "Rename make to new", ""),
        (&[ChangeKind::Introduced], "Add pool", ""),
    ]);
    Lineage { found: true, changes, complete: true, limits: Vec::new() }
}

fn summary() -> Summary {
    summarize(&history()).unwrap()
}

/// What stands for a symbol in the commit, when the text differs in these ways.
fn counterpart(kinds: &[ChangeKind]) -> Counterpart {
    let name = "Lake".to_owned();
    let key = LocalKey { kind: DefinitionKind::Struct, container: Vec::new(), name, ordinal: 0 };
    let place = Place { path: "src/lib.rs".to_owned(), key };
    Counterpart { place, kinds: kinds.to_vec(), lines_added: 2, lines_removed: 1 }
}

#[test]
fn lenses_stand_at_declarations_of_the_chosen_kinds_outside_functions() {
    let analysis = analysis();
    let file = analysis.file("src/lib.rs").unwrap();
    let kinds = [DefinitionKind::Struct, DefinitionKind::Function, DefinitionKind::Method];
    let found: Vec<String> = lenses(&analysis, file, &kinds)
        .iter()
        .map(|lens| format!("{} at {}", lens.key, lens.name.of(POOL)))
        .collect();
    assert_eq!(found, ["struct Pool at Pool", "method Pool.new at new", "method Pool.grow at grow"]);
}

#[test]
fn lenses_say_the_chosen_parts_in_the_chosen_order() {
    use LensPart::{Authors, Changes, Companion, Dependents, Introduced, Last, Tests};
    let (known, unknown) = (summary(), Summary { introduced: None, changes: 1, last: None, ..summary() });
    let (none, clean) = (Ties::default(), counterpart(&[]));
    let tied = Ties { dependents: Some(23), tests: Some(1), companion: Some("shrink".to_owned()) };
    let mut text = String::new();
    for parts in [vec![Introduced, Changes, Authors], vec![Last, Changes], vec![]] {
        let say = |summary: &Summary| title(summary, &clean, &tied, &parts);
        writeln!(text, "{:?} / {:?}", say(&known), say(&unknown)).unwrap();
    }
    for kinds in [[ChangeKind::Body, ChangeKind::Docs], [ChangeKind::Docs, ChangeKind::Formatting]] {
        writeln!(text, "{:?}", title(&known, &counterpart(&kinds), &none, &[Changes])).unwrap();
    }
    for ties in [&tied, &none] {
        let parts = [Dependents, Tests, Changes, Companion];
        writeln!(text, "{:?} / {:?}", title(&known, &clean, ties, &parts), title_of_new(ties, &parts))
            .unwrap();
    }
    expect![[r#"
        "introduced 1970 · 2 changes · 1 author" / "1 change · 1 author"
        "last 1970-01-01 · 2 changes" / "1 change"
        "" / ""
        "2 changes · edited"
        "2 changes"
        "23 dependents · 1 test · 2 changes · usually with `shrink`" / "not committed yet · 23 dependents · 1 test · usually with `shrink`"
        "2 changes" / "not committed yet"
    "#]]
    .assert_eq(&text);
}

#[test]
fn a_hover_speaks_of_declarations_and_of_uses_that_mean_one_symbol() {
    let analysis = analysis();
    let file = analysis.file("src/lib.rs").unwrap();
    let mut text = String::new();
    for needle in [
        "Pool {",
        "size: usize",
        "grow(&self",
        "grow(other)",
        "grow(self)",
        "new();",
        "helper();",
        "usize }",
        "Pool { size: 1",
    ] {
        let at = POOL.find(needle).unwrap() as u32 + 1;
        let named = named_at(&analysis, file, at);
        let named = named.map(|named| {
            format!("{} {:?} {:?}", named.span.of(POOL), symbol_key(&analysis, named.id), named.confidence)
        });
        writeln!(text, "{needle}: {}", named.unwrap_or_default()).unwrap();
    }
    expect![[r#"
        Pool {: Pool "rust:crate::Pool" None
        size: usize: size "rust:crate::Pool::size" None
        grow(&self: grow "rust:crate::Pool::grow" None
        grow(other): grow "rust:crate::Pool::grow" Some(Exact)
        grow(self): grow "rust:crate::Pool::grow" Some(ByName)
        new();: new "rust:crate::Pool::new" Some(Exact)
        helper();: helper "rust:crate::Pool::new::helper" Some(Exact)
        usize }: 
        Pool { size: 1: Pool "rust:crate::Pool" Some(Exact)
    "#]]
    .assert_eq(&text);
}

#[test]
fn a_hover_is_short_and_no_name_in_it_is_markup() {
    let sentence = |text: &str, source: Cited| Sentence {
        text: text.to_owned(),
        sources: vec![source],
        kind: Kind::Worded,
    };
    let commit = "a".repeat(40);
    let of_lines = Cited::Text { path: "docs/a.md".to_owned(), line: 7, commit: None };
    let of_issue = Cited::Discussion { reference: "#7".to_owned(), commit: Some(commit.clone()) };
    let explanation = [
        sentence("Memory is *scarce*.", Cited::Commit { commit }),
        sentence("Two.", of_lines),
        sentence("Three.", of_issue),
    ];
    let mut text =
        section(Known::Summary(&summary(), &counterpart(&[])), None, &explanation, Some("file:///report.md"));
    let edited = counterpart(&[ChangeKind::Body, ChangeKind::FileRename]);
    text.push_str("\n----\n");
    text.push_str(&section(Known::Summary(&summary(), &edited), None, &[], None));
    for known in [Known::Reading, Known::NotCommitted, Known::Failed("a_b is damaged")] {
        text.push_str("\n----\n");
        text.push_str(&section(known, None, &[], None));
    }
    expect![[r#"
        **Introduced** 1970-01-01 by Ada · 2 changes · 1 author  
        **Last change** 1970-01-01 by Ada: \#7: grow \<slowly\> (`0000000000000000000000000000000000000002`)

        > Memory is \*scarce\*. `aaaaaaa`  
        > Two. `docs/a.md:7`

        [Whole history](file:///report.md)
        ----
        **Introduced** 1970-01-01 by Ada · 2 changes · 1 author · uncommitted change (body, file rename)  
        **Last change** 1970-01-01 by Ada: \#7: grow \<slowly\> (`0000000000000000000000000000000000000002`)
        ----
        *Reading history…*
        ----
        Not committed yet
        ----
        No history: a\_b is damaged"#]]
    .assert_eq(&text);
}

#[test]
fn a_report_is_a_document() {
    let analysis = analysis();
    let file = analysis.file("src/lib.rs").unwrap();
    let id = named_at(&analysis, file, POOL.find("Pool {").unwrap() as u32).unwrap().id;
    let mut report = Report::new(Question::Why, describe(&analysis, id));
    let mut history = history();
    history.changes[2].pull_request = Some("!5".to_owned());
    let commit = &mut history.changes[2].commit;
    commit.author.bot = true;
    commit.co_authors = vec![Person { name: "Grace_H".to_owned(), email: String::new(), bot: false }];
    commit.links = Links {
        closes: vec!["#8".to_owned(), "o/a_b#9".to_owned()],
        reverts: vec!["0123456789".to_owned()],
        reverts_pull_requests: vec!["#4".to_owned()],
        cherry_picked_from: vec!["abcdef0123".to_owned()],
        squashed: true,
        ..Links::default()
    };
    report.changes = history.changes.iter().map(Event::from).collect();
    let symbol = report.symbol.clone();
    let changes = &history.changes;
    let facts =
        Facts { subject: Subject::of(&symbol), changes, comments: &[], mentions: &[], discussions: &[] };
    report.reasons = evidence(&facts);
    report.account = account(&facts, &report.reasons, true);
    report.limits = vec!["Ask `git fetch`.".to_owned()];
    report.changes[3].link = Some("backstory:/pool.diff?%7B".to_owned());
    report.uncommitted = Uncommitted::of(&report.symbol, &counterpart(&[ChangeKind::Rename]));
    expect![[r#"
        # struct `crate::Pool`

            struct Pool

        `src/lib.rs:2`

        ## Why

        - `Pool` came on 1970-01-01 by Ada: “Add pool”. (`0000000000000000000000000000000000000004`)
        - On 1970-01-01 Ada changed its body: “Because memory is scarce.” (`0000000000000000000000000000000000000002`)
        - It has changed 2 times since, last on 1970-01-01 by Ada. (`0000000000000000000000000000000000000002`)
        - Who knows it: Ada (2 changes, last on 1970-01-01) or Grace\_H (1 change, last on 1970-01-01). (`0000000000000000000000000000000000000002`, `0000000000000000000000000000000000000003`)

        ## History

        | Date | Commit | Author | Change | Subject |
        |---|---|---|---|---|
        | not yet | | | rename, from `struct Lake` in `src/lib.rs` +2 −1 | uncommitted change |
        | 1970-01-01 | `0000000000000000000000000000000000000002` | Ada | body +5 −0 | \#7: grow \<slowly\> |
        | 1970-01-01 | `0000000000000000000000000000000000000003` | Ada \[bot\], with Grace\_H | signature, rename +5 −0 | Rename make to new · merged as !5 · closes \#8, o/a\_b#9 · reverts `0123456`, \#4 · copied from `abcdef0` · several commits squashed |
        | 1970-01-01 | [`0000000000000000000000000000000000000004`](backstory:/pool.diff?%7B) | Ada | introduced +5 −0 | Add pool |

        1 more commit touched only documentation, style or formatting.

        Ask `git fetch`.
    "#]].assert_eq(&document(&report));
}

#[test]
fn symbols_that_head_lacks_have_no_summary() {
    assert_eq!(summarize(&Lineage::default()), None);
}

#[test]
fn markup_is_escaped() {
    assert_eq!(
        escape("#1 a_b *c* `d` [e](f) <g> h|i\nj & k #2"),
        r"\#1 a\_b \*c\* \`d\` \[e\](f) \<g\> h\|i j &amp; k #2"
    );
}
