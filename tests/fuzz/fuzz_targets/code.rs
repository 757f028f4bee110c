//! Scopes, bindings and expressions of any text. Never does: look a name up.

#![no_main]

mod text;

use backstory_syntax::{NOWHERE, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((language, _, text)) = text::of(bytes) else { return };
    let parsed = parse(&text, language);
    let code = parsed.code(&text, &parsed.facts(&text).spans);
    for id in code.ids() {
        if let (Some(word), Some(start)) = (code.word(id), code.start(id)) {
            assert!(text[start as usize..].starts_with(code.name(word)));
            assert_eq!(code.find_name(code.name(word)), Some(word));
        }
    }
    for id in code.binding_ids() {
        let binding = code.binding(id);
        assert!(code.bound(binding.scope, binding.name).contains(&id));
        let span = binding.span;
        assert!(span.start == NOWHERE || text.get(span.start as usize..span.end as usize).is_some());
    }
    for (scope, at) in code.scopes.iter().zip(0..) {
        assert!(scope.parent.is_none_or(|parent| parent.0 < at));
    }
});
