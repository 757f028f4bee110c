//! Texts of one shape in any size: long, wide or deep in one way each, as generated, minified and broken files are. Never does: look
//! like what people write.

use backstory_session::syntax::Language;
use std::fmt::Write;

/// A kind of text.
pub struct Shape {
    pub name: &'static str,
    pub language: Language,
    /// How many times the largest text repeats what it is made of.
    pub most: usize,
    pub make: fn(usize) -> String,
}

/// Levels of brackets and the like.
const DEEP: usize = 5000;
/// Statements, members, names.
const MANY: usize = 16_000;
/// Lines of a long file.
const LINES: usize = 50_000;
/// Bytes of a long line.
const LINE: usize = 2 << 20;

fn nested(before: &str, open: &str, middle: &str, close: &str, after: &str, count: usize) -> String {
    [before, &open.repeat(count), middle, &close.repeat(count), after].concat()
}

fn each(count: usize, mut one: impl FnMut(&mut String, usize)) -> String {
    let mut text = String::new();
    (0..count).for_each(|number| one(&mut text, number));
    text
}

/// One more level of indentation for each line.
fn stairs(count: usize, line: &str, last: &str) -> String {
    let mut text = each(count, |text, number| writeln!(text, "{}{line}", " ".repeat(number)).unwrap());
    writeln!(text, "{}{last}", " ".repeat(count)).unwrap();
    text
}

macro_rules! shapes {
    ($language:ident: $($name:literal $most:expr, $make:expr;)*) => {
        &[$(Shape { name: $name, language: Language::$language, most: $most, make: $make }),*]
    };
}

