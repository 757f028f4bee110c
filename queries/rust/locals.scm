; Names that live within one item of Rust: parameters, variables, generic parameters. A reference that resolves to one
; of them refers to no symbol. An identifier that resolves to none is a reference to a value.

; Scopes

[
  (function_item)
  (function_signature_item)
  (impl_item)
  (trait_item)
  (struct_item)
  (enum_item)
  (union_item)
  (type_item)
  (associated_type)
  (block)
  (closure_expression)
  (match_arm)
  (if_expression)
  (while_expression)
  (for_expression)
] @local.scope

; What these bind is visible only behind them: in `let pool = pool();` the call is not to the variable.

(let_declaration) @local.binding
(let_condition) @local.binding

; Generic parameters

(type_parameter name: (type_identifier) @local.definition.type)
(const_parameter name: (identifier) @local.definition.type)

; Patterns. A name that starts with a capital letter is a constant or a variant, which Rust code decides.

(parameter pattern: (identifier) @local.definition)
(closure_parameters (identifier) @local.definition)
(let_declaration pattern: (identifier) @local.definition)
(let_condition pattern: (identifier) @local.definition)
(for_expression pattern: (identifier) @local.definition)
(match_pattern . (identifier) @local.definition)
(mut_pattern (identifier) @local.definition)
(ref_pattern (identifier) @local.definition)
(reference_pattern (identifier) @local.definition)
(captured_pattern . (identifier) @local.definition)
(tuple_pattern (identifier) @local.definition)
(slice_pattern (identifier) @local.definition)
(or_pattern (identifier) @local.definition)
(tuple_struct_pattern type: (_) (identifier) @local.definition)
(field_pattern name: (shorthand_field_identifier) @local.definition)
(field_pattern pattern: (identifier) @local.definition)

(identifier) @local.reference
