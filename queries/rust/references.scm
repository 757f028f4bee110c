; References of Rust: what is called, named as a type, invoked as a macro, or read.

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
