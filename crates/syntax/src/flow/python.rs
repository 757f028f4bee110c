//! The steps of Python's statements. Never does: expressions.

use tree_sitter::Node;

use super::build::{Builder, Jump};
use super::frame::Body;
use super::names::{bound, captures, children, free, imported, in_types, parameters};
use super::{Event, Flow, RAISED, StepId, Unbinding, Writing};
use crate::collect::span;

/// The flow of a frame.
pub(super) fn flow(body: Body, text: &str) -> Flow {
    let whole = span(body.function.unwrap_or(body.block));
    let mut flow = Builder::new(text, whole);
    for (name, kind) in bound(body.function, body.block, text).names {
        let variable = flow.variable(name, kind);
        flow.scopes[0].insert(name, variable);
    }
    for name in
        body.function.and_then(|it| it.child_by_field_name("parameters")).map(parameters).unwrap_or_default()
    {
        flow.write(name, Writing::Parameter);
    }
    flow.suite(body.block);
    flow.jump(Jump::Return);
    flow.flow
}

impl Builder<'_> {
    pub(super) fn suite(&mut self, node: Node) {
        for statement in children(node) {
            self.deeper(|flow| flow.statement(statement));
        }
    }

    fn block(&mut self, node: Node, field: &str) {
        if let Some(block) = node.child_by_field_name(field) {
            self.suite(block);
        }
    }

    fn statement(&mut self, node: Node) {
        let whole = span(node);
        match node.kind() {
            "function_definition" | "class_definition" => self.definition(node),
            "decorated_definition" => {
                for decorator in children(node).into_iter().filter(|it| it.kind() == "decorator") {
                    self.parts(decorator);
                    self.step(span(decorator), Event::Call);
                }
                if let Some(definition) = node.child_by_field_name("definition") {
                    self.definition(definition);
                }
            }
            "import_statement" | "import_from_statement" | "future_import_statement" => {
                self.step(whole, Event::Call);
                for name in imported(node) {
                    self.write(name, Writing::Import);
                }
            }
            "if_statement" => self.branches(node),
            "while_statement" => self.while_loop(node),
            "for_statement" => self.for_loop(node),
            "try_statement" => self.try_statement(node),
            "with_statement" => self.with(node),
            "match_statement" => self.match_statement(node),
            "return_statement" => {
                self.parts(node);
                self.step(whole, Event::Return);
                self.jump(Jump::Return);
            }
            "raise_statement" => {
                self.parts(node);
                self.raise(whole);
            }
            "break_statement" | "continue_statement" => self.leave_loop(node),
            "assert_statement" => self.assert(node),
            "delete_statement" => self.delete(node),
            "global_statement" | "nonlocal_statement" => {}
            "type_alias_statement" => {
                if let Some(left) = node.child_by_field_name("left").and_then(|it| it.named_child(0)) {
                    self.write(left, Writing::Definition);
                }
            }
            "expression_statement" => self.parts(node),
            "block" | "ERROR" => self.suite(node),
            _ => self.parts(node),
        }
    }

    fn definition(&mut self, node: Node) {
        self.defaults(node.child_by_field_name("parameters"));
        if let Some(bases) = node.child_by_field_name("superclasses") {
            self.parts(bases);
        }
        let used = free(node, self.text);
        let mut declared: Vec<&str> = in_types(node, self.text).into_iter().collect();
        declared.sort_unstable();
        for variable in declared.into_iter().filter_map(|name| self.meaning(name)).collect::<Vec<_>>() {
            self.step(span(node), Event::Read(variable));
        }
        let (whole, runs_now) = (span(node), node.kind() == "class_definition");
        let mut names: Vec<&str> = used.reads.iter().chain(&used.writes).copied().collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let Some(variable) = self.meaning(name) else { continue };
            if runs_now {
                self.step(whole, Event::Read(variable));
            }
            self.step(whole, Event::Capture { variable, writes: used.writes.contains(name) });
        }
        self.step(whole, if runs_now { Event::Call } else { Event::Nothing });
        if let Some(name) = node.child_by_field_name("name") {
            self.write(name, Writing::Definition);
        }
    }

    fn branches(&mut self, node: Node) {
        self.field(node, "condition");
        let mut no = self.open.clone();
        self.block(node, "consequence");
        let mut done = std::mem::take(&mut self.open);
        for clause in node.children_by_field_name("alternative", &mut node.walk()) {
            self.open = std::mem::take(&mut no);
            if clause.kind() == "elif_clause" {
                self.field(clause, "condition");
                no.clone_from(&self.open);
                self.block(clause, "consequence");
            } else {
                self.block(clause, "body");
            }
            done.append(&mut self.open);
        }
        self.open = done;
        self.join(no);
        self.meet(node);
    }

    /// Ways of a statement meet at its end, if any gets there.
    fn meet(&mut self, node: Node) {
        if !self.open.is_empty() {
            self.step(span(node), Event::Nothing);
        }
    }

    fn while_loop(&mut self, node: Node) {
        let head = self.step(span(node), Event::Nothing);
        self.field(node, "condition");
        let is_endless = node
            .child_by_field_name("condition")
            .is_some_and(|it| matches!(span(it).of(self.text), "True" | "1"));
        let leave = if is_endless { Vec::new() } else { self.open.clone() };
        self.looped(node, head, leave);
    }

    fn for_loop(&mut self, node: Node) {
        self.field(node, "right");
        let head = self.step(span(node), Event::Nothing);
        self.step(span(node), if is_async(node) { Event::Await } else { Event::Call });
        let leave = self.open.clone();
        if let Some(left) = node.child_by_field_name("left") {
            self.target(left);
        }
        self.looped(node, head, leave);
    }

    fn looped(&mut self, node: Node, head: StepId, leave: Vec<StepId>) {
        let breaks = self.in_loop(span(node), head, |flow| {
            flow.block(node, "body");
            for step in std::mem::take(&mut flow.open) {
                flow.lead(step, head);
            }
        });
        self.open = leave;
        for clause in node.children_by_field_name("alternative", &mut node.walk()) {
            self.block(clause, "body");
        }
        self.join(breaks);
        self.meet(node);
    }

    fn leave_loop(&mut self, node: Node) {
        let at = self.loops.len().checked_sub(1);
        let Some(at) = at else { return self.open.clear() };
        let around = self.loops[at].span;
        if node.kind() == "break_statement" {
            self.step(span(node), Event::Break(around));
            self.jump(Jump::Break(at));
        } else {
            self.step(span(node), Event::Continue(around));
            self.jump(Jump::Continue(at));
        }
    }

    fn try_statement(&mut self, node: Node) {
        let clauses = children(node);
        let last = clauses.iter().find(|it| it.kind() == "finally_clause").copied();
        let outside = self.catch;
        let end = last.map(|clause| self.apart(span(clause), Event::Nothing));
        if let Some(entry) = end {
            self.enter_final(entry);
        }
        let beyond = end.or(outside);
        let thrown = self.caught(beyond, |flow| flow.apart(span(node), Event::Nothing));
        self.caught(Some(thrown), |flow| flow.block(node, "body"));
        let mut done = Vec::new();
        self.caught(beyond, |flow| {
            for clause in clauses.iter().filter(|it| it.kind() == "else_clause") {
                flow.block(*clause, "body");
            }
            done.append(&mut flow.open);
            flow.open = vec![thrown];
            for clause in clauses.iter().filter(|it| it.kind() == "except_clause") {
                let unmatched = flow.except(*clause);
                done.append(&mut flow.open);
                flow.open = unmatched;
            }
            let to = beyond.unwrap_or(RAISED);
            for step in std::mem::take(&mut flow.open) {
                flow.lead(step, to);
            }
        });
        self.open = done;
        if let (Some(clause), Some(entry)) = (last, end) {
            for step in std::mem::take(&mut self.open) {
                self.lead(step, entry);
            }
            self.finish(clause, entry);
        }
        self.meet(node);
    }

    /// A `finally`, which all ways lead through.
    fn finish(&mut self, clause: Node, entry: StepId) {
        let pending = self.exit_final();
        self.open = vec![entry];
        for block in children(clause) {
            self.suite(block);
        }
        let to = self.catch.unwrap_or(RAISED);
        for step in self.open.clone() {
            self.lead(step, to);
        }
        self.leave_final(pending);
    }

    /// An `except`; what is open when it does not match.
    fn except(&mut self, clause: Node) -> Vec<StepId> {
        let mut name = clause.child_by_field_name("alias");
        for value in clause.children_by_field_name("value", &mut clause.walk()) {
            if value.kind() == "as_pattern" {
                if let Some(types) = value.named_child(0) {
                    self.expression(types);
                }
                name = value.child_by_field_name("alias").and_then(|it| it.named_child(0));
            } else {
                self.expression(value);
            }
        }
        let unmatched = self.open.clone();
        let name = name.filter(|it| it.kind() == "identifier");
        if let Some(name) = name {
            self.write(name, Writing::Value);
        }
        for block in children(clause).into_iter().filter(|it| it.kind() == "block") {
            self.suite(block);
        }
        let variable = name.and_then(|name| self.meaning(span(name).of(self.text)));
        if let Some(variable) = variable.filter(|_| !self.open.is_empty()) {
            self.step(span(clause), Event::Unbind(variable, Unbinding::Handled));
        }
        unmatched
    }

    fn with(&mut self, node: Node) {
        let mut may_swallow = false;
        for clause in children(node).into_iter().filter(|it| it.kind() == "with_clause") {
            for item in children(clause) {
                let Some(value) = item.child_by_field_name("value") else { continue };
                let given = if value.kind() == "as_pattern" { value.named_child(0) } else { Some(value) };
                if let Some(given) = given {
                    self.expression(given);
                    may_swallow |= !lets_pass(given, self.text);
                }
                self.step(span(item), if is_async(node) { Event::Await } else { Event::Call });
                if let Some(alias) =
                    value.child_by_field_name("alias").filter(|_| value.kind() == "as_pattern")
                {
                    self.target(alias);
                }
            }
        }
        if !may_swallow {
            self.block(node, "body");
            return self.meet(node);
        }
        let swallowed = self.apart(span(node), Event::Nothing);
        let to = self.catch.unwrap_or(RAISED);
        self.lead(swallowed, to);
        self.caught(Some(swallowed), |flow| flow.block(node, "body"));
        self.join(vec![swallowed]);
        self.meet(node);
    }

    fn match_statement(&mut self, node: Node) {
        for subject in node.children_by_field_name("subject", &mut node.walk()) {
            self.expression(subject);
        }
        let mut done = Vec::new();
        let body = node.child_by_field_name("body");
        for clause in body.map(children).unwrap_or_default() {
            let mut is_certain = clause.child_by_field_name("guard").is_none();
            let before = self.open.clone();
            for part in children(clause) {
                match part.kind() {
                    "case_pattern" => {
                        is_certain &= span(part).of(self.text) == "_";
                        self.pattern(part);
                    }
                    "if_clause" => self.parts(part),
                    _ => {}
                }
            }
            // A pattern that does not match may have bound some of its names, or none.
            let after = self.open.clone();
            self.block(clause, "consequence");
            done.append(&mut self.open);
            if !is_certain {
                self.open = before;
                self.join(after);
            }
        }
        self.join(done);
        self.meet(node);
    }

    fn pattern(&mut self, node: Node) {
        self.step(span(node), Event::Look);
        let mut words = Vec::new();
        compared(node, &mut words);
        for word in words {
            self.read(span(word));
        }
        captures(node, &mut |name| {
            if span(name).of(self.text) != "_" {
                self.write(name, Writing::Value);
            }
        });
    }

    fn assert(&mut self, node: Node) {
        let parts = children(node);
        let Some((condition, message)) = parts.split_first() else { return };
        self.expression(*condition);
        let before = self.open.clone();
        for part in message {
            self.expression(*part);
        }
        self.raise(span(node));
        self.open = before;
        self.step(span(node), Event::Nothing);
    }

    fn delete(&mut self, node: Node) {
        let mut open = children(node);
        open.reverse();
        while let Some(part) = open.pop() {
            match part.kind() {
                "identifier" => {
                    self.read(span(part));
                    if let Some(variable) = self.meaning(span(part).of(self.text)) {
                        self.step(span(part), Event::Unbind(variable, Unbinding::Del));
                    }
                }
                "expression_list" | "tuple" | "list" | "parenthesized_expression" => {
                    open.extend(children(part).into_iter().rev());
                }
                _ => self.expression(part),
            }
        }
    }
}

