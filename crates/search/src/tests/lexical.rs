//! The lexical index against BM25 written down plainly, and after many changes against a fresh one.

use super::Random;
use crate::{Hit, LexicalIndex, Query, Why, Words, fuse};
use expect_test::expect;
use std::collections::BTreeMap;
use std::fmt::Write;

const VOCABULARY: [&str; 12] = [
    "spawn", "thread", "pool", "parse", "header", "redirect", "cookie", "lock", "wake", "drop", "token",
    "clone",
];

fn text(random: &mut Random) -> String {
    (0..1 + random.bits() % 9).map(|_| VOCABULARY[random.bits() as usize % 12]).collect::<Vec<_>>().join(" ")
}

fn index(texts: &BTreeMap<u32, String>) -> LexicalIndex {
    let mut index = LexicalIndex::new().unwrap();
    texts.iter().for_each(|(&id, text)| index.add(id, &Words::of(&[(1, text)])).unwrap());
    index.commit().unwrap();
    index
}

/// Numbers and scores of the best 20.
fn answers(index: &LexicalIndex, query: &str) -> Vec<(u32, f32)> {
    index.search(&Query::of(query), 20).unwrap().iter().map(|hit| (hit.id, hit.score)).collect()
}

#[test]
fn after_ten_thousand_changes_it_answers_like_a_fresh_one() {
    let mut random = Random(9);
    let (mut texts, mut index) = (BTreeMap::new(), LexicalIndex::new().unwrap());
    for step in 0..10_000 {
        let id = (random.bits() % 2000) as u32;
        if texts.remove(&id).is_some() {
            index.remove(id).unwrap();
        }
        if !random.bits().is_multiple_of(3) {
            let text = text(&mut random);
            index.add(id, &Words::of(&[(1, &text)])).unwrap();
            texts.insert(id, text);
        }
        // Files change one by one, whole trees at once.
        if step % 97 == 0 {
            index.commit().unwrap();
        }
    }
    index.commit().unwrap();
    let fresh = self::index(&texts);
    assert_eq!(index.len(), texts.len());
    for query in
        ["thread pool", "spawn the cookies", "header", "redirect lock wake drop token", "nothing known"]
    {
        let (found, wanted) = (answers(&index, query), answers(&fresh, query));
        let ids = |hits: &[(u32, f32)]| hits.iter().map(|hit| hit.0).collect::<Vec<_>>();
        assert_eq!(ids(&found), ids(&wanted), "{query}");
        assert!(found.iter().zip(&wanted).all(|(a, b)| (a.1 - b.1).abs() < 1e-5), "{query}");
    }
}

#[test]
fn scores_are_those_of_bm25() {
    let texts = ["spawn thread", "spawn spawn pool", "pool", "cookie header"];
    let index = index(&(0..).zip(texts.map(str::to_owned)).collect());
    let count = |text: &str, term: &str| text.split(' ').filter(|word| *word == term).count() as f32;
    let average = texts.iter().map(|text| text.split(' ').count() as f32).sum::<f32>() / 4.0;
    let score = |text: &str, (term, having): (&str, f32)| {
        let (tf, length) = (count(text, term), text.split(' ').count() as f32);
        let rarity = ((4.0 - having + 0.5) / (having + 0.5)).ln_1p();
        (rarity * tf * 5.0 / (tf + 4.0 * (0.25 + 0.75 * length / average)), rarity * 5.0)
    };
    for (id, found) in answers(&index, "pool spawn") {
        let parts = [("pool", 2.0), ("spawn", 2.0)].map(|term| score(texts[id as usize], term));
        let wanted = (parts[0].0 + parts[1].0) / (parts[0].1 + parts[1].1);
        assert!((found - wanted).abs() < 1e-5, "{id}: {found} {wanted}");
    }
}

#[test]
fn what_was_said_is_told() {
    let texts = ["fn parseHeader(cookie)", "drop the lock", "header"];
    let index = index(&(0..).zip(texts.map(str::to_owned)).collect());
    let query = Query::of("which headers does parse_header drop?");
    let mut shown = format!("{:?}\n", query.terms());
    for hit in index.search(&query, 9).unwrap() {
        let terms: Vec<&str> = hit.terms(&query).collect();
        writeln!(shown, "{} {:.2} {:.2} {}", hit.id, hit.score, hit.coverage, terms.join(" ")).unwrap();
    }
    expect![[r#"
        ["drop", "header", "pars", "parseheader"]
        0 0.10 0.71 header pars parseheader
        1 0.06 0.29 drop
        2 0.04 0.14 header
    "#]]
    .assert_eq(&shown);
}

#[test]
fn fields_count_as_often_as_they_are_worth() {
    let mut index = LexicalIndex::new().unwrap();
    index.add(1, &Words::of(&[(5, "pool"), (1, "thread thread")])).unwrap();
    index.add(2, &Words::of(&[(5, "thread"), (1, "pool pool")])).unwrap();
    assert!(index.is_empty(), "not committed");
    index.commit().unwrap();
    assert_eq!(answers(&index, "pool")[0].0, 1);
    assert_eq!(answers(&index, "thread")[0].0, 2);
}

#[test]
fn nothing_is_found_in_nothing() {
    let index = LexicalIndex::new().unwrap();
    assert_eq!(answers(&index, "pool"), []);
    assert_eq!(answers(&self::index(&[(1, "pool".to_owned())].into()), ""), []);
    assert_eq!(self::index(&[(1, "pool".to_owned())].into()).search(&Query::of("pool"), 0).unwrap(), []);
}

#[test]
fn both_sides_are_fused() {
    let texts = ["parse header", "drop lock", "header"];
    let index = index(&(0..).zip(texts.map(str::to_owned)).collect());
    let query = Query::of("header");
    let lexical = index.search(&query, 9).unwrap();
    let vector = [Hit { id: 1, score: 0.9 }, Hit { id: 0, score: 0.5 }];
    let fused = fuse(&query, &lexical, &vector, |_| 0.25, 9);
    let shown: String = fused
        .iter()
        .map(|found| {
            let Why { meaning, words, coverage, terms } = &found.why;
            format!("{} {:.2} = {meaning} {words:.2} {coverage} {terms:?}\n", found.id, found.score)
        })
        .collect();
    expect![[r#"
        1 0.54 = 0.9 0.00 0 []
        0 0.37 = 0.5 0.18 1 ["header"]
        2 0.26 = 0.25 0.26 1 ["header"]
    "#]]
    .assert_eq(&shown);
    assert_eq!(fuse(&query, &lexical, &vector, |_| 0.25, 1)[0].id, fused[0].id);
}
