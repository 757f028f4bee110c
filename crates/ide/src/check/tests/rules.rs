//! Rules that look at more than one word: each with what it rejects and what it must let pass.

use expect_test::expect;

use super::verdicts;

#[test]
fn phrases_may_stand_apart() {
    verdicts(
        &["Turn compression off for small files. The old table is given up."],
        &[],
        &[
            "Compression is disabled for small files.",
            "Compression is turned off for small files.",
            "Compression is turned on for small files.",
            "The old table is abandoned.",
        ],
        &expect![[r#"
            Compression is disabled for small files.
                kept
            Compression is turned off for small files.
                kept
            Compression is turned on for small files.
                the contrary of “turned” is said
            The old table is abandoned.
                kept
        "#]],
    );
}

#[test]
fn light_words_and_one_general_word_need_not_be_cited() {
    verdicts(
        &["Compress the journal once a day. The index is not counted."],
        &[],
        &[
            "The journal gets compressed once a day.",
            "The journal file of the index gets compressed once a day.",
            "The journal file and its header get compressed once a day.",
            "The index is counted by the journal.",
        ],
        &expect![[r#"
            The journal gets compressed once a day.
                kept
            The journal file of the index gets compressed once a day.
                kept
            The journal file and its header get compressed once a day.
                nothing cited says “header”
            The index is counted by the journal.
                the contrary of “counted” is said
        "#]],
    );
}

#[test]
fn neighbours_are_not_swapped() {
    verdicts(
        &["For inner joins the grouping is harmless; with outer joins it yields wrong rows."],
        &[],
        &[
            "With inner joins the grouping is harmless, but outer joins yield wrong rows.",
            "With outer joins the grouping is harmless, but inner joins yield wrong rows.",
        ],
        &expect![[r#"
            With inner joins the grouping is harmless, but outer joins yield wrong rows.
                kept
            With outer joins the grouping is harmless, but inner joins yield wrong rows.
                the order around “outer” is not said
        "#]],
    );
}

#[test]
fn conditions_are_not_turned_round() {
    verdicts(
        &["Quote an empty field if it is alone on its line. Links are not followed unless the flag is set."],
        &[],
        &[
            "An empty field is quoted if it is alone on its line.",
            "An empty field is quoted unless it is alone on its line.",
            "Links are followed only if the flag is set.",
            "Links are followed unless the flag is set.",
        ],
        &expect![[r#"
            An empty field is quoted if it is alone on its line.
                kept
            An empty field is quoted unless it is alone on its line.
                the contrary of “unless” is said
            Links are followed only if the flag is set.
                kept
            Links are followed unless the flag is set.
                the contrary of “followed” is said
        "#]],
    );
}

#[test]
fn numbers_and_names_of_code_stay_with_their_part() {
    verdicts(
        &[
            "Truncated input yields Error::Eof; long input yields Error::Overflow. Reads fall to 4 ms, but writes grow to 9 ms.",
        ],
        &[],
        &[
            "Truncated input yields Error::Eof.",
            "Truncated input yields Error::Overflow.",
            "Reads fall to 4 ms.",
            "Reads fall to 9 ms.",
        ],
        &expect![[r#"
            Truncated input yields Error::Eof.
                kept
            Truncated input yields Error::Overflow.
                “Error::Overflow” is not said to do that
            Reads fall to 4 ms.
                kept
            Reads fall to 9 ms.
                “9” is not said of that
        "#]],
    );
}

#[test]
fn words_side_by_side_stand_near_each_other() {
    verdicts(
        &[
            "The paint benchmark takes longer. Errors are raised late. Every redraw moved the cursor to the right.",
        ],
        &[],
        &["Every redraw moved the cursor.", "Every redraw benchmark moved the cursor to the right."],
        &expect![[r#"
            Every redraw moved the cursor.
                kept
            Every redraw benchmark moved the cursor to the right.
                “redraw benchmark” is not said in one place
        "#]],
    );
}

#[test]
fn people_with_one_name_are_people() {
    verdicts(
        &[
            "Loop in parse_join. Wrong rows were found by Ibrahim. Golden files were checked against Postgres.",
        ],
        &["Greta de Sandoval"],
        &[
            "Ibrahim found wrong rows.",
            "Ibrahim checked golden files against Postgres.",
            "Greta de Sandoval found wrong rows.",
        ],
        &expect![[r#"
            Ibrahim found wrong rows.
                kept
            Ibrahim checked golden files against Postgres.
                Ibrahim is not said to have done that
            Greta de Sandoval found wrong rows.
                Greta de Sandoval is not said to have done that
        "#]],
    );
}

#[test]
fn a_cause_that_has_its_effect_has_no_other() {
    verdicts(
        &[
            "Keep files as they are",
            "Cycles were easy to write: nesting hid them. A lone marker stays. The table is bumped as old ones lack zones.",
        ],
        &[],
        &[
            "Cycles were easy to write because nesting hid them.",
            "A lone marker stays because nesting hid them.",
            "The table is bumped because old ones lack zones.",
        ],
        &expect![[r#"
            Cycles were easy to write because nesting hid them.
                kept
            A lone marker stays because nesting hid them.
                what “because” links is not linked so
            The table is bumped because old ones lack zones.
                kept
        "#]],
    );
}

#[test]
fn what_is_told_in_order_stays_so() {
    verdicts(
        &[
            "Watch the directory of the file. Upload the data, then write the manifest. The watch is on the directory instead.",
        ],
        &[],
        &[
            "It uploads the data and then writes the manifest.",
            "It writes the manifest and then uploads the data.",
            "The watch is on the file instead of the directory.",
        ],
        &expect![[r#"
            It uploads the data and then writes the manifest.
                kept
            It writes the manifest and then uploads the data.
                the order around “then” is not said
            The watch is on the file instead of the directory.
                the contrary of “directory” is said
        "#]],
    );
}

#[test]
fn a_subject_stands_near_everything() {
    verdicts(
        &["Escape colons", "Names are split at the first one.", "Only zsh wants that."],
        &[],
        &["Colons are escaped only for zsh.", "Names are split for zsh at the colons."],
        &expect![[r#"
            Colons are escaped only for zsh.
                kept
            Names are split for zsh at the colons.
                “split zsh colons” is not said in one place
        "#]],
    );
}

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
