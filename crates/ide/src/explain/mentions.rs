//! What documents of the repository (Markdown, reStructuredText, records of decisions) say of a symbol and why. Never does: read them.

use backstory_syntax::whole_words;

use super::evidence::Subject;
use super::passage::{Passage, Role, Source, surroundings};
use super::reasons::{is_causal, strength};
use crate::prose::{Section, paragraphs, split_sentences};

/// At most so many passages are taken of all documents.
const MOST: usize = 8;

/// A document of the repository.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// Relative to the root of the repository, with `/`.
    pub path: &'a str,
    pub text: &'a str,
    /// Full hash of the commit that has it so; `None` where there is none.
    pub commit: Option<&'a str>,
}

/// The passages of a document that name the symbol and give a reason, in order.
pub fn mentions(subject: &Subject<'_>, document: &Document<'_>) -> Vec<Passage> {
    let spellings = spellings(subject);
    let is_decision = is_record_of_decisions(document.path);
    let mut found = Vec::new();
    for (line, block) in blocks(document.text) {
        if !spellings.iter().any(|spelling| names(block, spelling)) {
            continue;
        }
        let all = paragraphs(block);
        for paragraph in &all {
            let named = split_sentences(&paragraph.text);
            let named =
                named.iter().filter(|sentence| spellings.iter().any(|spelling| names(sentence, spelling)));
            let says_why = |sentence: &&String| {
                is_causal(sentence) && strength(sentence) > 1
                    || is_decision && (strength(sentence) > 1 || paragraph.section == Section::Reason)
            };
            found.extend(named.filter(says_why).map(|quote| Passage {
                source: Source::Text {
                    path: document.path.to_owned(),
                    line,
                    commit: document.commit.map(str::to_owned),
                },
                role: Role::Mention,
                quote: quote.clone(),
                context: surroundings(&all, quote),
                subject: String::new(),
                names: Vec::new(),
            }));
        }
    }
    found.truncate(MOST);
    found
}

/// How documents write the symbol's name so that nothing else is meant: qualified, or by itself where it is no word of English.
pub fn spellings(subject: &Subject<'_>) -> Vec<String> {
    let name = subject.name;
    let has_humps = name.chars().skip(1).any(char::is_uppercase) && name.chars().any(char::is_lowercase);
    let is_plain_word = !(name.trim_matches('_').contains('_') || has_humps);
    let is_member = !subject.container.is_empty();
    let by_itself = !is_plain_word && (!is_member || has_humps) && name.len() >= 6;
    let qualified = is_member.then(|| subject.qualified());
    qualified.into_iter().chain(by_itself.then(|| name.to_owned())).collect()
}

/// Whether the text has the spelling with nothing of a name around it.
pub fn names(text: &str, spelling: &str) -> bool {
    whole_words(text, spelling).next().is_some()
}

/// Architecture decision records and requests for comments.
fn is_record_of_decisions(path: &str) -> bool {
    path.split('/').any(|part| {
        let part = part.to_lowercase();
        ["adr", "adrs", "decisions", "rfcs", "rfc"].contains(&part.as_str()) || part.starts_with("adr-")
    })
}

/// Stretches between blank lines with the 1-based line on which each begins.
fn blocks(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let mut line = 1;
    text.split("\n\n").map(move |block| {
        let leading = block.len() - block.trim_start_matches('\n').len();
        let at = line + leading as u32;
        line += block.matches('\n').count() as u32 + 2;
        (at, block)
    })
}
