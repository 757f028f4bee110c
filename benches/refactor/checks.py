"""What must still hold after a refactoring: the tree parses, and type checkers find no more errors than before. Never does: change a file."""

import ast
import collections
import os
import re
import subprocess
import warnings


def run(command, directory, environment=None, patience=1800):
    environment = {**os.environ, **(environment or {})}
    return subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, errors="replace", timeout=patience)


def changed(clone):
    """Paths that differ from the commit, new ones included."""
    given = run(["git", "status", "--porcelain", "-z", "--no-renames"], clone).stdout
    return [entry[3:] for entry in given.split("\0") if entry]


def mentioning(clone, words, suffix):
    """Source files that have one of the words."""
    patterns = [part for word in words for part in ("-e", word)]
    given = run(["git", "grep", "-lwF", "--untracked", *patterns, "--", "*" + suffix], clone).stdout
    return given.split()


class Python:
    """`ast.parse` and ty. Errors are counted by file: before in the whole tree, after in the files that have one of the words."""

    suffix = ".py"

    def __init__(self, clone, options):
        self.clone, self.ty, self.load = clone, options.ty, options.load
        self.before, self.broken = self.errors([]), set()
        for path in run(["git", "ls-files", "*.py"], clone).stdout.split():
            if not self.parses(path):
                self.broken.add(path)

    def parses(self, path):
        try:
            with open(os.path.join(self.clone, path), "rb") as file, warnings.catch_warnings():
                warnings.simplefilter("ignore")
                ast.parse(file.read())
            return True
        except FileNotFoundError:
            return True
        except (SyntaxError, ValueError):
            return False

    def errors(self, paths):
        command = [self.ty, "check", "--output-format", "concise", "--color", "never", "--exit-zero", *paths]
        found = collections.Counter()
        for line in run(command, self.clone).stdout.splitlines():
            match = re.match(r"(\S+?):\d+:\d+: error", line)
            if match:
                found[match.group(1)] += 1
        return found

    def failure(self, words):
        """What is wrong by now; nothing where all is as before."""
        paths = [path for path in changed(self.clone) if path.endswith(self.suffix)]
        broken = [path for path in paths if path not in self.broken and not self.parses(path)]
        if broken:
            return f"{broken[0]} does not parse"
        gone = [path for path in paths if not os.path.exists(os.path.join(self.clone, path))]
        looked = sorted({path for path in paths if path not in gone} | set(mentioning(self.clone, words, self.suffix)))
        after = self.errors(looked) if looked else collections.Counter()
        # A file that has another name brings its errors along, and so does a symbol that goes to another file.
        spare = sum(self.before[path] for path in gone)
        spare += sum(self.before[path] - after[path] for path in looked if after[path] < self.before[path])
        more = {path: after[path] - self.before[path] for path in looked if after[path] > self.before[path]}
        if sum(more.values()) > spare:
            return f"more errors: {more}"
        if self.load:
            given = run(["sh", "-c", self.load], self.clone)
            if given.returncode:
                return "does not load: " + given.stderr.strip()[-300:]
        return None


class Rust:
    """`cargo check`: its errors, not its warnings."""

    suffix = ".rs"

    def __init__(self, clone, options):
        self.clone = clone
        self.command = options.check.split()
        self.environment = {"CARGO_TARGET_DIR": options.target or os.path.join(clone, "target"), "RUSTFLAGS": "--cap-lints warn"}
        if self.failure([]):
            raise SystemExit(f"{clone} does not pass `{options.check}` as it is: {self.failure([])}")

    def failure(self, _words):
        given = run(self.command, self.clone, self.environment)
        if given.returncode == 0:
            return None
        errors = [line for line in given.stderr.splitlines() if line.startswith("error")]
        places = [line.strip() for line in given.stderr.splitlines() if line.strip().startswith("-->")]
        return "; ".join(errors[:2] + places[:2]) or given.stderr[-300:]


CHECKS = {"python": Python, "rust": Rust}
