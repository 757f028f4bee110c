; Names that live within one function of Python, visible in all of it. A reference that resolves to one of them refers to
; no symbol. An identifier that resolves to none is a reference to a value.

; A class is a scope that its methods do not see.

[
  (function_definition)
  (lambda)
  (class_definition)
  (type_alias_statement)
  (list_comprehension)
  (set_comprehension)
  (dictionary_comprehension)
  (generator_expression)
] @local.scope

; Parameters

(parameters (identifier) @local.definition)
(lambda_parameters (identifier) @local.definition)
(typed_parameter . (identifier) @local.definition)
(default_parameter name: (identifier) @local.definition)
(typed_default_parameter name: (identifier) @local.definition)
(list_splat_pattern (identifier) @local.definition)
(dictionary_splat_pattern (identifier) @local.definition)
(function_definition type_parameters: (type_parameter (type (identifier) @local.definition.type)))
(class_definition type_parameters: (type_parameter (type (identifier) @local.definition.type)))
(type_alias_statement
  left: (type (generic_type (type_parameter (type (identifier) @local.definition.type)))))

; Variables

(assignment left: (identifier) @local.definition)
(augmented_assignment left: (identifier) @local.definition)
(named_expression name: (identifier) @local.definition)
(for_statement left: (identifier) @local.definition)
(for_in_clause left: (identifier) @local.definition)
(pattern_list (identifier) @local.definition)
(tuple_pattern (identifier) @local.definition)
(list_pattern (identifier) @local.definition)
(as_pattern alias: (as_pattern_target (identifier) @local.definition))
(as_pattern alias: (as_pattern_target [(tuple (identifier) @local.definition) (list (identifier) @local.definition)]))
(as_pattern (case_pattern) (identifier) @local.definition)
(case_pattern (dotted_name . (identifier) @local.definition .))
(keyword_pattern (dotted_name . (identifier) @local.definition .))
(splat_pattern (identifier) @local.definition)

(global_statement (identifier) @local.global)

(identifier) @local.reference
