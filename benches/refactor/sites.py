"""Where a refactoring is tried: random places of a clone, the same for the same seed. Never does: judge them."""

import ast
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


BLOCKS = ("body", "orelse", "finalbody")
VALUES = (ast.Call, ast.BinOp, ast.Attribute, ast.Subscript, ast.BoolOp, ast.Compare, ast.ListComp, ast.IfExp, ast.JoinedStr, ast.Dict, ast.List)


def pieces(tree, chance):
    """The lines of random statements in functions: of each block some that follow each other."""
    for function in ast.walk(tree):
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        for node in ast.walk(function):
            is_other = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and node is not function
            for block in [] if is_other else [getattr(node, field, None) for field in BLOCKS]:
                if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                    at = chance.randrange(len(block))
                    last = block[min(len(block) - 1, at + chance.choice([0, 1, 1, 2, 2, 3, 4, 6]))]
                    first = min([block[at].lineno] + [it.lineno for it in getattr(block[at], "decorator_list", [])])
                    yield first, f"{first}-{last.end_lineno}"


def values(tree, _chance):
    """The places of expressions that are read, by lines and columns, the last one included."""
    for node in ast.walk(tree):
        if isinstance(node, VALUES) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            start, end = f"{node.lineno}:{node.col_offset + 1}", f"{node.end_lineno}:{node.end_col_offset}"
            yield node.lineno, f"{start}-{end}"


def extracts(find, *more):
    """Random pieces of Python; columns are counted in files of ASCII alone."""

    def sites(clone, options, chance):
        files = [file for file in sources(clone, SUFFIX[options.language]) if options.below in file]
        while True:
            path = chance.choice(files)
            with open(path, encoding="utf-8", errors="replace") as file:
                text = file.read()
            try:
                found = list(find(ast.parse(text), chance)) if text.isascii() else []
            except SyntaxError:
                continue
            if found:
                line, place = chance.choice(found)
                path = os.path.relpath(path, clone)
                yield Site(path, line - 1, 0, place, ["extract", f"{path}:{place}", "--name", "zq_new", *more], ["zq_new"])

    return sites


# A new refactoring is one more function that yields sites.
ACTIONS = {
    "rename": renames,
    "dead": dead,
    "extract": extracts(pieces),
    "extract-expression": extracts(values),
    "extract-variable": extracts(values, "--variable"),
}
