//! What a member may mean of whose receiver nothing is known: the few methods of that name. Never does: more than compare names.

use backstory_syntax::{Definition, DefinitionKind, Import};

use crate::database::{Db, DefId, FileId, SourceFile, Workspace};
use crate::queries;

/// A name that more symbols share says nothing about which of them is meant.
const LIMIT: usize = 3;

/// Where more files may declare a name, they are not read to count.
const FILES: usize = 8;

/// Methods of the standard libraries' strings, collections, options and files: with an unknown receiver such a name nearly always
/// means one of those, however few symbols of the workspace share it. In alphabetic order.
const STANDARD: &[&str] = &[
    "add",
    "all",
    "and_then",
    "any",
    "append",
    "as_bytes",
    "as_deref",
    "as_mut",
    "as_ptr",
    "as_ref",
    "as_slice",
    "as_str",
    "borrow",
    "borrow_mut",
    "bytes",
    "chain",
    "chars",
    "clear",
    "clone",
    "cloned",
    "close",
    "cmp",
    "collect",
    "compare_exchange",
    "contains",
    "contains_key",
    "copied",
    "copy",
    "count",
    "debug",
    "decode",
    "deref",
    "discard",
    "drain",
    "drop",
    "encode",
    "ends_with",
    "endswith",
    "entry",
    "enumerate",
    "eq",
    "err",
    "error",
    "exception",
    "expect",
    "extend",
    "fetch_add",
    "fetch_sub",
    "filter",
    "filter_map",
    "find",
    "first",
    "flat_map",
    "flatten",
    "flush",
    "fmt",
    "fold",
    "for_each",
    "format",
    "from",
    "get",
    "get_mut",
    "group",
    "hash",
    "index",
    "info",
    "insert",
    "into",
    "into_inner",
    "into_iter",
    "is_empty",
    "is_err",
    "is_none",
    "is_ok",
    "is_some",
    "isdigit",
    "issubset",
    "items",
    "iter",
    "iter_mut",
    "join",
    "keys",
    "last",
    "len",
    "lines",
    "load",
    "lock",
    "lower",
    "map",
    "map_err",
    "match",
    "max",
    "min",
    "ne",
    "next",
    "ok",
    "ok_or",
    "ok_or_else",
    "or_else",
    "or_insert",
    "or_insert_with",
    "partial_cmp",
    "peek",
    "pop",
    "pop_front",
    "position",
    "push",
    "push_back",
    "push_str",
    "read",
    "remove",
    "replace",
    "rev",
    "reverse",
    "search",
    "seek",
    "send",
    "setdefault",
    "skip",
    "sort",
    "sort_by",
    "spawn",
    "split",
    "split_at",
    "splitlines",
    "starts_with",
    "startswith",
    "store",
    "strftime",
    "strip",
    "sum",
    "swap",
    "take",
    "to_owned",
    "to_string",
    "to_vec",
    "trim",
    "truncate",
    "try_from",
    "try_into",
    "union",
    "unwrap",
    "unwrap_err",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
    "update",
    "upper",
    "values",
    "warning",
    "with_capacity",
    "write",
    "write_all",
    "zip",
];

/// The methods of a language that have a name, where there are at most three. The methods of traits come alone: what implements them is
/// meant through them. A trait of which a file says nothing gives it no methods.
pub(crate) fn methods(db: &dyn Db, workspace: Workspace, from: SourceFile, name: &str) -> Vec<DefId> {
    let language = from.language(db);
    if STANDARD.binary_search(&name).is_ok() || (name.starts_with("__") && name.ends_with("__")) {
        return Vec::new();
    }
    let is_hidden = |owner: &Definition| match (owner.kind, &owner.implemented) {
        (DefinitionKind::Trait, _) => !may_know(db, from, &owner.name),
        (DefinitionKind::Impl, Some(implemented)) => !may_know(db, from, implemented),
        _ => false,
    };
    let sources = workspace.files(db);
    let declaring = queries::declaring(db, workspace).files(name).iter();
    let candidates = declaring.map(|&file| (sources[file.index()], file));
    let is_candidate = |it: &(SourceFile, FileId)| it.0.language(db) == language;
    let candidates: Vec<_> = candidates.filter(is_candidate).take(FILES + 1).collect();
    if candidates.len() > FILES {
        return Vec::new();
    }
    let mut found: Vec<DefId> = Vec::new();
    let mut of_traits = Vec::new();
    for (source, file) in candidates {
        let outline = queries::outline(db, source).get();
        for &local in queries::names(db, source).of(name) {
            let definition = outline.definition(local);
            let owner = definition.parent.map(|parent| outline.definition(parent));
            if definition.kind == DefinitionKind::Method && !owner.is_some_and(is_hidden) {
                let id = DefId { file, local };
                found.push(id);
                of_traits
                    .extend(owner.is_some_and(|owner| owner.kind == DefinitionKind::Trait).then_some(id));
            }
        }
    }
    let chosen = if of_traits.len() == 1 { of_traits } else { found };
    if chosen.len() > LIMIT { Vec::new() } else { chosen }
}

/// Whether a trait may be in scope in a file.
fn may_know(db: &dyn Db, from: SourceFile, name: &str) -> bool {
    let imports = &queries::outline(db, from).get().imports;
    let brings_all = |import: &Import| import.glob && import.path.last().is_some_and(|last| last != "super");
    queries::words(db, from).contains(name) || imports.iter().any(brings_all)
}

#[cfg(test)]
mod tests {
    use super::STANDARD;

    #[test]
    fn the_list_is_in_order() {
        assert!(STANDARD.is_sorted());
    }
}
