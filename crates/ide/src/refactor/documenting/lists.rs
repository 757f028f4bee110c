//! The list of parameters in documentation, in the styles that people have: Google, NumPy, Sphinx, and what is usual in Rust. The forms are those of
//! the Google Python style guide (3.8.3), of numpydoc, of Sphinx's field lists, and of a list under `# Arguments`. Never does: change one.

use std::ops::Range;

use backstory_syntax::Language;

use super::lines::Line;
use super::parameters::Parameter;

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// `name (type): text`, further in than `Args:`.
    Google { typed: bool },
    /// `name : type` and the text further in, below `Parameters` and a rule.
    NumPy,
    /// `:param name: text`, with `:type name: ..` where such lines are there.
    Sphinx { typed: bool },
    /// A list below `# Arguments`.
    Rust,
}

/// A parameter that is documented.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub name: String,
    /// Where the name stands, by byte offsets in its line.
    pub at: Range<usize>,
    /// Its lines, blank ones behind them left out.
    pub lines: Range<usize>,
    /// It has a line to itself, and no other name in it.
    pub is_alone: bool,
}

#[derive(Debug)]
pub(super) struct List {
    pub style: Style,
    /// The line of its title; that of its first entry where it has none.
    pub head: usize,
    pub entries: Vec<Entry>,
    /// How an entry begins: white space, and in Rust the mark of a list and what is between a name and its text.
    pub lead: String,
    pub between: String,
}

