//! A text under edit against the same text read anew. Never does: names.

#![no_main]

mod text;

use backstory_syntax::parse;
use libfuzzer_sys::fuzz_target;

/// Bytes that say what one edit is: where, how much goes, how much of the rest comes.
const EDIT: usize = 4;

fuzz_target!(|bytes: &[u8]| {
    let Some((edits, rest)) = bytes.split_at_checked(6 * EDIT) else { return };
    let Some((language, _, mut text)) = text::of(rest) else { return };
    let mut parsed = parse(&text, language).kept();
    for edit in edits.chunks(EDIT) {
        parsed.facts(&text);
        let new = edited(&text, edit);
        let moved = parsed.moved(&text, &new);
        moved.facts(&new);
        parsed = parsed.reparse(&text, &new);
        let facts = parsed.facts(&new);
        parsed.code(&new, &facts.spans);
        if !parsed.has_error() {
            assert_eq!(facts, parse(&new, language).facts(&new));
        }
        text = new;
    }
});

fn edited(text: &str, edit: &[u8]) -> String {
    let place = |byte: u8| text.floor_char_boundary(usize::from(byte) * (text.len() + 1) / 255);
    let start = place(edit[0]);
    let end = text.ceil_char_boundary((start + usize::from(edit[1] % 32)).min(text.len()));
    let from = place(edit[2]);
    let come = &text[from..text.ceil_char_boundary((from + usize::from(edit[3] % 32)).min(text.len()))];
    [&text[..start], come, &text[end..]].concat()
}
