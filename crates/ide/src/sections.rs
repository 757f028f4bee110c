//! Documents as sections for search: each stretch of text below a heading, with the headings that it stands under and its line. Never does:
//! read files, or look at what a section says.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// Bytes above which a section is cut at an empty line: the more a text says, the less a vector says of it.
const LONG: usize = 1500;

/// Characters of which reStructuredText's underlines are made.
const ADORNMENTS: &str = "=-`:.'\"~^_*+#<>";

/// One stretch of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The headings that it stands under, outermost first; none above the first one, and in plain text.
    pub headings: Vec<String>,
    /// 1-based line on which it starts, its heading included.
    pub line: u32,
    /// Without the heading, as written.
    pub text: String,
}

/// What a document is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markup {
    Markdown,
    ReStructuredText,
    /// Plain text, and what is close enough to it.
    Text,
}

impl Markup {
    /// What the ending of a path says, in any case; `None` for what is no document.
    pub fn of_path(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let (_, extension) = name.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "md" | "markdown" => Some(Self::Markdown),
            "rst" => Some(Self::ReStructuredText),
            "txt" | "adoc" => Some(Self::Text),
            _ => None,
        }
    }
}

/// The sections of a document, in order. Those without a word are left out, headings with nothing below them are not.
pub fn sections(text: &str, markup: Markup) -> Vec<Section> {
    let headings = match markup {
        Markup::Markdown => markdown_headings(text),
        Markup::ReStructuredText => underlined_headings(text),
        Markup::Text => Vec::new(),
    };
    let mut sections = Vec::new();
    let first = headings.first().map_or(text.len(), |heading| heading.start);
    add(&mut sections, text, &[], 0, 0, first);
    let mut above: Vec<&Heading> = Vec::new();
    for (at, heading) in headings.iter().enumerate() {
        above.retain(|outer| outer.level < heading.level);
        above.push(heading);
        let path: Vec<String> = above.iter().map(|heading| heading.title.clone()).collect();
        let end = headings.get(at + 1).map_or(text.len(), |next| next.start);
        add(&mut sections, text, &path, heading.start, heading.end, end);
    }
    sections
}

/// A heading, from where its line begins to where its text ends, in bytes.
struct Heading {
    level: usize,
    title: String,
    start: usize,
    end: usize,
}

/// Adds a stretch of text, in pieces where it is long. `start` is where its heading begins.
fn add(sections: &mut Vec<Section>, text: &str, headings: &[String], start: usize, from: usize, to: usize) {
    let mut begin = from;
    let mut line_of = start;
    while begin < to || (begin == from && !headings.is_empty()) {
        let end = cut(text, begin, to);
        let piece = text[begin..end].trim_end();
        let lead = piece.len() - piece.trim_start().len();
        if piece.trim().contains(char::is_alphanumeric) || (begin == from && !headings.is_empty()) {
            let at = if line_of == start && !headings.is_empty() { start } else { begin + lead };
            sections.push(Section {
                headings: headings.to_vec(),
                line: line(text, at),
                text: piece.trim().to_owned(),
            });
        }
        if end == begin {
            break;
        }
        (begin, line_of) = (end, end);
    }
}

/// Where a piece that begins at a byte ends: at the last empty line before it gets long, at the first one behind where there is none.
fn cut(text: &str, begin: usize, to: usize) -> usize {
    if to - begin <= LONG {
        return to;
    }
    let limit = text.floor_char_boundary(begin + LONG);
    let before = text[begin..limit].rfind("\n\n").filter(|&at| at > 0).map(|at| begin + at + 2);
    let after = || text[limit..to].find("\n\n").map(|at| limit + at + 2);
    before.or_else(after).unwrap_or(to)
}

fn line(text: &str, at: usize) -> u32 {
    let before = text[..at].bytes().filter(|&byte| byte == b'\n').count();
    u32::try_from(before + 1).unwrap_or(u32::MAX)
}

fn markdown_headings(text: &str) -> Vec<Heading> {
    let mut headings: Vec<Heading> = Vec::new();
    let mut is_inside = false;
    for (event, range) in Parser::new_ext(text, Options::empty()).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                is_inside = true;
                let level = level_of(level);
                headings.push(Heading { level, title: String::new(), start: range.start, end: range.end });
            }
            Event::End(TagEnd::Heading(_)) => is_inside = false,
            Event::Text(part) | Event::Code(part) if is_inside => {
                if let Some(heading) = headings.last_mut() {
                    heading.title.push_str(&part);
                }
            }
            _ => {}
        }
    }
    headings
}

fn level_of(level: HeadingLevel) -> usize {
    level as usize
}

/// A line of text with a line of one punctuation mark below it that is as long; the marks' order of appearance is their level.
fn underlined_headings(text: &str) -> Vec<Heading> {
    let mut headings = Vec::new();
    let mut marks: Vec<char> = Vec::new();
    let (mut start, mut title): (usize, &str) = (0, "");
    for (at, line) in lines(text) {
        let mark = adornment(line).filter(|_| line.chars().count() >= title.chars().count());
        let is_title =
            !title.is_empty() && !title.starts_with(char::is_whitespace) && adornment(title).is_none();
        if let Some(mark) = mark.filter(|_| is_title) {
            let level = marks.iter().position(|&known| known == mark).unwrap_or(marks.len());
            if level == marks.len() {
                marks.push(mark);
            }
            headings.push(Heading { level, title: title.to_owned(), start, end: at + line.len() });
            title = "";
        } else {
            (start, title) = (at, line);
        }
    }
    headings
}

/// The lines with the byte at which each begins, without white space at their ends.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.trim_end())
    })
}

/// The mark that a whole line repeats, at least three times.
fn adornment(line: &str) -> Option<char> {
    let mark = line.chars().next().filter(|mark| ADORNMENTS.contains(*mark))?;
    (line.len() >= 3 && line.chars().all(|other| other == mark)).then_some(mark)
}
