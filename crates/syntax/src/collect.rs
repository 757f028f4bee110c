//! Passes of a language's query over parts of a tree: everything that the captures name, as spans and words, before any of it
//! is related to the rest. Never does: choosing the parts, parents, documentation, or deciding what a name refers to.

use tree_sitter::{Node, QueryCursor, QueryMatch, StreamingIterator};

use crate::query::{self, Capture, Queries};
use crate::ranges::Ranges;
use crate::{DefinitionKind, DefinitionSpans, Import, Language, Span};
use crate::{parse, python, rust, rust_macros};

/// How deep macros may stand in the items of other macros before the rest is read as tokens.
pub(crate) const MACRO_DEPTH: u32 = 8;

/// What the captures found, in no particular order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Collected {
    pub(crate) definitions: Vec<Draft>,
    pub(crate) imports: Vec<(Import, Span)>,
    pub(crate) pieces: Vec<Piece>,
}

/// A definition before its surroundings are known.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) kind: DefinitionKind,
    pub(crate) name: String,
    pub(crate) implemented: Option<String>,
    pub(crate) public: bool,
    /// The full span is the item's, and there are no docs yet.
    pub(crate) spans: DefinitionSpans,
}

/// Something that may stand between two items, or between the parts of one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub(crate) span: Span,
    pub(crate) kind: PieceKind,
}

/// In the order of what counts where a node is captured as several of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PieceKind {
    /// Documents what follows.
    Doc,
    /// Documents what contains it.
    InnerDoc,
    Attribute,
    Comment,
}

/// How far a pass goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// A node with all that is in it. No pattern of a query looks beyond the node at which it starts, so nothing outside can
    /// find more in there, or hide it.
    Whole,
    /// Only patterns that start at the node itself. What else is in it has passes of its own.
    Own,
}

/// The kinds of what is around a node, the outer one first; nothing around the root.
pub(crate) type Around<'tree> = [&'tree str; 2];

/// A file that is looked at pass by pass, the passes at outer nodes first.
pub(crate) struct Passes<'text> {
    text: &'text str,
    language: Language,
    cursor: QueryCursor,
    /// Where passes that did not go inside say that comments are none.
    hidden: Vec<Span>,
    /// Those of them that the next pass may lie in.
    open: Vec<Span>,
}

impl<'text> Passes<'text> {
    pub(crate) fn new(text: &'text str, language: Language) -> Self {
        Self { text, language, cursor: QueryCursor::new(), hidden: Vec::new(), open: Vec::new() }
    }

    /// Adds what the query finds at a node, and in what macros hide in it. Nodes come in source order, outer ones first.
    pub(crate) fn collect<'tree>(
        &mut self,
        node: Node<'tree>,
        around: Around<'tree>,
        reach: Reach,
        all: &mut Collected,
    ) {
        let here = span(node);
        self.open.retain(|it| it.end > here.start);
        let hidden = self.open.iter().filter(|it| it.start < here.end).copied().collect();
        let mut inside = self.pass(node, around, reach, hidden, MACRO_DEPTH, all);
        if reach == Reach::Own {
            // An import is hidden once for each name.
            inside.dedup();
            self.open.extend(&inside);
            self.hidden.extend(inside);
        }
    }

    /// Takes away what passes found of which a later one said that it is none.
    pub(crate) fn hide(self, all: &mut Collected) {
        all.hide(self.hidden);
    }

    /// Returns what the pass says to hide.
    fn pass<'tree>(
        &mut self,
        node: Node<'tree>,
        around: Around<'tree>,
        reach: Reach,
        mut hidden: Vec<Span>,
        depth: u32,
        all: &mut Collected,
    ) -> Vec<Span> {
        let (text, language, queries) = (self.text, self.language, query::queries(self.language));
        self.cursor.set_max_start_depth(match reach {
            Reach::Whole => None,
            Reach::Own => Some(0),
        });
        let Pass { collected: mut found, hidden: inside, tokens } =
            run(&mut self.cursor, queries, node, text, language);
        hidden.extend(&inside);
        found.hide(hidden);
        all.append(found);
        if depth > 0 && !tokens.is_empty() {
            let among_items = rust_macros::among_items(node, around, &tokens);
            for (_, tokens) in
                tokens.into_iter().filter(|(invocation, _)| among_items.contains(&invocation.id()))
            {
                let items = rust_macros::item_ranges(tokens);
                if !items.is_empty() {
                    let tree = parse::tree(text, language, &items);
                    self.pass(tree.root_node(), Around::default(), Reach::Whole, Vec::new(), depth - 1, all);
                }
            }
        }
        inside
    }
}

impl Collected {
    /// Leaves out the comments in these ranges.
    fn hide(&mut self, hidden: Vec<Span>) {
        let hidden = Ranges::new(hidden);
        self.pieces.retain(|it| !hidden.contain(it.span.start));
    }

