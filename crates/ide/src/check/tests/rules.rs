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
