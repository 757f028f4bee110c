//! Two versions of one symbol and another symbol in, the other one's new text out.

use backstory_syntax::{Language, Span};
use expect_test::{Expect, expect};

use super::{Part, Sought, Weight, adapt, weight};
use crate::refactor::edited;

fn part(text: &str) -> Part<'_> {
    Part { text, span: Span { start: 0, end: text.len() as u32 } }
}

fn check(language: Language, before: &str, after: &str, here: &str, expected: &Expect) {
    let knows = |name: &str, _: Sought| matches!(name, "known" | "log");
    let found = match adapt(part(before), part(after), part(here), language, &knows) {
        // Expected texts keep neither line ends of the other kind nor indentation that all lines have.
        Ok(edits) => format!("done:\n{}", edited(here, &edits).replace('\r', "|")),
        Err(why) => format!("refused: {why}"),
    };
    expected.assert_eq(&found);
}

const GET: &str = "\
def get(self, url, retries=3):
    session = self.open(url)
    while retries:
        reply = session.send(url)
        retries -= 1
        if reply.ok:
            return reply
    return None
";

const PUT: &str = "\
    def put(self, address, data, tries=3):
        pool = self.open(address)
        # As often as it takes.
        while tries:
            answer = pool.send(address)  # once more
            tries -= 1
            if answer.ok:
                return answer
        return None
";

