//! Messages with sentences on them, written by people who had not seen the check: true ones that reword the message, and false ones that
//! sound like it. `cases/*.txt` has them; a case is the commit's author, date and symbol, its message, and below `--` a sentence a line,
//! with whether it is true and, where it is not, in what way.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::super::{Support, check};
use crate::prose::paragraphs;

/// How the check did on a set.
#[derive(Default)]
struct Score {
    right: usize,
    all: usize,
    misses: String,
}

impl Score {
    fn count(&mut self, is_right: bool, miss: impl FnOnce() -> String) {
        self.all += 1;
        self.right += usize::from(is_right);
        if !is_right {
            self.misses.push_str(&miss());
        }
    }

    fn percent(&self) -> f64 {
        100.0 * self.right as f64 / self.all.max(1) as f64
    }
}

fn judge(text: &str) -> BTreeMap<bool, Score> {
    let mut scores: BTreeMap<bool, Score> = BTreeMap::new();
    for case in text.split("\n====\n") {
        let (message, sentences) =
            case.split_once("\n--\n").expect("sentences stand below a line of two hyphens");
        let (head, body) = message.split_once("\nbody:").expect("a body, perhaps empty");
        let field = |name: &str| {
            let line = head.lines().find_map(|line| line.strip_prefix(name)).expect("all fields are there");
            line.trim().to_owned()
        };
        let (author, date, symbol, subject) =
            (field("author:"), field("date:"), field("symbol:"), field("subject:"));
        let paragraphs = paragraphs(body);
        let mut prose = vec![subject.as_str()];
        prose.extend(paragraphs.iter().map(|paragraph| paragraph.text.as_str()));
        let names = [author.as_str(), &date, &symbol];
        for line in sentences.lines().filter(|line| !line.trim().is_empty()) {
            let (label, sentence) = line.split_once(": ").expect("a label in front of each sentence");
            let verdict = check(sentence, &Support { prose: &prose, names: &names });
            let is_true = label == "true";
            scores.entry(is_true).or_default().count(verdict.is_ok() == is_true, || {
                let mut miss = format!("  {label} ({symbol}): {sentence}\n");
                let _ = verdict.as_ref().map_err(|why| writeln!(miss, "      {why}"));
                miss
            });
        }
    }
    scores
}

/// The sets with floors, in percent, for the false sentences that are rejected and the true ones that are kept: a little below what was
/// measured when the rules were made. `services` and `formats` were written when most of the rules were there; `packaging`, `languages` and
/// `runtimes` by others when all were. Before rules were tuned on these three, 82 to 89 were rejected and 62 to 73 kept. Nobody
/// has tuned a rule on `mixed`: it tells what the check does with sentences that it has never seen, and must not be looked at to mend it.
const SETS: [(&str, &str, f64, f64); 8] = [
    ("libraries", include_str!("../cases/libraries.txt"), 98.0, 96.0),
    ("tools", include_str!("../cases/tools.txt"), 93.0, 83.0),
    ("services", include_str!("../cases/services.txt"), 98.0, 71.0),
    ("formats", include_str!("../cases/formats.txt"), 92.0, 86.0),
    ("packaging", include_str!("../cases/packaging.txt"), 95.0, 84.0),
    ("languages", include_str!("../cases/languages.txt"), 93.0, 77.0),
    ("runtimes", include_str!("../cases/runtimes.txt"), 91.0, 83.0),
    ("mixed", include_str!("../cases/mixed.txt"), 85.0, 71.0),
];

/// The listing of a failure says what is missed.
#[test]
fn most_false_sentences_are_rejected_and_most_true_ones_kept() {
    let mut report = String::new();
    let mut falls_short = false;
    for (name, text, rejected, kept) in SETS {
        for (is_true, score) in judge(text.trim_end()) {
            let (what, floor) =
                if is_true { ("true ones kept", kept) } else { ("false ones rejected", rejected) };
            falls_short |= score.percent() < floor;
            let _ = writeln!(report, "{name}, {what}: {} of {}\n{}", score.right, score.all, score.misses);
        }
    }
    println!("{report}");
    assert!(!falls_short, "{report}");
}
