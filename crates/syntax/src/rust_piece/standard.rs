//! Methods of the standard library's best known types: how they take their receiver, and what they give. Never does: know a type by its method.

use super::module::Mode;
use super::types::Type;

/// The families of types whose methods are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Text,
    String,
    Slice,
    Vector,
    Option,
    Result,
    Path,
    Map,
    Set,
    Number,
}

/// The family of a type; its name must be the standard library's.
pub(super) fn family(of: &Type) -> Option<Family> {
    if of.primitive().is_some() {
        return Some(Family::Number);
    }
    if let Type::Slice(_) | Type::Array { .. } = of {
        return Some(Family::Slice);
    }
    Some(match of.head()?.0 {
        "str" => Family::Text,
        "String" => Family::String,
        "Vec" => Family::Vector,
        "Option" => Family::Option,
        "Result" => Family::Result,
        "Path" | "PathBuf" => Family::Path,
        "HashMap" | "BTreeMap" => Family::Map,
        "HashSet" | "BTreeSet" => Family::Set,
        _ => return None,
    })
}

const TEXT: &[&str] = &[
    "as_bytes",
    "as_str",
    "bytes",
    "char_indices",
    "chars",
    "contains",
    "ends_with",
    "eq_ignore_ascii_case",
    "find",
    "is_empty",
    "len",
    "lines",
    "parse",
    "rfind",
    "split",
    "split_once",
    "split_whitespace",
    "starts_with",
    "strip_prefix",
    "strip_suffix",
    "to_lowercase",
    "to_owned",
    "to_string",
    "to_uppercase",
    "trim",
    "trim_end",
    "trim_start",
    "is_char_boundary",
];
const SLICE: &[&str] = &[
    "as_slice",
    "chunks",
    "contains",
    "ends_with",
    "first",
    "get",
    "is_empty",
    "iter",
    "join",
    "last",
    "len",
    "starts_with",
    "to_vec",
    "windows",
];
const OPTION: &[&str] = &["as_deref", "as_ref", "is_none", "is_some"];
const RESULT: &[&str] = &["as_ref", "is_err", "is_ok"];
const PATH: &[&str] = &[
    "as_os_str",
    "as_path",
    "components",
    "display",
    "ends_with",
    "exists",
    "extension",
    "file_name",
    "file_stem",
    "is_absolute",
    "is_dir",
    "is_file",
    "is_relative",
    "join",
    "parent",
    "starts_with",
    "strip_prefix",
    "to_path_buf",
    "to_str",
    "to_string_lossy",
    "with_extension",
    "with_file_name",
];
const MAP: &[&str] = &["contains_key", "get", "is_empty", "iter", "keys", "len", "values"];
const SET: &[&str] = &["contains", "is_empty", "is_subset", "iter", "len"];

const STRING_CHANGES: &[&str] =
    &["clear", "extend", "insert", "insert_str", "pop", "push", "push_str", "remove", "reserve", "truncate"];
const VECTOR_CHANGES: &[&str] = &[
    "append",
    "clear",
    "dedup",
    "drain",
    "extend",
    "extend_from_slice",
    "first_mut",
    "get_mut",
    "insert",
    "iter_mut",
    "last_mut",
    "pop",
    "push",
    "remove",
    "reserve",
    "resize",
    "retain",
    "reverse",
    "sort",
    "sort_by",
    "sort_by_key",
    "sort_unstable",
    "swap",
    "swap_remove",
    "truncate",
];
const OPTION_CHANGES: &[&str] =
    &["as_mut", "get_or_insert", "get_or_insert_with", "insert", "replace", "take"];
const MAP_CHANGES: &[&str] =
    &["clear", "entry", "extend", "get_mut", "insert", "remove", "retain", "values_mut"];

