//! Every form in which forges give discussions.

use expect_test::{Expect, expect};

use super::read;

fn check(export: &str, expected: &Expect) {
    expected.assert_eq(&read(export.as_bytes()));
}

/// A page of GitHub's list of issues, which has pull requests too.
pub(super) const GITHUB_REST: &str = r#"[
  {
    "url": "https://api.github.com/repos/ada/pool/issues/7",
    "repository_url": "https://api.github.com/repos/ada/pool",
    "html_url": "https://github.com/ada/pool/issues/7",
    "id": 700, "number": 7, "title": "Memory grows under load",
    "user": {"login": "grace", "id": 1},
    "labels": [{"id": 1, "name": "bug"}],
    "state": "closed",
    "milestone": {"number": 1, "title": "1.0", "description": "First", "creator": {"login": "ada"}},
    "created_at": "2019-05-30T10:11:12Z",
    "body": "Each call starts a thread.\r\n\r\nNothing ends them."
  },
  {
    "html_url": "https://github.com/ada/pool/pull/12", "number": 12, "title": "Limit threads",
    "user": null, "created_at": "2019-06-01T00:00:00Z", "draft": false,
    "pull_request": {"url": "https://api.github.com/repos/ada/pool/pulls/12"}, "body": null
  }
]"#;

#[test]
fn pages_of_githubs_api_one_after_another_and_in_a_list() {
    let expected = expect![[r#"
        ada/pool #7 Issue 2019-05-30 by grace: Memory grows under load
          https://github.com/ada/pool/issues/7
          | Each call starts a thread.
          | 
          | Nothing ends them.
        ada/pool #12 ChangeRequest 2019-06-01 by : Limit threads
          https://github.com/ada/pool/pull/12
    "#]];
    check(GITHUB_REST, &expected);
    assert_eq!(read(format!("[{GITHUB_REST}]").as_bytes()), read(GITHUB_REST.as_bytes()));
    let twice = read(GITHUB_REST.as_bytes()).repeat(2);
    assert_eq!(read(format!("{GITHUB_REST}{GITHUB_REST}").as_bytes()), twice);
    assert_eq!(read(format!("[{GITHUB_REST},{GITHUB_REST}]").as_bytes()), twice);
    assert_eq!(read(format!("[]\n{GITHUB_REST}\n[]\n\n{GITHUB_REST}\n").as_bytes()), twice);
}

#[test]
fn pull_requests_of_githubs_api_and_of_a_server_of_ones_own() {
    check(
        r#"[{"url": "https://git.example.org/api/v3/repos/ada/pool/pulls/12", "number": 12, "title": "Limit threads",
             "html_url": "https://git.example.org/ada/pool/pull/12", "user": {"login": "grace"}, "body": "So it ends.",
             "head": {"repo": {"full_name": "grace/pool", "name": "pool"}}, "base": {"ref": "main"}},
            {"url": "https://git.example.org/api/v3/repos/ada/pool/issues/13", "number": 13, "title": "No page of its own"}]"#,
        &expect![[r#"
            ada/pool #12 ChangeRequest  by grace: Limit threads
              https://git.example.org/ada/pool/pull/12
              | So it ends.
            ada/pool #13 Issue  by : No page of its own
              -
        "#]],
    );
}

#[test]
fn lists_of_the_gh_program() {
    check(
        r#"[{"author":{"id":"x","is_bot":false,"login":"grace","name":"Grace Hopper"},"body":"Why.","comments":[{"author":{"login":"ada"},
             "body":"Me too","url":"https://github.com/ada/pool/issues/7#issuecomment-1"}],"createdAt":"2019-05-30T10:11:12Z","number":7,
             "state":"CLOSED","title":"Memory grows","url":"https://github.com/ada/pool/issues/7"},
            {"author":{"login":"grace","name":""},"body":"","number":9,"title":"Without its address"}]
           [{"number":12,"title":"Limit","url":"https://github.com/ada/pool/pull/12"},
            {"number":13,"title":"By its branch","headRefName":"limit","body":""},
            {"number":14,"title":"Found by a search","body":"","author":{"login":"ada"},"repository":{"name":"x","nameWithOwner":"ada/x"}}]"#,
        &expect![[r#"
            ada/pool #7 Issue 2019-05-30 by Grace Hopper: Memory grows
              https://github.com/ada/pool/issues/7
              | Why.
            - #9 Issue  by grace: Without its address
              -
            ada/pool #12 ChangeRequest  by : Limit
              https://github.com/ada/pool/pull/12
            - #13 ChangeRequest  by : By its branch
              -
            ada/x #14 Issue  by ada: Found by a search
              -
        "#]],
    );
}

