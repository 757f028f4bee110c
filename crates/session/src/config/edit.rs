//! Changes to a repository's own settings file, as one edit of its text that a person sees and can take back. All else in the file stays as
//! it is, byte for byte. Never does: write the file.
//!
//! TOML can say the same in several ways, so an edit is tried in each place where it may belong, and taken only where the text then reads
//! as exactly the settings from before with this one changed.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::{PROJECT_FILE, file};

/// What is to be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProjectChange {
    /// One more entry of `hints.ignore`.
    Ignore(String),
    /// `hints.enable = false`.
    HintsOff,
}

/// An edit of a settings file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEdit {
    pub path: PathBuf,
    /// Whether there is no such file yet.
    pub is_new: bool,
    /// The whole text that the offsets are of, without a mark of its encoding.
    pub before: String,
    /// Byte offsets of what is replaced.
    pub start: usize,
    pub end: usize,
    pub text: String,
}

const SECTION: &str = "hints";

/// The edit that changes the settings of the repository at a root.
///
/// # Errors
/// A sentence that says why it can't be changed: the file is broken or not to be trusted, or says it already.
pub fn set_in_project(root: &Path, change: &ProjectChange) -> Result<FileEdit, String> {
    let path = root.join(PROJECT_FILE);
    let refused = |reason: String| format!("{} {reason}", path.display());
    let text = file::project_text(&path, root).map_err(refused)?;
    let (is_new, before) = (text.is_none(), text.unwrap_or_default());
    let (start, end, text) = edited(&before, change).map_err(refused)?;
    Ok(FileEdit { is_new, before, start, end, text, path: path.clone() })
}

/// What of the text is replaced by what.
type Replacement = (usize, usize, String);

fn edited(text: &str, change: &ProjectChange) -> Result<Replacement, String> {
    let table = file::parsed(text)?;
    let wanted = changed(&table, change)?;
    let is_it = |(start, end, new): &Replacement| {
        let edited = format!("{}{new}{}", &text[..*start], &text[*end..]);
        edited.len() as u64 <= file::SIZE_LIMIT && file::parsed(&edited).is_ok_and(|read| read == wanted)
    };
    candidates(text, &table, change).into_iter().find(is_it).ok_or_else(|| {
        format!("is written in a way that can't be changed safely: set `{}` there by hand", setting(change))
    })
}

fn setting(change: &ProjectChange) -> String {
    let (name, value) = assignment(change);
    format!("{SECTION}.{name} = {value}")
}

