//! `backstory refactor docs`: what history says and the signature has, in comments as people write them. Never does: ask a model.

use std::fs;

use backstory_fixture::Fixture;
use expect_test::expect;

use crate::support::{run, transcript};

const STORY: &str = r#"
//@ commit "Queue mail" date="2019-03-04T10:00:00+00:00"
//= The web process waited for the mail server, so a slow server made every page slow.
//- /src/lib.rs
pub fn push(queue: &mut Vec<String>, text: String) {
    queue.push(text);
}
//- /queue.py
def flush(queue):
    """Sends everything.

    Args:
        queue: What waits.
    """
    queue.clear()


def drop(queue):
    queue.clear()
//@ commit "Wait longer after each failure" date="2021-11-08T10:00:00+00:00"
//= The queue waits longer after each failure because an overloaded server saw all clients come back at once.
//- /queue.py
def flush(queue, pause=1):
    """Sends everything.

    Args:
        queue: What waits.
    """
    queue.clear(pause)


def drop(queue):
    queue.clear()
"#;

#[test]
fn what_history_says_is_written_where_the_code_is_read() {
    let fixture = Fixture::new(STORY);
    let told = |arguments: &[&str]| {
        let all: Vec<&str> = ["refactor", "docs"].iter().chain(arguments).copied().collect();
        transcript(&fixture, &run(&fixture, &all))
    };
    expect![[r#"
        diff --git a/queue.py b/queue.py
        --- a/queue.py
        +++ b/queue.py
        @@ -1,8 +1,12 @@
         def flush(queue, pause=1):
             """Sends everything.
        ~
        +    As {2} says: “The queue waits longer after each failure because an
        +    overloaded server saw all clients come back at once.”
        +
             Args:
                 queue: What waits.
        +        pause: Defaults to 1.
             """
             queue.clear(pause)
        ~
        -- stderr
        Bring the documentation of `flush` up to date
        Since the documentation was written ({1}, 2019-03-04) its body changed 1 time and its signature changed 1 time.
        In the signature and not documented: `pause`.
        It says what a commit gave as a reason.
    "#]].assert_eq(&told(&["flush", "--no-model"]));
    expect![[r#"
        diff --git a/src/lib.rs b/src/lib.rs
        --- a/src/lib.rs
        +++ b/src/lib.rs
        @@ -1,3 +1,5 @@
        +/// As {1} says: “The web process waited for the mail server, so a slow server made every page
        +/// slow.”
         pub fn push(queue: &mut Vec<String>, text: String) {
             queue.push(text);
         }
        -- stderr
        Document `push`
        It says what a commit gave as a reason.
    "#]]
    .assert_eq(&told(&["push", "--no-model"]));
    expect![[r#"
        -- stderr
        warning: the documentation of `drop` stays as it is: nothing is known that its documentation does not say, in its list of parameters or of its history
        -- exit 3
    "#]].assert_eq(&told(&["drop", "--no-history"]));
    // Done once there is nothing left to do, and taken back every byte is as it was.
    let before = fs::read(fixture.path().join("queue.py")).unwrap();
    let patch = run(&fixture, &["refactor", "docs", "flush", "--no-model"]).stdout;
    fs::write(fixture.beside("patch"), &patch).unwrap();
    expect![[r#"
        Bring the documentation of `flush` up to date
        Since the documentation was written ({1}, 2019-03-04) its body changed 1 time and its signature changed 1 time.
        In the signature and not documented: `pause`.
        It says what a commit gave as a reason.
          wrote queue.py
    "#]].assert_eq(&told(&["flush", "--no-model", "--apply"]));
    expect![[r#"
        -- stderr
        warning: the documentation of `flush` stays as it is: nothing is known that its documentation does not say, in its list of parameters or of its history
        -- exit 3
    "#]].assert_eq(&told(&["flush", "--no-model"]));
    let patch = fixture.beside("patch").to_string_lossy().into_owned();
    fixture.git(&["apply", "-R", &patch]);
    assert_eq!(fs::read(fixture.path().join("queue.py")).unwrap(), before);
}
