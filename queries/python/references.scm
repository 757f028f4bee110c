; References of Python: what is called, named as a type, used as a decorator, or read.

; Calls

(call function: (identifier) @reference.call)
(call function: (attribute object: (_) @qualifier attribute: (identifier) @reference.call))

; Types: annotations and base classes

(type (identifier) @reference.type)
(type (attribute object: (_) @qualifier attribute: (identifier) @reference.type))
(type (binary_operator (identifier) @reference.type))
(type (binary_operator (binary_operator (identifier) @reference.type)))
(type (subscript value: (identifier) @reference.type))
(type (subscript value: (attribute object: (_) @qualifier attribute: (identifier) @reference.type)))
(generic_type . (identifier) @reference.type)
(member_type (type) @qualifier (identifier) @reference.type)
(class_definition superclasses: (argument_list (identifier) @reference.type))
(class_definition
  superclasses: (argument_list (attribute object: (_) @qualifier attribute: (identifier) @reference.type)))
(class_definition superclasses: (argument_list (subscript value: (identifier) @reference.type)))

; Decorators

(decorator (identifier) @reference.macro)
(decorator (attribute object: (_) @qualifier attribute: (identifier) @reference.macro))
(decorator (call function: (identifier) @reference.macro))
(decorator
  (call function: (attribute object: (_) @qualifier attribute: (identifier) @reference.macro)))

; Other attributes

(attribute object: (_) @qualifier attribute: (identifier) @reference.value)

; Names in here refer to nothing that can be looked up by them

(keyword_argument name: (identifier) @ignore)
(keyword_pattern . (identifier) @ignore)
(global_statement) @ignore
(nonlocal_statement) @ignore
