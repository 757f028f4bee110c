//! Documents that an editor has open: their text is the truth, whatever the disk says. Never does: parse.

use std::sync::Arc;

use super::positions::{Encoding, Lines, Range};

/// One change of a text as the editor tells it.
#[derive(Clone, Debug)]
pub struct Edit {
    /// What is replaced; `None` for everything.
    pub range: Option<Range>,
    pub text: String,
}

/// An open document.
#[derive(Debug)]
pub(super) struct Document {
    /// The editor's count of its changes.
    pub version: i32,
    pub text: Arc<str>,
    /// Whether the file is known apart from being open, so that closing it gives it back to the disk.
    pub on_disk: bool,
}

/// The text after edits that follow each other: positions of each are in the text that the one before it made.
pub(super) fn edited(text: &str, edits: &[Edit], encoding: Encoding) -> Arc<str> {
    // What stands before the last replacement of everything is gone.
    let first = edits.iter().rposition(|edit| edit.range.is_none());
    let (mut text, rest) = match first {
        Some(at) => (edits[at].text.clone(), &edits[at + 1..]),
        None => (text.to_owned(), edits),
    };
    for edit in rest {
        let Some(range) = edit.range else { continue };
        let lines = Lines::new(&text, encoding);
        let (start, end) = (lines.offset(range.start) as usize, lines.offset(range.end) as usize);
        text.replace_range(start.min(end)..start.max(end), &edit.text);
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::super::positions::{Encoding, Position, Range};
    use super::{Edit, edited};

    fn edit(start: (u32, u32), end: (u32, u32), text: &str) -> Edit {
        let position = |(line, column)| Position { line, column };
        let range = Some(Range { start: position(start), end: position(end) });
        Edit { range, text: text.to_owned() }
    }

    fn check(before: &str, edits: &[Edit], after: &str) {
        assert_eq!(&*edited(before, edits, Encoding::Utf16), after);
    }

    #[test]
    fn edits_follow_each_other() {
        check("ab\ncd\n", &[edit((0, 1), (1, 1), "X"), edit((0, 2), (0, 3), "Y")], "aXY\n");
        check("🦀🦀", &[edit((0, 2), (0, 4), "é")], "🦀é");
        check("a\r\nb", &[edit((0, 1), (1, 0), "")], "ab");
    }

    #[test]
    fn a_replacement_of_everything_forgets_what_was_before() {
        let all = Edit { range: None, text: "new".to_owned() };
        check("old", &[edit((0, 0), (0, 1), "zz"), all, edit((0, 3), (0, 3), "er")], "newer");
    }

    #[test]
    fn ranges_outside_or_the_wrong_way_round_lose_nothing_else() {
        check("abc", &[edit((0, 2), (0, 1), "X")], "aXc");
        check("abc", &[edit((7, 0), (9, 9), "X")], "abcX");
    }
}
