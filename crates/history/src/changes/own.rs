//! A container without its members: what it says itself. Never does: compare.

use backstory_syntax::{DefinitionSpans, Span, parse};

use super::pairing::{is_container, units};
use super::sides::Text;
use crate::fragment::{fingerprint, optional_tokens};
use crate::version::Version;

/// The text of a symbol without that of the symbols that stand in it.
pub(super) fn text(text: &Text, symbol: usize) -> String {
    let full = text.table.symbols[symbol].spans.full;
    let own =
        is_container(text.table.symbols[symbol].key.kind).then(|| without_members(text, symbol)).flatten();
    own.map_or_else(|| full.of(&text.file.text).to_owned(), |own| own.text)
}

/// A container with the symbols that stand in it cut out; `None` where none do.
pub(super) fn without_members(text: &Text, symbol: usize) -> Option<Version> {
    let table = &text.table;
    let members = units(table).filter(|&unit| table.symbols[unit].parent == Some(symbol as u32));
    let mut cuts: Vec<Span> = members.map(|unit| table.symbols[unit].spans.full).collect();
    if cuts.is_empty() {
        return None;
    }
    cuts.sort_by_key(|cut| cut.start);
    let mut version = text.version(symbol);
    let full = table.symbols[symbol].spans.full;
    let (mut own, mut at) = (String::new(), full.start);
    for cut in &cuts {
        if cut.start > at {
            own.push_str(Span { start: at, end: cut.start }.of(&text.file.text));
        }
        at = at.max(cut.end);
    }
    own.push_str(Span { start: at.min(full.end), end: full.end }.of(&text.file.text));
    // Where an offset of the whole stands in what is left.
    let left = |offset: u32| {
        let before = cuts.iter().map(|cut| cut.end.min(offset).saturating_sub(cut.start.min(offset)));
        (offset - before.sum::<u32>() - full.start).min(own.len() as u32)
    };
    let moved = |span: Span| Span { start: left(span.start), end: left(span.end) };
    let DefinitionSpans { full, item, name, body, docs } = table.symbols[symbol].spans;
    version.spans = DefinitionSpans {
        full: moved(full),
        item: moved(item),
        name: moved(name),
        body: body.map(moved),
        docs: docs.map(moved),
    };
    let tokens = parse(&own, text.language).tokens(&own, version.spans.full);
    let optional = optional_tokens(&own, &tokens, text.language);
    let kind = version.key.kind;
    version.fingerprint = fingerprint(&own, text.language, kind, &version.spans, &tokens, &optional);
    version.text = own;
    Some(version)
}