pub const RUST: &[Shape] = shapes! { Rust:
    "functions" LINES / 5, |n| each(n, |t, i| {
        write!(t, "fn f{i}(a: u32) -> u32 {{\n    let b = a + f{}(a);\n    b\n}}\n\n", i / 2).unwrap();
    });
    "one name" MANY, |n| each(n, |t, i| {
        writeln!(t, "struct S{i};\nimpl S{i} {{ fn new() -> Self {{ S{i} }} fn run(&self) {{ S{i}::new().run() }} }}").unwrap();
    });
    "callers" MANY, |n| format!("fn f() {{}}\n{}", each(n, |t, i| writeln!(t, "fn g{i}() {{ f() }}").unwrap()));
    "trait" MANY / 2, |n| format!("trait T {{ fn m(&self); }}\n{}", each(n, |t, i| {
        writeln!(t, "struct S{i};\nimpl T for S{i} {{ fn m(&self) {{}} }}\nfn g{i}(s: S{i}) {{ s.m() }}").unwrap();
    }));
    "parentheses" DEEP, |n| nested("fn f() { ", "(", "x", ")", " }", n);
    "arrays" DEEP, |n| nested("fn f() { ", "[", "x", "]", " }", n);
    "blocks" DEEP, |n| nested("fn f() { ", "{", "x", "}", " }", n);
    "calls" DEEP, |n| nested("fn f(x: u8) { ", "f(", "x", ")", " }", n);
    "ifs" DEEP, |n| nested("fn f(a: bool) { ", "if a {", "a", "} else { a }", " }", n);
    "else ifs" DEEP, |n| nested("fn f(a: bool) { if a { a }", " else if a { a }", "", "", " }", n);
    "matches" DEEP, |n| nested("fn f(x: u8) { ", "match x { _ => ", "x", "}", " }", n);
    "modules" DEEP, |n| nested("", "mod m { ", "fn f() { f() }", "}", "", n);
    "inner functions" DEEP, |n| nested("", "fn f() { ", "f()", "}", "", n);
    "sum" DEEP, |n| nested("fn f(a: u8) { a", " + a", "", "", " }", n);
    "method chain" DEEP, |n| nested("fn f(a: u8) { a", ".b()", "", "", " }", n);
    "field chain" DEEP, |n| nested("fn f(a: u8) { a", ".b", "", "", " }", n);
    "closures" DEEP, |n| nested("fn f(a: u8) { ", "|a| ", "a", "", " }", n);
    "closures as arguments" DEEP, |n| nested("fn f(a: u8) { ", "f(|a| ", "a", ")", " }", n);
    "generics" DEEP, |n| nested("fn f(a: ", "Vec<", "u8", ">", ") { a }", n);
    "references" DEEP, |n| nested("fn f(a: u8) { ", "&", "a", "", " }", n);
    "negations" DEEP, |n| nested("fn f(a: u8) { ", "!", "a", "", " }", n);
    "tuple patterns" DEEP, |n| nested("fn f(a: u8) { let ", "(", "b", ",)", " = a; b }", n);
    "nested use" DEEP, |n| nested("use a::", "{a::", "b", "}", ";", n);
    "long path" DEEP, |n| nested("fn f() { a", "::a", "", "", "; }", n);
    "macro parentheses" DEEP, |n| nested("fn f() { m!(", "(", "x", ")", ") }", n);
    "macro braces" DEEP, |n| nested("fn f() { m!(", "{", "x", "}", ") }", n);
    "macro broken braces" DEEP, |n| nested("fn f() { m!(", "{ = ", "x", "}", ") }", n);
    "macro closures" DEEP, |n| nested("fn f() { m!(", "= |a| ", "a", "", ") }", n);
    "macro sum" MANY, |n| nested("fn f() { m!(a", " + a", "", "", ") }", n);
    "macro arguments" MANY, |n| nested("fn f() { m!(a", ", a", "", "", ") }", n);
    "macros in macros" DEEP, |n| nested("", "m! { fn f() {} ", "f()", "}", "", n);
    "macros with items" MANY, |n| each(n, |t, i| writeln!(t, "m! {{ fn f{i}() {{}} }}").unwrap());
    "long line of numbers" LINE / 4, |n| nested("const X: [u8; 0] = [", "12, ", "1", "", "];", n);
    "long string" LINE, |n| nested("const X: &str = \"", "x", "", "", "\";", n);
    "long line of calls" LINE / 5, |n| nested("fn f(a: u8) {", "f(a);", "", "", "}", n);
    "imports" MANY, |n| each(n, |t, i| writeln!(t, "use a::b{i};").unwrap());
    "import list" MANY, |n| nested("use a::{", "", &each(n, |t, i| write!(t, "b{i}, ").unwrap()), "", "};", 1);
    "names" MANY, |n| format!("fn f(x0: u8) {{\n{}}}\n", each(n, |t, i| writeln!(t, "let x{} = x{i};", i + 1).unwrap()));
    "shadowed" MANY, |n| nested("fn f(x: u8) {\n", "let x = x + 1;\n", "", "", "}", n);
    "variants" MANY, |n| format!("enum E {{\n{}}}\nfn f(e: E) {{ match e {{\n{}}} }}\n",
        each(n, |t, i| writeln!(t, "A{i},").unwrap()), each(n, |t, i| writeln!(t, "E::A{i} => {{}}").unwrap()));
    "fields" MANY, |n| format!("struct S {{\n{}}}\n", each(n, |t, i| writeln!(t, "a{i}: u8,").unwrap()));
    "methods" MANY, |n| format!("struct S;\nimpl S {{\n{}}}\n",
        each(n, |t, i| writeln!(t, "fn m{i}(&self) {{ self.m{}() }}", i / 2).unwrap()));
    "module files" MANY, |n| each(n, |t, i| writeln!(t, "mod m{i};").unwrap());
    "attributed modules" MANY, |n| each(n, |t, i| writeln!(t, "#[path = \"a.rs\"] mod m{i};").unwrap());
    "small modules" MANY, |n| each(n, |t, i| writeln!(t, "mod m{i} {{ pub fn f() {{}} }}").unwrap());
    "comments" LINES, |n| nested("", "// A comment.\n", "fn f() {}", "", "", n);
    "documentation" LINES, |n| nested("", "/// A comment.\n", "fn f() {}", "", "", n);
    "attributes" MANY, |n| nested("", "#[a]\n", "fn f() {}", "", "", n);
    "comments between" LINES / 2, |n| nested("", "// A comment.\nfn f() {}\n", "", "", "", n);
    "open parentheses" DEEP, |n| "(".repeat(n);
    "open braces" DEEP, |n| "{".repeat(n);
    "open quotes" DEEP, |n| "\" ".repeat(n);
    "open comments" DEEP, |n| "/*".repeat(n);
    "open generics" DEEP, |n| nested("fn f(a: ", "A<", "", "", "", n);
    "keywords" MANY, |n| "fn impl use ".repeat(n);
    "at signs" MANY, |n| "@".repeat(n);
};

