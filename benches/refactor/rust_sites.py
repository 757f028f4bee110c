"""Random pieces of functions of Rust, found by tokens and brackets alone. Never does: know whether a piece can be extracted, or ask the program."""

import re

TOKEN = re.compile(
    r"""(?P<skip>\s+|//[^\n]*|/\*.*?\*/)|(?P<text>b?r(?P<hashes>\#*)".*?"(?P=hashes)|b?"(?:\\.|[^"\\])*"|b?'(?:\\[^\n]*?|[^\\'\n])')"""
    r"""|(?P<life>'\w+)|(?P<word>\w+)|(?P<mark>::|->|=>|&&|\|\||[-+*/%^&|<>=!]=|\.\.=?|.)""", re.DOTALL)
OPEN, CLOSE = "([{", ")]}"
# Behind one of these an expression with a block goes on.
GOES_ON = {".", "?", "else", "==", "!=", "&&", "||", "as"}
OPERATORS = {"==", "!=", "<", ">", "<=", ">=", "&&", "||", "+", "-", "*", "/"}
KEYWORDS = set("as async await break const continue dyn else enum fn for if impl in let loop match mod move mut pub ref return static struct "
               "trait type unsafe use where while".split())


def tokens(text):
    """(start, end, word) of what is no comment."""
    return [(it.start(), it.end(), it.group()) for it in TOKEN.finditer(text) if it.lastgroup != "skip" and it.group("skip") is None]


def partners(found):
    """The closing bracket of each opening one, by index."""
    closes, open_ = {}, []
    for at, (_, _, word) in enumerate(found):
        if word in OPEN:
            open_.append(at)
        elif word in CLOSE and open_:
            closes[open_.pop()] = at
    return closes


def bodies(found, closes):
    """The indices of the brackets of functions' bodies."""
    for at, (_, _, word) in enumerate(found):
        if word != "fn" or at + 1 == len(found) or not re.match(r"\w", found[at + 1][2]):
            continue
        at += 1
        while at < len(found) and found[at][2] not in ("{", ";"):
            at = closes.get(at, at) + 1
        if at in closes:
            yield at, closes[at]


def statements(found, closes, start, end):
    """(first, last) indices of what looks like the statements between two braces."""
    at = first = start + 1
    while at < end:
        word = found[at][2]
        last = closes.get(at, at)
        behind = found[last + 1][2] if last + 1 < end else None
        starts_block = found[first][2] in ("if", "match", "for", "while", "loop", "unsafe", "{")
        if word == ";" or (word == "{" and starts_block and behind not in GOES_ON) or last + 1 >= end:
            yield first, last
            first = last + 1
        at = last + 1


def blocks(found, closes):
    for start, end in bodies(found, closes):
        for at in range(start, end):
            if found[at][2] == "{" and at in closes:
                is_list = list(statements(found, closes, at, closes[at]))
                # What ends with a comma is no block.
                if is_list and not any(found[it][2] in (",", "=>") for it in range(at + 1, min(at + 4, closes[at]))):
                    yield is_list


def position(text, offset):
    line = text.count("\n", 0, offset)
    return line + 1, offset - text.rfind("\n", 0, offset)


def pieces(text, chance):
    """The lines of random statements: of each block some that follow each other."""
    found = tokens(text)
    closes = partners(found)
    for each in blocks(found, closes):
        at = chance.randrange(len(each))
        last = each[min(len(each) - 1, at + chance.choice([0, 1, 1, 2, 2, 3, 4, 6]))]
        first, end = position(text, found[each[at][0]][0])[0], position(text, found[last[1]][1] - 1)[0]
        yield first, f"{first}-{end}"


def chain(found, closes, at, end):
    """The index behind a path with its fields, calls and elements, and whether it has a call."""
    calls = False
    while at < end:
        word = found[at][2]
        if re.match(r"\w", word) and word not in KEYWORDS:
            at += 1
        else:
            break
        while at < end and (found[at][2] in "([" and found[at][0] == found[at - 1][1] or found[at][2] == "?"):
            calls |= found[at][2] == "("
            at = closes.get(at, end) + 1
        if at >= end or found[at][2] not in (".", "::"):
            break
        at += 1
    return min(at, end), calls


def values(text, _chance):
    """The places of calls, and of operators between two such or names, by lines and columns, the last one included."""
    found = tokens(text)
    closes = partners(found)
    for start, end in bodies(found, closes):
        for at in range(start + 1, end):
            word, before = found[at][2], found[at - 1][2]
            if not re.match(r"[A-Za-z_]", word) or word in KEYWORDS or before in (".", "::", "fn", "let", "mut", "'"):
                continue
            last, calls = chain(found, closes, at, end)
            is_binary = last < end and found[last][2] in OPERATORS and before not in OPERATORS
            if is_binary:
                behind, _ = chain(found, closes, last + 1, end)
                if behind > last + 1:
                    last = behind
                else:
                    is_binary = False
            if calls or is_binary:
                (line, column), (to, to_column) = position(text, found[at][0]), position(text, found[last - 1][1] - 1)
                yield line, f"{line}:{column}-{to}:{to_column}"
