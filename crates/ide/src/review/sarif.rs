//! The findings of a review in the Static Analysis Results Interchange Format 2.1.0 (OASIS, 2020), which code hosts show beside the lines. Never
//! does: include what is no finding: what changed, the tests, people.

use serde_json::{Value, json};

use super::{Review, sentences};
use crate::impact::Place;

/// Each rule with what it means.
const RULES: [(&str, &str); 3] = [
    ("forgotten-companion", "A symbol that usually changes with one that was changed was not changed"),
    ("unchanged-copy", "A symbol much like one that was changed was left as it was"),
    ("stale-documentation", "Documentation is older than several changes of what it describes"),
];

/// The findings as a log of one run of this version of the program.
pub fn sarif(review: &Review, version: &str) -> Value {
    let companions = review
        .companions
        .iter()
        .map(|it| result(0, &it.with, &about(&it.place, &sentences::companion(it)), Some(&it.place)));
    let copies = review
        .copies
        .iter()
        .map(|it| result(1, &it.place, &about(&it.place, &sentences::copy(it)), Some(&it.of)));
    let stale = review
        .stale_docs
        .iter()
        .map(|it| result(2, &it.place, &about(&it.place, &sentences::stale(it)), None));
    let results: Vec<Value> = companions.chain(copies).chain(stale).collect();
    let rules: Vec<Value> = RULES
        .iter()
        .map(|(id, text)| json!({"id": id, "shortDescription": {"text": text}, "defaultConfiguration": {"level": "note"}}))
        .collect();
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "backstory", "version": version, "rules": rules}},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn about(place: &Place, said: &str) -> String {
    format!("{}: {said}", sentences::named(place))
}

fn result(rule: usize, at: &Place, text: &str, related: Option<&Place>) -> Value {
    let mut result = json!({
        "ruleId": RULES[rule].0,
        "ruleIndex": rule,
        "level": "note",
        "message": {"text": text},
        "locations": [{"physicalLocation": physical(at)}],
    });
    if let Some(related) = related {
        result["relatedLocations"] = json!([{
            "id": 1,
            "physicalLocation": physical(related),
            "message": {"text": sentences::named(related)},
        }]);
    }
    result
}

fn physical(place: &Place) -> Value {
    json!({
        "artifactLocation": {"uri": encoded(&place.path), "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": place.line},
    })
}

/// A relative path as a URI reference (RFC 3986).
fn encoded(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    path.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
