//! The comments and the documentation of a symbol, and which of them say why. Never does: read files.

use backstory_syntax::{LineIndex, Parsed, Span, Token, TokenKind};

use super::messages::{Names, names_one};
use super::passage::{Passage, Role, Source, surroundings};
use super::reasons::{THRESHOLD, is_causal, is_causal_in_documentation, strength};
use crate::prose::{Paragraph, paragraphs, split_sentences, words};

/// A comment within a symbol, or right above it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Without comment markers, lines as they are.
    pub text: String,
    /// Relative to the root of the repository, with `/`.
    pub path: String,
    /// 1-based line on which it begins.
    pub line: u32,
    /// Full hash of the commit that has the file as it is; `None` where there is none.
    pub commit: Option<String>,
    pub kind: CommentKind,
}

/// What a comment is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommentKind {
    /// For those who change the code.
    Code,
    /// For those who use it.
    Documentation,
}

/// Words that begin a comment which says what must be known before the code is changed.
const MARKS: [&str; 9] =
    ["NOTE", "SAFETY", "HACK", "XXX", "WORKAROUND", "IMPORTANT", "WARNING", "CAUTION", "INVARIANT"];

/// Words that begin a comment about work to be done.
const WORK: &[&str] = &["TODO", "FIXME", "TBD"];

/// Where a text stands.
#[derive(Clone, Copy, Debug)]
pub struct Version<'a> {
    pub text: &'a str,
    pub path: &'a str,
    /// Full hash of the commit that has this text.
    pub commit: Option<&'a str>,
}

/// The comments in a symbol's span (byte offsets) outside of the spans that are others', and those on the lines right above it.
/// `parsed` is of the version's text.
pub fn comments_of(version: &Version<'_>, parsed: &Parsed, own: Span, others: &[Span]) -> Vec<Comment> {
    let start = first_comment_above(version.text, own.start, parsed);
    let lines = LineIndex::new(version.text);
    let is_others = |token: &Token| {
        others.iter().any(|span| span.start <= token.span.start && token.span.end <= span.end)
    };
    let mut found: Vec<(Comment, u32)> = Vec::new();
    let mut only_comments = false;
    for token in parsed.tokens(version.text, Span { start, end: own.end }) {
        let kind = match token.kind {
            TokenKind::Comment => CommentKind::Code,
            TokenKind::Docs => CommentKind::Documentation,
            _ => {
                only_comments = false;
                continue;
            }
        };
        if is_others(&token) {
            only_comments = false;
            continue;
        }
        let text = plain(&version.text[token.span.start as usize..token.span.end as usize]);
        let (line, end) =
            (lines.line(token.span.start) + 1, lines.line(token.span.end.saturating_sub(1)) + 1);
        match found.last_mut().filter(|(last, at)| only_comments && last.kind == kind && *at + 1 == line) {
            Some((last, at)) => {
                last.text.push('\n');
                last.text.push_str(&text);
                *at = end;
            }
            None => {
                let (path, commit) = (version.path.to_owned(), version.commit.map(str::to_owned));
                found.push((Comment { text, path, line, commit, kind }, end));
            }
        }
        only_comments = true;
    }
    found.into_iter().map(|(comment, _)| comment).collect()
}

/// Where the lines begin that stand right above an offset and hold nothing but comments.
fn first_comment_above(text: &str, offset: u32, parsed: &Parsed) -> u32 {
    let marker = parsed.language().grammar().comments.line.as_str();
    let mut start = text[..offset as usize].rfind('\n').map_or(0, |at| at + 1);
    while start > 0 {
        let above = text[..start - 1].rfind('\n').map_or(0, |at| at + 1);
        if !text[above..start].trim_start().starts_with(marker) {
            break;
        }
        start = above;
    }
    start as u32
}

/// A comment's text without its markers.
fn plain(comment: &str) -> String {
    let quotes = ["\"\"\"", "'''"];
    let block = quotes.iter().find_map(|quote| {
        comment
            .trim_start_matches(['r', 'R', 'u', 'U', 'b', 'B', 'f', 'F'])
            .strip_prefix(quote)?
            .strip_suffix(quote)
    });
    let block = block.or_else(|| comment.strip_prefix("/*")?.strip_suffix("*/"));
    let marks: &[char] = if block.is_some() { &['*', '!'] } else { &['/', '#', '!', '*'] };
    let line = |line: &str| line.trim().trim_start_matches(marks).trim().to_owned();
    block.unwrap_or(comment).lines().map(line).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// The first sentence of the documentation among the comments, with its paragraph.
pub(super) fn documentation(comments: &[Comment]) -> Option<Passage> {
    let docs = comments.iter().find(|comment| comment.kind == CommentKind::Documentation)?;
    documentation_passages(docs).into_iter().next()
}

/// The first sentences of the first two paragraphs of a documentation, each with its paragraph.
pub(super) fn documentation_passages(docs: &Comment) -> Vec<Passage> {
    let all = paragraphs(&docs.text);
    let first = |paragraph: &Paragraph| {
        let quote = split_sentences(&paragraph.text).into_iter().next()?;
        let context = surroundings(std::slice::from_ref(paragraph), &quote);
        Some(passage(docs, quote, context))
    };
    all.iter().take(2).filter_map(first).collect()
}

/// The passage of a comment that says why, with its weight.
pub(super) fn reason(comment: &Comment, names: Names<'_>) -> Option<(u32, Passage)> {
    if WORK.iter().any(|mark| comment.text.starts_with(mark)) {
        return None;
    }
    let all = paragraphs(&comment.text);
    let mut best: Option<(u32, String)> = None;
    for sentence in all.iter().flat_map(|paragraph| split_sentences(&paragraph.text)) {
        let weight = weight(comment.kind, &sentence, names);
        if words(&sentence).count() >= 4 && best.as_ref().is_none_or(|(most, _)| weight > *most) {
            best = Some((weight, sentence));
        }
    }
    let (weight, quote) = best.filter(|(weight, _)| *weight > 0)?;
    let context = surroundings(&all, &quote);
    Some((weight, passage(comment, quote, context)))
}

/// 0 for a sentence that says nothing of why. Documentation explains to users what a thing does, in which "so that" and the like are
/// often part of that.
fn weight(kind: CommentKind, sentence: &str, names: Names<'_>) -> u32 {
    let is_marked = MARKS.iter().any(|mark| {
        let rest = sentence.strip_prefix(mark).or_else(|| sentence.strip_prefix(title(mark).as_str()));
        rest.is_some_and(|rest| rest.starts_with([':', '(']))
    });
    let said = strength(sentence);
    match kind {
        _ if is_marked => said + 3,
        CommentKind::Code if is_causal(sentence) => said + 1,
        CommentKind::Documentation if is_causal_in_documentation(sentence) && said > THRESHOLD => {
            said - 1 + u32::from(names_one(sentence, names))
        }
        _ => 0,
    }
}

/// `NOTE` as `Note`.
fn title(mark: &str) -> String {
    let (first, rest) = mark.split_at(1);
    format!("{first}{}", rest.to_lowercase())
}

fn passage(comment: &Comment, quote: String, context: String) -> Passage {
    let Comment { path, line, commit, .. } = comment;
    let source = Source::Text { path: path.clone(), line: *line, commit: commit.clone() };
    Passage { source, role: Role::Present, quote, context, subject: String::new(), names: Vec::new() }
}
