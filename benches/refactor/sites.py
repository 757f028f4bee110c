"""Where a refactoring is tried: random places of a clone, the same for the same seed. Never does: judge them."""

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "../peers"))
from accuracy import NAMES  # noqa: E402
from peers import SUFFIX, sources  # noqa: E402


class Site:
    """One try: a place, counted from 0, and what to tell the program."""

    def __init__(self, path, line, column, name, arguments, words):
        self.path, self.line, self.column, self.name = path, line, column, name
        # Behind `backstory refactor`; the words by which files are found that the change may break.
        self.arguments, self.words = arguments, words

    def __str__(self):
        return f"{self.path}:{self.line + 1}:{self.column + 1} {self.name}"


def other_name(name):
    """Another name of the same shape."""
    if name.isupper():
        return name + "_ZQ"
    return name + ("Zq" if name[:1].isupper() or (name.lstrip("_")[:1].isupper()) else "_zq")


def renames(clone, options, chance):
    """Random identifiers outside of comments and strings; long files have more of them."""
    files = [file for file in sources(clone, SUFFIX[options.language]) if options.below in file]
    sizes = [os.path.getsize(file) for file in files]
    seen = set()
    while True:
        path = chance.choices(files, sizes)[0]
        with open(path, encoding="utf-8", errors="replace", newline="") as file:
            text = file.read()
        names = NAMES[options.language](text) if text.isascii() else []
        if not names:
            continue
        line, column, name = chance.choice(names)
        path = os.path.relpath(path, clone)
        if (path, line, column) not in seen:
            seen.add((path, line, column))
            to = other_name(name)
            place = f"{path}:{line + 1}:{column + 1}"
            yield Site(path, line, column, name, ["rename", place, to], [name, to])


def dead(clone, options, chance):
    """All symbols that the program would remove, in random order."""
    command = [options.program, "-C", clone, "refactor", "dead", "--all", "--json"]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    chance.shuffle(found)
    for symbol in found:
        if symbol["path"].endswith(SUFFIX[options.language]):
            place = f"{symbol['path']}:{symbol['line']}"
            yield Site(symbol["path"], symbol["line"] - 1, 0, symbol["name"], ["dead", place], [symbol["name"]])


# A new refactoring is one more function that yields sites.
ACTIONS = {"rename": renames, "dead": dead}
