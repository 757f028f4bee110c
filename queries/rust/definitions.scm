; Definitions, documentation and attributes of Rust. Captures are listed in crates/syntax/src/query.rs.
; A function inside an impl or a trait becomes a method in crates/syntax/src/rust.rs, where its parent is known.

; Definitions

(mod_item name: (identifier) @name) @definition.module
(struct_item name: (type_identifier) @name) @definition.struct
(enum_item name: (type_identifier) @name) @definition.enum
(union_item name: (type_identifier) @name) @definition.union
(enum_variant name: (identifier) @name) @definition.variant
(field_declaration name: (field_identifier) @name) @definition.field
(trait_item name: (type_identifier) @name) @definition.trait
(impl_item type: (_) @name) @definition.impl
(function_item name: (identifier) @name) @definition.function
(function_signature_item name: (identifier) @name) @definition.function
(const_item name: (identifier) @name) @definition.constant
(static_item name: (identifier) @name) @definition.static
(type_item name: (type_identifier) @name) @definition.type
(associated_type name: (type_identifier) @name) @definition.type
(macro_definition name: (identifier) @name) @definition.macro

; Documentation, and what else may stand between it and its item

(line_comment outer: (_)) @doc
(block_comment outer: (_)) @doc
(line_comment inner: (_)) @doc.inner
(block_comment inner: (_)) @doc.inner
(line_comment) @comment
(block_comment) @comment
(attribute_item) @attribute

; Tokens that no rule of the grammar arranges: Rust reads items from them

(macro_invocation (token_tree) @tokens) @invocation

; Comments in here belong to nothing

(attribute) @ignore
(macro_rule left: (_) @ignore)
(macro_rule right: (token_tree) @ignore)
