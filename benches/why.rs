//! Whether commits are found by asking why: questions that people wrote from messages in other words, and questions that no commit answers.
//!
//! `cargo bench --bench why` needs full clones of the repositories that `benches/retrieval/why.txt` names, in the directory
//! `BACKSTORY_BENCH_CLONES`, each called as the repository is. It prints how many of the answering commits come first and among the first
//! five, and how many of the other questions are refused. `BACKSTORY_BENCH_SHOW=1` lists each question with what was found. Never
//! changes a clone, or the user's cache.

use std::env;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use backstory_session::store::Store;
use backstory_session::{Found, Place, SearchKind, SearchWanted, find};

/// A question about a repository.
struct Question<'a> {
    repository: &'a str,
    /// Abbreviated hashes of the commits that answer; none where none does.
    answers: Vec<&'a str>,
    text: &'a str,
}

/// What came of some questions.
#[derive(Default)]
struct Score {
    asked: usize,
    first: usize,
    among_five: usize,
    refused: usize,
}

fn main() {
    let clones = env::var_os("BACKSTORY_BENCH_CLONES").map(PathBuf::from);
    let clones = clones.expect("BACKSTORY_BENCH_CLONES names the directory of the clones");
    let shows = env::var_os("BACKSTORY_BENCH_SHOW").is_some();
    let text = include_str!("retrieval/why.txt");
    let (mut answered, mut others) = (Score::default(), Score::default());
    let mut slowest = Duration::ZERO;
    for question in questions(text) {
        let place = Place::around(&clones.join(question.repository), &Store::disabled()).expect("a clone");
        let start = Instant::now();
        let found = ask(&place, question.text);
        slowest = slowest.max(start.elapsed());
        let score = if question.answers.is_empty() { &mut others } else { &mut answered };
        let rank = score.count(&question, &found);
        if shows {
            show(&question, rank, &found);
        }
    }
    println!(
        "{} questions with an answer: hit@1 {}, hit@5 {}, refused {}",
        answered.asked, answered.first, answered.among_five, answered.refused
    );
    println!("{} questions without one: refused {}", others.asked, others.refused);
    println!("the slowest, index built anew for it: {:.1} s", slowest.as_secs_f64());
}

fn questions(text: &str) -> impl Iterator<Item = Question<'_>> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| {
        let mut parts = line.splitn(3, ' ');
        let mut part = || parts.next().expect("a line is a repository, hashes and a question");
        let (repository, answers) = (part(), part());
        let answers = answers.split(',').filter(|hash| *hash != "-").collect();
        Question { repository, answers, text: part() }
    })
}

fn ask(place: &Place, question: &str) -> Vec<Found> {
    let wanted =
        SearchWanted { question, kinds: &[SearchKind::Commit], paths: &[], languages: &[], limit: 10 };
    find(place, &Store::disabled(), &wanted).expect("a readable history")
}

impl Score {
    /// Counts a question; the rank of the first right answer, from 1.
    fn count(&mut self, question: &Question<'_>, found: &[Found]) -> Option<usize> {
        let is_right = |found: &Found| {
            let commit = found.commit.as_deref().unwrap_or_default();
            question.answers.iter().any(|hash| commit.starts_with(hash))
        };
        let rank = found.iter().position(is_right).map(|at| at + 1);
        self.asked += 1;
        self.first += usize::from(rank == Some(1));
        self.among_five += usize::from(rank.is_some_and(|rank| rank <= 5));
        self.refused += usize::from(found.is_empty());
        rank
    }
}

fn show(question: &Question<'_>, rank: Option<usize>, found: &[Found]) {
    println!("{:?} {} {}", rank, question.repository, question.text);
    for found in found.iter().take(3) {
        let hash = found.commit.as_deref().and_then(|commit| commit.get(..8)).unwrap_or_default();
        let why = &found.why;
        println!(
            "    {:.2} {:.2} {:.2} {:.2} {hash} {} [{}]",
            found.score,
            why.meaning,
            why.words,
            why.coverage,
            found.key,
            why.terms.join(" ")
        );
    }
}
