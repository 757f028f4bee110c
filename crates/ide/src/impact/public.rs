//! Whether a symbol is public API of its package: whether somebody else can name it as its authors mean it. Never does: read manifests.

use backstory_analysis::{
    Analysis, DefId, FileId, Graph, NodeId, Use, has_tests, module_item, module_path, type_of,
};
use backstory_syntax::{DefinitionKind, Language, LocalId};

/// Names lead through each other at most this far.
const DEPTH: u32 = 8;

/// The shortest name under which the package offers a symbol; `None` where it is none of others' business.
pub fn public_name(analysis: &Analysis, graph: &Graph, id: DefId) -> Option<String> {
    match analysis.language(id.file) {
        Language::Python => in_python(analysis, graph, id),
        Language::Rust => in_rust(analysis, graph, id, 0),
    }
}

fn in_python(analysis: &Analysis, graph: &Graph, id: DefId) -> Option<String> {
    let path = analysis.path(id.file);
    let is_beside =
        |part: &str| matches!(part, "test" | "tests" | "docs" | "doc" | "examples" | "benchmarks");
    if has_tests(path)
        || path.split('/').any(is_beside)
        || path == "setup.py"
        || path.ends_with("conftest.py")
    {
        return None;
    }
    let outline = analysis.outline(id.file);
    let chain: Vec<LocalId> =
        std::iter::successors(Some(id.local), |&at| outline.definition(at).parent).collect();
    let is_inside_code = chain[1..]
        .iter()
        .any(|&at| matches!(outline.definition(at).kind, DefinitionKind::Function | DefinitionKind::Method));
    if is_inside_code || chain.iter().any(|&at| !outline.definition(at).public) {
        return None;
    }
    let top = DefId { file: id.file, local: *chain.last()? };
    let inner: Vec<&str> = chain.iter().rev().map(|&at| outline.definition(at).name.as_str()).collect();
    let inner = inner.join(".");
    // A package that brings it means it to be used from there.
    let node = graph.node_of(analysis, top)?;
    let module = module_path(analysis, id.file);
    let package = |module: &str| module.split('.').next().map(str::to_owned);
    let brought = graph.dependants(node).filter(|edge| edge.how == Use::Reexport);
    let from = brought.filter_map(|edge| {
        let (file, _) = graph.symbol(edge.node)?;
        let by = module_path(analysis, file);
        // Another package, an application in the tests say, offers it to nobody.
        (!is_hidden(&by) && package(&by) == package(&module)).then_some(format!("{by}.{inner}"))
    });
    let is_listed = analysis.code(id.file).exports(&outline.definition(top.local).name) != Some(false);
    let own = (!is_hidden(&module) && is_listed).then(|| format!("{module}.{inner}"));
    from.chain(own).min_by_key(|name| (name.matches('.').count(), name.clone()))
}

fn is_hidden(module: &str) -> bool {
    module.split('.').any(|part| part.starts_with('_'))
}

fn in_rust(analysis: &Analysis, graph: &Graph, id: DefId, depth: u32) -> Option<String> {
    if depth == DEPTH || !is_offered(analysis, id) {
        return None;
    }
    let definition = analysis.definition(id);
    let around = |local| DefId { file: id.file, local };
    let Some(parent) = definition.parent.map(around) else {
        return within(analysis, graph, graph.node_of(analysis, id)?, id.file, &definition.name, depth);
    };
    let owner = analysis.definition(parent);
    match owner.kind {
        DefinitionKind::Module => {
            within(analysis, graph, graph.node_of(analysis, id)?, id.file, &definition.name, depth)
        }
        DefinitionKind::Impl => {
            // What implements a trait is called through that.
            let of = type_of(analysis, parent)?;
            let owner = in_rust(analysis, graph, of, depth + 1)?;
            Some(format!("{owner}::{}", definition.name))
        }
        DefinitionKind::Function | DefinitionKind::Method => None,
        _ => Some(format!("{}::{}", in_rust(analysis, graph, parent, depth + 1)?, definition.name)),
    }
}