fn assignment(change: &ProjectChange) -> (&'static str, String) {
    match change {
        ProjectChange::Ignore(entry) => ("ignore", format!("[{}]", quoted(entry))),
        ProjectChange::HintsOff => ("enable", "false".to_owned()),
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// The settings as they are to be.
fn changed(table: &Table, change: &ProjectChange) -> Result<Table, String> {
    let mut wanted = table.clone();
    let section = wanted.entry(SECTION).or_insert_with(|| Value::Table(Table::new()));
    let Value::Table(hints) = section else { return Err(format!("has a `{SECTION}` that is no table")) };
    match change {
        ProjectChange::Ignore(entry) => {
            let list = hints.entry("ignore").or_insert_with(|| Value::Array(Vec::new()));
            let Value::Array(list) = list else {
                return Err(format!("has a `{SECTION}.ignore` that is no list"));
            };
            list.push(Value::from(entry.as_str()));
        }
        ProjectChange::HintsOff => {
            hints.insert("enable".to_owned(), Value::Boolean(false));
        }
    }
    if wanted == *table { Err("says so already".to_owned()) } else { Ok(wanted) }
}

/// All edits that may be right, the likeliest first.
fn candidates(text: &str, table: &Table, change: &ProjectChange) -> Vec<Replacement> {
    let (name, value) = assignment(change);
    let hints = table.get(SECTION).and_then(Value::as_table);
    let Some(hints) = hints else {
        let gap = match text {
            "" => "",
            text if text.ends_with('\n') => "\n",
            _ => "\n\n",
        };
        return vec![(text.len(), text.len(), format!("{gap}[{SECTION}]\n{name} = {value}\n"))];
    };
    match (change, hints.contains_key(name)) {
        (ProjectChange::Ignore(entry), true) => list_ends(text, &quoted(entry)),
        (ProjectChange::HintsOff, true) => {
            text.match_indices("true").map(|(at, word)| (at, at + word.len(), "false".to_owned())).collect()
        }
        (_, false) => in_section(text, &format!("{name} = {value}")),
    }
}

/// One more item before each closing bracket.
fn list_ends(text: &str, item: &str) -> Vec<Replacement> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(']') {
        let before = text[..at].trim_end();
        let (end, gap) = (before.len(), &text[before.len()..at]);
        let line = &before[before.rfind('\n').map_or(0, |newline| newline + 1)..];
        let indent = &line[..line.len() - line.trim_start().len()];
        let has_comma = before.ends_with(',');
        let nice = match (gap.contains('\n'), has_comma, before.ends_with('[')) {
            // Nothing may get into a comment.
            (true, false, false) if line.contains('#') => format!("\n{indent}{item},"),
            (true, true, _) => format!("\n{indent}{item},"),
            (true, false, false) => format!(",\n{indent}{item}"),
            (true, false, true) | (false, false, true) => item.to_owned(),
            (false, true, _) => format!(" {item}"),
            (false, false, false) => format!(", {item}"),
        };
        found.push((end, end, nice));
        // Where a comment stands behind the last item.
        found.extend([(at, at, item.to_owned()), (at, at, format!(", {item}"))]);
    }
    found
}

/// A setting in a section that is there: below its header, in its braces, or written with dots.
fn in_section(text: &str, setting: &str) -> Vec<Replacement> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.trim_end().len();
        if line.trim_start().starts_with('[') && line.contains(SECTION) {
            found.push((end, end, format!("\n{setting}")));
        }
        start += line.len();
    }
    for (at, _) in text.match_indices('}') {
        let end = text[..at].trim_end().len();
        found.extend([(end, end, format!(", {setting}")), (end, end, format!(" {setting}"))]);
    }
    found.push((0, 0, format!("{SECTION}.{setting}\n")));
    found
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::{ProjectChange, edited};

    /// Both changes, one after the other.
    fn check(text: &str, expected: &Expect) {
        let mut text = text.to_owned();
        let mut told = String::new();
        for change in [ProjectChange::Ignore("rust:a::x -> rust:a::y".to_owned()), ProjectChange::HintsOff] {
            match edited(&text, &change) {
                Ok((start, end, new)) => text.replace_range(start..end, &new),
                Err(reason) => told.push_str(&format!("({reason})\n")),
            }
        }
        expected.assert_eq(&(text + &told));
    }

    #[test]
    fn a_new_file_and_one_without_the_section() {
        check(
            "",
            &expect![[r#"
            [hints]
            enable = false
            ignore = ["rust:a::x -> rust:a::y"]
        "#]],
        );
        check(
            "# Ours.\nmode = \"standalone\" # alone\n\n[lens]\nenable = false",
            &expect![[r#"
            # Ours.
            mode = "standalone" # alone

            [lens]
            enable = false

            [hints]
            enable = false
            ignore = ["rust:a::x -> rust:a::y"]
        "#]],
        );
    }

    #[test]
    fn lists_of_every_form() {
        check(
            "[hints]\nenable = true # [\"]\"]\nignore = [\"a\"] # why\n",
            &expect![[r#"
            [hints]
            enable = false # ["]"]
            ignore = ["a", "rust:a::x -> rust:a::y"] # why
        "#]],
        );
        check(
            "[ hints ]\nignore = [\n    \"a\", # one\n    \"b\",\n]\n[lens]\nshow = []\n",
            &expect![[r#"
            [ hints ]
            enable = false
            ignore = [
                "a", # one
                "b",
                "rust:a::x -> rust:a::y",
            ]
            [lens]
            show = []
        "#]],
        );
        check(
            "hints.ignore = [\n  \"a\", # last\n]\n",
            &expect![[r#"
                hints.enable = false
                hints.ignore = [
                  "a", # last
                  "rust:a::x -> rust:a::y",
                ]
            "#]],
        );
        check(
            "hints = { enable = true }\nhover = { enable = true }\n",
            &expect![[r#"
            hints = { enable = false, ignore = ["rust:a::x -> rust:a::y"] }
            hover = { enable = true }
        "#]],
        );
        check(
            "hints = {}\n",
            &expect![[r#"
            hints = { ignore = ["rust:a::x -> rust:a::y"], enable = false}
        "#]],
        );
    }

    #[test]
    fn what_cannot_be_changed() {
        check(
            "hints = 3\n",
            &expect![[r#"
            hints = 3
            (has a `hints` that is no table)
            (has a `hints` that is no table)
        "#]],
        );
        check(
            "[hints]\nignore = \"all\"\nenable = false\n",
            &expect![[r#"
            [hints]
            ignore = "all"
            enable = false
            (has a `hints.ignore` that is no list)
            (says so already)
        "#]],
        );
        check(
            "[hints\n",
            &expect![[r#"
            [hints
            (is no TOML in line 1 (unclosed table, expected `]`))
            (is no TOML in line 1 (unclosed table, expected `]`))
        "#]],
        );
    }
}
