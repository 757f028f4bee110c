; Definitions, references and decorators of Python. Captures are listed in crates/syntax/src/query.rs. A function inside
; a class becomes a method, an assignment inside a class a field, and one inside a function is dropped, in
; crates/syntax/src/python.rs, where parents are known.

; Definitions

(class_definition name: (identifier) @name) @definition.class
(function_definition name: (identifier) @name) @definition.function
(type_alias_statement left: (type (identifier) @name)) @definition.type
(type_alias_statement left: (type (generic_type . (identifier) @name))) @definition.type
(assignment left: (identifier) @name) @definition.constant
(assignment left: (pattern_list (identifier) @name)) @definition.constant
(assignment left: (attribute object: (identifier) @qualifier attribute: (identifier) @name)) @definition.field

; What may stand before a definition, and documentation inside it

(decorator) @attribute
(comment) @comment
(module . (comment)* . (expression_statement . (string) @doc.inner .))
(class_definition body: (block . (comment)* . (expression_statement . (string) @doc.inner .)))
(function_definition body: (block . (comment)* . (expression_statement . (string) @doc.inner .)))

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
