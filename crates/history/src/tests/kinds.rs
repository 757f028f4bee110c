//! Each kind of change to a symbol that stays in its file.

use backstory_fixture::Fixture;
use expect_test::expect;

use super::render;

#[test]
fn rust_function() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /src/pool.rs
pub fn other() {}

fn spawn(count: u32) -> u32 {
    let next = count + 1;
    next
}
//@ commit "Body"
//- /src/pool.rs
pub fn other() {}

fn spawn(count: u32) -> u32 {
    let next = count + 2;
    next
}
//@ commit "Elsewhere in the file"
//- /src/pool.rs
pub fn other() { loop {} }

fn spawn(count: u32) -> u32 {
    let next = count + 2;
    next
}
//@ commit "Signature"
//- /src/pool.rs
pub fn other() { loop {} }

pub fn spawn(count: u64) -> u64 {
    let next = count + 2;
    next
}
//@ commit "Attribute"
//- /src/pool.rs
pub fn other() { loop {} }

#[must_use]
pub fn spawn(count: u64) -> u64 {
    let next = count + 2;
    next
}
//@ commit "Docs"
//- /src/pool.rs
pub fn other() { loop {} }

/// Spawns.
#[must_use]
pub fn spawn(count: u64) -> u64 {
    let next = count + 2;
    next
}
//@ commit "Comment"
//- /src/pool.rs
pub fn other() { loop {} }

/// Spawns.
#[must_use]
pub fn spawn(count: u64) -> u64 {
    // One for the caller, one for the pool.
    let next = count + 2;
    next
}
//@ commit "Formatting"
//- /src/pool.rs
pub fn other() { loop {} }

/// Spawns.
#[must_use]
pub fn spawn(
    count: u64
) -> u64 {
    // One for the caller, one for the pool.
    let next = count + 2;
    next
}
//@ commit "Style"
//- /src/pool.rs
pub fn other() { loop {} }

/// Spawns.
#[must_use]
pub fn spawn(
    count: u64,
) -> u64 {
    // One for the caller, one for the pool.
    let next = count + 2;
    next
}
//@ commit "Rename"
//- /src/pool.rs
pub fn other() { loop {} }

