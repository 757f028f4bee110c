//! The function around a piece of Rust, and where another one can stand beside it. Never does: write one.

use tree_sitter::Node;

use super::chosen::{Chosen, is_plain, long_strings};
use super::module::{Module, children, names_of};
use super::names::{Walk, is_item};
use super::places::is_place;
use super::types::{Type, written};
use super::variable;
use super::{By, End, Kept, Obstacle, RustPiece};
use crate::Span;
use crate::collect::span;
use crate::flow::NotChosen;
use crate::whole_words;

/// A function with what stands around it.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Without its attributes and documentation.
    pub span: Span,
    pub body: Span,
    pub receiver: Option<Receiver>,
    pub container: Container,
    /// The function itself, or the implementation or trait that it stands in.
    pub outer: Span,
    /// Its generic parameters with their brackets, and their names.
    pub generics: Option<Span>,
    pub generic_names: Vec<String>,
    pub where_clause: Option<Span>,
    /// The generic names of what it stands in.
    pub outer_names: Vec<String>,
    /// What it declares to give, where it does.
    pub returns: Option<Span>,
    /// The same; nothing where that can't be written elsewhere.
    pub result: Option<Type>,
    pub is_const: bool,
    pub is_unsafe: bool,
    /// Whether an attribute on it, or on what it stands in, may mean that another function isn't there where it is.
    pub has_attributes: bool,
    /// The same for what it stands in alone.
    pub outer_has_attributes: bool,
    /// Whether functions, types or imports are declared in it.
    pub has_items: bool,
}

/// How a function takes `self`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receiver {
    Shared,
    Mutable,
    /// By value, with a lifetime, or in something.
    Other,
}

/// What a function stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    Module,
    /// An implementation of a type itself.
    Inherent,
    /// One of a trait, or the trait.
    Trait,
}

/// Attributes that mean nothing for a function beside.
const HARMLESS: [&str; 10] =
    ["allow", "deny", "doc", "expect", "inline", "must_use", "test", "warn", "cold", "derive"];

const DEEPEST: u32 = 300;

pub(super) fn piece(chosen: Chosen, text: &str) -> Result<RustPiece, NotChosen> {
    let (node, chosen_span) = match &chosen {
        Chosen::Statements { each, span, .. } => (each[0], *span),
        Chosen::Expression(node) => (*node, span(*node)),
    };
    let around = std::iter::successors(node.parent(), |it| it.parent());
    let mut obstacles = Vec::new();
    let mut function = None;
    if follows_attribute(node) {
        obstacles.push((chosen_span, Obstacle::Attribute));
    }
    for outer in around {
        if outer.kind() != "function_item" && follows_attribute(outer) {
            obstacles.push((chosen_span, Obstacle::Attribute));
        }
        match outer.kind() {
            "function_item" => {
                function = Some(outer);
                break;
            }
            "closure_expression" | "async_block" | "unsafe_block" | "const_block" | "gen_block"
            | "try_block" => {
                obstacles.push((span(outer), Obstacle::Within));
            }
            "const_item" | "static_item" | "enum_item" => return Err(NotChosen::NotEvaluated),
            _ => {}
        }
    }
    let function = function.ok_or(NotChosen::NotEvaluated)?;
    if function.has_error() || is_deep(function) {
        return Err(NotChosen::Broken);
    }
    let (container, outer) = container(function).ok_or(NotChosen::ClassBody)?;
    let implementation = (container != Container::Module).then_some(outer);
    let module = Module::around(function, implementation, text);
    let mut walk = Walk::new(&module, chosen_span);
    walk.function(function);
    walk.obstacles.extend(obstacles);
    let frame = frame(function, container, outer, text);
    Ok(assembled(chosen, chosen_span, frame, walk, function))
}

/// Whether more is inside of each other than anybody writes: everything here goes down a tree.
fn is_deep(function: Node) -> bool {
    let mut cursor = function.walk();
    let mut depth = 0;
    loop {
        if cursor.goto_first_child() {
            depth += 1;
            if depth > DEEPEST {
                return true;
            }
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return false;
            }
            depth -= 1;
        }
    }
}

fn follows_attribute(node: Node) -> bool {
    node.prev_named_sibling().is_some_and(|it| it.kind() == "attribute_item")
}

fn container(function: Node) -> Option<(Container, Node)> {
    let parent = function.parent()?;
    match parent.kind() {
        "source_file" => Some((Container::Module, function)),
        "declaration_list" => {
            let outer = parent.parent()?;
            let is_top = outer.parent().is_some_and(|it| match it.kind() {
                "source_file" => true,
                "declaration_list" => it.parent().is_some_and(|it| it.kind() == "mod_item"),
                _ => false,
            });
            match outer.kind() {
                "mod_item" => Some((Container::Module, function)),
                "impl_item" if is_top => match outer.child_by_field_name("trait") {
                    Some(_) => Some((Container::Trait, outer)),
                    None => Some((Container::Inherent, outer)),
                },
                "trait_item" if is_top => Some((Container::Trait, outer)),
                _ => None,
            }
        }
        _ => None,
    }
}

