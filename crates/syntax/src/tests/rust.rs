//! Facts of Rust texts. Never does: Python, or positions beyond lines.

use expect_test::{Expect, expect};

use super::{definitions, imports, references};
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
fn sample_references() {
    expect![[r#"
        13 value BASE in constant LIMIT
        18 macro Debug in struct Worker
        18 macro Clone in struct Worker
        21 type Run in struct Worker
        25 type VecDeque in field Worker.queue
        28 type Box in struct Pair
        28 type Run in struct Pair
        39 type String in field Event.Stop.reason
        44 type Send in trait Run
        48 type Self > Output in method Run.run
        49 type Sized in method Run.stop
        49 call self > halt in method Run.stop
        52 type Worker in impl Worker
        54 type Run in impl Worker
        60 type Config in method Worker.new
        63 call queue in method Worker.new
        63 call config > size in method Worker.new
        64 call helper in method Worker.new
        68 type Task in method Worker.spawn_thread
        68 value io in method Worker.spawn_thread
        68 type io > Result in method Worker.spawn_thread
        68 type Option in method Worker.spawn_thread
        69 call item > run in method Worker.spawn_thread
        69 value task > id in method Worker.spawn_thread
        69 value LIMIT in method Worker.spawn_thread
        70 value self > queue in method Worker.spawn_thread
        70 call self.queue > iter in method Worker.spawn_thread
        70 call self.queue.iter(..) > map in method Worker.spawn_thread
        70 call self.queue.iter(..).map(..) > next in method Worker.spawn_thread
        71 value Some in method Worker.spawn_thread
        71 call found > is_ready in method Worker.spawn_thread
        71 call Ok in method Worker.spawn_thread
        71 call Some in method Worker.spawn_thread
        72 value None in method Worker.spawn_thread
        72 call Err in method Worker.spawn_thread
        72 value io in method Worker.spawn_thread
        72 value io > Error in method Worker.spawn_thread
        72 call io::Error > other in method Worker.spawn_thread
        73 value Builder in method Worker.spawn_thread
        73 call Builder > new in method Worker.spawn_thread
        73 call Builder::new(..) > name in method Worker.spawn_thread
        73 call Builder::new(..).name(..)? > spawn in method Worker.spawn_thread
        78 type Worker in impl Worker#2
        82 value fmt in impl <Worker as Display>
        82 type fmt > Debug in impl <Worker as Display>
        82 value fmt in impl <Worker as Display>
        82 type fmt > Display in impl <Worker as Display>
        82 type Worker in impl <Worker as Display>
        83 value fmt in method <Worker as Display>.fmt
        83 type fmt > Formatter in method <Worker as Display>.fmt
        83 value fmt in method <Worker as Display>.fmt
        83 type fmt > Result in method <Worker as Display>.fmt
        84 macro write in method <Worker as Display>.fmt
        84 value self > name in method <Worker as Display>.fmt
        84 call T > describe in method <Worker as Display>.fmt
        84 value self > queue in method <Worker as Display>.fmt
        88 type From in impl <Unit as From>
        88 type Unit in impl <Unit as From>
        88 type Unit in method <Unit as From>.from
        88 call drop in method <Unit as From>.from
        88 value Unit in method <Unit as From>.from
        89 type From in impl <Unit as From>#2
        89 type Unit in impl <Unit as From>#2
        89 type Unit in method <Unit as From>.from#2
        89 value Unit in method <Unit as From>.from#2
        94 value tokio in function open#2
        94 macro tokio > select in function open#2
        94 call wait in function open#2
        94 macro info in function open#2
        94 value target in function open#2
        94 value count in function open#2
        94 value LIMIT in function open#2
        97 call $crate > run in macro twice
        100 type Error in type Result
        100 value std in type Result
        100 value std > result in type Result
        100 type std::result > Result in type Result
        102 macro cfg_rt
        107 type Handle in function hidden
        107 call handle > spawn in function hidden
        107 value LIMIT in function hidden
        109 type Unit in impl Unit
        110 macro cfg_time in impl Unit
        116 value cfg_if
        116 macro cfg_if > cfg_if
        125 type Run in impl _.<Pair as Run>
        125 type Pair in impl _.<Pair as Run>
        132 macro assert_eq in function tests.works
        132 value LIMIT in function tests.works
        132 macro twice in function tests.works
        132 value Worker in function tests.works
        132 call Worker > new in function tests.works
        132 value Worker::new(..) > name in function tests.works
    "#]]
    .assert_eq(&references(SAMPLE, Language::Rust));
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

fn check_references(text: &str, expected: Expect) {
    expected.assert_eq(&references(text, Language::Rust));
}

#[test]
fn locals_are_no_references() {
    check_references(
        "fn f<T: Run, const N: usize>(config: Config) -> T {
    let pool = pool(config);
    let (a, mut b) = (a(), N);
    if let Some(found) = found() && found { found.go(a, b) }
    for item in items { item }
    while let Some(next) = next(next) {}
    match pool { Point { x, y: z } => x + z, ref r @ [first, ..] => first, LIMIT | other => other }
    config::load(|each, &(left, right): &Pair| each + left + right, T::make(), each)
}
fn g() { config }
",
        expect![[r#"
            1 type Run in function f
            1 type Config in function f
            2 call pool in function f
            3 call a in function f
            4 value Some in function f
            4 call found in function f
            4 call found > go in function f
            5 value items in function f
            6 value Some in function f
            6 call next in function f
            6 value next in function f
            7 type Point in function f
            7 value LIMIT in function f
            8 value config in function f
            8 call config > load in function f
            8 type Pair in function f
            8 call T > make in function f
            8 value each in function f
            10 value config in function g
        "#]],
    );
}

#[test]
fn references_in_macros() {
    check_references(
        "fn f(task: Task) {
    assert_eq!(task.queue(1)[0].len()?, Pool::<u8>::new(\"x\").name, vec![std::mem::take(LIMIT)]);
    select! { biased; _ = rx.recv() => break 'outer, else => self.inner.stop::<T>() }
    log::info!(%task, count = a[b(c)].d, \"{}\", (x).y, Vec<Item>, Self::NONE, -> Out);
}
",
        expect![[r#"
            1 type Task in function f
            2 macro assert_eq in function f
            2 call task > queue in function f
            2 call task.queue(..)[..] > len in function f
            2 value Pool in function f
            2 call Pool > new in function f
            2 value Pool::new(..) > name in function f
            2 macro vec in function f
            2 value std in function f
            2 value std > mem in function f
            2 call std::mem > take in function f
            2 value LIMIT in function f
            3 macro select in function f
            3 value biased in function f
            3 value rx in function f
            3 call rx > recv in function f
            3 value self > inner in function f
            3 value self.inner > stop in function f
            3 value T in function f
            4 value log in function f
            4 macro log > info in function f
            4 value count in function f
            4 value a in function f
            4 call b in function f
            4 value c in function f
            4 value a[..] > d in function f
            4 value x in function f
            4 value (..) > y in function f
            4 type Vec in function f
            4 type Item in function f
            4 value Self > NONE in function f
            4 type Out in function f
        "#]],
    );
}

#[test]
fn qualifiers_are_short() {
    check_references(
        "fn f() { a(1, g).b::<u8>(|x| { h })?.c[0].await.d(); <T as Run>::e(); \"s\".f(); (1 + 2).g(); vec![1].h(); }\n",
        expect![[r#"
            1 call a in function f
            1 value g in function f
            1 call a(..) > b in function f
            1 value h in function f
            1 value a(..).b(..)? > c in function f
            1 call a(..).b(..)?.c[..].await > d in function f
            1 type T in function f
            1 type Run in function f
            1 call <T as Run> > e in function f
            1 call ".." > f in function f
            1 call (..) > g in function f
            1 macro vec in function f
            1 call vec!(..) > h in function f
        "#]],
    );
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
