//! Sentences and what they cite in, verdicts out.

mod cases;
mod rewording;
mod rules;

use std::fmt::Write;

use expect_test::expect;

use super::{Support, check};

const PASSAGE: &str = "Previously the Authorization header was stripped only if the hostname changed, but an https to http \
    redirect leaks 2 credentials on the wire. Call rebuild_auth for each request.";

fn verdicts(prose: &[&str], names: &[&str], said: &[&str], expected: &expect_test::Expect) {
    let mut actual = String::new();
    for sentence in said {
        let verdict = check(sentence, &Support { prose, names });
        let verdict = verdict.map_or_else(|why| why.to_string(), |()| "kept".to_owned());
        writeln!(actual, "{sentence}\n    {verdict}").unwrap();
    }
    expected.assert_eq(&actual);
}

#[test]
fn words_numbers_and_names_of_code_must_be_said() {
    verdicts(
        &[PASSAGE],
        &["strip_auth"],
        &[
            "Strip the Authorization header when the redirect leaks credentials.",
            "Removes the Authorization header on each request.",
            "strip_auth strips the Authorization header.",
            "Leaking 2 credentials on the wire.",
            "Leaking 3 credentials on the wire.",
            "Calls rebuild_auth for each request.",
            "Calls rebuild_proxies for each request.",
            "Encrypts the Authorization header.",
            "Header.",
            "the header the header the header the header",
        ],
        &expect![[r#"
            Strip the Authorization header when the redirect leaks credentials.
                kept
            Removes the Authorization header on each request.
                kept
            strip_auth strips the Authorization header.
                kept
            Leaking 2 credentials on the wire.
                kept
            Leaking 3 credentials on the wire.
                “3” is not said of that
            Calls rebuild_auth for each request.
                kept
            Calls rebuild_proxies for each request.
                “rebuild_proxies” is not said to do that
            Encrypts the Authorization header.
                nothing cited says “Encrypts”
            Header.
                too short or too long
            the header the header the header the header
                it repeats itself
        "#]],
    );
}

#[test]
fn what_is_negated_or_ended_must_be_so() {
    verdicts(
        &[
            "Idle sockets are not closed. Previously the pool dropped them at once. Broken ones are still removed.",
        ],
        &[],
        &[
            "Idle sockets are not closed.",
            "Idle sockets stay open.",
            "Idle sockets are closed.",
            "The pool no longer drops idle sockets at once.",
            "Broken ones are no longer removed.",
            "Broken ones are kept.",
        ],
        &expect![[r#"
            Idle sockets are not closed.
                kept
            Idle sockets stay open.
                kept
            Idle sockets are closed.
                the contrary of “closed” is said
            The pool no longer drops idle sockets at once.
                kept
            Broken ones are no longer removed.
                the contrary of “removed” is said
            Broken ones are kept.
                kept
        "#]],
    );
}

#[test]
fn numbers_belong_to_what_they_count() {
    verdicts(
        &["The pool holds 16 connections and waits 5 seconds. The file shrank: 812 MB -> 607 MB."],
        &[],
        &[
            "The pool holds 16 connections.",
            "The pool holds 5 connections.",
            "It waits 5 seconds.",
            "It waits 16 seconds.",
            "The file fell from 812 MB to 607 MB.",
            "The file grew from 812 MB to 607 MB.",
        ],
        &expect![[r#"
            The pool holds 16 connections.
                kept
            The pool holds 5 connections.
                “5” is not said of that
            It waits 5 seconds.
                kept
            It waits 16 seconds.
                “16” is not said of that
            The file fell from 812 MB to 607 MB.
                kept
            The file grew from 812 MB to 607 MB.
                the contrary of “grew” is said
        "#]],
    );
}

#[test]
fn people_did_what_they_did() {
    verdicts(
        &["Drop the cache. Found by Grace Hopper in a profile, and confirmed by Alan Turing."],
        &["Ada Lovelace", "2020-01-02"],
        &[
            "Grace Hopper found it in a profile.",
            "Ada Lovelace found it in a profile.",
            "Alan Turing found it in a profile.",
            "Ada Lovelace drops the cache.",
            "Grace Hopper drops the cache.",
        ],
        &expect![[r#"
            Grace Hopper found it in a profile.
                kept
            Ada Lovelace found it in a profile.
                Ada Lovelace is not said to have done that
            Alan Turing found it in a profile.
                Alan Turing is not said to have done that
            Ada Lovelace drops the cache.
                kept
            Grace Hopper drops the cache.
                Grace Hopper is not said to have done that
        "#]],
    );
}

#[test]
fn words_of_a_clause_stand_together() {
    verdicts(
        &[
            "The lexer caches the last token. Comments are skipped. Numbers keep their base. Errors are raised late. rewind() clears the cache.",
        ],
        &["peek()"],
        &[
            "The lexer caches tokens.",
            "The lexer caches the base of numbers.",
            "rewind() clears the cache.",
            "peek() clears the cache.",
        ],
        &expect![[r#"
            The lexer caches tokens.
                kept
            The lexer caches the base of numbers.
                “lexer caches base” is not said in one place
            rewind() clears the cache.
                kept
            peek() clears the cache.
                “peek()” is not said to do that
        "#]],
    );
}

#[test]
fn order_is_kept() {
    verdicts(
        &["The lock is taken before the table is read. Flags win over variables."],
        &[],
        &[
            "The lock is taken before reading the table.",
            "The table is read after the lock is taken.",
            "The lock is taken after the table is read.",
            "The table is read before the lock is taken.",
            "Flags win over variables.",
            "Variables win over flags.",
        ],
        &expect![[r#"
            The lock is taken before reading the table.
                kept
            The table is read after the lock is taken.
                kept
            The lock is taken after the table is read.
                the order around “after” is not said
            The table is read before the lock is taken.
                the order around “before” is not said
            Flags win over variables.
                kept
            Variables win over flags.
                the order around “over” is not said
        "#]],
    );
}

#[test]
fn former_times_are_not_the_present() {
    verdicts(
        &["The parser returned an empty list. It now raises ParseError."],
        &[],
        &[
            "The parser now returns an empty list.",
            "The parser used to return an empty list.",
            "It now raises ParseError.",
        ],
        &expect![[r#"
            The parser now returns an empty list.
                “returns” is said of former times
            The parser used to return an empty list.
                kept
            It now raises ParseError.
                kept
        "#]],
    );
}

#[test]
fn causes_are_linked_as_they_are() {
    verdicts(
        &[
            "Retry once on a fresh connection",
            "Some proxies close idle connections without notice. The first request after a pause then failed. Timeouts are short because users wait.",
        ],
        &[],
        &[
            "Timeouts are short since users wait.",
            "Users wait because timeouts are short.",
            "Timeouts are short because some proxies close idle connections.",
            "Retry once, because the first request after a pause failed.",
            "The first request failed because some proxies close idle connections.",
        ],
        &expect![[r#"
            Timeouts are short since users wait.
                kept
            Users wait because timeouts are short.
                what “because” links is not linked so
            Timeouts are short because some proxies close idle connections.
                what “because” links is not linked so
            Retry once, because the first request after a pause failed.
                kept
            The first request failed because some proxies close idle connections.
                kept
        "#]],
    );
}

#[test]
fn a_sentence_of_what_is_cited_is_borne_out() {
    verdicts(
        &[PASSAGE],
        &[],
        &["Call rebuild_auth for each request."],
        &expect![[r#"
        Call rebuild_auth for each request.
            kept
    "#]],
    );
}

#[test]
fn what_is_avoided_is_unwanted_there() {
    verdicts(
        &[
            "The change tweaked targets in a way that causes a stack overflow by adding a loop. Links were sorted.",
            "Queues are drained so that readers do not starve.",
        ],
        &[],
        &[
            "Tweaked targets to avoid a stack overflow by adding a loop.",
            "Queues are drained to prevent readers to starve.",
        ],
        &expect![[r#"
            Tweaked targets to avoid a stack overflow by adding a loop.
                the contrary of “avoid” is said
            Queues are drained to prevent readers to starve.
                kept
        "#]],
    );
}
