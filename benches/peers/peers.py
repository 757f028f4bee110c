#!/usr/bin/env python3
"""Times language servers on one tree with the same probes in one run, and prints one table.

    cargo build --release
    python3 benches/peers/peers.py TREE [--language python|rust] [--probes 60] [--server NAME=COMMAND ..]

Backstory runs standalone with an empty cache ("cold") and once more with what it kept ("warm facts"). Peers run where they are on the
PATH: ty, pyrefly, zuban and pyright for Python, rust-analyzer for Rust. Needs nothing but Python 3.9 and, for processor time and
memory, Linux. What is measured:

- first hit: from the start of the process to the first answer of `workspace/symbol` that names the asked symbol
- CPU, memory: user and system time of the process and its children, until then and at the end of the run; peak resident memory
- keystroke: from a change of one character in the tree's largest file to the answer of `documentSymbol`, half of the texts broken,
  two seconds after the file was opened
- definition, references, hover: at random names of random files, the same for all servers, each asked once before it is timed

Never does: judge answers (`backstory` and a type checker may mean different places), or write into the tree.
"""

import argparse
import json
import os
import queue
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

PEERS = {
    "python": {
        "ty": ["ty", "server"],
        "pyrefly": ["pyrefly", "lsp"],
        "zuban": ["zuban", "server"],
        "pyright": ["pyright-langserver", "--stdio"],
    },
    "rust": {"rust-analyzer": ["rust-analyzer"]},
}
SUFFIX = {"python": ".py", "rust": ".rs"}
DECLARED = {"python": r"^(?:class|def) +([A-Za-z_]\w+)", "rust": r"^\s*(?:pub )?(?:struct|trait|enum) +([A-Za-z_]\w+)"}
PATIENCE = 180
WORD = re.compile(r"[A-Za-z_]\w{2,}")


class Server:
    """A language server over its standard streams."""

    def __init__(self, command, tree, options, environment):
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            command, cwd=tree, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, **environment},
        )
        self.answers, self.last, self.lock = {}, 0, threading.Lock()
        # When the last answer had come, before it was taken apart here, which no editor does in Python.
        self.arrived = self.started
        self.peak = 0
        threading.Thread(target=self.read, daemon=True).start()
        threading.Thread(target=self.watch, daemon=True).start()
        folder = {"uri": uri(tree), "name": "tree"}
        capabilities = {
            "workspace": {"configuration": True, "workspaceFolders": True, "symbol": {}},
            "textDocument": {
                "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
                "definition": {}, "references": {}, "hover": {"contentFormat": ["markdown"]},
            },
            "window": {"workDoneProgress": True},
        }
        self.ask("initialize", {
            "processId": os.getpid(), "rootUri": uri(tree), "workspaceFolders": [folder],
            "capabilities": capabilities, "initializationOptions": options,
        })
        self.tell("initialized", {})

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        with self.lock:
            self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            self.process.stdin.flush()

    def tell(self, method, params):
        self.send({"method": method, "params": params})

    def ask(self, method, params):
        self.last += 1
        waiting = self.answers[self.last] = queue.Queue()
        self.send({"id": self.last, "method": method, "params": params})
        self.arrived, result = waiting.get(timeout=PATIENCE)
        return result

    def read(self):
        stream = self.process.stdout
        while True:
            length = None
            while (line := stream.readline().strip()):
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if length is None:
                return
            body = stream.read(length)
            arrived = time.monotonic()
            message = json.loads(body)
            if "method" in message and "id" in message:
                items = message.get("params", {}).get("items") if isinstance(message.get("params"), dict) else None
                self.send({"id": message["id"], "result": [None] * len(items) if items else None})
            elif "id" in message:
                self.answers.pop(message["id"]).put((arrived, message.get("result")))
            else:
                self.heard(message)

    def heard(self, message):
        """What the server says unasked."""

    def watch(self):
        while self.process.poll() is None:
            self.peak = max(self.peak, sum(resident(process) for process in family(self.process.pid)))
            time.sleep(0.05)

    def processor_time(self):
        ticks = os.sysconf("SC_CLK_TCK")
        return sum(spent(process) for process in family(self.process.pid)) / ticks

    def end(self):
        self.process.kill()
        self.process.wait()


def family(process):
    """The process and its children."""
    found = [process]
    for process in found:
        try:
            for task in os.listdir(f"/proc/{process}/task"):
                with open(f"/proc/{process}/task/{task}/children") as file:
                    found += [int(child) for child in file.read().split()]
        except OSError:
            pass
    return found


