; Definitions, docstrings and decorators of Python. Captures are listed in crates/syntax/src/query.rs. A function inside
; a class becomes a method, an assignment inside a class a field, and one inside a function is dropped, in
; crates/syntax/src/python.rs, where parents are known.

; Definitions

(class_definition name: (identifier) @name) @definition.class
(function_definition name: (identifier) @name) @definition.function
(type_alias_statement left: (type (identifier) @name)) @definition.type
(type_alias_statement left: (type (generic_type . (identifier) @name))) @definition.type
(assignment left: (identifier) @name) @definition.constant
(assignment left: (pattern_list (identifier) @name)) @definition.constant
(assignment left: (attribute object: (identifier) attribute: (identifier) @name)) @definition.field

; What may stand before a definition, and documentation inside it

(decorator) @attribute
(comment) @comment
(module . (comment)* . (expression_statement . (string) @doc.inner .))
(class_definition body: (block . (comment)* . (expression_statement . (string) @doc.inner .)))
(function_definition body: (block . (comment)* . (expression_statement . (string) @doc.inner .)))
