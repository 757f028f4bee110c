#!/usr/bin/env python3
"""Applies refactorings at random real places of clean clones, one at a time, and says how often what must hold still holds.

    cargo build --release
    python3 benches/refactor/refactor.py CLONE --language python|rust --action rename|dead|move [--count 30] [--seed 1] [--peers]

CLONE is a git clone of its own: it is written to, and put back (`git checkout`, `git clean`) after each try. Nothing of it may be uncommitted. After
each try of Python every changed file parses, and ty (`--ty`, or on the PATH) finds no more errors in the files that have one of the names. With `--load` a command
that loads its modules ends well, too. After each of Rust, `--check` (`cargo check --all-targets`) passes, with `--target` as its target directory. What is printed: tries, refusals with their reasons, how many of
the others hold, and each one that doesn't (`--show` the others too). Where a try fails the patch is printed as well.

With `--peers` renames are asked of rust-analyzer or pyright as well (on the PATH): how many places agree, and how many of theirs hold by the same checks.
A further action is a function in `sites.py`. Needs nothing but Python 3.9, git, and the checkers. Never does: touch anything outside of the clone.
"""

import collections
import json
import os
import random
import subprocess
import sys

from checks import CHECKS, changed, run
from sites import ACTIONS
from accuracy import JUDGES, OPTIONS, Asked, Watched, wait
from peers import PEERS, command_line, open_file, uri

REFUSED = 3


def restore(clone):
    run(["git", "checkout", "-q", "--", "."], clone)
    run(["git", "clean", "-fdq", "-e", "target", "-e", "Cargo.lock"], clone)


class Tally:
    """What became of the tries of one clone."""

    def __init__(self):
        self.tried = self.held = 0
        self.refused, self.failures = collections.Counter(), []

    def line(self):
        refusals = sum(self.refused.values())
        rate = 100 * self.held / self.tried if self.tried else 0
        return f"{self.tried} written, {self.held} hold ({rate:.1f} %), {refusals} refused"


def reason(text):
    """A refusal without what is particular to its place."""
    text = text.strip().splitlines()[-1] if text.strip() else "no reason"
    words = [word for word in text.removeprefix("warning: ").split() if not any(mark in word for mark in "`/.:“")]
    return " ".join(words)


def refactor(site, options):
    """Our own edit, written: what the program printed, or why it refused."""
    # Documentation is made of history; the others only explain themselves by it.
    history = [] if site.arguments[0] == "docs" else ["--no-history"]
    command = [options.program, "-C", options.tree, "refactor", *site.arguments, "--apply", "--json", *history]
    given = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=600)
    if given.returncode == 0:
        return json.loads(given.stdout), None
    return None, given.stderr if given.returncode == REFUSED else "error: " + given.stderr


def places(edits, read):
    """Byte spans of our edits as (path, line, column)."""
    found = set()
    for file in edits:
        text = read(file["path"])
        for edit in file["edits"]:
            before = text[:edit["span"]["start"]]
            column = len(before[before.rfind(b"\n") + 1:].decode("utf-8", "replace"))
            found.add((file["path"], before.count(b"\n"), column))
    return found


class Peer:
    """Another server's renames."""

    def __init__(self, options):
        self.name = "rust-analyzer" if options.language == "rust" else "pyright"
        self.options = options
        self.server = Watched(PEERS[options.language][self.name], options.tree, OPTIONS.get(self.name), {})
        self.asked = Asked(self.server, options.tree, options.language)
        if self.name == "rust-analyzer":
            wait(self.name, self.server, self.asked, [])

    def rename(self, site, to):
        full = os.path.join(self.options.tree, site.path)
        open_file(self.server, full, self.options.language)
        params = {
            "textDocument": {"uri": uri(full)}, "position": {"line": site.line, "character": site.column}, "newName": to,
        }
        try:
            given = self.server.ask("textDocument/rename", params)
        except Exception:  # a server that says nothing has no answer
            given = None
        self.asked.close(site.path)
        return self.edits(given or {})

    def edits(self, given):
        """Edits by path: (start line, start column, end line, end column, text)."""
        found = collections.defaultdict(list)
        changes = list((given.get("changes") or {}).items())
        for change in given.get("documentChanges") or []:
            if "edits" in change:
                changes.append((change["textDocument"]["uri"], change["edits"]))
        for address, edits in changes:
            path = self.asked.place({"uri": address, "range": {"start": {"line": 0, "character": 0}}})[0]
            for edit in edits:
                start, end = edit["range"]["start"], edit["range"]["end"]
                found[path].append((start["line"], start["character"], end["line"], end["character"], edit["newText"]))
        return found

    def write(self, edits):
        for path, changes in edits.items():
            full = os.path.join(self.options.tree, path)
            if not os.path.exists(full):
                continue
            with open(full, encoding="utf-8", newline="") as file:
                lines = file.read().split("\n")
            for line, column, end_line, end, text in sorted(changes, reverse=True):
                tail = lines[end_line][end:]
                lines[line:end_line + 1] = [lines[line][:column] + text + tail]
            with open(full, "w", encoding="utf-8", newline="") as file:
                file.write("\n".join(lines))


