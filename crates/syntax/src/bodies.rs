//! What each definition's own body says: the text that describes what it does, for search. Never does: words, or ranking.

use crate::{DefinitionSpans, LocalId, Outline, Spans};

/// What each definition's body says, comments included, without its documentation and without what the definitions in it say;
/// of each at most so many bytes, and empty where there is no body. Index by index those of the outline.
pub fn bodies(outline: &Outline, spans: &Spans, text: &str, bytes: usize) -> Vec<String> {
    let spans = &spans.definitions;
    let mut bodies = vec![String::new(); spans.len()];
    // How far the body of each has been read; what is inside comes after what it is inside of.
    let mut read: Vec<u32> = spans.iter().map(start).collect();
    for id in outline.ids() {
        let Some(around) = outline.definition(id).parent.map(LocalId::index) else { continue };
        let inner = spans[id.index()].full;
        read_on(&mut bodies[around], text, read[around]..inner.start, bytes);
        read[around] = read[around].max(inner.end);
    }
    for ((body, spans), from) in bodies.iter_mut().zip(spans).zip(read) {
        read_on(body, text, from..spans.body.map_or(0, |body| body.end), bytes);
    }
    bodies
}

/// Where a body starts, behind the documentation in it; far behind everything where there is none.
fn start(spans: &DefinitionSpans) -> u32 {
    let Some(body) = spans.body else { return u32::MAX };
    spans.docs.filter(|docs| body.contains(*docs)).map_or(body.start, |docs| docs.end)
}

/// Adds a part of a text to a body, as far as there is room.
fn read_on(body: &mut String, text: &str, part: std::ops::Range<u32>, bytes: usize) {
    if part.start < part.end {
        let part = &text[part.start as usize..part.end as usize];
        body.push_str(&part[..part.floor_char_boundary(bytes.saturating_sub(body.len()))]);
        body.push(' ');
    }
}