fn frame(function: Node, container: Container, outer: Node, text: &str) -> Frame {
    let field = |name: &str| function.child_by_field_name(name);
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let names = |node: Node| {
        node.child_by_field_name("type_parameters").map(|it| owned(names_of(it, text))).unwrap_or_default()
    };
    let modifiers = children(function).into_iter().find(|it| it.kind() == "function_modifiers");
    let modifiers = modifiers.map_or("", |it| span(it).of(text));
    let has = |word: &str| whole_words(modifiers, word).next().is_some();
    let is_member = container != Container::Module;
    let parameters = field("parameters").map(children).unwrap_or_default();
    let returns = field("return_type");
    let outer_has_attributes = is_member && has_attributes(outer, text);
    Frame {
        span: span(function),
        body: field("body").map_or(span(function), span),
        receiver: parameters.iter().find_map(|it| receiver(*it, text)),
        container,
        outer: span(outer),
        generics: field("type_parameters").map(span),
        generic_names: names(function),
        where_clause: children(function).into_iter().find(|it| it.kind() == "where_clause").map(span),
        outer_names: if is_member { names(outer) } else { Vec::new() },
        returns: returns.map(span),
        result: returns.map_or(Some(Type::unit()), |it| written(it, text)),
        is_const: has("const"),
        is_unsafe: has("unsafe") || has("extern"),
        has_attributes: has_attributes(function, text),
        outer_has_attributes,
        has_items: field("body").is_some_and(|it| has_items(it)),
    }
}

fn receiver(parameter: Node, text: &str) -> Option<Receiver> {
    let word = span(parameter).of(text).replace(char::is_whitespace, "");
    match (parameter.kind(), word.as_str()) {
        ("self_parameter", "&self") => Some(Receiver::Shared),
        ("self_parameter", "&mutself") => Some(Receiver::Mutable),
        ("self_parameter", _) => Some(Receiver::Other),
        ("parameter", _) => {
            let pattern = parameter.child_by_field_name("pattern")?;
            (pattern.kind() == "self").then_some(Receiver::Other)
        }
        _ => None,
    }
}

fn has_attributes(item: Node, text: &str) -> bool {
    let before = std::iter::successors(item.prev_named_sibling(), |it| it.prev_named_sibling());
    let attributes = before.take_while(|it| it.is_extra() || it.kind() == "attribute_item");
    attributes.filter(|it| it.kind() == "attribute_item").any(|it| {
        let inner = span(it).of(text).trim_start_matches(['#', '[', ' ']);
        let name = inner.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').next().unwrap_or("");
        !HARMLESS.contains(&name)
    })
}

fn has_items(node: Node) -> bool {
    children(node).into_iter().any(|it| is_item(it.kind()) || has_items(it))
}

fn assembled<'t>(
    chosen: Chosen<'t>,
    chosen_span: Span,
    frame: Frame,
    walk: Walk<'t, '_>,
    function: Node<'t>,
) -> RustPiece {
    let text = walk.text;
    let (node, end, value) = match &chosen {
        Chosen::Statements { block, each, .. } => {
            let (end, value) = end(*block, each, function, &walk);
            (*block, end, value)
        }
        Chosen::Expression(node) => (*node, End::Inside, walk.type_of(*node)),
    };
    let expression = match &chosen {
        Chosen::Expression(node) => Some(*node),
        Chosen::Statements { .. } => None,
    };
    let evaluated = match &chosen {
        Chosen::Expression(node) => Some(*node),
        Chosen::Statements { each, .. } => each.last().copied().filter(|_| end == End::Body),
    };
    let long = match &chosen {
        Chosen::Statements { each, block, .. } => {
            let extras =
                block.named_children(&mut block.walk()).filter(|it| it.is_extra()).collect::<Vec<_>>();
            each.iter().chain(&extras).flat_map(|it| long_strings(*it, text)).collect()
        }
        Chosen::Expression(node) => long_strings(*node, text),
    };
    let bound = match &chosen {
        Chosen::Statements { each, .. } => bound(each, &walk),
        Chosen::Expression(_) => Vec::new(),
    };
    RustPiece {
        span: chosen_span,
        is_expression: expression.is_some(),
        is_plain: match &chosen {
            Chosen::Expression(node) => is_plain(*node),
            Chosen::Statements { each, .. } => each.len() == 1 && is_plain(each[0]),
        },
        is_all: match &chosen {
            Chosen::Expression(_) => false,
            Chosen::Statements { block, each, .. } => {
                end == End::Body && children(*block).first().map(|it| it.id()) == Some(each[0].id())
            }
        },
        is_place: expression.is_some_and(|it| is_place(it, text)),
        is_held: expression.is_some_and(|it| variable::is_held(it)),
        has_temporaries: evaluated.is_some_and(|it| variable::has_temporaries(it, &walk)),
        end,
        value_holds_no_borrow: value.as_ref().is_some_and(|it| walk.module.holds_no_borrow(it)),
        value,
        frame,
        heads: heads(node, function, &walk),
        loops: loops(node, function),
        bound,
        long_strings: long,
        before: expression.map_or(Err(Kept::NoExpression), |it| variable::before(it, &walk)),
        names: walk.names,
        uses: walk.uses,
        obstacles: walk.obstacles,
        leaves: walk.leaves,
    }
}

