"""Where a refactoring is tried: random places of a clone, the same for the same seed. Never does: judge them."""

import ast
import collections
import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "../peers"))
from accuracy import NAMES  # noqa: E402
from peers import SUFFIX, sources  # noqa: E402
import rust_sites  # noqa: E402


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


ITEM = re.compile(r"^(?:pub(?:\([^)]*\))? )?(?:default |async |unsafe |const |extern \"[^\"]*\" )*"
                  r"(?:fn|struct|enum|union|trait|const|static|type) (?:mut )?([A-Za-z_]\w+)", re.M)


def items(language, text):
    """Line, counted from 0, and name of each item of a module's top level."""
    if language == "rust":
        return [(text.count("\n", 0, match.start()), match.group(1)) for match in ITEM.finditer(text)]
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        return []
    found = []
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.append((node.lineno - 1, node.name))
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            found.append((node.lineno - 1, node.targets[0].id))
    return found


def package(language, path):
    """The directory of the outermost package, or of the crate's sources, that a file is in."""
    parts = path.split("/")
    if language == "rust":
        return "/".join(parts[:parts.index("src") + 1]) if "src" in parts else None
    directory, best = os.path.dirname(path), None
    while directory and os.path.exists(os.path.join(directory, "__init__.py")):
        directory, best = os.path.dirname(directory), directory
    return best


def moves(clone, options, chance):
    """Random items and other modules of their packages, half of them in the same directory."""
    files = [file for file in sources(clone, SUFFIX[options.language]) if options.below in file]
    near = collections.defaultdict(list)
    for file in files:
        of = package(options.language, file)
        if of:
            near[of].append(file)
    inside = sorted(file for all in near.values() if len(all) > 1 for file in all)
    sizes = [os.path.getsize(file) for file in inside]
    seen = set()
    for _ in range(100 * options.count):
        path = chance.choices(inside, sizes)[0]
        with open(path, encoding="utf-8", errors="replace", newline="") as file:
            text = file.read()
        found = items(options.language, text)
        others = [file for file in near[package(options.language, path)] if file != path]
        beside = [file for file in others if os.path.dirname(file) == os.path.dirname(path)]
        if not found:
            continue
        line, name = chance.choice(found)
        to = chance.choice(beside if beside and chance.random() < 0.5 else others)
        path, to = os.path.relpath(path, clone), os.path.relpath(to, clone)
        if (path, line, to) not in seen:
            seen.add((path, line, to))
            place = f"{path}:{line + 1}"
            yield Site(path, line, 0, f"{name} to {to}", ["move", place, to], [name])


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


def extracts(find, find_rust, *more):
    """Random pieces of functions; columns are counted in files of ASCII alone."""

    def found_in(text, language, chance):
        if not text.isascii():
            return []
        if language == "rust":
            return list(find_rust(text, chance))
        try:
            return list(find(ast.parse(text), chance))
        except SyntaxError:
            return []

    def sites(clone, options, chance):
        files = [file for file in sources(clone, SUFFIX[options.language]) if options.below in file]
        while True:
            path = chance.choice(files)
            with open(path, encoding="utf-8", errors="replace") as file:
                found = found_in(file.read(), options.language, chance)
            if found:
                line, place = chance.choice(found)
                path = os.path.relpath(path, clone)
                yield Site(path, line - 1, 0, place, ["extract", f"{path}:{place}", "--name", "zq_new", *more], ["zq_new"])

    return sites


def documented(clone, options, chance):
    """Random functions and classes, documented or not."""
    files = [file for file in sources(clone, SUFFIX[options.language]) if options.below in file]
    pattern = re.compile(r"^[ \t]*(?:async )?(?:def|class) (\w+)" if options.language == "python"
                         else r"^[ \t]*(?:pub(?:\([^)]*\))? )?(?:const |async |unsafe )*(?:fn|struct|enum|trait) (\w+)", re.M)
    seen = set()
    for _ in range(200 * options.count):
        path = chance.choice(files)
        with open(path, encoding="utf-8", errors="replace", newline="") as file:
            text = file.read()
        found = list(pattern.finditer(text))
        if found:
            match = chance.choice(found)
            line = text.count("\n", 0, match.start(1))
            path = os.path.relpath(path, clone)
            if (path, line) not in seen:
                seen.add((path, line))
                yield Site(path, line, 0, match.group(1), ["docs", f"{path}:{line + 1}", "--no-model"], [match.group(1)])


# A new refactoring is one more function that yields sites.
ACTIONS = {
    "rename": renames,
    "dead": dead,
    "move": moves,
    "docs": documented,
    "extract": extracts(pieces, rust_sites.pieces),
    "extract-expression": extracts(values, rust_sites.values),
    "extract-variable": extracts(values, rust_sites.values, "--variable"),
}