/// Spawns.
#[must_use]
pub fn spawn_thread(
    count: u64,
) -> u64 {
    // One for the caller, one for the pool.
    let next = count + 2;
    next
}
"#,
    );
    expect![[r#"
        {10} rename +1 -1 src/pool.rs function spawn_thread <- src/pool.rs function spawn
        {9} style (hidden) +1 -1 src/pool.rs function spawn
        {8} formatting (hidden) +3 -1 src/pool.rs function spawn
        {7} docs (hidden) +1 -0 src/pool.rs function spawn
        {6} docs (hidden) +1 -0 src/pool.rs function spawn
        {5} attribute +1 -0 src/pool.rs function spawn
        {4} signature +1 -1 src/pool.rs function spawn
        {2} body +1 -1 src/pool.rs function spawn
        {1} introduced +4 -0 src/pool.rs function spawn
    "#]]
    .assert_eq(&render(&fixture, "src/pool.rs", "function spawn_thread"));
}

#[test]
fn python_style() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /a.py
def pair(left, right):
    """Both."""
    return dict(left='l', right='it\'s')
//@ commit "Quotes"
//- /a.py
def pair(left, right):
    """Both."""
    return dict(left="l", right="it's")
//@ commit "Magic comma"
//- /a.py
def pair(left, right):
    """Both."""
    return dict(
        left="l",
        right="it's",
    )
//@ commit "Tuple"
//- /a.py
def pair(left, right):
    """Both."""
    return (dict(
        left="l",
        right="it's",
    ),)
//@ commit "Docstring"
//- /a.py
def pair(left, right):
    """Both, as a tuple."""
    return (dict(
        left="l",
        right="it's",
    ),)
//@ commit "Decorator"
//- /a.py
@cache
def pair(left, right):
    """Both, as a tuple."""
    return (dict(
        left="l",
        right="it's",
    ),)
"#,
    );
    expect![[r#"
        {6} attribute +1 -0 a.py function pair
        {5} docs (hidden) +1 -1 a.py function pair
        {4} body +2 -2 a.py function pair
        {3} style (hidden) +4 -1 a.py function pair
        {2} style (hidden) +1 -1 a.py function pair
        {1} introduced +3 -0 a.py function pair
    "#]]
    .assert_eq(&render(&fixture, "a.py", "function pair"));
}

#[test]
fn value_of_a_constant_is_its_body() {
    let fixture = Fixture::new(
        "
//@ commit \"Introduce\"
//- /a.rs
pub const LIMIT: u32 = 10;
//@ commit \"Value\"
//- /a.rs
pub const LIMIT: u32 = 20;
//@ commit \"Type\"
//- /a.rs
pub const LIMIT: u64 = 20;
",
    );
    expect![[r#"
        {3} signature +1 -1 a.rs constant LIMIT
        {2} body +1 -1 a.rs constant LIMIT
        {1} introduced +1 -0 a.rs constant LIMIT
    "#]]
    .assert_eq(&render(&fixture, "a.rs", "constant LIMIT"));
}

#[test]
fn container_changes_with_its_members() {
    let fixture = Fixture::new(
        "
//@ commit \"Introduce\"
//- /a.py
class Pool:
    def spawn(self):
        return 1

    def stop(self):
        return 2
//@ commit \"Member\"
//- /a.py
class Pool:
    def spawn(self):
        return 1

    def stop(self):
        return 3
",
    );
    expect![[r#"
        {2} body +1 -1 a.py class Pool
        {1} introduced +6 -0 a.py class Pool
    "#]]
    .assert_eq(&render(&fixture, "a.py", "class Pool"));
    expect![[r#"
        {1} introduced +2 -0 a.py method Pool.spawn
    "#]]
    .assert_eq(&render(&fixture, "a.py", "method Pool.spawn"));
}

#[test]
fn line_ends_are_formatting() {
    let fixture = Fixture::new(
        "
//@ commit \"Introduce\"
//- /a.py
TEXT = '''a
b'''
def spawn():
    # why
    return '''a
b'''
//@ commit \"CRLF\"
//- /a.py
TEXT = '''a\r
b'''\r
def spawn():\r
    # why\r
    return '''a\r
b'''\r
//@ commit \"Body\"
//- /a.py
TEXT = '''a\r
b'''\r
def spawn():\r
    # why\r
    return '''a\r
c'''\r
",
    );
    expect![[r#"
        {3} body +1 -1 a.py function spawn
        {2} formatting (hidden) +3 -3 a.py function spawn
        {1} introduced +4 -0 a.py function spawn
    "#]]
    .assert_eq(&render(&fixture, "a.py", "function spawn"));
}

#[test]
fn a_change_of_mode_is_none() {
    let fixture = Fixture::new(
        "
//@ commit \"Introduce\"
//- /a.py
def spawn():
    return 1
",
    );
    fixture.git(&["update-index", "--chmod=+x", "a.py"]);
    fixture.git(&["commit", "-q", "-m", "Executable"]);
    expect![[r#"
        {1} introduced +2 -0 a.py function spawn
    "#]]
    .assert_eq(&render(&fixture, "a.py", "function spawn"));
}

#[test]
fn broken_versions_are_walked_through() {
    let fixture = Fixture::new(
        "
//@ commit \"Introduce\"
//- /a.py
def spawn(x):
    return x + 1
//@ commit \"Conflict\"
//- /a.py
<<<<<<< ours
def spawn(x):
    return x + 1
=======
>>>>>>> theirs
//@ commit \"Resolve\"
//- /a.py
def spawn(x):
    return x + 2
",
    );
    expect![[r#"
        {3} body +1 -1 a.py function spawn
        {1} introduced +2 -0 a.py function spawn
    "#]]
    .assert_eq(&render(&fixture, "a.py", "function spawn"));
}

#[test]
fn comments_at_the_end_of_a_python_function() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /a.py
def send(request):
    if request:
        go(request)
//@ commit "Comment in the block"
//- /a.py
def send(request):
    if request:
        go(request)
        # then wait
//@ commit "Comment behind it"
//- /a.py
def send(request):
    if request:
        go(request)
        # then wait
    # and nothing else
//@ commit "A statement"
//- /a.py
def send(request):
    if request:
        go(request)
        # then wait
    # and nothing else
    wait()
//@ commit "Into the block"
//- /a.py
def send(request):
    if request:
        go(request)
        # then wait
    # and nothing else
        wait()
"#,
    );
    expect![[r#"
        {5} body +1 -1 a.py function send
        {4} body +1 -0 a.py function send
        {3} docs (hidden) +1 -0 a.py function send
        {2} docs (hidden) +1 -0 a.py function send
        {1} introduced +3 -0 a.py function send
    "#]]
    .assert_eq(&render(&fixture, "a.py", "function send"));
}

#[test]
fn broken_lines_of_python() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /a.py
def send(request):
    return one(request) + two(request)
//@ commit "Break a line"
//- /a.py
def send(request):
    return one(request) + \
        two(request)
"#,
    );
    expect![[r#"
        {2} style (hidden) +2 -1 a.py function send
        {1} introduced +2 -0 a.py function send
    "#]]
    .assert_eq(&render(&fixture, "a.py", "function send"));
}