#[test]
fn programs_are_named_as_their_commits_name_them() {
    check(
        r#"[{"number":1,"title":"a","body":"","user":{"login":"dependabot[bot]","type":"Bot"}},
            {"number":2,"title":"b","body":"","author":{"is_bot":true,"login":"app/renovate"}},
            {"number":3,"title":"c","body":"","author":{"__typename":"Bot","login":"mergify"}},
            {"iid":4,"title":"d","description":"","author":{"username":"project_1_bot","name":"Release","bot":true}},
            {"number":5,"title":"e","body":"","user":{"login":"ada","type":"User"}}]"#,
        &expect![[r#"
            - #1 Issue  by dependabot[bot]: a
              -
            - #2 Issue  by renovate[bot]: b
              -
            - #3 Issue  by mergify[bot]: c
              -
            - #4 Issue  by Release[bot]: d
              -
            - #5 Issue  by ada: e
              -
        "#]],
    );
}

#[test]
fn answers_to_graphql_queries_of_github() {
    check(
        r#"{"data":{"repository":{"nameWithOwner":"ada/pool",
             "issues":{"pageInfo":{"hasNextPage":true},"nodes":[
               {"number":7,"title":"Memory grows","bodyText":"Why.","author":{"login":"grace"},"createdAt":"2019-05-30T10:11:12Z",
                "comments":{"nodes":[{"number":70,"title":"no issue","body":"no"}]}}, null]},
             "pullRequests":{"edges":[{"cursor":"a","node":
               {"number":12,"title":"Limit","body":"So.","author":null,
                "closingIssuesReferences":{"nodes":[{"number":8,"title":"no","body":"no"}]}}}]}}}}
           {"data":{"search":{"nodes":[{"__typename":"PullRequest","number":1,"title":"Found","body":"","repository":{"nameWithOwner":"x/y"}}]}}}"#,
        &expect![[r#"
            ada/pool #7 Issue 2019-05-30 by grace: Memory grows
              -
              | Why.
            ada/pool #12 ChangeRequest  by : Limit
              -
              | So.
            x/y #1 ChangeRequest  by : Found
              -
        "#]],
    );
}

#[test]
fn lists_of_gitlabs_api() {
    check(
        r##"[{"id":70,"iid":7,"project_id":3,"title":"Memory grows","description":"Why.","created_at":"2019-05-30T10:11:12.345Z",
              "author":{"username":"grace","name":"Grace Hopper"},"references":{"short":"#7","relative":"#7","full":"team/sub/pool#7"},
              "web_url":"https://gitlab.com/team/sub/pool/-/issues/7"},
             {"iid":12,"title":"Limit","description":null,"author":{"username":"ada"},"source_branch":"limit","target_branch":"main",
              "references":{"full":"team/sub/pool!12"},"web_url":"https://gitlab.com/team/sub/pool/-/merge_requests/12"},
             {"iid":13,"title":"At an address alone","description":"","author":null,"web_url":"https://example.org/team/pool/issues/13"},
             {"iid":14,"title":"It burns","web_url":"https://gitlab.com/team/pool/-/issues/incident/14"}]"##,
        &expect![[r#"
            team/sub/pool #7 Issue 2019-05-30 by Grace Hopper: Memory grows
              https://gitlab.com/team/sub/pool/-/issues/7
              | Why.
            team/sub/pool !12 ChangeRequest  by ada: Limit
              https://gitlab.com/team/sub/pool/-/merge_requests/12
            team/pool #13 Issue  by : At an address alone
              https://example.org/team/pool/issues/13
            team/pool #14 Issue  by : It burns
              https://gitlab.com/team/pool/-/issues/incident/14
        "#]],
    );
}