def compare(peer, site, ours, check, sums):
    """What the peer does at the same site, on the clean clone."""
    theirs = peer.rename(site, site.arguments[2])
    spots = {(path, line, column) for path, changes in theirs.items() for line, column, *_ in changes}
    if not spots:
        sums["peer has none"] += 1
        return
    if ours is None:
        sums["refused here alone"] += 1
    elif spots == ours:
        sums["same places"] += 1
    else:
        sums["more here" if spots < ours else "fewer here" if ours < spots else "other places"] += 1
        print(f"  differs at {site}: only here {sorted(ours - spots)[:4]}, only {peer.name} {sorted(spots - ours)[:4]}", flush=True)
    peer.write(theirs)
    sums["peer written"] += 1
    failure = check.failure(site.words)
    sums["peer holds"] += failure is None
    if failure:
        print(f"  {peer.name} fails at {site}: {failure[:200]}", flush=True)
    restore(peer.options.tree)


def main():
    parser = command_line(__doc__)
    parser.add_argument("--action", choices=ACTIONS, default="rename")
    parser.add_argument("--count", type=int, default=30, help="so many tries that are not refused")
    parser.add_argument("--below", default="", help="only files whose path has this")
    parser.add_argument("--check", default="cargo check --offline --all-targets")
    parser.add_argument("--target", help="the target directory of --check")
    parser.add_argument("--ty", default="ty")
    parser.add_argument("--load", help="a command that loads the modules of Python, after each try")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    options.program, options.tree = os.path.realpath(options.backstory), os.path.realpath(options.tree)
    if changed(options.tree):
        sys.exit(f"{options.tree} has changes that are not committed")
    head = run(["git", "rev-parse", "--short", "HEAD"], options.tree).stdout.strip()
    chance, tally, sums = random.Random(options.seed), Tally(), collections.Counter()
    check = CHECKS[options.language](options.tree, options)
    peer = Peer(options) if options.peers and options.action == "rename" else None
    read = lambda path: run(["git", "show", f"HEAD:{path}"], options.tree).stdout.encode("utf-8", "surrogateescape")  # noqa: E731
    for site in ACTIONS[options.action](options.tree, options, chance):
        if tally.tried == options.count or sum(tally.refused.values()) > 20 * options.count:
            break
        told, why = refactor(site, options)
        if told is None:
            tally.refused[reason(why)] += 1
            if options.show or why.startswith("error"):
                print(f"  refused {site}: {why.strip()[:300]}", flush=True)
        else:
            tally.tried += 1
            failure = check.failure(site.words)
            if failure:
                patch = run(["git", "diff", "-U1"], options.tree).stdout
                tally.failures.append(f"{site}: {failure}")
                print(f"  FAILS {site}: {failure}\n{patch[:3000]}", flush=True)
            else:
                tally.held += 1
                if options.show:
                    print(f"  holds {site}", flush=True)
            restore(options.tree)
        if peer and (told or "symbol" not in why):
            compare(peer, site, places(told["edits"], read) if told else None, check, sums)
    print(f"{os.path.basename(options.tree)} {head}, {options.action}: {tally.line()}")
    for text, count in tally.refused.most_common():
        print(f"  {count:4} refused: {text}")
    if peer:
        print(f"  {peer.name}: " + ", ".join(f"{name} {count}" for name, count in sums.most_common()))


if __name__ == "__main__":
    main()