/// Whether an item is `pub` without restriction, or as public as what it is part of.
fn is_offered(analysis: &Analysis, id: DefId) -> bool {
    let definition = analysis.definition(id);
    let owner = definition.parent.map(|local| analysis.definition(DefId { file: id.file, local }));
    let is_trait_part = owner.is_some_and(|owner| {
        matches!(owner.kind, DefinitionKind::Trait | DefinitionKind::Enum) || owner.implemented.is_some()
    });
    match definition.kind {
        DefinitionKind::Impl => true,
        DefinitionKind::Macro => {
            analysis.lead(id).contains("macro_export") || definition.signature.starts_with("pub macro")
        }
        _ => is_trait_part || definition.signature.starts_with("pub "),
    }
}

/// The name of an item in the module around it, or where that is brought elsewhere by `pub use`.
fn within(
    analysis: &Analysis,
    graph: &Graph,
    node: NodeId,
    file: FileId,
    name: &str,
    depth: u32,
) -> Option<String> {
    let (_, local) = graph.symbol(node)?;
    let inline = local.and_then(|local| analysis.outline(file).definition(local).parent);
    let own = module_name(analysis, graph, file, inline, depth + 1).map(|module| format!("{module}::{name}"));
    let brought = graph.dependants(node).filter(|edge| edge.how == Use::Reexport).filter_map(|edge| {
        let (from, inline) = graph.symbol(edge.node)?;
        let name = brought_as(analysis, from, name)?;
        Some(format!("{}::{name}", module_name(analysis, graph, from, inline, depth + 1)?))
    });
    own.into_iter().chain(brought).min_by_key(|name| (name.matches("::").count(), name.clone()))
}

/// The name of a module that can be named from outside: the root of a library, or a public module in one.
fn module_name(
    analysis: &Analysis,
    graph: &Graph,
    file: FileId,
    inline: Option<LocalId>,
    depth: u32,
) -> Option<String> {
    if depth >= DEPTH {
        return None;
    }
    if let Some(local) = inline {
        let id = DefId { file, local };
        return (analysis.definition(id).kind == DefinitionKind::Module)
            .then(|| in_rust(analysis, graph, id, depth))?;
    }
    let path = analysis.path(file);
    if path == "lib.rs" || path.ends_with("/lib.rs") {
        return Some(module_path(analysis, file));
    }
    let node = graph.node_of_file(file)?;
    let name = module_path(analysis, file);
    let name = name.rsplit("::").next().unwrap_or(&name);
    let item = module_item(analysis, file)?;
    let declared = analysis.definition(item);
    let own = declared
        .signature
        .starts_with("pub ")
        .then(|| module_name(analysis, graph, item.file, declared.parent, depth + 1))
        .flatten()
        .map(|outer| format!("{outer}::{name}"));
    // `pub use module::*` brings what is in it to where it stands.
    let brought = graph.dependants(node).filter(|edge| edge.how == Use::Reexport).filter_map(|edge| {
        let (from, inline) = graph.symbol(edge.node)?;
        let brings_all =
            analysis.outline(from).imports.iter().zip(&analysis.spans(from).imports).any(|(it, span)| {
                it.glob
                    && it.path.last().is_some_and(|last| last == name)
                    && is_pub_use(analysis, from, span.start)
            });
        brings_all.then(|| module_name(analysis, graph, from, inline, depth + 1))?
    });
    own.into_iter().chain(brought).min_by_key(|name| name.matches("::").count())
}

/// The name under which a file has a `pub use` of a name that is not restricted.
fn brought_as<'a>(analysis: &'a Analysis, file: FileId, name: &'a str) -> Option<&'a str> {
    let imports = analysis.outline(file).imports.iter().zip(&analysis.spans(file).imports);
    let mut public = imports.filter(|(import, span)| {
        import.reexport && import.name.as_deref() == Some(name) && is_pub_use(analysis, file, span.start)
    });
    public.next().map(|(import, _)| import.alias.as_deref().unwrap_or(name))
}

/// Whether the `use` before an offset has a plain `pub`.
fn is_pub_use(analysis: &Analysis, file: FileId, offset: u32) -> bool {
    let before = &analysis.text(file)[..offset as usize];
    let head = before.rfind("use ").map_or("", |at| before[..at].trim_end());
    head.ends_with("pub")
}
