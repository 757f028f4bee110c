; Definitions, references, documentation and attributes of Rust. Captures are listed in crates/syntax/src/query.rs.
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

; Calls

(call_expression function: (identifier) @reference.call)
(call_expression function: (scoped_identifier path: (_) @qualifier name: (identifier) @reference.call))
(call_expression function: (field_expression value: (_) @qualifier field: (field_identifier) @reference.call))
(call_expression function: (generic_function function: (identifier) @reference.call))
(call_expression
  function: (generic_function
    function: (scoped_identifier path: (_) @qualifier name: (identifier) @reference.call)))
(call_expression
  function: (generic_function
    function: (field_expression value: (_) @qualifier field: (field_identifier) @reference.call)))

; Types

(type_identifier) @reference.type
(scoped_type_identifier path: (_) @qualifier name: (type_identifier) @reference.type)

; Macros: invoked ones, derived ones and attributes, without the attributes that are built into the compiler

(macro_invocation macro: (identifier) @reference.macro)
(macro_invocation macro: (scoped_identifier path: (_) @qualifier name: (identifier) @reference.macro))
((attribute . (identifier) @reference.macro)
  (#not-any-of? @reference.macro
    "allow" "automatically_derived" "cfg" "cfg_attr" "cold" "default" "deny" "deprecated" "derive" "doc" "expect"
    "feature" "forbid" "ignore" "inline" "link" "link_name" "macro_export" "macro_use" "must_use" "no_mangle"
    "non_exhaustive" "path" "proc_macro" "proc_macro_attribute" "proc_macro_derive" "repr" "should_panic" "test"
    "track_caller" "warn"))
(attribute . (scoped_identifier path: (_) @qualifier name: (identifier) @reference.macro))
((attribute . (identifier) @_attribute arguments: (token_tree (identifier) @reference.macro))
  (#eq? @_attribute "derive"))

; Other values, and the leading parts of paths

(field_expression value: (_) @qualifier field: (field_identifier) @reference.value)
(scoped_identifier path: (_) @qualifier name: (identifier) @reference.value)
(scoped_identifier path: (identifier) @reference.value)
(scoped_type_identifier path: (identifier) @reference.value)

; Tokens that no rule of the grammar arranges: Rust reads items or references from them

(macro_invocation (token_tree) @tokens) @invocation
(macro_rule right: (token_tree) @tokens)

; Identifiers in here refer to nothing that the patterns above don't name

(attribute) @ignore
(lifetime) @ignore
(label) @ignore
(macro_rule left: (_) @ignore)