pub const PYTHON: &[Shape] = shapes! { Python:
    "functions" LINES / 5, |n| each(n, |t, i| write!(t, "def f{i}(a):\n    b = a + f{}(a)\n    return b\n\n\n", i / 2).unwrap());
    "one name" MANY, |n| each(n, |t, i| {
        writeln!(t, "class S{i}:\n    def run(self):\n        return S{i}().run()\n").unwrap();
    });
    "callers" MANY, |n| format!("def f(): pass\n{}", each(n, |t, i| writeln!(t, "def g{i}(): f()").unwrap()));
    "subclasses" MANY / 2, |n| format!("class T:\n    def m(self): pass\n{}", each(n, |t, i| {
        writeln!(t, "class S{i}(T):\n    def m(self): pass\ndef g{i}(s: S{i}): s.m()").unwrap();
    }));
    "line of classes" DEEP / 4, |n| format!("class S0:\n    def m(self): pass\n{}", each(n, |t, i| {
        writeln!(t, "class S{}(S{i}):\n    def m(self): pass", i + 1).unwrap();
    }));
    "parentheses" DEEP, |n| nested("x = ", "(", "x", ")", "\n", n);
    "lists" DEEP, |n| nested("x = ", "[", "x", "]", "\n", n);
    "dictionaries" DEEP, |n| nested("x = ", "{1: ", "x", "}", "\n", n);
    "calls" DEEP, |n| nested("def f(x):\n    return ", "f(", "x", ")", "\n", n);
    "subscripts" DEEP, |n| nested("x = ", "x[", "x", "]", "\n", n);
    "ifs" DEEP / 5, |n| stairs(n, "if a:", "a()");
    "loops" DEEP / 5, |n| stairs(n, "for a in b:", "a()");
    "tries" DEEP / 5, |n| stairs(n, "with a as b:", "a()");
    "elifs" MANY, |n| nested("if a:\n    a()\n", "elif a:\n    a()\n", "", "", "", n);
    "elifs of types" MANY, |n| nested("def f(a):\n  if a:\n    a()\n", "  elif isinstance(a, int):\n    b = a\n", "", "", "", n);
    "assertions" MANY, |n| nested("def f(a):\n", "    assert isinstance(a, int)\n    b = a\n", "", "", "", n);
    "early returns" MANY, |n| nested("def f(a):\n", "    if not isinstance(a, int):\n        return\n    b = a\n", "", "", "", n);
    "inner functions" DEEP / 5, |n| stairs(n, "def f(a):", "f(a)");
    "inner classes" DEEP / 5, |n| stairs(n, "class A:", "a = 1");
    "conditions" DEEP, |n| nested("x = ", "a if a else ", "a", "", "\n", n);
    "sum" DEEP, |n| nested("x = a", " + a", "", "", "\n", n);
    "conjunction" DEEP, |n| nested("x = a", " and a", "", "", "\n", n);
    "tests of types" DEEP, |n| nested("x = a", " and isinstance(a, int)", "", "", "\n", n);
    "comparisons" DEEP, |n| nested("x = a", " < a", "", "", "\n", n);
    "added strings" DEEP, |n| nested("x = ''", " + 'a'", "", "", "\n", n);
    "joined strings" MANY, |n| nested("x = (", "'a'\n", "", "", ")\n", n);
    "method chain" DEEP, |n| nested("x = a", ".b()", "", "", "\n", n);
    "attribute chain" DEEP, |n| nested("x = a", ".b", "", "", "\n", n);
    "lambdas" DEEP, |n| nested("x = ", "lambda a: ", "a", "", "\n", n);
    "negations" DEEP, |n| nested("x = ", "not ", "a", "", "\n", n);
    "minuses" DEEP, |n| nested("x = ", "-", "a", "", "\n", n);
    "awaits" DEEP, |n| nested("x = ", "await ", "a", "", "\n", n);
    "generics" DEEP, |n| nested("x: ", "list[", "int", "]", " = 1\n", n);
    "unions" DEEP, |n| nested("x: int", " | int", "", "", " = 1\n", n);
    "comprehensions" DEEP / 2, |n| nested("x = ", "[", "a", " for a in b]", "\n", n);
    "targets" DEEP, |n| nested("", "(", "x", ",)", " = y\n", n);
    "assignments in a row" DEEP, |n| nested("", "x = ", "y", "", "\n", n);
    "formatted" DEEP / 10, |n| nested("x = ", "f'{", "a", "}'", "\n", n);
    "decorators" MANY, |n| nested("", "@a\n", "def f(): pass\n", "", "", n);
    "long line of numbers" LINE / 4, |n| nested("x = [", "12, ", "1", "", "]\n", n);
    "long dictionary" LINE / 10, |n| nested("x = {", "'a': 12, ", "", "", "}\n", n);
    "long string" LINE, |n| nested("x = '", "x", "", "", "'\n", n);
    "long line of calls" LINE / 5, |n| nested("", "f(a);", "", "", "\n", n);
    "imports" MANY, |n| each(n, |t, i| writeln!(t, "import b{i}").unwrap());
    "imports from" MANY, |n| each(n, |t, i| writeln!(t, "from a import b{i}").unwrap());
    "import list" MANY, |n| nested("from a import (", "", &each(n, |t, i| write!(t, "b{i}, ").unwrap()), "", ")\n", 1);
    "names" MANY, |n| each(n, |t, i| writeln!(t, "x{} = x{i}", i + 1).unwrap());
    "assigned again" MANY, |n| nested("x = 1\n", "x = x + 1\n", "", "", "", n);
    "assigned again in a function" MANY, |n| nested("def f(x):\n", "    x = x + 1\n", "", "", "", n);
    "assigned in branches" MANY / 4, |n| nested("x = 1\n", "if a:\n    x = 2\n", "x\n", "", "", n);
    "defined again" MANY, |n| nested("", "def f(): f()\n", "", "", "", n);
    "attributes" MANY, |n| format!("class A:\n    def __init__(self):\n{}",
        each(n, |t, i| writeln!(t, "        self.a{i} = self.a{}", i / 2).unwrap()));
    "one attribute" MANY, |n| nested("class A:\n    def m(self):\n", "        self.a = self.a\n", "", "", "", n);
    "methods" MANY, |n| format!("class A:\n{}",
        each(n, |t, i| writeln!(t, "    def m{i}(self): return self.m{}()", i / 2).unwrap()));
    "exports" MANY, |n| format!("__all__ = [{}]\n", each(n, |t, i| write!(t, "'a{i}', ").unwrap()));
    "cases" MANY, |n| nested("match x:\n", "    case A(b):\n        b()\n", "", "", "", n);
    "string statements" MANY, |n| nested("", "'a'\n", "", "", "", n);
    "comments" LINES, |n| nested("", "# A comment.\n", "def f(): pass\n", "", "", n);
    "comments between" LINES / 2, |n| nested("", "# A comment.\nx = 1\n", "", "", "", n);
    "globals" MANY, |n| nested("x = 1\ndef f():\n", "    global x\n    x = 2\n", "", "", "", n);
    "open parentheses" DEEP, |n| "(".repeat(n);
    "open quotes" DEEP, |n| "' ".repeat(n);
    "keywords" MANY, |n| "def class import ".repeat(n);
    "at signs" MANY, |n| "@".repeat(n);
};