#[test]
fn a_statement_that_came() {
    let after = GET.replace(
        "        reply = session.send(url)\n",
        "        reply = session.send(url)\n        # It may be closed.\n        if reply is None:\n            continue\n",
    );
    check(
        Language::Python,
        GET,
        &after,
        PUT,
        &expect![[r#"
            done:
            def put(self, address, data, tries=3):
                    pool = self.open(address)
                    # As often as it takes.
                    while tries:
                        answer = pool.send(address)  # once more
                        # It may be closed.
                        if answer is None:
                            continue
                        tries -= 1
                        if answer.ok:
                            return answer
                    return None
        "#]],
    );
}

#[test]
fn what_stays_in_another_block() {
    let after = GET.replace(
        "        if reply.ok:\n            return reply\n",
        "        if reply:\n            if reply.ok:\n                return reply\n",
    );
    check(
        Language::Python,
        GET,
        &after,
        PUT,
        &expect!["refused: the change puts code that stays into another block"],
    );
}

#[test]
fn what_changed_inside_of_a_line() {
    check(
        Language::Python,
        GET,
        &GET.replace("if reply.ok:", "if reply is not None and reply.ok:"),
        PUT,
        &expect![[r#"
            done:
            def put(self, address, data, tries=3):
                    pool = self.open(address)
                    # As often as it takes.
                    while tries:
                        answer = pool.send(address)  # once more
                        tries -= 1
                        if answer is not None and answer.ok:
                            return answer
                    return None
        "#]],
    );
    check(
        Language::Python,
        GET,
        &GET.replace("retries -= 1", "retries = max(retries - 1, 0)"),
        PUT,
        &expect![[r#"
            done:
            def put(self, address, data, tries=3):
                    pool = self.open(address)
                    # As often as it takes.
                    while tries:
                        answer = pool.send(address)  # once more
                        tries = max(tries - 1, 0)
                        if answer.ok:
                            return answer
                    return None
        "#]],
    );
    check(
        Language::Python,
        GET,
        &GET.replace("send(url)", "send(url, stream=True)"),
        PUT,
        &expect!["refused: the change needs `stream`, which is not known here"],
    );
}

#[test]
fn a_statement_that_went_or_changed() {
    check(
        Language::Python,
        GET,
        &GET.replace("        retries -= 1\n", ""),
        PUT,
        &expect![[r#"
            done:
            def put(self, address, data, tries=3):
                    pool = self.open(address)
                    # As often as it takes.
                    while tries:
                        answer = pool.send(address)  # once more
                        if answer.ok:
                            return answer
                    return None
        "#]],
    );
    check(
        Language::Python,
        GET,
        &GET.replace("    return None\n", "    raise LookupError(url)\n"),
        PUT,
        &expect![[r#"
            done:
            def put(self, address, data, tries=3):
                    pool = self.open(address)
                    # As often as it takes.
                    while tries:
                        answer = pool.send(address)  # once more
                        tries -= 1
                        if answer.ok:
                            return answer
                    raise LookupError(address)
        "#]],
    );
    check(
        Language::Python,
        GET,
        &GET.replace("    return None\n", "    log(url)\n    return None\n"),
        PUT,
        &expect![[r#"
            done:
            def put(self, address, data, tries=3):
                    pool = self.open(address)
                    # As often as it takes.
                    while tries:
                        answer = pool.send(address)  # once more
                        tries -= 1
                        if answer.ok:
                            return answer
                    log(address)
                    return None
        "#]],
    );
}

#[test]
fn what_it_is_refused_for() {
    // Something of the new code is not known here.
    check(
        Language::Python,
        GET,
        &GET.replace("reply.ok", "check(reply)"),
        PUT,
        &expect!["refused: the change needs `check`, which is not known here"],
    );
    check(
        Language::Python,
        GET,
        &GET.replace("return reply\n", "return self.wrapped(reply)\n"),
        PUT,
        &expect!["refused: the change needs `wrapped`, which is not known here"],
    );
    // It is there already.
    let after = GET.replace("if reply.ok:", "if reply and reply.ok:");
    let done = PUT.replace("if answer.ok:", "if answer and answer.ok:");
    check(Language::Python, GET, &after, &done, &expect!["refused: this code has the change already"]);
    // Something else stands there.
    let other = PUT.replace("            tries -= 1\n", "            tries -= 1\n            log(tries)\n");
    check(
        Language::Python,
        GET,
        &GET.replace("reply.ok", "reply.ok()"),
        &other,
        &expect!["refused: this code is not built like the other where that was changed"],
    );
    // Layout and comments are no change.
    check(
        Language::Python,
        GET,
        &GET.replace("retries -= 1", "retries -= 1  # less"),
        PUT,
        &expect!["refused: the change is no small change of code"],
    );
    // Another function altogether.
    check(
        Language::Python,
        GET,
        &after,
        "def area(shape):\n    return shape.width * shape.height\n",
        &expect!["refused: this code is not built like the other where that was changed"],
    );
}

#[test]
fn in_rust() {
    let before = "\
fn read(&self, key: &Key) -> Option<Value> {
    let inner = self.inner.lock();
    let entry = inner.get(key)?;
    entry.touch();
    Some(entry.value.clone())
}
";
    let here = "\
\tfn peek(&self, id: &Id) -> Option<Value> {\r
\t\tlet guard = self.inner.lock();\r
\t\tlet entry = guard.get(id)?;\r
\t\tentry.touch();\r
\t\tSome(entry.value.clone())\r
\t}\r
";
    let nested = "    if entry.is_stale(key) {\n        return None;\n    }\n    entry.touch();\n";
    check(
        Language::Rust,
        before,
        &before.replace("    entry.touch();\n", nested),
        here,
        &expect!["refused: this code is not built like the other where that was changed"],
    );
    check(
        Language::Rust,
        before,
        &before.replace("    entry.touch();\n", nested),
        &here.replace('\t', "  "),
        &expect![[r#"
            done:
              fn peek(&self, id: &Id) -> Option<Value> {|
                let guard = self.inner.lock();|
                let entry = guard.get(id)?;|
                if entry.is_stale(id) {|
                    return None;|
                }|
                entry.touch();|
                Some(entry.value.clone())|
              }|
        "#]],
    );
    let after = before.replace("    entry.touch();\n", "    entry.check(key);\n    entry.touch();\n");
    check(
        Language::Rust,
        before,
        &after,
        here,
        &expect![[r#"
            done:
            	fn peek(&self, id: &Id) -> Option<Value> {|
            		let guard = self.inner.lock();|
            		let entry = guard.get(id)?;|
            		entry.check(id);|
            		entry.touch();|
            		Some(entry.value.clone())|
            	}|
        "#]],
    );
    check(
        Language::Rust,
        before,
        &before.replace("Some(entry.value.clone())", "entry.value.clone()"),
        here,
        &expect![[r#"
            done:
            	fn peek(&self, id: &Id) -> Option<Value> {|
            		let guard = self.inner.lock();|
            		let entry = guard.get(id)?;|
            		entry.touch();|
            		entry.value.clone()|
            	}|
        "#]],
    );
    check(
        Language::Rust,
        before,
        &before.replace("self.inner.lock()", "self.inner.write()"),
        here,
        &expect!["refused: the change needs `write`, which is not known here"],
    );
}

#[test]
fn a_declaration_that_is_still_used_stays() {
    let before = "\
fn start(threads: usize) -> Pool {
    const STACK: usize = 2 << 20;
    let (sender, receiver) = channel();
    let pool = Pool::with(threads, receiver, STACK);
    pool.sender = sender;
    pool
}
";
    let after = before.replace("    const STACK: usize = 2 << 20;\n", "");
    let there = before.replace(", STACK)", ")");
    check(
        Language::Rust,
        &there,
        &after.replace(", STACK)", ")"),
        &before.replace("Pool::with(threads, receiver, STACK)", "Pool::with(threads, receiver).sized(STACK)"),
        &expect!["refused: the change takes the declaration of `STACK` away, which is still used here"],
    );
    let before =
        "def f(a, b):\n    limit = 3\n    first = a.read(b)\n    second = b.read(a)\n    return first\n";
    let after = before.replace("    limit = 3\n", "");
    let here = before.replace("return first", "return first[limit]");
    check(
        Language::Python,
        before,
        &after,
        &here,
        &expect!["refused: the change takes the declaration of `limit` away, which is still used here"],
    );
    check(
        Language::Python,
        before,
        &after,
        before,
        &expect![[r#"
            done:
            def f(a, b):
                first = a.read(b)
                second = b.read(a)
                return first
        "#]],
    );
}

#[test]
fn what_a_change_is_about() {
    let of =
        |after: &str| weight(part(GET), part(&GET.replace("session.send(url)", after)), Language::Python);
    assert_eq!(of("session.post(url)"), Weight::Values);
    assert_eq!(of("session.send(url, 3)"), Weight::Expressions);
    let scaled = part("def scaled(self, by):\n    return Size(self.width * by)\n");
    let divided = part("def scaled(self, by):\n    return Size(self.width / by)\n");
    assert_eq!(weight(scaled, divided, Language::Python), Weight::Values);
    assert_eq!(of("session.send(url) or None"), Weight::Statements);
    assert_eq!(of("session.send(url)\n        session.close()"), Weight::Statements);
}

#[test]
fn a_member_or_an_argument_is_no_variable() {
    let before = "\
def poisson(data, names=None):
    x = read(data)
    model = Model(x.data, names=x.names, size=x.size)
    model.data = x
    return model
";
    let here = before.replace("poisson", "binomial").replace(", names=None", "");
    let after = before.replace("names=x.names", "names=names or x.names");
    check(
        Language::Python,
        before,
        &after,
        &here,
        &expect!["refused: the change needs `names`, which is not known here"],
    );
}

#[test]
fn what_is_overwritten_right_after_is_not_written() {
    let before = "\
def motd(self, params):
    if params[-1].startswith('- '):
        params[-1] = params[-1][2:]
    self.lines.append(params[-1])
";
    let after =
        before.replace("    self.l", "    if self.lines is None:\n        self.lines = []\n    self.l");
    let here = before.replace("self.lines.append(params[-1])", "self.lines = [params[-1]]");
    let expected = expect!["refused: this code is not built like the other where that was changed"];
    check(Language::Python, before, &after, &here, &expected);
}