/// The list of parameters that documentation has.
pub(super) fn list(lines: &[Line<'_>], language: Language) -> Option<List> {
    let found = match language {
        Language::Python => google(lines).or_else(|| numpy(lines)).or_else(|| sphinx(lines)),
        Language::Rust => arguments(lines),
    };
    found.filter(|list| !list.entries.is_empty())
}

/// The line before which a description ends: that of the first section, field, directive or example.
pub(super) fn description_end(lines: &[Line<'_>], language: Language) -> usize {
    let begins = |at: usize| {
        let line = lines[at].text;
        let next = lines.get(at + 1);
        match language {
            Language::Rust => line.starts_with("# ") || line.starts_with("```"),
            Language::Python => {
                let is_title = line.ends_with(':')
                    && line.starts_with(|it: char| it.is_uppercase())
                    && line.trim_end_matches(':').chars().all(|it| it.is_alphabetic() || it == ' ')
                    && next.is_some_and(|next| next.depth() > 0 && !next.is_blank());
                let is_field = line.starts_with(':') && line[1..].contains(':');
                is_title
                    || is_field
                    || line.starts_with("..")
                    || line.starts_with(">>>")
                    || is_ruled(lines, at)
            }
        }
    };
    (0..lines.len()).find(|&at| begins(at)).unwrap_or(lines.len())
}

/// Whether a line is a title with a rule below.
fn is_ruled(lines: &[Line<'_>], at: usize) -> bool {
    let rule = lines.get(at + 1).map_or("", |line| line.text.trim_end());
    !lines[at].is_blank() && rule.len() >= 3 && rule.bytes().all(|byte| byte == b'-')
}

fn word(text: &str) -> usize {
    text.find(|it: char| !(it.is_alphanumeric() || it == '_')).unwrap_or(text.len())
}

/// The name at the start of a text, behind stars that may be escaped, and where it stands.
fn named(text: &str, from: usize) -> Option<(String, Range<usize>)> {
    let start = from + (text[from..].len() - text[from..].trim_start_matches(['*', '\\']).len());
    let end = start + word(&text[start..]);
    (end > start).then(|| (text[start..end].to_owned(), start..end))
}

/// The end of a block whose first line is given: the first line behind it that is not further in, blank lines at its end left out.
fn block_end(lines: &[Line<'_>], first: usize, depth: usize) -> usize {
    let mut end = first + 1;
    for (at, line) in lines.iter().enumerate().skip(first + 1) {
        if !line.is_blank() {
            if line.depth() <= depth {
                break;
            }
            end = at + 1;
        }
    }
    end
}

fn google(lines: &[Line<'_>]) -> Option<List> {
    let is_title = |line: &Line<'_>| matches!(line.text.trim_end(), "Args:" | "Arguments:" | "Parameters:");
    let head = lines.iter().position(is_title)?;
    let first = (head + 1..lines.len()).find(|&at| !lines[at].is_blank())?;
    let depth = lines[first].depth();
    let (mut entries, mut typed, mut at) = (Vec::new(), false, first);
    while at < lines.len() && depth > 0 {
        let line = lines[at].text;
        if lines[at].is_blank() {
            at += 1;
            continue;
        }
        if lines[at].depth() < depth {
            break;
        }
        let (name, place) = named(line, lines[at].depth())?;
        let rest = line[place.end..].trim_start();
        let end = block_end(lines, at, depth);
        // What is written in another way can't be told apart.
        if !rest.starts_with([':', '(', ',']) {
            return None;
        }
        typed |= rest.starts_with('(');
        entries.push(Entry { name, at: place, lines: at..end, is_alone: !rest.starts_with(',') });
        at = end;
    }
    Some(List {
        style: Style::Google { typed },
        head,
        entries,
        lead: " ".repeat(depth),
        between: String::new(),
    })
}

fn numpy(lines: &[Line<'_>]) -> Option<List> {
    let head =
        (0..lines.len()).find(|&at| lines[at].text.trim_end() == "Parameters" && is_ruled(lines, at))?;
    let (mut entries, mut at) = (Vec::new(), head + 2);
    while at < lines.len() && !is_ruled(lines, at) {
        if lines[at].is_blank() {
            at += 1;
            continue;
        }
        let (name, place) = named(lines[at].text, 0)?;
        let rest = lines[at].text[place.end..].trim();
        if !(rest.is_empty() || rest.starts_with([':', ','])) {
            return None;
        }
        let end = block_end(lines, at, 0);
        entries.push(Entry { name, at: place, lines: at..end, is_alone: !rest.starts_with(',') });
        at = end;
    }
    Some(List { style: Style::NumPy, head, entries, lead: String::new(), between: String::new() })
}

fn sphinx(lines: &[Line<'_>]) -> Option<List> {
    let field = |at: usize| -> Option<(&str, &str, usize)> {
        let rest = lines[at].text.strip_prefix(':')?;
        let (inside, _) = rest.split_once(':')?;
        let (kind, name) = inside.split_once(' ')?;
        let name = name.rsplit(' ').next()?.trim_start_matches(['*', '\\']);
        Some((kind, name, inside.len() + 1 - name.len()))
    };
    let (mut entries, mut typed): (Vec<Entry>, bool) = (Vec::new(), false);
    for at in 0..lines.len() {
        let Some((kind, name, start)) = field(at) else { continue };
        let end = block_end(lines, at, 0);
        match kind {
            "param" | "parameter" | "arg" | "argument" => entries.push(Entry {
                name: name.to_owned(),
                at: start..start + name.len(),
                lines: at..end,
                is_alone: true,
            }),
            "type" => {
                typed = true;
                let of = entries.last_mut().filter(|entry| entry.name == name && entry.lines.end == at)?;
                of.lines.end = end;
            }
            _ => {}
        }
    }
    let head = entries.first()?.lines.start;
    Some(List { style: Style::Sphinx { typed }, head, entries, lead: String::new(), between: String::new() })
}

fn arguments(lines: &[Line<'_>]) -> Option<List> {
    let is_title = |line: &Line<'_>| {
        let title = line.text.trim_start_matches('#');
        title.len() < line.text.len() && matches!(title.trim(), "Arguments" | "Parameters" | "Args")
    };
    let head = lines.iter().position(is_title)?;
    let (mut entries, mut at, mut form) = (Vec::new(), head + 1, None);
    while at < lines.len() && !lines[at].text.starts_with('#') && !lines[at].text.starts_with("```") {
        let line = lines[at].text;
        let item = line.trim_start().strip_prefix(['*', '-']).map(str::trim_start);
        let Some(name) = item.and_then(|it| it.strip_prefix('`')).and_then(|it| it.split_once('`')) else {
            if line.trim().is_empty() {
                at += 1;
                continue;
            }
            // Prose below the list ends it.
            break;
        };
        let start = line.len() - name.1.len() - 1 - name.0.len();
        let text = name.1.trim_start_matches([' ', ':', '-', '\u{2013}', '\u{2014}']);
        let between = name.1[..name.1.len() - text.len()].to_owned();
        form.get_or_insert_with(|| (line[..start - 1].to_owned(), between));
        let end = block_end(lines, at, lines[at].depth());
        entries.push(Entry {
            name: name.0.to_owned(),
            at: start..start + name.0.len(),
            lines: at..end,
            is_alone: true,
        });
        at = end;
    }
    let (lead, between) = form?;
    Some(List { style: Style::Rust, head, entries, lead, between })
}

impl List {
    /// The lines of a new entry. What nothing tells is left to be said.
    pub(super) fn entry(&self, parameter: &Parameter) -> Vec<String> {
        let Parameter { name, annotation, default, .. } = parameter;
        let text = default.as_ref().map_or(String::new(), |default| format!("Defaults to {default}."));
        let kind = annotation.as_deref();
        let line = |text: String| vec![text.trim_end().to_owned()];
        match self.style {
            Style::Google { typed } => {
                let kind = kind.filter(|_| typed).map_or(String::new(), |kind| format!(" ({kind})"));
                line(format!("{}{name}{kind}: {text}", self.lead))
            }
            Style::NumPy => {
                let kind = kind.map_or(String::new(), |kind| format!(" : {kind}"));
                let text = (!text.is_empty()).then(|| format!("    {text}"));
                std::iter::once(format!("{name}{kind}")).chain(text).collect()
            }
            Style::Sphinx { typed } => {
                let kind = kind.filter(|_| typed).map(|kind| format!(":type {name}: {kind}"));
                std::iter::once(format!(":param {name}: {text}").trim_end().to_owned()).chain(kind).collect()
            }
            Style::Rust => line(format!("{}`{name}`{}", self.lead, self.between.trim_end())),
        }
    }
}
