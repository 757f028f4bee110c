//! Names that Python's own library, or a test framework, looks for in whatever it is given: no base class says so. Never does: know other libraries.

/// Methods that are enough by themselves: for `contextlib.closing` and `aclosing`, `select`, `json.load`, `print(file=..)`, `tokenize`.
const ALONE: [&str; 6] = ["aclose", "close", "fileno", "read", "readline", "write"];

/// Members that are looked for together, so that two of them in a class say what it stands in for.
const TOGETHER: [&[&str]; 8] = [
    // Files (`io`, `zipfile`, `tarfile`, `subprocess`).
    &[
        "close",
        "closed",
        "flush",
        "getvalue",
        "isatty",
        "mode",
        "read",
        "readable",
        "readinto",
        "readline",
        "readlines",
        "seek",
        "seekable",
        "tell",
        "truncate",
        "writable",
        "write",
        "writelines",
    ],
    // Mappings (`dict`).
    &["__getitem__", "keys"],
    // Locks (`threading.Condition`).
    &["__enter__", "acquire", "locked", "release"],
    // Generators (`yield from`).
    &["__iter__", "__next__", "send", "throw"],
    // Asynchronous ones.
    &["__aiter__", "__anext__", "asend", "athrow"],
    // Requests and responses (`http.cookiejar`, `urllib`).
    &[
        "add_unredirected_header",
        "get_full_url",
        "get_header",
        "get_host",
        "get_origin_req_host",
        "get_type",
        "geturl",
        "has_header",
        "header_items",
        "host",
        "info",
        "is_unverifiable",
        "origin_req_host",
        "type",
        "unverifiable",
    ],
    // Finders and loaders (`importlib`).
    &[
        "create_module",
        "exec_module",
        "find_module",
        "find_spec",
        "get_code",
        "get_data",
        "get_filename",
        "get_source",
        "invalidate_caches",
        "is_package",
        "load_module",
    ],
    // Protocols (`asyncio`).
    &[
        "buffer_updated",
        "connection_lost",
        "connection_made",
        "data_received",
        "datagram_received",
        "eof_received",
        "error_received",
        "get_buffer",
        "pause_writing",
        "resume_writing",
    ],
];

/// Whether a method of a class without a base may be looked for; `has` tells its other members.
pub(super) fn looks_for(name: &str, has: impl Fn(&str) -> bool) -> bool {
    let stands_in = |group: &&[&str]| group.contains(&name) && group.iter().filter(|it| has(it)).count() > 1;
    ALONE.contains(&name) || TOGETHER.iter().any(stands_in)
}
