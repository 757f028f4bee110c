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

    /// Whether the string around a byte offset is what a call is given right after something that is no string: `getattr(x, "name")` (Python).
    pub fn is_beside_object(&self, at: u32) -> bool {
        let root = self.tree.root_node();
        let inner = root.descendant_for_byte_range(at as usize, at as usize + 1);
        let string = std::iter::successors(inner, Node::parent).find(|it| it.kind() == "string");
        let Some((string, arguments)) = string.and_then(|string| Some((string, string.parent()?))) else {
            return false;
        };
        let is_object =
            |it: &Node| !matches!(it.kind(), "string" | "concatenated_string" | "keyword_argument");
        let mut cursor = arguments.walk();
        let mut given = arguments.named_children(&mut cursor).filter(|it| !it.is_extra());
        arguments.kind() == "argument_list"
            && given.next().is_some_and(|first| is_object(&first))
            && given.next() == Some(string)
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

    #[test]
    fn strings_beside_objects() {
        let is_beside = |text: &str| {
            parse(text, Language::Python).is_beside_object(text.find("name").unwrap_or_default() as u32)
        };
        assert!(is_beside("getattr(x, 'name')"));
        assert!(is_beside("Proxy(a.b(), \"name\", default=1)"));
        assert!(!is_beside("get('x', 'name')"));
        assert!(!is_beside("get(x, 1, 'name')"));
        assert!(!is_beside("get('name', x)"));
        assert!(!is_beside("get(x, key='name')"));
        assert!(!is_beside("(x, 'name')"));
        assert!(!is_beside("name"));
    }
}
