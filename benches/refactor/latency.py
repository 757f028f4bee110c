#!/usr/bin/env python3
"""Times what an editor waits for: the list of code actions at random declarations of one file, and the edits of those that can be had, among
them the removal of what nothing uses.

    cargo build --release
    python3 benches/refactor/latency.py TREE --language python|rust [--count 200] [--file PATH]

Prints p50 and p95 in milliseconds of `textDocument/codeAction` (asked for `refactor` alone, at declarations of that file) and of
`codeAction/resolve` (at random declarations and selections of whole lines of random files, until `--count` of each were asked for). The server runs with an empty
cache, after it has read the tree. Never does: write into the tree.
"""

import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "../peers"))
from peers import SUFFIX, Server, command_line, open_file, sources, uri  # noqa: E402

DECLARED = {"python": re.compile(r"^\s*(?:async )?(?:def|class) (\w+)"), "rust": re.compile(r"^\s*(?:pub(?:\(\w+\))? )?(?:fn|struct|enum|const) (\w+)")}


class Editor(Server):
    """A server of a client that resolves actions and takes annotated edits."""

    def ask(self, method, params):
        if method == "initialize":
            params["capabilities"]["workspace"]["workspaceEdit"] = {"documentChanges": True, "changeAnnotationSupport": {}}
            params["capabilities"]["textDocument"]["codeAction"] = {"dataSupport": True, "resolveSupport": {"properties": ["edit"]}}
        return super().ask(method, params)


def declarations(path, language):
    with open(path, encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file):
            if match := DECLARED[language].match(line):
                yield number, match.start(1)


def selections(path, chance):
    """Some whole lines, as far in as each other and one after the other: most of them can't be extracted."""
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = file.read().split("\n")
    depth = [len(line) - len(line.lstrip()) if line.strip() else 0 for line in lines]
    starts = [at for at, indent in enumerate(depth) if indent > 0]
    for at in chance.sample(starts, min(4, len(starts))):
        end = at + 1
        while end < min(at + chance.choice([1, 2, 3, 5]), len(lines)) and depth[end] == depth[at]:
            end += 1
        yield at, depth[at], end - 1, len(lines[end - 1])


def unused(program, tree, language):
    """The declarations of what can be removed."""
    command = [program, "-C", tree, "refactor", "dead", "--all", "--json"]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    for symbol in found:
        path = os.path.join(tree, symbol["path"])
        if path.endswith(SUFFIX[language]):
            yield from ((path, *place) for place in declarations(path, language) if place[0] + 1 == symbol["line"])


def actions(server, path, line, column, to_line=None, to_column=None):
    ends = [{"line": line, "character": column}, {"line": line if to_line is None else to_line, "character": column if to_column is None else to_column}]
    context = {"diagnostics": [], "only": ["refactor"], "triggerKind": 1}
    params = {"textDocument": {"uri": uri(path)}, "range": dict(zip(("start", "end"), ends)), "context": context}
    started = time.monotonic()
    found = server.ask("textDocument/codeAction", params) or []
    return found, time.monotonic() - started


def shown(name, seconds):
    seconds.sort()
    at = lambda share: 1000 * seconds[min(len(seconds) - 1, int(share * len(seconds)))]  # noqa: E731
    print(f"{name}: {len(seconds)} times, p50 {at(.5):.1f} ms, p95 {at(.95):.1f} ms, most {1000 * seconds[-1]:.1f} ms" if seconds else f"{name}: none")


def main():
    parser = command_line(__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--file", help="the one that is asked for its actions (the largest)")
    options = parser.parse_args()
    tree, chance = os.path.realpath(options.tree), random.Random(options.seed)
    files = sorted(sources(tree, SUFFIX[options.language]), key=os.path.getsize)
    largest = os.path.join(tree, options.file) if options.file else files[-1]
    with tempfile.TemporaryDirectory() as kept:
        environment = {"BACKSTORY_CACHE_DIR": kept, "BACKSTORY_CONFIG": os.path.join(kept, "none.toml"), "BACKSTORY_MODEL_DIR": kept}
        server = Editor([os.path.realpath(options.backstory), "lsp"], tree, {}, environment)
        while (status := server.ask("backstory/status", None)) is None or status["busy"]:
            time.sleep(0.5)
        text = open_file(server, largest, options.language)
        print(f"{os.path.relpath(largest, tree)}: {text.count(chr(10))} lines")
        places = list(declarations(largest, options.language))
        chance.shuffle(places)
        actions(server, largest, *places[0])
        shown("codeAction", [actions(server, largest, *place)[1] for place in places[:options.count]])
        chance.shuffle(files)
        opened = {largest}

        def show(path):
            if path not in opened:
                opened.add(path)
                open_file(server, path, options.language)

        at_names, at_lines = [], []
        for path in files:
            if min(len(at_names), len(at_lines)) >= options.count:
                break
            show(path)
            names = list(declarations(path, options.language))
            at_names += [(path, *place) for place in chance.sample(names, min(4, len(names)))]
            at_lines += [(path, *place) for place in selections(path, chance)]
        at_unused = list(unused(os.path.realpath(options.backstory), tree, options.language))
        chance.shuffle(at_unused)
        for name, asked in (("names", at_names), ("selections", at_lines), ("what is unused", at_unused)):
            seconds = []
            for place in asked[:options.count]:
                show(place[0])
                for action in actions(server, *place)[0]:
                    if "disabled" not in action and "edit" not in action:
                        started = time.monotonic()
                        server.ask("codeAction/resolve", action)
                        seconds.append(time.monotonic() - started)
            shown(f"codeAction/resolve at {name}", seconds)
        server.end()


if __name__ == "__main__":
    main()
