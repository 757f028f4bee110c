//! Facts, tokens, folds and selections of any text. Never does: scopes and names.

#![no_main]

mod text;

use backstory_syntax::{Span, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((language, places, text)) = text::of(bytes) else { return };
    let is_inside = |span: Span| text.get(span.start as usize..span.end as usize).is_some();
    let parsed = parse(&text, language);
    let facts = parsed.facts(&text);
    let enclosing = facts.spans.enclosing();
    for spans in &facts.spans.definitions {
        assert!(is_inside(spans.full) && spans.full.contains(spans.item) && spans.full.contains(spans.name));
    }
    for at in places {
        let at = at as u32;
        assert_eq!(enclosing.at(at), facts.spans.definition_at(at));
        assert!(parsed.around(at).windows(2).all(|pair| pair[1].contains(pair[0])));
    }
    assert!(parsed.folds(&text).iter().all(|fold| is_inside(fold.span)));
    let (start, end) = (places[0].min(places[1]) as u32, places[0].max(places[1]) as u32);
    assert!(parsed.tokens(&text, Span { start, end }).iter().all(|token| is_inside(token.span)));
    assert_eq!(parsed.first_error_line().is_some(), parsed.has_error());
});