/// How a method of a family takes its receiver.
pub(super) fn mode(family: Family, method: &str) -> Mode {
    let (reads, changes): (&[&[&str]], &[&str]) = match family {
        Family::Number => return Mode::Shared,
        Family::Text => (&[TEXT], &[]),
        Family::String => (&[TEXT], STRING_CHANGES),
        Family::Slice => (&[SLICE], &[]),
        Family::Vector => (&[SLICE], VECTOR_CHANGES),
        Family::Option => (&[OPTION], OPTION_CHANGES),
        Family::Result => (&[RESULT], &[]),
        Family::Path => (&[PATH], &[]),
        Family::Map => (&[MAP], MAP_CHANGES),
        Family::Set => (&[SET], MAP_CHANGES),
    };
    // What is cloned there may be what a reference leads to.
    if reads.iter().any(|it| it.contains(&method)) || method == "clone" {
        Mode::Shared
    } else if changes.contains(&method) {
        Mode::Mutable
    } else {
        Mode::Unknown
    }
}

/// What a method gives for a receiver of a type, references around it left out; `None` where that isn't certain.
pub(super) fn result(of: &Type, method: &str) -> Option<Type> {
    let string = || Type::name("String");
    let text = || Type::name("str").shared();
    let argument = |at: usize| of.head().and_then(|(_, arguments)| arguments.get(at)).cloned();
    Some(match (family(of)?, method) {
        (Family::Text | Family::Path | Family::Slice, "clone") => return None,
        (_, "clone") => of.clone(),
        (Family::Number, it) => return number(of, it),
        (
            Family::Text | Family::String | Family::Slice | Family::Vector | Family::Map | Family::Set,
            "len",
        ) => Type::name("usize"),
        (
            _,
            "is_empty"
            | "contains"
            | "starts_with"
            | "ends_with"
            | "is_some"
            | "is_none"
            | "is_ok"
            | "is_err"
            | "contains_key"
            | "exists"
            | "is_file"
            | "is_dir"
            | "is_absolute"
            | "is_relative"
            | "eq_ignore_ascii_case"
            | "is_char_boundary"
            | "is_subset",
        ) => Type::name("bool"),
        (Family::Text | Family::String, "to_string" | "to_owned" | "to_lowercase" | "to_uppercase") => {
            string()
        }
        (Family::Text | Family::String, "trim" | "trim_start" | "trim_end" | "as_str") => text(),
        (Family::Text | Family::String, "as_bytes") => Type::Slice(Box::new(Type::name("u8"))).shared(),
        (Family::Text | Family::String, "find" | "rfind") => Type::of("Option", Type::name("usize")),
        (Family::Text | Family::String, "strip_prefix" | "strip_suffix") => Type::of("Option", text()),
        (Family::Vector, "to_vec") => of.clone(),
        (Family::Vector, "first" | "last") => Type::of("Option", argument(0)?.shared()),
        (Family::Vector, "pop") => Type::of("Option", argument(0)?),
        (Family::Option, "unwrap" | "expect" | "unwrap_or_default" | "unwrap_or") => argument(0)?,
        (Family::Option, "take") => of.clone(),
        (Family::Option, "as_ref") => Type::of("Option", argument(0)?.shared()),
        (Family::Result, "unwrap" | "expect" | "unwrap_or" | "unwrap_or_default") => argument(0)?,
        (Family::Result, "ok") => Type::of("Option", argument(0)?),
        (Family::Map, "get") => Type::of("Option", argument(1)?.shared()),
        _ => return None,
    })
}

fn number(of: &Type, method: &str) -> Option<Type> {
    let is_same = ["saturating_", "wrapping_"].iter().any(|it| method.starts_with(it))
        || matches!(method, "min" | "max" | "clamp" | "rem_euclid");
    let is_checked = method.starts_with("checked_");
    let is_counted = matches!(method, "count_ones" | "leading_zeros" | "trailing_zeros");
    let is_bool = method.starts_with("is_");
    let is_letter = of.primitive() == Some("char");
    match () {
        () if is_bool => Some(Type::name("bool")),
        () if is_letter && method == "len_utf8" => Some(Type::name("usize")),
        () if is_letter || of.is_bool() => None,
        () if is_same => Some(of.clone()),
        () if is_checked && of.is_integer() => Some(Type::of("Option", of.clone())),
        () if is_counted => Some(Type::name("u32")),
        () => None,
    }
}