def resident(process):
    try:
        with open(f"/proc/{process}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def spent(process):
    try:
        with open(f"/proc/{process}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return sum(int(field) for field in fields[11:15])
    except (OSError, IndexError):
        return 0


def uri(path):
    return "file://" + path


def sources(tree, suffix):
    ignored = {".git", "target", "node_modules", ".venv"}
    for directory, names, files in os.walk(tree):
        names[:] = sorted(name for name in names if name not in ignored)
        for name in sorted(files):
            if name.endswith(suffix):
                yield os.path.join(directory, name)


def probes(files, count, chance):
    """Random names of random files, as (path, line, column)."""
    found = []
    while len(found) < count:
        path = chance.choice(files)
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = file.read().split("\n")
        if not all(line.isascii() for line in lines):
            continue
        places = [(number, match.start()) for number, line in enumerate(lines)
                  for match in WORD.finditer(line.split("#")[0].split("//")[0])]
        if places:
            found.append((path, *chance.choice(places)))
    return found


def quantiles(seconds):
    if not seconds:
        return "-"
    ordered = sorted(seconds)
    at = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return f"{statistics.median(ordered) * 1000:.1f} / {at * 1000:.1f}"


def timed(server, method, params):
    start = time.monotonic()
    server.ask(method, params)
    return server.arrived - start


def run(command, task, options=None, environment=None):
    server = None
    try:
        server = Server(command, task.tree, options or {}, environment or {})
        return measure(server, task)
    except (queue.Empty, OSError):
        return {"first hit, s": f"none in {PATIENCE}"}
    finally:
        if server:
            server.end()


def measure(server, task):
    while task.symbol not in json.dumps(server.ask("workspace/symbol", {"query": task.symbol}) or []):
        if time.monotonic() - server.started > PATIENCE:
            return {"first hit, s": f"> {PATIENCE}"}
        time.sleep(0.02)
    row = {"first hit, s": f"{time.monotonic() - server.started:.2f}", "CPU until then, s": f"{server.processor_time():.1f}"}
    opened = set()
    places = {"definition": [], "references": [], "hover": []}
    for path, line, column in task.probes:
        if path not in opened:
            opened.add(path)
            open_file(server, path, task.language)
        at = {"textDocument": {"uri": uri(path)}, "position": {"line": line, "character": column}}
        for method, seconds in places.items():
            params = {**at, "context": {"includeDeclaration": True}} if method == "references" else at
            server.ask(f"textDocument/{method}", params)
            seconds.append(timed(server, f"textDocument/{method}", params))
    row.update({f"{method}, ms": quantiles(seconds) for method, seconds in places.items()})
    row["keystroke, ms"] = quantiles(keystrokes(server, task))
    # What servers do after the last keystroke belongs to it, too.
    time.sleep(3)
    row["CPU in all, s"] = f"{server.processor_time():.1f}"
    row["peak, MB"] = f"{server.peak / 1e6:.0f}"
    return row


def open_file(server, path, language):
    with open(path, encoding="utf-8", errors="replace", newline="") as file:
        text = file.read()
    server.tell("textDocument/didOpen", {"textDocument": {"uri": uri(path), "languageId": language, "version": 1, "text": text}})
    return text


def keystrokes(server, task):
    text = open_file(server, task.largest, task.language)
    document = {"uri": uri(task.largest)}
    server.ask("textDocument/documentSymbol", {"textDocument": document})
    # Nobody types in the moment in which a file opens; what a server does with it then is not what is measured here.
    time.sleep(2)
    ends = [number for number, line in enumerate(text.split("\n")) if line.strip()]
    typed, seconds, version = "x = f(1)", [], 1
    for line in task.chance.sample(ends, min(10, len(ends))):
        for column, letter in enumerate(typed):
            version += 1
            at = {"line": line, "character": column}
            start = time.monotonic()
            server.tell("textDocument/didChange", {
                "textDocument": {**document, "version": version},
                "contentChanges": [{"range": {"start": at, "end": at}, "text": letter}],
            })
            server.ask("textDocument/documentSymbol", {"textDocument": document})
            seconds.append(server.arrived - start)
    return seconds


class Task:
    def __init__(self, arguments):
        self.tree, self.language = os.path.realpath(arguments.tree), arguments.language
        self.chance = random.Random(arguments.seed)
        self.files = list(sources(self.tree, SUFFIX[self.language]))
        if not self.files:
            sys.exit(f"{self.tree} has no files of {self.language}")
        self.largest = max(self.files, key=os.path.getsize)
        self.probes = probes(self.files, arguments.probes, self.chance)
        with open(self.largest, encoding="utf-8", errors="replace") as file:
            names = re.findall(DECLARED[self.language], file.read(), re.MULTILINE)
        self.symbol = self.chance.choice(names) if names else "main"


def rows(task, arguments):
    with tempfile.TemporaryDirectory() as directory:
        environment = {f"BACKSTORY_{name}": os.path.join(directory, name) for name in ("CACHE_DIR", "CONFIG", "DATA_DIR")}
        options = {"mode": "standalone"}
        for name in ("backstory, cold", "backstory, warm facts"):
            yield name, run([arguments.backstory, "lsp"], task, options, environment)
    given = dict(entry.split("=", 1) for entry in arguments.server)
    peers = {**PEERS[task.language], **{name: command.split() for name, command in given.items()}}
    for name, command in peers.items():
        if shutil.which(command[0]):
            yield name, run(command, task)


def command_line(description):
    """What all comparisons are told."""
    here = os.path.dirname(os.path.realpath(__file__))
    built = os.path.join(os.environ.get("CARGO_TARGET_DIR") or os.path.join(here, "../../target"), "release/backstory")
    parser = argparse.ArgumentParser(description=description.split("\n")[0])
    parser.add_argument("tree")
    parser.add_argument("--language", choices=PEERS, default="python")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--backstory", default=built)
    return parser


def main():
    parser = command_line(__doc__)
    parser.add_argument("--probes", type=int, default=60)
    parser.add_argument("--server", action="append", default=[], metavar="NAME=COMMAND")
    arguments = parser.parse_args()
    if not os.access(arguments.backstory, os.X_OK):
        sys.exit(f"{arguments.backstory} is not built: cargo build --release, or name it with --backstory")
    task = Task(arguments)
    columns = ["first hit, s", "CPU until then, s", "CPU in all, s", "peak, MB", "keystroke, ms", "definition, ms", "references, ms", "hover, ms"]
    print(f"{len(task.files)} files, symbol {task.symbol}, largest {os.path.relpath(task.largest, task.tree)}; ms are p50 / p95")
    print("| | " + " | ".join(columns) + " |\n|" + "---|" * (len(columns) + 1))
    for name, row in rows(task, arguments):
        print(f"| {name} | " + " | ".join(row.get(column, "-") for column in columns) + " |", flush=True)


if __name__ == "__main__":
    main()