fn is_async(node: Node) -> bool {
    node.child(0).is_some_and(|it| it.kind() == "async")
}

/// The names that a pattern compares with: classes, and what stands before a dot.
fn compared<'t>(node: Node<'t>, found: &mut Vec<Node<'t>>) {
    let parts = children(node);
    match node.kind() {
        "class_pattern" => {
            found.extend(parts.first().and_then(|class| class.named_child(0)));
            parts.into_iter().skip(1).for_each(|it| compared(it, found));
        }
        "dotted_name" if parts.len() > 1 => found.extend(parts.first().copied()),
        "dotted_name" => {}
        _ => parts.into_iter().for_each(|it| compared(it, found)),
    }
}

/// Whether a context manager is known to let exceptions pass.
fn lets_pass(node: Node, text: &str) -> bool {
    let callee = if node.kind() == "call" { node.child_by_field_name("function") } else { Some(node) };
    let word = callee.and_then(|it| match it.kind() {
        "attribute" => it.child_by_field_name("attribute"),
        "identifier" => Some(it),
        _ => None,
    });
    let Some(word) = word.map(|it| span(it).of(text)) else { return false };
    let word = word.trim_start_matches('_').to_ascii_lowercase();
    KEEPS.contains(&word.as_str()) || word.ends_with("lock") || word.ends_with("mutex")
}

/// Well-known context managers that swallow nothing.
const KEEPS: &[&str] = &[
    "open",
    "closing",
    "nullcontext",
    "temporarydirectory",
    "namedtemporaryfile",
    "temporaryfile",
    "spooledtemporaryfile",
    "zipfile",
    "tarfile",
    "condition",
    "semaphore",
    "redirect_stdout",
    "redirect_stderr",
    "chdir",
    "popen",
    "urlopen",
    "catch_warnings",
    "threadpoolexecutor",
    "processpoolexecutor",
];
