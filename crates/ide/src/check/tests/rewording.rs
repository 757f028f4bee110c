//! Rules that tell a rewording from a change of what is said: who did it, to what, in which order, for which reason.

use expect_test::expect;

use super::verdicts;

#[test]
fn quoted_code_is_written_so() {
    verdicts(
        &["Call `open(path, single=True)` when `mason update bar` is run."],
        &["Pool.open"],
        &[
            "`mason update bar` calls `open`.",
            "`mason update foo` calls `open`.",
            "`open(path, pid=True)` is called.",
            "`single=True` is passed to `open()`.",
        ],
        &expect![[r#"
            `mason update bar` calls `open`.
                kept
            `mason update foo` calls `open`.
                “mason update foo” is not said to do that
            `open(path, pid=True)` is called.
                “open(path, pid=True)” is not said to do that
            `single=True` is passed to `open()`.
                kept
        "#]],
    );
}

#[test]
fn dates_are_one_number() {
    verdicts(
        &["The list was sorted on 2019-03-28."],
        &["2020-04-09"],
        &[
            "The list was sorted on 2019-03-28.",
            "The list was sorted in 2019.",
            "The list was sorted on 2019-04-09.",
            "The sorted list was off by two.",
        ],
        &expect![[r#"
            The list was sorted on 2019-03-28.
                kept
            The list was sorted in 2019.
                kept
            The list was sorted on 2019-04-09.
                “2019-04-09” is not said of that
            The sorted list was off by two.
                “two” is not said of that
        "#]],
    );
}

#[test]
fn people_did_it_to_what_it_was_done_to() {
    verdicts(
        &[
            "Drop the second pass",
            "Headers that were deleted broke the build. Ada Lovelace pointed out that the cache is stale. The idea came from Alan Turing.",
            "Users are told to wait. We don't expect anybody to rely on this.",
        ],
        &["Grace Hopper"],
        &[
            "Grace Hopper dropped the second pass.",
            "Grace Hopper deleted the headers that broke the build.",
            "Ada Lovelace pointed out that the cache is stale.",
            "Ada Lovelace pointed out that the headers were deleted.",
            "It was Grace Hopper who deleted headers.",
            "Users told Grace Hopper to wait.",
            "Grace Hopper expects somebody to rely on this.",
        ],
        &expect![[r#"
            Grace Hopper dropped the second pass.
                kept
            Grace Hopper deleted the headers that broke the build.
                Grace Hopper is not said to have done that
            Ada Lovelace pointed out that the cache is stale.
                kept
            Ada Lovelace pointed out that the headers were deleted.
                Ada Lovelace is not said to have done that
            It was Grace Hopper who deleted headers.
                Grace Hopper is not said to have done that
            Users told Grace Hopper to wait.
                Grace Hopper is not said to have done that
            Grace Hopper expects somebody to rely on this.
                Grace Hopper is not said to have done that
        "#]],
    );
}

#[test]
fn one_known_word_more_may_be_said() {
    verdicts(
        &["The pool closes idle sockets after the reply of the server."],
        &["Ada Lovelace"],
        &[
            "The pool closes negligible idle sockets after the reply.",
            "The pool closes idle sockets on kqueue after the reply.",
            "The pool closes half of the idle sockets after the reply.",
            "Sockets are closed by the pool after the reply to harm the server.",
        ],
        &expect![[r#"
            The pool closes negligible idle sockets after the reply.
                kept
            The pool closes idle sockets on kqueue after the reply.
                nothing cited says “kqueue”
            The pool closes half of the idle sockets after the reply.
                nothing cited says “half”
            Sockets are closed by the pool after the reply to harm the server.
                nothing cited says “harm”
        "#]],
    );
}

#[test]
fn reasons_are_given_in_many_ways() {
    verdicts(
        &[
            "Change the name of the log",
            "`get` takes a cell as a consequence; that is why this goes into 0.12. Links would have been simpler, but most disks are mounted twice. Hash files late, for it has to be cheap.",
            "The steps got a flag that they do not know and failed. Errors in the middle are not hidden. Guessing would be wrong.",
        ],
        &[],
        &[
            "This goes into 0.12 because `get` takes a cell.",
            "`get` takes a cell because this goes into 0.12.",
            "Links are not used since most disks are mounted twice.",
            "Files are hashed late because it has to be cheap.",
            "The steps failed because they got a flag they do not know.",
            "The steps got a flag because they failed.",
            "Errors are not hidden, as guessing would be wrong.",
        ],
        &expect![[r#"
            This goes into 0.12 because `get` takes a cell.
                kept
            `get` takes a cell because this goes into 0.12.
                what “because” links is not linked so
            Links are not used since most disks are mounted twice.
                kept
            Files are hashed late because it has to be cheap.
                kept
            The steps failed because they got a flag they do not know.
                kept
            The steps got a flag because they failed.
                what “because” links is not linked so
            Errors are not hidden, as guessing would be wrong.
                kept
        "#]],
    );
}

#[test]
fn negations_reach_what_they_negate() {
    verdicts(
        &[
            "Use a map instead of a list, it replaces both. Deletions are not merged for now. The answer is cached while the stack is non-empty.",
            "The index was refreshed daily. Take it as it is.",
        ],
        &[],
        &[
            "A map replaces the list.",
            "Deletions are not yet merged.",
            "The answer is cached while the stack is not empty.",
            "The answer is cached while the stack is empty.",
            "The index is not refreshed daily any more.",
        ],
        &expect![[r#"
            A map replaces the list.
                kept
            Deletions are not yet merged.
                kept
            The answer is cached while the stack is not empty.
                kept
            The answer is cached while the stack is empty.
                the contrary of “empty” is said
            The index is not refreshed daily any more.
                kept
        "#]],
    );
}

#[test]
fn names_do_what_they_are_said_to_do() {
    verdicts(
        &["`Drop` hands the permit on. `wait` and `join` block the loop. The wait calls `park` twice."],
        &["Lock::wait"],
        &[
            "`Drop` hands the permit on.",
            "`wait` hands the permit on.",
            "`join` blocks the loop.",
            "The wait calls `park` twice.",
            "The wait calls `join` twice.",
        ],
        &expect![[r#"
            `Drop` hands the permit on.
                kept
            `wait` hands the permit on.
                “wait” is not said to do that
            `join` blocks the loop.
                kept
            The wait calls `park` twice.
                kept
            The wait calls `join` twice.
                “join” is not said to do that
        "#]],
    );
}

#[test]
fn an_order_is_the_one_that_more_speaks_for() {
    verdicts(
        &[
            "Release the lock of the group before the futures are dropped. When sides are swapped, rows are sorted.",
        ],
        &[],
        &[
            "The futures are dropped after the lock of the group is released.",
            "The futures are dropped before the lock of the group is released.",
            "Rows are sorted after a swap of sides.",
        ],
        &expect![[r#"
            The futures are dropped after the lock of the group is released.
                kept
            The futures are dropped before the lock of the group is released.
                the order around “before” is not said
            Rows are sorted after a swap of sides.
                kept
        "#]],
    );
}

#[test]
fn conditions_and_contrasts_stay_with_their_statement() {
    verdicts(
        &["When the clock is set back requests hang, when it is set forward they fail."],
        &[],
        &[
            "When the clock is set back requests hang; when it is set forward they fail.",
            "When the clock is set forward requests hang; when it is set back they fail.",
        ],
        &expect![[r#"
            When the clock is set back requests hang; when it is set forward they fail.
                kept
            When the clock is set forward requests hang; when it is set back they fail.
                the order around “forward” is not said
        "#]],
    );
}

#[test]
fn what_has_its_reason_has_no_other() {
    verdicts(
        &["The path is long. Links are kept because scripts need them. The disk is slow."],
        &[],
        &[
            "Links are kept because scripts need them.",
            "Links are kept because the path is long.",
            "Links are kept since the disk is slow.",
        ],
        &expect![[r#"
            Links are kept because scripts need them.
                kept
            Links are kept because the path is long.
                what “because” links is not linked so
            Links are kept since the disk is slow.
                what “since” links is not linked so
        "#]],
    );
}

#[test]
fn numbers_may_stand_apart_from_what_they_count() {
    verdicts(
        &[
            "Victims with fewer than two tasks are skipped. Blending costs about 15 % with the table and 40 % without.",
        ],
        &[],
        &[
            "Victims with fewer than two queued tasks are skipped.",
            "With the table, blending costs only about 15 %.",
            "With the table, blending costs only about 15 tasks.",
        ],
        &expect![[r#"
            Victims with fewer than two queued tasks are skipped.
                kept
            With the table, blending costs only about 15 %.
                kept
            With the table, blending costs only about 15 tasks.
                “15” is not said of that
        "#]],
    );
}

#[test]
fn not_and_except_put_things_in_their_place() {
    verdicts(
        &[
            "Spawn one stream per chunk, not per thread. Blocks get no inlining, unless the callee is smaller than the call.",
            "Calling flush() without names still expires everything, caches included.",
        ],
        &[],
        &[
            "One stream is spawned per chunk instead of per thread.",
            "One stream is spawned per thread instead of per chunk.",
            "Blocks get no inlining, except if the callee is smaller than the call.",
            "Calling flush() without names no longer expires caches.",
        ],
        &expect![[r#"
            One stream is spawned per chunk instead of per thread.
                kept
            One stream is spawned per thread instead of per chunk.
                the contrary of “chunk” is said
            Blocks get no inlining, except if the callee is smaller than the call.
                kept
            Calling flush() without names no longer expires caches.
                the contrary of “expires” is said
        "#]],
    );
}

#[test]
fn other_words_for_the_same() {
    verdicts(
        &[
            "There was no way to pass a pattern that starts with a dash. An empty `NO_COLOR=` counts as unset. Rows need bind parameters. SQLite refuses more than 999 of them.",
            "Hash each file whose size has changed. The index was still refreshed; blocking is acceptable now. It is deprecated since 2.3 and will go in 3.0.",
        ],
        &[],
        &[
            "It was impossible to pass a pattern that starts with a dash.",
            "There was no way to pass a pattern that does not start with a dash.",
            "Files whose size has changed are rehashed.",
            "If `NO_COLOR` is empty, it counts as unset.",
            "SQLite refuses more than 999 bind parameters.",
            "It is deprecated and will go in 3.0.",
            "Blocking is now acceptable.",
            "The index is no longer refreshed.",
        ],
        &expect![[r#"
            It was impossible to pass a pattern that starts with a dash.
                kept
            There was no way to pass a pattern that does not start with a dash.
                the contrary of “start” is said
            Files whose size has changed are rehashed.
                kept
            If `NO_COLOR` is empty, it counts as unset.
                kept
            SQLite refuses more than 999 bind parameters.
                kept
            It is deprecated and will go in 3.0.
                kept
            Blocking is now acceptable.
                kept
            The index is no longer refreshed.
                kept
        "#]],
    );
}
