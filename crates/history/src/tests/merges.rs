//! Parallel branches and merges.

use backstory_fixture::Fixture;
use expect_test::expect;

use super::render;

#[test]
fn change_on_a_branch_counts_once() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /a.py
def spawn(x):
    return x

def other(x):
    return x
//@ branch side
//@ commit "Change on side"
//- /a.py
def spawn(x):
    return x + 1

def other(x):
    return x
//@ checkout main
//@ commit "Other on main"
//- /a.py
def spawn(x):
    return x

def other(x):
    return x - 1
//@ merge side "Merge side"
//- /a.py
def spawn(x):
    return x + 1

def other(x):
    return x - 1
"#,
    );
    expect![[r#"
        {2} body +1 -1 a.py function spawn
        {1} introduced +2 -0 a.py function spawn
    "#]]
    .assert_eq(&render(&fixture, "a.py", "function spawn"));
}

#[test]
fn merge_that_combines_both_sides_is_no_change() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /a.py
def spawn(x):
    first = x
    middle = x
    last = x
    return first, middle, last
//@ branch side
//@ commit "Last on side"
//- /a.py
def spawn(x):
    first = x
    middle = x
    last = x + 1
    return first, middle, last
//@ checkout main
//@ commit "First on main"
//- /a.py
def spawn(x):
    first = x - 1
    middle = x
    last = x
    return first, middle, last
//@ merge side "Merge side"
//- /a.py
def spawn(x):
    first = x - 1
    middle = x
    last = x + 1
    return first, middle, last
"#,
    );
    expect![[r#"
        {3} body +1 -1 a.py function spawn
        {2} body +1 -1 a.py function spawn
        {1} introduced +5 -0 a.py function spawn
    "#]]
    .assert_eq(&render(&fixture, "a.py", "function spawn"));
}

#[test]
fn merge_with_an_edit_of_its_own_is_a_change() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /a.py
def spawn(x):
    return x
//@ branch side
//@ commit "Side"
//- /a.py
def spawn(x):
    return x + 1
//@ checkout main
//@ commit "Main"
//- /a.py
def spawn(x):
    return x - 1
//@ merge side "Merge with a conflict"
//- /a.py
def spawn(x):
    return x * 2
"#,
    );
    expect![[r#"
        {4} body +1 -1 a.py function spawn
        {3} body +1 -1 a.py function spawn
        {2} body +1 -1 a.py function spawn
        {1} introduced +2 -0 a.py function spawn
    "#]]
    .assert_eq(&render(&fixture, "a.py", "function spawn"));
}

#[test]
fn octopus_merge() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /a.py
def spawn(x):
    first = x
    middle = x
    last = x
    return first, middle, last
//@ branch one
//@ commit "First"
//- /a.py
def spawn(x):
    first = x + 1
    middle = x
    last = x
    return first, middle, last
//@ checkout main
//@ branch two
//@ commit "Last"
//- /a.py
def spawn(x):
    first = x
    middle = x
    last = x + 1
    return first, middle, last
//@ checkout main
//@ commit "Middle"
//- /a.py
def spawn(x):
    first = x
    middle = x + 1
    last = x
    return first, middle, last
//@ merge one two "Merge both"
//- /a.py
def spawn(x):
    first = x + 1
    middle = x + 1
    last = x + 1
    return first, middle, last
"#,
    );
    expect![[r#"
        {4} body +1 -1 a.py function spawn
        {3} body +1 -1 a.py function spawn
        {2} body +1 -1 a.py function spawn
        {1} introduced +5 -0 a.py function spawn
    "#]]
    .assert_eq(&render(&fixture, "a.py", "function spawn"));
}

#[test]
fn branches_that_know_the_symbol_under_different_names_and_paths() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /a.py
def spawn(task, count):
    following = count + 1
    log(task, following)
    return following
//@ branch side
//@ commit "Rename the file on side"
//@ mv /a.py /b.py
//@ commit "Rename the function on side"
//- /b.py
def spawn_thread(task, count):
    following = count + 1
    log(task, following)
    return following
//@ checkout main
//@ commit "Edit on main"
//- /a.py
def spawn(task, count):
    following = count + 2
    log(task, following)
    return following
//@ merge side "Merge side"
//@ rm /a.py
//- /b.py
def spawn_thread(task, count):
    following = count + 2
    log(task, following)
    return following
"#,
    );
    expect![[r#"
        {4} body +1 -1 a.py function spawn
        {3} rename +1 -1 b.py function spawn_thread <- b.py function spawn
        {2} file_rename +0 -0 b.py function spawn <- a.py function spawn
        {1} introduced +4 -0 a.py function spawn
    "#]]
    .assert_eq(&render(&fixture, "b.py", "function spawn_thread"));
}

#[test]
fn unrelated_histories() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /a.py
def spawn(x):
    return x
//@ orphan other
//@ commit "Another root"
//- /b.py
def stop(x):
    return x
//@ checkout main
"#,
    );
    fixture.git(&["merge", "-q", "--allow-unrelated-histories", "-m", "Merge unrelated", "other"]);
    expect![[r#"
        {1} introduced +2 -0 a.py function spawn
    "#]]
    .assert_eq(&render(&fixture, "a.py", "function spawn"));
    expect![[r#"
        {2} introduced +2 -0 b.py function stop
    "#]]
    .assert_eq(&render(&fixture, "b.py", "function stop"));
}