/// Names that the statements themselves bind.
fn bound(each: &[Node], walk: &Walk) -> Vec<usize> {
    let declarations: Vec<Span> =
        each.iter().filter(|it| it.kind() == "let_declaration").map(|it| span(*it)).collect();
    let is_bound = |at: &usize| {
        let name = &walk.names[*at];
        let is_let = matches!(name.by, By::Let | By::Late) && !name.in_closure;
        is_let && declarations.iter().any(|it| it.contains(name.at)) && !each_block_holds(each, name.at)
    };
    (0..walk.names.len()).filter(is_bound).collect()
}

/// Whether a place stands in a block inside of the statements.
fn each_block_holds(each: &[Node], at: Span) -> bool {
    let holds = |it: &Node| {
        let word = it.descendant_for_byte_range(at.start as usize, at.end as usize);
        let around = std::iter::successors(word, |it| it.parent());
        around.take_while(|outer| outer.id() != it.id()).any(|it| it.kind() == "block")
    };
    each.iter().any(|it| span(*it).contains(at) && holds(it))
}

/// Where statements end, and the type of what they give there.
fn end(block: Node, each: &[Node], function: Node, walk: &Walk) -> (End, Option<Type>) {
    let last = *each.last().expect("statements were chosen");
    if children(block).last().map(|it| it.id()) != Some(last.id()) {
        return (End::Middle, None);
    }
    if block.parent().is_some_and(|it| it.id() == function.id()) {
        return (End::Body, None);
    }
    if wants_nothing(block, walk.text) {
        return (End::Unit, None);
    }
    let is_given = match last.kind() {
        "expression_statement" => !walk.word(last).ends_with(';'),
        "let_declaration" | "empty_statement" => false,
        kind => !is_item(kind),
    };
    let tail = if last.kind() == "expression_statement" { last.named_child(0) } else { Some(last) };
    let value =
        tail.filter(|it| is_given && !variable::has_temporaries(*it, walk)).and_then(|it| walk.type_of(it));
    (End::Value { is_given }, value)
}

/// Whether a block gives nothing for certain, by where it stands.
fn wants_nothing(block: Node, text: &str) -> bool {
    let Some(parent) = block.parent() else { return false };
    match parent.kind() {
        "function_item" => parent.child_by_field_name("return_type").is_none(),
        "for_expression" | "while_expression" | "loop_expression" => true,
        "if_expression" => parent.child_by_field_name("alternative").is_none() || is_statement(parent, text),
        "else_clause" => parent.parent().is_some_and(|it| is_statement(it, text)),
        "match_arm" => parent.parent().and_then(|it| it.parent()).is_some_and(|it| is_statement(it, text)),
        _ => is_statement(block, text),
    }
}

/// Whether an expression's value must be nothing, as it is a statement without a semicolon that others follow, or ends such a block.
fn is_statement(node: Node, text: &str) -> bool {
    let Some(parent) = node.parent() else { return false };
    match parent.kind() {
        "expression_statement" => {
            let Some(block) = parent.parent().filter(|it| it.kind() == "block") else { return false };
            let is_last = children(block).last().map(|it| it.id()) == Some(parent.id());
            !span(parent).of(text).ends_with(';') && (!is_last || wants_nothing(block, text))
        }
        "block" => wants_nothing(parent, text),
        "else_clause" => parent.parent().is_some_and(|it| is_statement(it, text)),
        "match_arm" => parent.parent().and_then(|it| it.parent()).is_some_and(|it| is_statement(it, text)),
        _ => false,
    }
}

/// What is evaluated before the blocks around, and may be kept until these end.
fn heads(node: Node, function: Node, walk: &Walk) -> Vec<Span> {
    let around = std::iter::successors(node.parent(), |it| it.parent());
    let outer = around.take_while(|it| it.id() != function.id());
    let may_hold = |it: &Node| {
        let is_place = is_place(*it, walk.text);
        let is_counted = it.kind() == "range_expression" && walk.element_of(*it).is_some();
        !is_place && !is_counted && !walk.type_of(*it).is_some_and(|it| walk.module.holds_no_borrow(&it))
    };
    outer.filter_map(head).filter(may_hold).map(span).collect()
}

fn head(outer: Node) -> Option<Node> {
    match outer.kind() {
        "match_expression" | "for_expression" => outer.child_by_field_name("value"),
        "if_expression" | "while_expression" => {
            outer.child_by_field_name("condition").filter(|it| it.kind() != "binary_expression")
        }
        _ => None,
    }
}

fn loops(node: Node, function: Node) -> Vec<Span> {
    let around = std::iter::successors(node.parent(), |it| it.parent());
    let outer = around.take_while(|it| it.id() != function.id());
    outer
        .filter(|it| matches!(it.kind(), "loop_expression" | "while_expression" | "for_expression"))
        .map(span)
        .collect()
}
