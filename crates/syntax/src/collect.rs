//! One pass of a language's query over a tree: everything that the captures name, as spans and words, before any of it is
//! related to the rest. Never does: parents, documentation, or deciding what a name refers to.

use tree_sitter::{Node, QueryCursor, QueryMatch, StreamingIterator, Tree};

use crate::query::{self, Capture, Queries};
use crate::ranges::Ranges;
use crate::{DefinitionKind, DefinitionSpans, Import, Language, ReferenceKind, Span};
use crate::{parse, python, rust, rust_macros};

/// How deep macros may stand in the items of other macros before the rest is read as tokens.
const MACRO_DEPTH: u32 = 8;

/// What the captures found, in no particular order.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    pub(crate) definitions: Vec<Draft>,
    pub(crate) references: Vec<FoundReference>,
    pub(crate) imports: Vec<(Import, Span)>,
    pub(crate) pieces: Vec<Piece>,
    pub(crate) scopes: Vec<(Span, ScopeKind)>,
    /// Statements behind which the names that they bind become visible.
    pub(crate) bindings: Vec<Span>,
    pub(crate) locals: Vec<(Span, LocalKind)>,
}

/// A definition before its surroundings are known.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) kind: DefinitionKind,
    pub(crate) name: String,
    pub(crate) implemented: Option<String>,
    pub(crate) public: bool,
    /// The full span is the item's, and there are no docs yet.
    pub(crate) spans: DefinitionSpans,
}

/// A reference before it is known whether it is to something local.
#[derive(Debug)]
pub(crate) struct FoundReference {
    pub(crate) kind: ReferenceKind,
    pub(crate) name: Span,
    pub(crate) qualifier: Option<String>,
    pub(crate) role: Role,
}

/// How much the syntax around a referring name says. Where several patterns found the same name, the first role counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    /// The syntax says what kind of use it is.
    Named,
    /// The first part of a path: no local variable, though perhaps a generic parameter.
    PathStart,
    /// Some identifier, a local variable unless there is none of that name.
    Plain,
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

/// Whether nested functions see the names of a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScopeKind {
    Lexical,
    /// Its values are fields, not local names.
    Class,
}

/// What a local name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LocalKind {
    Value,
    Type,
    /// Declared to be none of the function's own.
    Global,
}

/// Runs the query over the tree, and over what macros hide in it.
pub(crate) fn collect(tree: &Tree, text: &str, language: Language) -> Collected {
    let mut all = Collected::default();
    collect_tree(tree, text, language, MACRO_DEPTH, &mut all);
    all
}

fn collect_tree(tree: &Tree, text: &str, language: Language, macro_depth: u32, all: &mut Collected) {
    let pass = run(tree, text, language);
    let hidden = Ranges::new(pass.hidden);
    let visible = |start: u32| !hidden.contain(start);
    let found = pass.collected;
    let is_macro = |it: &FoundReference| it.kind == ReferenceKind::Macro;
    all.definitions.extend(found.definitions);
    all.references.extend(found.references.into_iter().filter(|it| is_macro(it) || visible(it.name.start)));
    all.imports.extend(found.imports);
    all.pieces.extend(found.pieces.into_iter().filter(|it| visible(it.span.start)));
    all.scopes.extend(found.scopes);
    all.bindings.extend(found.bindings);
    all.locals.extend(found.locals);
    for (invocation, tokens) in pass.tokens {
        let items = match invocation {
            Some(invocation) if macro_depth > 0 => rust_macros::item_ranges(invocation, tokens),
            _ => Vec::new(),
        };
        if items.is_empty() {
            rust_macros::references(tokens, text, &mut all.references);
        } else {
            let tree = parse::tree(text, language, &items);
            collect_tree(&tree, text, language, macro_depth - 1, all);
        }
    }
}

/// What one pass over one tree found.
#[derive(Default)]
struct Pass<'tree> {
    collected: Collected,
    /// Where references and comments are read in another way, or are none.
    hidden: Vec<Span>,
    /// Token trees, with the macro invocation that they belong to.
    tokens: Vec<(Option<Node<'tree>>, Node<'tree>)>,
}

/// The captures of one match that mean something only together.
#[derive(Default)]
struct Together<'tree> {
    definition: Option<(DefinitionKind, Node<'tree>)>,
    reference: Option<(ReferenceKind, Node<'tree>)>,
    import: ImportNodes<'tree>,
    name: Option<Node<'tree>>,
    qualifier: Option<Node<'tree>>,
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

fn run<'tree>(tree: &'tree Tree, text: &str, language: Language) -> Pass<'tree> {
    let queries = query::queries(language);
    let mut pass = Pass::default();
    let mut cursor = QueryCursor::new();
    let mut matches = cursor.matches(&queries.query, tree.root_node(), text.as_bytes());
    while let Some(found) = matches.next() {
        let together = sort(queries, found, text, language, &mut pass);
        settle(together, text, language, &mut pass);
    }
    pass
}

