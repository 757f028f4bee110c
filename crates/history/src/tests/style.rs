//! What is style and what is not, and the edges of a symbol.

use backstory_fixture::Fixture;
use expect_test::expect;

use super::render;

#[test]
fn rust_arms_and_closures() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /a.rs
fn send(kind: Kind) -> u32 {
    let all = kinds.iter().map(|kind| { kind.number() });
    match kind {
        Kind::One => { 1 }
        Kind::Two => two(all),
    }
}
//@ commit "Format"
//- /a.rs
fn send(kind: Kind) -> u32 {
    let all = kinds.iter().map(|kind| kind.number());
    match kind {
        Kind::One => 1,
        Kind::Two => {
            two(all)
        }
    }
}
//@ commit "A statement more"
//- /a.rs
fn send(kind: Kind) -> u32 {
    let all = kinds.iter().map(|kind| { kind.number(); });
    match kind {
        Kind::One => 1,
        Kind::Two => {
            two(all)
        }
    }
}
//@ commit "A statement less"
//- /a.rs
fn send(kind: Kind) -> u32 {
    let all = kinds.iter().map(|kind| { kind.number() });
    match kind {
        Kind::One => 1,
        Kind::Two => {
            two(all)
        }
    }
}
"#,
    );
    expect![[r#"
        {4} body +1 -1 a.rs function send
        {3} body +1 -1 a.rs function send
        {2} style (hidden) +5 -3 a.rs function send
        {1} introduced +7 -0 a.rs function send
    "#]]
    .assert_eq(&render(&fixture, "a.rs", "function send"));
}

#[test]
fn python_strings_and_numbers() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /a.py
def mask(bits):
    log('one two %s', bits)
    return 0xffffffff ^ bits
//@ commit "Format"
//- /a.py
def mask(bits):
    log("one "
        "two %s", bits)
    return 0xFFFFFFFF ^ bits
//@ commit "Another text"
//- /a.py
def mask(bits):
    log("one "
        "two: %s", bits)
    return 0xFFFFFFFF ^ bits
//@ commit "Another prefix"
//- /a.py
def mask(bits):
    log("one "
        r"two: %s", bits)
    return 0xFFFFFFFF ^ bits
"#,
    );
    expect![[r#"
        {4} body +1 -1 a.py function mask
        {3} body +1 -1 a.py function mask
        {2} style (hidden) +3 -2 a.py function mask
        {1} introduced +3 -0 a.py function mask
    "#]]
    .assert_eq(&render(&fixture, "a.py", "function mask"));
}

#[test]
fn fields_of_a_tuple_struct_are_its_body() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /a.rs
struct Parents<F: Fn(u32)>(Option<F>);
//@ commit "Body"
//- /a.rs
struct Parents<F: Fn(u32)>(Vec<F>);
//@ commit "Signature"
//- /a.rs
struct Parents<F: Fn(u64)>(Vec<F>);
"#,
    );
    expect![[r#"
        {3} signature +1 -1 a.rs struct Parents
        {2} body +1 -1 a.rs struct Parents
        {1} introduced +1 -0 a.rs struct Parents
    "#]]
    .assert_eq(&render(&fixture, "a.rs", "struct Parents"));
}

/// Its text is in both versions of the file once, and all around it is the same.
#[test]
fn what_was_taken_away_at_the_edges() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /a.py
@cached
@wrapped(
    "twice",
)
# Not for long.
def send(request):
    go(request)

    wait(request)
//@ commit "End"
//- /a.py
@cached
@wrapped(
    "twice",
)
# Not for long.
def send(request):
    go(request)
//@ commit "Comment"
//- /a.py
@cached
@wrapped(
    "twice",
)
def send(request):
    go(request)
//@ commit "Decorator"
//- /a.py
@cached
def send(request):
    go(request)
//@ commit "Another"
//- /a.py
def send(request):
    go(request)
"#,
    );
    expect![[r#"
        {5} attribute +0 -1 a.py function send
        {4} attribute +0 -3 a.py function send
        {3} docs (hidden) +0 -1 a.py function send
        {2} body +0 -2 a.py function send
        {1} introduced +9 -0 a.py function send
    "#]]
    .assert_eq(&render(&fixture, "a.py", "function send"));
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /a.rs
/// Sends.

#[must_use]
#[cfg(any(
    unix,
))]
fn send() {}
//@ commit "One attribute"
//- /a.rs
/// Sends.

#[must_use]
fn send() {}
//@ commit "Both"
//- /a.rs
/// Sends.

fn send() {}
//@ commit "Docs"
//- /a.rs
fn send() {}
"#,
    );
    expect![[r#"
        {4} docs (hidden) +0 -2 a.rs function send
        {3} attribute +0 -1 a.rs function send
        {2} attribute +0 -3 a.rs function send
        {1} introduced +7 -0 a.rs function send
    "#]]
    .assert_eq(&render(&fixture, "a.rs", "function send"));
}

#[test]
fn same_text_several_times() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /a.py
class One:
    def value(self):
        return self.inner

class Two:
    def value(self):
        return self.inner
//@ commit "Elsewhere"
//- /a.py
x = 1

class One:
    def value(self):
        return self.inner

class Two:
    def value(self):
        return self.inner
//@ commit "The first one"
//- /a.py
x = 1

class One:
    def value(self):
        return self.outer

class Two:
    def value(self):
        return self.inner
"#,
    );
    expect![[r#"
        {1} introduced +2 -0 a.py method Two.value
    "#]]
    .assert_eq(&render(&fixture, "a.py", "method Two.value"));
    expect![[r#"
        {3} body +1 -1 a.py method One.value
        {1} introduced +2 -0 a.py method One.value
    "#]]
    .assert_eq(&render(&fixture, "a.py", "method One.value"));
}
