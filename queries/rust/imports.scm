; Imports of Rust. A use tree is flattened, one import a leaf, in crates/syntax/src/rust.rs: a leaf's path is spread
; over its ancestors.

(use_declaration argument: (_) @import.path) @import
(extern_crate_declaration name: (identifier) @import.name) @import
