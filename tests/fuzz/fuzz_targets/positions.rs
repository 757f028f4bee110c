//! An editor's positions of any text, there and back. The mapping is private to its crate, so its file is taken as it is. Never does:
//! anything that the mapping needs the rest of a session for.

#![no_main]

#[allow(dead_code, reason = "the session uses the rest")]
#[path = "../../../crates/session/src/live/positions.rs"]
mod positions;

use libfuzzer_sys::fuzz_target;
use positions::{Encoding, Lines, Position};

fuzz_target!(|bytes: &[u8]| {
    let Some((head, text)) = bytes.split_at_checked(4) else { return };
    let text = String::from_utf8_lossy(text);
    for encoding in [Encoding::Utf8, Encoding::Utf16] {
        let lines = Lines::new(&text, encoding);
        let mut last = Position { line: 0, column: 0 };
        for (offset, c) in text.char_indices() {
            let position = lines.position(offset as u32);
            assert!(position >= last, "positions follow offsets");
            last = position;
            // Between `\r` and `\n` no position exists.
            let inside_break = c == '\n' && text[..offset].ends_with('\r');
            assert_eq!(lines.offset(position) as usize, offset - usize::from(inside_break));
        }
        let any = Position { line: u32::from(head[0]), column: u32::from(head[1]) * u32::from(head[2]) };
        assert!(text.is_char_boundary(lines.offset(any) as usize));
        lines.position(u32::from(head[3]) * 16);
    }
});