#[test]
fn answers_to_graphql_queries_of_gitlab() {
    check(
        r##"{"data":{"project":{"fullPath":"team/pool","issues":{"nodes":[
              {"iid":"7","title":"Memory grows","description":"Why.","createdAt":"2019-05-30T10:11:12Z","author":{"username":"grace"}},
              {"iid":"8","title":"Elsewhere","reference":"team/other#8","author":null}]},
             "mergeRequests":{"nodes":[{"iid":"12","title":"Limit","description":"So.","author":{"name":"Ada"},
              "webUrl":"https://gitlab.com/team/pool/-/merge_requests/12"},
              {"iid":"13","title":"By its place","description":"","author":null}]}}}}"##,
        &expect![[r#"
            team/pool #7 Issue 2019-05-30 by grace: Memory grows
              -
              | Why.
            team/other #8 Issue  by : Elsewhere
              -
            team/pool !12 ChangeRequest  by Ada: Limit
              https://gitlab.com/team/pool/-/merge_requests/12
              | So.
            team/pool !13 ChangeRequest  by : By its place
              -
        "#]],
    );
}

#[test]
fn project_exports_of_gitlab() {
    check(
        r#"{"title":"Memory grows","author_id":1,"project_id":3,"created_at":"2019-05-30T10:11:12.345Z","description":"Why.","iid":7,"notes":[{"note":"x"}]}
{"iid":12,"target_branch":"main","source_branch":"limit","author_id":1,"title":"Limit","created_at":"2019-05-30 10:11:12 UTC","description":null}
"#,
        &expect![[r#"
            - #7 Issue 2019-05-30 by : Memory grows
              -
              | Why.
            - !12 ChangeRequest 2019-05-30 by : Limit
              -
        "#]],
    );
    check(
        r#"{"description":"A project","issues":[{"iid":1,"title":"a","author_id":1}],"merge_requests":[{"iid":2,"title":"b","author_id":1}]}"#,
        &expect![[r#"
            - #1 Issue  by : a
              -
            - !2 ChangeRequest  by : b
              -
        "#]],
    );
}

#[test]
fn what_only_looks_like_a_discussion() {
    check(
        r##"[{"number":1,"title":"Milestone","description":"x","html_url":"https://github.com/a/b/milestone/1","creator":{"login":"a"}},
            {"number":1,"title":"Milestone","description":"x","creator":{"login":"a"}},
            {"iid":1,"title":"Milestone of GitLab","description":"x"},
 {"iid":1,"title":"Epic","author":{"name":"a"},"web_url":"https://gitlab.com/groups/g/-/epics/1"},
            {"number":0,"title":"x","body":""}, {"number":-1,"title":"x","body":""}, {"number":1.5,"title":"x","body":""},
            {"number":1234567890,"title":"x","body":""}, {"number":"1x","title":"x","body":""}, {"number":[1],"title":"x","body":""},
            {"number":1,"title":null,"body":""}, {"number":1,"title":["x"],"body":""}, {"title":"x","body":""}, {},
            {"number":1,"title":"x","body":7,"user":"someone","created_at":"yesterday","html_url":null,"url":5}]
           true 5 -5 1.5 "text" null {"errors":[{"message":"x"}]} {"data":null}"##,
        &expect![[r#"
            - #1 Issue  by someone: x
              -
            neither: 15 (1:2, 2:13, 3:13)
        "#]],
    );
}

#[test]
fn texts_can_steer_no_terminal_and_are_cut_between_characters() {
    check(
        r#"{"number":1,"title":" A\u001b[2J\nB ","body":"a\u001b[31m\tb\r\nc\u0000\u009b","author":{"login":"x\u0007"},
            "url":"https://github.com/a/b/issues/1"}"#,
        &expect![[r#"
            a/b #1 Issue  by x : A [2J B
              https://github.com/a/b/issues/1
              | a[31m	b
              | c
        "#]],
    );
    let body = |text: &str| {
        let export = serde_json::json!({"number": 1, "title": "t", "body": text}).to_string();
        let mut bodies = Vec::new();
        super::json::read(export.as_bytes(), &mut |found, _| {
            bodies.push(found.discussion.body.len());
            Ok(())
        })
        .unwrap();
        bodies
    };
    assert_eq!(body(&"a".repeat(16 << 10)), [16 << 10]);
    assert_eq!(body(&"a".repeat((16 << 10) + 1)), [16 << 10]);
    assert_eq!(body(&"ä€".repeat(9000)), [(16 << 10) - 2]);
}
