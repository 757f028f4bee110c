//! Calls as they are written. Never does: know what is called.

use tree_sitter::Node;

use crate::collect::span;
use crate::{Parsed, Span};

/// Functions of Python that take an object and the name of a member.
const OF_MEMBERS: [&str; 4] = ["delattr", "getattr", "hasattr", "setattr"];

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

    /// Where the code in a span looks for members of `self` or `cls` by names that it makes up, with what those begin with (Python).
    pub fn own_lookups(&self, text: &str, within: Span) -> Vec<(u32, String)> {
        let mut found = Vec::new();
        let root = self.tree.root_node();
        let mut next = root.descendant_for_byte_range(within.start as usize, within.end as usize);
        let mut left = Vec::new();
        while let Some(node) = next {
            found.extend(own_lookup(node, text));
            left.extend(node.named_children(&mut node.walk()));
            next = left.pop();
        }
        found.sort_unstable();
        found
    }
}

fn own_lookup(node: Node, text: &str) -> Option<(u32, String)> {
    let of = |node: Node| span(node).of(text);
    let function = node.child_by_field_name("function").filter(|_| node.kind() == "call")?;
    let arguments = node.child_by_field_name("arguments").filter(|_| OF_MEMBERS.contains(&of(function)))?;
    let mut cursor = arguments.walk();
    let mut given = arguments.named_children(&mut cursor).filter(|it| !it.is_extra());
    given.next().filter(|&object| matches!(of(object), "self" | "cls"))?;
    let name = given.next()?;
    let is_fixed = name.kind() == "string" && !has_kind(name, "interpolation");
    (!is_fixed).then(|| (span(node).start, beginning(name, text)))
}

fn has_kind(node: Node, kind: &str) -> bool {
    node.named_children(&mut node.walk()).any(|child| child.kind() == kind)
}

/// What a text begins with that code puts together; nothing where that isn't written.
fn beginning(node: Node, text: &str) -> String {
    match node.kind() {
        "string" => {
            let parts: Vec<Node> = node.named_children(&mut node.walk()).collect();
            let written = parts.into_iter().take_while(|part| part.kind() != "interpolation");
            let written = written.filter(|part| part.kind() == "string_content");
            let written: String = written.map(|part| span(part).of(text)).collect();
            written.split('%').next().unwrap_or_default().to_owned()
        }
        "binary_operator" => {
            node.child_by_field_name("left").map_or_else(String::new, |left| beginning(left, text))
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::{Language, Span, parse};

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
    fn lookups_of_own_members() {
        let text = "\
getattr(self, name)
setattr(cls, f'on_{name}_x', 1)
getattr(self, 'visit_' + name, None)
getattr(self, 'do_%s' % name)
getattr(self, 'fixed')
getattr(other, name)
self.getattr(self, name)
";
        let whole = Span { start: 0, end: text.len() as u32 };
        let found = parse(text, Language::Python).own_lookups(text, whole);
        let beginnings: Vec<&str> = found.iter().map(|(_, beginning)| beginning.as_str()).collect();
        assert_eq!(beginnings, ["", "on_", "visit_", "do_"]);
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
