//! Signs in, what to look at out.

use backstory_analysis::Confidence;
use expect_test::expect;

use crate::related::{Edge, Reason, Signs, Together, rank};

/// The order that the signs ask for, each with its reasons.
fn ranked(candidates: Vec<(&str, Signs)>) -> String {
    let line = |related: &crate::related::Related<&str>| {
        let reasons: Vec<String> = related.reasons.iter().map(said).collect();
        format!("{}: {}", related.item, reasons.join(", "))
    };
    rank(candidates).iter().map(line).collect::<Vec<_>>().join("\n")
}

fn said(reason: &Reason) -> String {
    match reason {
        Reason::Companion { together, of, is_hidden } => {
            format!("{together} of {of}{}", if *is_hidden { ", hidden" } else { "" })
        }
        Reason::Uses(edge) => format!("uses it {} times, {}", edge.count, edge.confidence.as_str()),
        Reason::UsedBy(edge) => format!("is used by it {} times, {}", edge.count, edge.confidence.as_str()),
        Reason::Copy { overlap } => format!("copy {overlap}"),
        Reason::Alike { cosine } => format!("alike {cosine}"),
        Reason::Mentions => "mentions it".to_owned(),
        Reason::Near => "near".to_owned(),
        Reason::CameTogether => "came together".to_owned(),
        Reason::FilesTogether { part } => format!("files together {part}"),
    }
}

fn companion(together: u32, of: u32, weight: f64) -> Option<Together> {
    Some(Together { together, of, of_other: of, weight })
}

#[test]
fn what_changes_with_it_comes_before_what_stands_beside_it() {
    let exact = |count| Some(Edge { confidence: Confidence::Exact, count });
    let candidates = vec![
        ("far in the file", Signs { in_file: Some(40), files_together: 1.0, ..Signs::default() }),
        ("usual", Signs { together: companion(12, 14, 3.0), activity: 3.0, ..Signs::default() }),
        (
            "usual caller",
            Signs {
                together: companion(12, 14, 3.0),
                activity: 3.0,
                dependant: exact(2),
                ..Signs::default()
            },
        ),
        ("once", Signs { together: companion(1, 14, 0.01), activity: 0.1, ..Signs::default() }),
        ("used", Signs { dependency: exact(1), ..Signs::default() }),
        ("clone", Signs { similarity: 0.9, ..Signs::default() }),
        ("came with it", Signs { together: companion(0, 14, 0.01), ..Signs::default() }),
        ("in a file that changes", Signs { files_together: 0.1, ..Signs::default() }),
        ("page", Signs { mentions: true, ..Signs::default() }),
    ];
    expect![[r#"
        usual caller: 12 of 14, uses it 2 times, exact
        usual: 12 of 14, hidden
        clone: alike 0.9
        far in the file: near
        came with it: came together
        used: is used by it 1 times, exact
        once: 1 of 14, hidden
        in a file that changes: files together 0.1
        page: mentions it"#]]
    .assert_eq(&ranked(candidates));
}

#[test]
fn equal_signs_leave_the_order() {
    let near = || Signs { in_file: Some(1), ..Signs::default() };
    expect![[r#"
        b: near
        a: near"#]]
    .assert_eq(&ranked(vec![("b", near()), ("a", near())]));
    assert_eq!(ranked(Vec::new()), "");
}
