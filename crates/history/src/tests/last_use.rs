//! Commits in, the one that took the last use of a name away out.

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use backstory_fixture::Fixture;
use expect_test::{Expect, expect};

use super::{key, open};
use crate::{LastUse, Place, last_use};

/// What is said of `f` in `m.py` as the last commit has it.
fn check(text: &str, expected: &Expect) {
    let fixture = Fixture::new(text);
    let repository = open(&fixture.path());
    let head = fixture.commits().last().expect("a commit");
    let own = Place { path: "m.py".to_owned(), key: key("function f") };
    let until = Instant::now() + Duration::from_secs(60);
    let never = AtomicBool::new(false);
    let said = match last_use(&repository, head, "f", &own, until, &never).expect("readable") {
        LastUse::Gone { commit, path, user } => {
            let user = user.map_or("the file".to_owned(), |user| user.to_string());
            format!("gone with {} from {user} in {path}", commit.id)
        }
        LastUse::Never { commit } => format!("never, since {}", commit.id),
        LastUse::Unknown { commits } => format!("unknown after {commits}"),
    };
    expected.assert_eq(&fixture.anonymize(&said));
}

const BEGIN: &str =
    "//@ commit \"Begin\"\n//- /m.py\ndef f(): ...\n//- /a.py\nfrom m import f\ndef g(): f()\n";

#[test]
fn the_commit_that_took_the_last_use_away() {
    let text = format!(
        "{BEGIN}//@ commit \"Drop\"\n//- /a.py\ndef g(): pass\n//@ commit \"Grow\"\n//- /m.py\ndef f():\n    return 1\n"
    );
    check(&text, &expect!["gone with {2} from function g in a.py"]);
    let inside = format!(
        "{BEGIN}//@ commit \"Import all\"\n//- /a.py\nfrom m import *\ndef g(): f()\n//@ commit \"Drop\"\n//- /a.py\ndef g(): pass\n"
    );
    check(&inside, &expect!["gone with {3} from function g in a.py"]);
}

#[test]
fn what_only_moves_is_no_loss() {
    let text = format!(
        "{BEGIN}//@ commit \"Drop\"\n//@ rm /a.py\n//@ commit \"Move\"\n//@ mv /m.py /n.py\n//@ commit \"Back\"\n//@ mv /n.py /m.py\n"
    );
    check(&text, &expect!["gone with {2} from function g in a.py"]);
    // A use in itself is none.
    let own = "//@ commit \"Begin\"\n//- /m.py\ndef f(): f()\n//@ commit \"End\"\n//- /m.py\ndef f(): ...\n";
    check(own, &expect!["never, since {1}"]);
}

#[test]
fn a_name_that_never_had_a_user() {
    let text = "//@ commit \"Before\"\n//- /a.py\nf()\n//@ commit \"Away\"\n//- /a.py\npass\n//@ commit \"Begin\"\n//- /m.py\ndef f(): ...\n//@ commit \"More\"\n//- /b.py\nx = 1\n";
    check(text, &expect!["never, since {3}"]);
}

#[test]
fn a_merge_repeats_what_its_branch_did() {
    let text = format!(
        "{BEGIN}//@ branch side\n//@ commit \"Drop\"\n//- /a.py\ndef g(): pass\n//@ checkout main\n//@ commit \"Else\"\n//- /b.py\nx = 1\n\
         //@ merge side \"Merge\"\n//- /a.py\ndef g(): pass\n"
    );
    check(&text, &expect!["gone with {2} from function g in a.py"]);
}