    /// Adds copies of everything in the other one, at positions moved by a distance, backwards where it wraps.
    pub(crate) fn extend_moved(&mut self, other: &Self, by: u32) {
        self.definitions.extend(other.definitions.iter().map(|it| it.moved(by)));
        self.imports.extend(other.imports.iter().map(|(it, span)| (it.clone(), span.moved(by))));
        self.pieces.extend(other.pieces.iter().map(|it| Piece { span: it.span.moved(by), ..*it }));
    }

    /// Moves everything from the other one to here.
    fn append(&mut self, mut other: Self) {
        self.definitions.append(&mut other.definitions);
        self.imports.append(&mut other.imports);
        self.pieces.append(&mut other.pieces);
    }
}

impl Draft {
    fn moved(&self, by: u32) -> Self {
        Self { spans: self.spans.moved(by), ..self.clone() }
    }
}

/// What one pass over one tree found.
#[derive(Default)]
struct Pass<'tree> {
    collected: Collected,
    /// Where comments are none.
    hidden: Vec<Span>,
    /// Macro invocations with their tokens.
    tokens: Vec<(Node<'tree>, Node<'tree>)>,
}

/// The captures of one match that mean something only together.
#[derive(Default)]
struct Together<'tree> {
    definition: Option<(DefinitionKind, Node<'tree>)>,
    import: ImportNodes<'tree>,
    name: Option<Node<'tree>>,
    invocation: Option<Node<'tree>>,
    tokens: Option<Node<'tree>>,
}

/// The parts of one import.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ImportNodes<'tree> {
    pub(crate) whole: Option<Node<'tree>>,
    pub(crate) path: Option<Node<'tree>>,
    pub(crate) name: Option<Node<'tree>>,
    pub(crate) alias: Option<Node<'tree>>,
    pub(crate) glob: Option<Node<'tree>>,
}

fn run<'tree>(
    cursor: &mut QueryCursor,
    queries: &Queries,
    node: Node<'tree>,
    text: &str,
    language: Language,
) -> Pass<'tree> {
    let mut pass = Pass::default();
    let mut matches = cursor.matches(&queries.query, node, text.as_bytes());
    while let Some(found) = matches.next() {
        let together = sort(queries, found, text, &mut pass);
        settle(together, text, language, &mut pass);
    }
    pass
}

/// Puts away the captures that mean something alone, and returns the others.
fn sort<'tree>(
    queries: &Queries,
    found: &QueryMatch<'_, 'tree>,
    text: &str,
    pass: &mut Pass<'tree>,
) -> Together<'tree> {
    let mut together = Together::default();
    let out = &mut pass.collected;
    for capture in found.captures() {
        let node = capture.node;
        let span = span(node);
        match queries.capture(capture.index) {
            Capture::Definition(kind) => together.definition = Some((kind, node)),
            Capture::Name => together.name = Some(node),
            Capture::Doc => out.pieces.push(piece(text, span, PieceKind::Doc)),
            Capture::InnerDoc => out.pieces.push(piece(text, span, PieceKind::InnerDoc)),
            Capture::Attribute => out.pieces.push(piece(text, span, PieceKind::Attribute)),
            Capture::Comment => out.pieces.push(piece(text, span, PieceKind::Comment)),
            Capture::Invocation => together.invocation = Some(node),
            Capture::Tokens => together.tokens = Some(node),
            Capture::Ignore => pass.hidden.push(span),
            Capture::Import => together.import.whole = Some(node),
            Capture::ImportPath => together.import.path = Some(node),
            Capture::ImportName => together.import.name = Some(node),
            Capture::ImportAlias => together.import.alias = Some(node),
            Capture::ImportGlob => together.import.glob = Some(node),
        }
    }
    together
}

fn settle<'tree>(found: Together<'tree>, text: &str, language: Language, pass: &mut Pass<'tree>) {
    let out = &mut pass.collected;
    if let (Some((kind, node)), Some(name)) = (found.definition, found.name) {
        let draft = match language {
            Language::Rust => Some(rust::definition(kind, node, name, text)),
            Language::Python => python::definition(kind, node, name, text),
        };
        out.definitions.extend(draft.filter(|it| !it.name.is_empty()));
    } else if let Some(whole) = found.import.whole {
        pass.hidden.push(span(whole));
        match language {
            Language::Rust => rust::imports(found.import, text, &mut out.imports),
            Language::Python => python::import(found.import, text, &mut out.imports),
        }
    } else if let (Some(invocation), Some(tokens)) = (found.invocation, found.tokens) {
        pass.hidden.push(span(tokens));
        pass.tokens.push((invocation, tokens));
    }
}

fn piece(text: &str, span: Span, kind: PieceKind) -> Piece {
    // Grammars count the line break behind a comment or a decorator as part of it.
    let end = span.start + span.of(text).trim_end().len() as u32;
    Piece { span: Span { end, ..span }, kind }
}

/// The span of a node.
pub(crate) fn span(node: Node) -> Span {
    Span { start: node.start_byte() as u32, end: node.end_byte() as u32 }
}
