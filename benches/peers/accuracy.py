#!/usr/bin/env python3
"""Measures how often Backstory's answers at random identifiers of a tree are those of other language servers, and prints one table.

    cargo build --release
    python3 benches/peers/accuracy.py TREE [--language python|rust] [--count 200] [--references 60] [--show N] [--kept FILE]

Identifiers are drawn at random, the same for the same seed: never in comments or strings, never keywords. Each server is asked for the
definition once it has read the tree. The peers, which have to be on the PATH, say what is right: in Python what ty and pyright agree on,
in Rust what rust-analyzer says; other identifiers are left out. For the symbols of the workspace among them each server is asked for the
references, declarations included. What is printed:

- answered: of the identifiers that the peers judge, those for which Backstory names a definition
- right: of those answered, the ones where all that it names is named by a peer, and one thing by all peers
- found: of those whose definition lies in the workspace, the ones answered right
- exact right: of those answered that the command line calls exact, the ones that are right
- references: a place counts as one if all peers have it, as none if no peer has it; what peers disagree on is left out, and so are
  keywords that stand for a symbol (`Self`, `super`) and modules of Python, for which pyright does not search. Precision and recall over
  all places of all symbols, and the mean of the F1 of each symbol. Code that `cfg` leaves out counts as none: rust-analyzer skips it

With `--kept` the answers of the peers are written to a file, and read from there the next time. Needs nothing but Python 3.9. Never does:
decide by itself what is right, or write into the tree (rust-analyzer runs cargo, which may write a `Cargo.lock`).
"""

import io
import json
import keyword
import os
import queue
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tokenize
import urllib.parse

from peers import PATIENCE, PEERS, SUFFIX, Server, command_line, open_file, sources, uri

JUDGES = {"python": ["ty", "pyright"], "rust": ["rust-analyzer"]}
# Without these rust-analyzer would leave out most of a workspace, or build it.
OPTIONS = {"rust-analyzer": {
    "cargo": {"features": "all", "buildScripts": {"enable": False}}, "procMacro": {"enable": False}, "checkOnSave": False,
    "cachePriming": {"enable": False},
}}
QUIET = 5
OUTSIDE = "outside of the tree"
RUST_KEYWORDS = set("""as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut
pub ref return self Self static struct super trait true type unsafe use where while _""".split())
RUST_TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|b?r(?P<hashes>\#*)".*?"(?P=hashes)|b?"(?:\\.|[^"\\])*"|b?'(?:\\[^\n]*?|[^\\'\n])'|'\w+"""
    r"""|\b\d\w*|(?P<name>[A-Za-z_]\w*)""", re.DOTALL)


class Watched(Server):
    """A language server of which is known whether it reports work in progress."""

    def __init__(self, command, tree, options, environment):
        self.working, self.changed, self.has_worked = set(), time.monotonic(), False
        super().__init__(command, tree, options, environment)

    def heard(self, message):
        if message.get("method") != "$/progress":
            return
        token, kind = str(message["params"]["token"]), message["params"]["value"].get("kind")
        self.changed, self.has_worked = time.monotonic(), True
        if kind == "begin":
            self.working.add(token)
        elif kind == "end":
            self.working.discard(token)

    def wait_for_work(self):
        while self.working or not self.has_worked or time.monotonic() - self.changed < QUIET:
            if time.monotonic() - self.started > PATIENCE * 3:
                sys.exit("a server does not end its work")
            time.sleep(0.2)


def python_names(text):
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError, ValueError):
        return []
    return [(token.start[0] - 1, token.start[1], token.string) for token in tokens
            if token.type == tokenize.NAME and not keyword.iskeyword(token.string)]


def rust_names(text):
    found, line, start = [], 0, 0
    for match in RUST_TOKEN.finditer(text):
        name = match.group("name")
        if name and name not in RUST_KEYWORDS:
            line += text.count("\n", start, match.start())
            start = match.start()
            found.append((line, match.start() - text.rfind("\n", 0, match.start()) - 1, name))
    return found


