//! Facts of Rust texts. Never does: Python, or positions beyond lines.

use expect_test::{Expect, expect};

use super::{definitions, imports};
use crate::Language;

const SAMPLE: &str = include_str!("sample.rs.txt");

#[test]
fn sample_definitions() {
    expect![[r#"
        //! A pool of workers.
        //! 
        //! Second paragraph.
        12-13 13-13 13-13 pub constant LIMIT `pub const LIMIT: usize`
            | How many.
        14-14 14-14 14-14 static COUNT `static mut COUNT: u32`
        17-26 21-26 21-26 pub struct Worker `pub struct Worker<'a, T: Run + 'a>`
            | A worker.
            | With two lines.
        22-24 24-24 - pub field Worker.name `pub name: &'a str`
            | Its name.
        25-25 25-25 - field Worker.queue `queue: VecDeque<T>`
        28-28 28-28 - struct Pair `struct Pair(pub u32, Box<dyn Run>)`
        29-29 29-29 - struct Unit `struct Unit`
        31-40 35-40 35-40 pub enum Event `pub enum Event<T>`
            | What may happen.
            | 
            |  - a list
        36-37 37-37 - pub variant Event.Idle `Idle`
            | Nothing.
        38-38 38-38 - pub variant Event.Run `Run(T)`
        39-39 39-39 39-39 pub variant Event.Stop `Stop`
        39-39 39-39 - field Event.Stop.reason `reason: String`
        42-42 42-42 42-42 union Bits `union Bits`
        42-42 42-42 - field Bits.word `word: u32`
        42-42 42-42 - field Bits.bytes `bytes: [u8; 4]`
        44-50 44-50 44-50 pub trait Run `pub trait Run: Send`
        45-45 45-45 - pub type Run.Output `type Output`
        46-46 46-46 46-46 pub constant Run.NAME `const NAME: &'static str`
        47-48 48-48 - pub method Run.run `fn run(&mut self) -> Self::Output`
            | Runs it.
        49-49 49-49 49-49 pub method Run.stop `fn stop(&self) where Self: Sized`
        52-76 52-76 55-76 impl Worker `impl<'a, T> Worker<'a, T> where T: Run`
        56-66 58-66 61-66 pub method Worker.new `pub fn new(name: &'a str, config: Config) -> Self`
            | Makes one.
        62-62 62-62 62-62 function Worker.new.helper `fn helper()`
        68-75 68-75 68-75 method Worker.spawn_thread `async fn spawn_thread(&self, task: Task) -> io::Result<Option<T>>`
        78-80 78-80 78-80 impl Worker#2 `impl<T> Worker<'_, T>`
        79-79 79-79 79-79 method Worker.new#2 `fn new()`
        82-86 82-86 82-86 impl <Worker as Display> `impl<'a, T: fmt::Debug> fmt::Display for &'a Worker<'a, T>`
        83-85 83-85 83-85 method <Worker as Display>.fmt `fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result`
        88-88 88-88 88-88 impl <Unit as From> `impl<T> From<T> for Unit`
        88-88 88-88 88-88 method <Unit as From>.from `fn from(t: T) -> Unit`
        89-89 89-89 89-89 impl <Unit as From>#2 `impl From<u8> for Unit`
        89-89 89-89 89-89 method <Unit as From>.from#2 `fn from(_: u8) -> Unit`
        91-92 92-92 92-92 function open `fn open()`
        93-94 94-94 94-94 function open#2 `fn open()`
        96-98 96-98 96-98 macro twice `macro_rules! twice`
        100-100 100-100 - pub type Result `pub type Result<T, E = Error> = std::result::Result<T, E>`
        105-107 107-107 107-107 pub function hidden `pub fn hidden(handle: &Handle) -> u32`
            | Hidden by a macro.
        109-113 109-113 109-113 impl Unit `impl Unit`
        111-111 111-111 111-111 pub method Unit.nested `pub(crate) fn nested(&self)`
        118-118 118-118 - module unix `mod unix`
        121-121 121-121 121-121 function open_file `fn open_file()`
        125-125 125-125 125-125 constant _ `const _: ()`
        125-125 125-125 125-125 impl _.<Pair as Run> `impl Run for Pair`
        127-133 127-133 127-133 module tests `mod tests`
            | Inner documentation.
        131-132 132-132 132-132 function tests.works `fn works()`
        135-135 135-135 - module outside `mod outside`
        136-136 136-136 - function external `fn external(x: i32) -> i32`
    "#]].assert_eq(&definitions(SAMPLE, Language::Rust));
}

#[test]
fn sample_imports() {
    expect![[r#"
        5 ["std", "collections"] "HashMap" name HashMap
        5 ["std", "collections"] "self" name hash_map
        5 ["std", "collections", "hash_map"] "Entry" name Entry as Slot
        6 ["std"] "self" name io as io_
        6 ["std", "io", "prelude"] "*" glob
        7 ["crate", "task"] "Task" name Task reexport
        8 ["log"] "info" name info as _
        9 ["super"] "*" glob
        10 [] "alloc" name alloc as heap
        103 ["crate", "runtime"] "Handle" name Handle
        119 ["unix"] "open_file" name open_file reexport
        129 ["super"] "*" glob in module tests
    "#]]
    .assert_eq(&imports(SAMPLE, Language::Rust));
}

fn check_definitions(text: &str, expected: Expect) {
    expected.assert_eq(&definitions(text, Language::Rust));
}

#[test]
fn docs_stand_before_attributes() {
    check_definitions(
        "\
/// Far.

// Comment.
#[a]
/// Near.   
#[b(
    // inside
    c
)]
pub(in crate::x) fn f() {} // behind f

// Alone.
fn g() {}
/// Behind nothing.
use x;
//// Four slashes.
fn h() {}
/*** Stars. */
fn i() {}
/// Of a field.
struct S { /** One.
    Two. */ a: u8, // note
    b: u8, /// Of c.
    c: u8 }
",
        expect![[r#"
            1-10 10-10 10-10 pub function f `pub(in crate::x) fn f()`
                | Far.
                | Near.
            13-13 13-13 13-13 function g `fn g()`
            17-17 17-17 17-17 function h `fn h()`
            19-19 19-19 19-19 function i `fn i()`
            20-24 21-24 21-24 struct S `struct S`
                | Of a field.
            21-22 22-22 - field S.a `a: u8`
                | One.
                | Two.
            23-23 23-23 - field S.b `b: u8`
            23-24 24-24 - field S.c `c: u8`
                | Of c.
        "#]],
    );
}

#[test]
fn impls_are_named_by_type() {
    check_definitions(
        "\
impl a::b::Name<u8> {}
impl<T> Trait<T> for &'static mut [T; 3] {}
impl m::Trait for (A, B) {}
impl<T> From<Vec<T>> for Box<dyn Any + Send> {}
impl dyn Any {}
unsafe impl !Send for *const Name {}
",
        expect![[r#"
            1-1 1-1 1-1 impl Name `impl a::b::Name<u8>`
            2-2 2-2 2-2 impl <[T; 3] as Trait> `impl<T> Trait<T> for &'static mut [T; 3]`
            3-3 3-3 3-3 impl <(A, B) as Trait> `impl m::Trait for (A, B)`
            4-4 4-4 4-4 impl <Box as From> `impl<T> From<Vec<T>> for Box<dyn Any + Send>`
            5-5 5-5 5-5 impl dyn Any `impl dyn Any`
            6-6 6-6 6-6 impl <Name as Send> `unsafe impl !Send for *const Name`
        "#]],
    );
}

#[test]
fn items_in_macros() {
    check_definitions(
        "\
thread_local! { static KEY: Cell<u8> = const { Cell::new(0) }; }
pin_project! {
    /// Projected.
    #[derive(Debug)]
    pub struct Future<T> { #[pin] inner: T }
}
fn f() { quote! { fn not_ours() {} } }
list![fn, struct];
a! { b! { mod m { c! { fn deep() {} } } } }
",
        expect![[r#"
            1-1 1-1 1-1 static KEY `static KEY: Cell<u8>`
            3-5 5-5 5-5 pub struct Future `pub struct Future<T>`
                | Projected.
            5-5 5-5 - field Future.inner `inner: T`
            7-7 7-7 7-7 function f `fn f()`
            9-9 9-9 9-9 module m `mod m`
            9-9 9-9 9-9 function m.deep `fn deep()`
        "#]],
    );
}

#[test]
fn half_typed_code() {
    check_definitions(
        "\
struct Good { a: u8 }
fn broken(x: u32, {
    let y = x.
}
impl Good {
    pub fn before(&self) {}
    pub fn half(&self) -> 
    pub fn after(&self) {}
",
        expect![[r#"
            1-1 1-1 1-1 struct Good `struct Good`
            1-1 1-1 - field Good.a `a: u8`
            2-4 2-4 2-4 function broken `fn broken(x: u32`
            5-8 5-8 5-8 impl Good `impl Good`
            6-6 6-6 6-6 pub method Good.before `pub fn before(&self)`
            7-8 7-8 - pub method Good.half `pub fn half(&self) -> pub`
            8-8 8-8 8-8 method Good.after `fn after(&self)`
        "#]],
    );
}
