//! Calls as they are written. Never does: know what is called.

use tree_sitter::Node;

use crate::Parsed;
use crate::collect::span;

impl Parsed {
    /// Whether the call whose function ends with the word at a byte offset passes a mapping (`f(**options)`, Python).
    pub fn gives_mapping(&self, at: u32) -> bool {
        let root = self.tree.root_node();
        let Some(word) = root.descendant_for_byte_range(at as usize, at as usize + 1) else { return false };
        let mut around = std::iter::successors(Some(word), Node::parent);
        let call = around.find_map(|it| it.parent().filter(|parent| parent.kind() == "call"));
        let Some((function, arguments)) = call
            .and_then(|call| call.child_by_field_name("function").zip(call.child_by_field_name("arguments")))
        else {
            return false;
        };
        let is_mapping = |child: Node| child.kind() == "dictionary_splat";
        span(function).end == span(word).end
            && arguments.named_children(&mut arguments.walk()).any(is_mapping)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Language, parse};

    #[test]
    fn mappings_that_calls_pass() {
        let gives = |text: &str| {
            parse(text, Language::Python).gives_mapping(text.find("name").unwrap_or_default() as u32)
        };
        assert!(gives("name(1, **options)"));
        assert!(gives("a.b(c).name(**{'x': 1})"));
        assert!(!gives("name(*args, x=f(**options))"));
        assert!(!gives("f(name, **options)"));
        assert!(!gives("name.f(**options)"));
        assert!(!gives("name"));
    }
}