NAMES = {"python": python_names, "rust": rust_names}


def sample(tree, language, count, chance):
    """Random identifiers as (path, line, column, name); long files have more of them."""
    files = list(sources(tree, SUFFIX[language]))
    sizes = [os.path.getsize(file) for file in files]
    if not sum(sizes):
        sys.exit(f"{tree} has no files of {language}")
    found = set()
    while len(found) < count:
        path = chance.choices(files, sizes)[0]
        with open(path, encoding="utf-8", errors="replace", newline="") as file:
            text = file.read()
        names = NAMES[language](text) if text.isascii() else []
        if names:
            found.add((os.path.relpath(path, tree), *chance.choice(names)))
    return sorted(found)


class Asked:
    """What a server answers at places of a tree."""

    def __init__(self, server, tree, language):
        self.server, self.tree, self.language = server, tree, language

    def all(self, probes, method):
        answers, path = {}, None
        for probe in probes:
            if probe[0] != path:
                self.close(path)
                path = probe[0]
                open_file(self.server, os.path.join(self.tree, path), self.language)
            answers[probe] = self.one(probe, method)
        self.close(path)
        return answers

    def close(self, path):
        if path:
            self.server.tell("textDocument/didClose", {"textDocument": {"uri": uri(os.path.join(self.tree, path))}})

    def one(self, probe, method):
        path, line, column, name = probe
        params = {
            "textDocument": {"uri": uri(os.path.join(self.tree, path))},
            "position": {"line": line, "character": column + len(name) // 2}, "context": {"includeDeclaration": True},
        }
        try:
            # A server that has just noticed a change may refuse to answer.
            given = self.server.ask(f"textDocument/{method}", params) or self.server.ask(f"textDocument/{method}", params)
        except queue.Empty:
            given = None
        return sorted({self.place(one) for one in (given if isinstance(given, list) else [given]) if one})

    def place(self, given):
        path = urllib.parse.unquote(urllib.parse.urlparse(given.get("uri") or given["targetUri"]).path)
        start = (given.get("range") or given["targetSelectionRange"])["start"]
        path = os.path.relpath(os.path.realpath(path), self.tree)
        return (OUTSIDE, 0, 0) if path.startswith("..") else (path, start["line"], start["character"])


def wait(name, server, asked, probes):
    """Until the server has read the tree."""
    if name == "rust-analyzer":
        return server.wait_for_work()
    while time.monotonic() - server.started < PATIENCE:
        if name == "backstory":
            status = server.ask("backstory/status", None)
            if status and not status["busy"] and not any(one["reading"] for one in status["repositories"]):
                return None
        elif any(asked.all(probes[:5], "definition").values()):
            return None
        time.sleep(0.5)
    return sys.exit(f"{name} does not answer")


def ask(name, command, task, options, environment):
    """The answers of one server: definitions at all probes, references at those that `task.wanted` chooses."""
    server = Watched(command, task.tree, options, environment)
    try:
        asked = Asked(server, task.tree, task.language)
        wait(name, server, asked, task.probes)
        definitions = asked.all(task.probes, "definition")
        yield definitions
        yield asked.all(task.wanted, "references")
    finally:
        server.end()


def line_of(tree, place):
    """A place's line from there on."""
    with open(os.path.join(tree, place[0]), encoding="utf-8", errors="replace", newline="") as file:
        return file.read().split("\n")[place[1]][place[2]:]


def is_keyword(tree, place):
    word = re.match(r"\w+", line_of(tree, place))
    return place[0].endswith(".rs") and bool(word) and word.group() in RUST_KEYWORDS


def is_module(tree, place, name):
    """Whether a definition is a whole file of Python."""
    return place[1] == 0 and place[0].endswith(".py") and name not in line_of(tree, (*place, 0))


def names_of(places):
    """Definitions are compared by their lines."""
    return {place[:2] for place in places}


class Truth:
    """What the peers say of one probe."""

    def __init__(self, answers):
        given = [names_of(answer) for answer in answers]
        self.agreed, self.any = set.intersection(*given), set.union(*given)
        self.inside = {place for place in self.agreed if place[0] != OUTSIDE}
        is_outside = self.any == {(OUTSIDE, 0)}
        self.is_known = bool(self.inside) or is_outside

    def is_right(self, answer):
        named = names_of(answer)
        return bool(named & self.agreed) and named <= self.any


class Task:
    def __init__(self, arguments):
        self.tree, self.language = os.path.realpath(arguments.tree), arguments.language
        self.chance = random.Random(arguments.seed)
        self.probes = sample(self.tree, self.language, arguments.count, self.chance)
        self.most = arguments.references
        self.truths, self.wanted = {}, []

    def judge(self, definitions):
        """Takes what the peers say of definitions, and chooses the symbols whose references are asked for."""
        self.truths = {probe: Truth([answers[probe] for answers in definitions]) for probe in self.probes}
        symbols = {}
        for probe, truth in self.truths.items():
            if truth.is_known and truth.inside and not is_module(self.tree, min(truth.inside), probe[3]):
                symbols.setdefault(min(truth.inside), probe)
        chosen = sorted(symbols.values())
        self.wanted = sorted(self.chance.sample(chosen, min(self.most, len(chosen))))


def peers(task):
    """The definitions and references of each peer."""
    commands = {name: PEERS[task.language][name] for name in JUDGES[task.language]}
    missing = [name for name, command in commands.items() if not shutil.which(command[0])]
    if missing:
        sys.exit(f"not on the PATH: {', '.join(missing)}")
    running = [ask(name, command, task, OPTIONS.get(name, {}), {}) for name, command in commands.items()]
    definitions = [next(one) for one in running]
    task.judge(definitions)
    references = [next(one) for one in running]
    for one in running:
        one.close()
    return definitions, references


def kept(task, file):
    """The same, from a file where it has the answers at these probes."""
    pack = lambda answers: [[list(probe), places] for probe, places in answers.items()]
    unpack = lambda entries: {tuple(probe): [tuple(place) for place in places] for probe, places in entries}
    if file and os.path.exists(file):
        with open(file, encoding="utf-8") as kept_file:
            definitions, references = ([unpack(one) for one in side] for side in json.load(kept_file))
        if any(set(one) != set(task.probes) for one in definitions):
            sys.exit(f"{file} is of other identifiers")
        task.judge(definitions)
        task.wanted = sorted(references[0])
        return references
    definitions, references = peers(task)
    if file:
        with open(file, "w", encoding="utf-8") as kept_file:
            json.dump([[pack(one) for one in definitions], [pack(one) for one in references]], kept_file)
    return references


def confidence(binary, task, probe, environment):
    path, line, column, _ = probe
    asked = subprocess.run(
        [binary, "definition", f"{path}:{line + 1}:{column + 1}", "--json"], cwd=task.tree, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, env={**os.environ, **environment}, check=False,
    )
    found = json.loads(asked.stdout or "[]")
    return found[0]["confidence"] if found else None


def backstory(binary, task):
    """Our definitions, references and, by probe, confidence."""
    with tempfile.TemporaryDirectory() as directory:
        environment = {f"BACKSTORY_{name}": os.path.join(directory, name) for name in ("CACHE_DIR", "CONFIG", "DATA_DIR")}
        definitions, references = ask("backstory", [binary, "lsp"], task, {"mode": "standalone"}, environment)
        sure = {probe: confidence(binary, task, probe, environment)
                for probe, answer in definitions.items() if answer and task.truths[probe].is_known}
    return definitions, references, sure


def share(part, whole):
    return f"{100 * part / whole:.1f} % ({part}/{whole})" if whole else "-"


def definition_rows(task, definitions, sure):
    judged = [probe for probe in task.probes if task.truths[probe].is_known]
    inside = [probe for probe in judged if task.truths[probe].inside]
    answered = [probe for probe in judged if definitions[probe]]
    right = {probe for probe in answered if task.truths[probe].is_right(definitions[probe])}
    yield "definitions answered", share(len(answered), len(judged))
    yield "definitions right", share(len(right), len(answered))
    yield "definitions found", share(len(right.intersection(inside)), len(inside))
    for level in ("exact", "inferred", "by-name"):
        of_level = [probe for probe in answered if sure[probe] == level]
        yield f"{level} right", share(len(right.intersection(of_level)), len(of_level))


class References:
    """How our references of one symbol compare."""

    def __init__(self, tree, ours, theirs):
        given = [set(answer) - {(OUTSIDE, 0, 0)} for answer in theirs]
        ours, agreed, known = set(ours), set.intersection(*given), set.union(*given)
        self.missing = sorted(place for place in agreed - ours if not is_keyword(tree, place))
        self.wrong = sorted(place for place in ours - known if not is_keyword(tree, place))
        self.right = sum(not is_keyword(tree, place) for place in ours & agreed)
        self.expected, self.named = self.right + len(self.missing), self.right + len(self.wrong)

    def f1(self):
        return f1(self.right, self.named, self.expected)


def f1(right, named, expected):
    return 2 * right / (named + expected) if named + expected else 1.0


def reference_rows(compared):
    if not compared:
        return
    right, named, expected = (sum(getattr(one, field) for one in compared) for field in ("right", "named", "expected"))
    yield "references precision", share(right, named)
    yield "references recall", share(right, expected)
    yield "references F1", f"{f1(right, named, expected):.3f}"
    yield "references F1, mean of symbols", f"{sum(one.f1() for one in compared) / len(compared):.3f} ({len(compared)} symbols)"


def shown(places):
    return ", ".join(place[0] if place[0] == OUTSIDE else ":".join([place[0], *(str(part + 1) for part in place[1:])])
                     for place in sorted(places)) or "-"


def show_definitions(task, definitions, sure, most):
    wrong = [probe for probe in task.probes if task.truths[probe].is_known
             and (definitions[probe] or task.truths[probe].inside) and not task.truths[probe].is_right(definitions[probe])]
    for probe in wrong[:most]:
        truth = task.truths[probe]
        print(f"{shown([probe[:3]])} {probe[3]}: {shown(definitions[probe])} ({sure.get(probe)}) instead of {shown(truth.agreed)}"
              f" (any: {shown(truth.any - truth.agreed)})")


def show_references(compared, most):
    for probe, one in list(compared.items())[:most]:
        for what, places in (("missing", one.missing), ("wrong", one.wrong)):
            if places:
                print(f"{shown([probe[:3]])} {probe[3]}: {what} {len(places)} of {one.expected}: {shown(places[:6])}")


def main():
    parser = command_line(__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--references", type=int, default=60)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--kept", metavar="FILE")
    arguments = parser.parse_args()
    task = Task(arguments)
    theirs = kept(task, arguments.kept)
    definitions, references, sure = backstory(os.path.realpath(arguments.backstory), task)
    compared = {probe: References(task.tree, references[probe], [answers[probe] for answers in theirs]) for probe in task.wanted}
    show_definitions(task, definitions, sure, arguments.show)
    show_references({probe: one for probe, one in compared.items() if one.missing or one.wrong}, arguments.show)
    print(f"{os.path.basename(task.tree)}, {len(task.probes)} identifiers, seed {arguments.seed}")
    print("| | |\n|---|---|")
    for name, value in [*definition_rows(task, definitions, sure), *reference_rows(list(compared.values()))]:
        print(f"| {name} | {value} |")


if __name__ == "__main__":
    main()