/// Puts away the captures that mean something alone, and returns the others.
fn sort<'tree>(
    queries: &Queries,
    found: &QueryMatch<'_, 'tree>,
    text: &str,
    language: Language,
    pass: &mut Pass<'tree>,
) -> Together<'tree> {
    let mut together = Together::default();
    let out = &mut pass.collected;
    for capture in found.captures() {
        let node = capture.node;
        let span = span(node);
        match queries.capture(capture.index) {
            Capture::Definition(kind) => together.definition = Some((kind, node)),
            Capture::Reference(kind) => together.reference = Some((kind, node)),
            Capture::Name => together.name = Some(node),
            Capture::Qualifier => together.qualifier = Some(node),
            Capture::Doc => out.pieces.push(piece(text, span, PieceKind::Doc)),
            Capture::InnerDoc => out.pieces.push(piece(text, span, PieceKind::InnerDoc)),
            Capture::Attribute => out.pieces.push(piece(text, span, PieceKind::Attribute)),
            Capture::Comment => out.pieces.push(piece(text, span, PieceKind::Comment)),
            Capture::Invocation => together.invocation = Some(node),
            Capture::Tokens => together.tokens = Some(node),
            Capture::Ignore => pass.hidden.push(span),
            Capture::LocalScope => out.scopes.push((span, scope_kind(node, language))),
            Capture::LocalBinding => out.bindings.push(span),
            Capture::LocalDefinition if binds(span.of(text), language) => {
                out.locals.push((span, LocalKind::Value));
            }
            Capture::LocalTypeDefinition => out.locals.push((span, LocalKind::Type)),
            Capture::LocalGlobal => out.locals.push((span, LocalKind::Global)),
            Capture::LocalReference => out.references.push(plain(span)),
            Capture::Import => together.import.whole = Some(node),
            Capture::ImportPath => together.import.path = Some(node),
            Capture::ImportName => together.import.name = Some(node),
            Capture::ImportAlias => together.import.alias = Some(node),
            Capture::ImportGlob => together.import.glob = Some(node),
            Capture::LocalDefinition | Capture::Predicate => {}
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
    } else if let Some((kind, node)) = found.reference {
        out.references.push(reference(kind, node, found.qualifier, text, language));
    } else if let Some(whole) = found.import.whole {
        pass.hidden.push(span(whole));
        match language {
            Language::Rust => rust::imports(found.import, text, &mut out.imports),
            Language::Python => python::import(found.import, text, &mut out.imports),
        }
    } else if let Some(tokens) = found.tokens {
        pass.hidden.push(span(tokens));
        pass.tokens.push((found.invocation, tokens));
    }
}

fn reference(
    kind: ReferenceKind,
    node: Node,
    qualifier: Option<Node>,
    text: &str,
    language: Language,
) -> FoundReference {
    let qualifier = qualifier.map(|node| match language {
        Language::Rust => rust::qualifier(node, text),
        Language::Python => python::qualifier(node, text),
    });
    let role = match (kind, &qualifier) {
        (ReferenceKind::Value, None) => Role::PathStart,
        _ => Role::Named,
    };
    FoundReference { kind, name: span(node), qualifier, role }
}

fn plain(name: Span) -> FoundReference {
    FoundReference { kind: ReferenceKind::Value, name, qualifier: None, role: Role::Plain }
}

fn piece(text: &str, span: Span, kind: PieceKind) -> Piece {
    // Grammars count the line break behind a comment or a decorator as part of it.
    let end = span.start + span.of(text).trim_end().len() as u32;
    Piece { span: Span { end, ..span }, kind }
}

fn scope_kind(node: Node, language: Language) -> ScopeKind {
    match language {
        Language::Python if node.kind() == "class_definition" => ScopeKind::Class,
        Language::Rust | Language::Python => ScopeKind::Lexical,
    }
}

fn binds(name: &str, language: Language) -> bool {
    match language {
        Language::Rust => rust::binds(name),
        Language::Python => true,
    }
}

/// The span of a node.
pub(crate) fn span(node: Node) -> Span {
    Span { start: node.start_byte() as u32, end: node.end_byte() as u32 }
}
