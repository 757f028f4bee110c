//! What the standard library's best known types and methods give. Never does: types of the workspace.

use super::types::Type;

/// Types that count as what they hold.
pub(super) fn is_transparent(name: &str) -> bool {
    matches!(
        name,
        "Box"
            | "Arc"
            | "Rc"
            | "Pin"
            | "Ref"
            | "RefMut"
            | "MutexGuard"
            | "RwLockReadGuard"
            | "RwLockWriteGuard"
            | "Cow"
            | "ManuallyDrop"
            | "NonNull"
            | "LockResult"
            | "Lazy"
            | "LazyLock"
            | "AssertUnwindSafe"
            | "Reverse"
            | "Wrapping"
            | "CachePadded"
            | "UniqueArc"
            | "Saturating"
    )
}

/// What a method of an external type gives; the closure's result where one is passed.
pub(super) fn method(owner: &Type, name: &str, closure: Option<Type>) -> Type {
    let Type::External(of, arguments) = owner else { return Type::Unknown };
    let first = || owner.first();
    let second = || arguments.get(1).cloned().unwrap_or(Type::Unknown);
    let option = |inner: Type| Type::external("Option", vec![inner]);
    let iterator = |inner: Type| Type::external("Iter", vec![inner]);
    let closure = closure.unwrap_or(Type::Unknown);
    match (of.as_str(), name) {
        (
            _,
            "clone" | "to_owned" | "by_ref" | "as_ref" | "as_mut" | "borrow" | "borrow_mut" | "as_deref"
            | "as_deref_mut",
        ) if !matches!(of.as_str(), "RefCell") => owner.clone(),
        ("RefCell", "borrow" | "borrow_mut" | "into_inner" | "get_mut") => first(),
        ("Cell" | "OnceCell" | "OnceLock" | "UnsafeCell", "get" | "take" | "into_inner" | "get_mut") => {
            match of.as_str() {
                "OnceCell" | "OnceLock" => option(first()),
                _ => first(),
            }
        }
        ("OnceCell" | "OnceLock", "get_or_init") => first(),
        (
            "Option" | "Result" | "LockResult",
            "unwrap" | "expect" | "unwrap_or" | "unwrap_or_default" | "unwrap_or_else" | "unwrap_unchecked",
        ) => first(),
        (
            "Option",
            "take" | "or" | "or_else" | "filter" | "cloned" | "copied" | "replace" | "xor" | "inspect"
            | "as_pin_mut" | "as_pin_ref",
        ) => owner.clone(),
        ("Option", "insert" | "get_or_insert" | "get_or_insert_with" | "get_or_insert_default") => first(),
        ("Option", "ok_or" | "ok_or_else") => Type::external("Result", vec![first(), Type::Unknown]),
        ("Option", "map") => option(closure),
        ("Result", "map") => Type::external("Result", vec![closure, second()]),
        ("Option" | "Result", "and_then") => closure,
        ("Option" | "Result", "map_or" | "map_or_else") => closure,
        ("Option" | "Result", "iter" | "into_iter" | "iter_mut") => iterator(first()),
        ("Result", "ok") => option(first()),
        ("Result", "err") => option(second()),
        ("Result", "unwrap_err" | "expect_err") => second(),
        ("Result", "map_err" | "or_else") => Type::external("Result", vec![first(), closure]),
        ("Mutex" | "RwLock", "lock" | "read" | "write") => Type::external("LockResult", vec![first()]),
        ("Mutex" | "RwLock", "try_lock" | "try_read" | "try_write") => {
            option(Type::external("LockResult", vec![first()]))
        }
        ("Mutex" | "RwLock", "get_mut" | "into_inner") => Type::external("LockResult", vec![first()]),
        ("HashMap" | "BTreeMap" | "IndexMap" | "FxHashMap" | "AHashMap", _) => {
            map_method(name, first(), second())
        }
        (
            "Entry" | "OccupiedEntry" | "VacantEntry",
            "or_insert" | "or_insert_with" | "or_default" | "get" | "get_mut" | "into_mut" | "insert",
        ) => second(),
        ("Weak", "upgrade") => option(first()),
        ("Arc" | "Rc", "downgrade") => Type::external("Weak", vec![first()]),
        ("Pin", "as_mut" | "get_mut" | "get_ref" | "as_ref") => owner.clone(),
        ("Iter", "map") => iterator(closure),
        ("Iter", "filter_map" | "flat_map") => iterator(closure.first()),
        ("Iter", "enumerate") => iterator(Type::Tuple(vec![Type::Unknown, first()])),
        (
            "Iter",
            "next" | "last" | "nth" | "find" | "max" | "min" | "max_by_key" | "min_by_key" | "max_by"
            | "min_by" | "next_back" | "peek" | "peek_mut" | "next_if",
        ) => option(first()),
        ("Iter", "find_map") => closure,
        ("Iter", "flatten") => iterator(first().first()),
        ("Iter", "collect") => Type::Unknown,
        (
            "Iter",
            "filter" | "rev" | "skip" | "take" | "chain" | "cloned" | "copied" | "inspect" | "skip_while"
            | "take_while" | "step_by" | "fuse" | "peekable" | "into_iter",
        ) => owner.clone(),
        (_, "iter" | "iter_mut" | "into_iter" | "drain" | "into_values") => iterator(first()),
        (
            _,
            "get" | "get_mut" | "first" | "last" | "first_mut" | "last_mut" | "pop" | "pop_front"
            | "pop_back" | "front" | "back" | "front_mut" | "back_mut" | "peek",
        ) => option(first()),
        ("Vec" | "slice" | "VecDeque", "remove" | "swap_remove") => first(),
        _ => Type::Unknown,
    }
}

fn map_method(name: &str, key: Type, value: Type) -> Type {
    match name {
        "get" | "get_mut" | "remove" | "insert" => Type::external("Option", vec![value]),
        "values" | "values_mut" | "into_values" => Type::external("Iter", vec![value]),
        "keys" | "into_keys" => Type::external("Iter", vec![key]),
        "iter" | "iter_mut" | "into_iter" | "drain" => {
            Type::external("Iter", vec![Type::Tuple(vec![key, value])])
        }
        "entry" => Type::external("Entry", vec![key, value]),
        _ => Type::Unknown,
    }
}

/// What a function of an external type gives, called with values of these types.
pub(super) fn function(owner: &Type, name: &str, given: &[Type]) -> Type {
    let Type::External(of, _) = owner else { return Type::Unknown };
    let first = || given.first().cloned().unwrap_or(Type::Unknown);
    match (of.as_str(), name) {
        ("Arc" | "Rc" | "Box", "clone" | "as_ref" | "as_mut") => first(),
        ("Arc" | "Rc", "downgrade") => Type::external("Weak", vec![first().first()]),
        ("Box" | "Arc" | "Rc", "pin") => first(),
        (_, "new") if !given.is_empty() => Type::External(of.clone(), vec![first()]),
        (_, "new" | "default" | "with_capacity" | "from") => owner.clone(),
        _ => Type::Unknown,
    }
}

/// What a well known function or variant without a path gives.
pub(super) fn bare(name: &str, given: &[Type]) -> Type {
    let first = || given.first().cloned().unwrap_or(Type::Unknown);
    match name {
        "Some" => Type::external("Option", vec![first()]),
        "Ok" => Type::external("Result", vec![first(), Type::Unknown]),
        "Err" => Type::external("Result", vec![Type::Unknown, first()]),
        "Ready" => Type::external("Poll", vec![first()]),
        "None" => Type::external("Option", vec![Type::Unknown]),
        _ => Type::Unknown,
    }
}

/// What is in the variant of an external type.
pub(super) fn payload(of: &Type, variant: &str) -> Type {
    let Type::External(_, arguments) = of else { return Type::Unknown };
    match variant {
        "Some" | "Ok" | "Ready" | "Borrowed" | "Owned" | "Occupied" | "Vacant" => of.first(),
        "Err" => arguments.get(1).cloned().unwrap_or(Type::Unknown),
        _ => Type::Unknown,
    }
}

/// What is passed to the closure that a method of an external type takes.
pub(super) fn passed(of: &Type, method: &str, index: u32) -> Type {
    let Type::External(_, arguments) = of else { return Type::Unknown };
    match method {
        "map_err" | "or_else" | "unwrap_or_else" => arguments.get(1).cloned().unwrap_or(Type::Unknown),
        "fold" | "try_fold" | "scan" => {
            if index == 1 {
                of.first()
            } else {
                Type::Unknown
            }
        }
        "with"
        | "with_mut"
        | "map"
        | "for_each"
        | "filter"
        | "and_then"
        | "filter_map"
        | "flat_map"
        | "any"
        | "all"
        | "find"
        | "position"
        | "map_or"
        | "map_or_else"
        | "is_some_and"
        | "is_ok_and"
        | "inspect"
        | "take_while"
        | "skip_while"
        | "max_by_key"
        | "min_by_key"
        | "find_map"
        | "retain"
        | "sort_by"
        | "sort_by_key"
        | "sort_unstable_by_key"
        | "partition"
        | "min_by"
        | "max_by"
        | "is_none_or"
        | "then"
        | "iter" => of.first(),
        _ => Type::Unknown,
    }
}
