#!/usr/bin/env python3
"""Mines (passage, sentence) pairs from the messages of public repositories, to tune the default wording model on.

    mine.py OUT.json REPOSITORY...          # directories of clones or bare repositories

The passage is all that the model will see; README.md says what the answer is and why. A pair is kept only where the
answer says hardly anything that the passage does not, which is what the model is to learn. Equal histories give equal
output. Reads histories only; never writes to a repository.
"""

import json
import random
import re
import subprocess
import sys
from pathlib import Path

from patterns import (
    CLAUSE,
    DEEDS,
    FUNCTION_WORDS,
    LINK,
    NO_DEED,
    NOT_PROSE,
    POINTS_BACK,
    PURPOSE,
    REASON,
    SENTENCE_END,
    TRAILER,
    VAGUE,
    VAGUE_OPENING,
)

# As the program cuts its prompts.
PASSAGE_WORDS, PASSAGE_CHARACTERS = 75, 420
PER_REPOSITORY = 1800
# Repositories that figures are reported on: nothing of them is learnt.
HELD_OUT = {"tokio", "ripgrep", "requests", "cargo", "sqlalchemy", "flask"}


def words(text):
    return re.findall(r"[A-Za-z_][A-Za-z0-9_']*|\d[\w.]*", text)


def stem(word):
    word = word.lower().strip("'")
    for ending in "ations ation ings ing ions ion ied ies ed ers er es ly s e y".split():
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 4 and word[-1] == word[-2] else word


def content(text):
    return [word for word in words(text) if word.lower() not in FUNCTION_WORDS and len(word) > 1]


def is_exact(word):
    return bool(re.search(r"[\d_]|[a-z][A-Z]", word))


def support(answer, passage):
    """The share of the answer's content words that the passage has in some form; 0 where a number or a name is new."""
    literal, stems = set(words(passage)), {stem(word) for word in words(passage)}
    said = content(answer)
    if not said or any(is_exact(word) and word not in literal for word in said):
        return 0.0
    return sum(stem(word) in stems for word in said) / len(said)


def gives_reason(text):
    return bool(CLAUSE.search(text) or re.search(r", which \w+s\b", text))


def paragraphs(body):
    """Those of whole sentences; one with a list, code or a quotation in it is left out."""
    found = []
    for paragraph in re.split(r"\n\s*\n", body):
        lines = [line for line in paragraph.splitlines() if not TRAILER.match(line)]
        text = re.sub(r"\s+", " ", " ".join(lines)).strip()
        is_whole = re.match(r"[A-Z`'\"].*[.!?)]$", text) and len(words(text)) >= 6
        if is_whole and not any(NOT_PROSE.search(line) for line in lines):
            found.append(text)
    return found


def sentences(paragraph):
    return [sentence.strip() for sentence in SENTENCE_END.split(paragraph) if sentence.strip()]


def around(all_sentences, at):
    """The sentence and what fits around it, sentences before it first."""
    first = last = at

    def fits(low, high):
        text = " ".join(all_sentences[low : high + 1])
        return len(text.split()) <= PASSAGE_WORDS and len(text) <= PASSAGE_CHARACTERS

    while True:
        if first > 0 and fits(first - 1, last):
            first -= 1
        elif last + 1 < len(all_sentences) and fits(first, last + 1):
            last += 1
        else:
            return " ".join(all_sentences[first : last + 1])


def passage_of(body):
    """What the program would show a model of a message: around its best reason, otherwise its first paragraph."""
    found = paragraphs(body)
    for strong in (CLAUSE, REASON):
        for paragraph in found:
            parts = sentences(paragraph)
            for at, sentence in enumerate(parts):
                if strong.search(sentence) and len(sentence.split()) <= PASSAGE_WORDS:
                    return around(parts, at)
    return around(sentences(found[0]), 0) if found else ""


def headline(subject):
    """A subject as a sentence: without scopes, tags and numbers of pull requests."""
    subject = re.sub(r"\s*\((?:#|GH-)\d+\)\s*$", "", subject).strip()
    subject = re.sub(r"^(?:\[[^\]]*\]\s*)+", "", subject)
    subject = re.sub(r"^[\w()/.,*!\-]{1,30}(?: [\w/.()\-]{1,14})?:\s+", "", subject).rstrip(".").strip()
    return subject[:1].upper() + subject[1:]


def is_clean(text):
    has_markup = re.search(r"https?:|```|[|<>{}]|\.\.\.|\bTODO\b|@\w", text)
    return text.isascii() and not has_markup and text.count('"') % 2 == 0


def joined(answer, passage):
    """The headline with the clause that says why: of the sentence that says the same, or said of the whole change."""
    if answer.split()[0].lower() not in DEEDS:
        return None
    said, told, before_does = {stem(word) for word in content(answer)}, set(), False
    for sentence in sentences(passage):
        purpose = PURPOSE.match(sentence)
        # "This" is the change where the sentence before says what was done.
        if purpose and before_does and len(said & told) >= max(2, 0.6 * len(said)):
            return with_clause(answer, purpose["clause"] or f"which {purpose['effect']}")
        match = CLAUSE.search(sentence)
        before = {stem(word) for word in content(sentence[: match.start()])} if match else set()
        if match and match[1].lower() != "otherwise" and len(said & before) >= max(2, 0.6 * len(said)):
            return with_clause(answer, match[0])
        told |= {stem(word) for word in content(sentence)}
        before_does = sentence.split()[0].lower() in DEEDS
    return None


def with_clause(answer, clause):
    clause = clause.strip().rstrip(",.")
    if not 3 <= len(clause.split()) <= 14 or VAGUE.match(clause) or POINTS_BACK.search(clause) or not is_clean(clause):
        return None
    if re.match(r"(?i)due to .* and ", clause) or clause.count("(") != clause.count(")"):
        return None
    link = ", " if re.match("(?i)because|which", clause) else " "
    return f"{answer}{link}{clause[:1].lower()}{clause[1:]}"


def own_sentence(answer, passage, on_the_change):
    """A short sentence of the passage that says what and why, where the passage says more than that.

    With `on_the_change`, one that speaks of what the headline says.
    """
    parts, said = sentences(passage), {stem(word) for word in content(answer)}
    if len(parts) < 2:
        return None
    for sentence in parts:
        sentence = LINK.sub("", sentence)
        match = CLAUSE.search(sentence)
        if not match or match.start() == 0 or VAGUE.match(match[0]):
            continue
        if not 8 <= len(sentence.split()) <= 24 or not is_clean(sentence) or sentence[-1] not in ".!":
            continue
        if VAGUE_OPENING.match(sentence) or POINTS_BACK.search(sentence):
            continue
        if on_the_change and len(said & {stem(word) for word in content(sentence)}) < max(2, 0.5 * len(said)):
            continue
        return sentence[:1].upper() + sentence[1:].rstrip(".!")
    return None


def pair(subject, body):
    """The task, the passage and the answer that a message gives, or None."""
    answer, passage = headline(subject), passage_of(body)
    count = len(answer.split())
    short = 10 <= len(passage.split()) <= PASSAGE_WORDS and len(passage) <= PASSAGE_CHARACTERS
    if not (short and 3 <= count <= 14 and is_clean(answer) and is_clean(passage)):
        return None
    if NO_DEED.match(answer) or len(content(answer)) < 2:
        return None
    whole = support(answer, passage)
    says_why = CLAUSE.search(answer) is not None
    found = None if says_why or whole < 0.75 else joined(answer, passage)
    found = found or own_sentence(answer, passage, True)
    if found and len(found.split()) <= 26:
        return ("reason", passage, found + ".")
    if whole >= 0.8 and answer.lower() not in passage.lower():
        return ("reason" if says_why else "headline", passage, answer + ".")
    found = own_sentence(answer, passage, False)
    return ("reason", passage, found + ".") if found else None


def messages(repository):
    command = ["git", "-C", str(repository), "log", "--no-merges", "-n", "60000", "--format=%s%x01%b%x02"]
    log = subprocess.run(command, capture_output=True, text=True, errors="replace", check=True).stdout
    for record in log.split("\x02"):
        subject, separator, body = record.strip().partition("\x01")
        if separator:
            yield subject, body


def name_of(repository):
    path = Path(repository).resolve()
    path = path.parent if path.name in ("repo", ".git") else path
    return path.name.split("+")[-1]


def pairs_of(repository, held_out, seen):
    """Those of a repository; no passage and no answer twice. `seen` is added to."""
    found = []
    for subject, body in messages(repository):
        made = pair(subject, body)
        if not made:
            continue
        _, passage, answer = made
        # Of a passage that says why, an answer that does not would teach the opposite of what is wanted.
        if not held_out and gives_reason(passage) and not gives_reason(answer):
            continue
        if passage.lower() not in seen and answer.lower() not in seen:
            seen.update((passage.lower(), answer.lower()))
            found.append(made)
    return found


def main():
    out, repositories = Path(sys.argv[1]), sorted(sys.argv[2:], key=name_of)
    pairs, seen = {"train": [], "test": []}, set()
    for repository in repositories:
        name = name_of(repository)
        held_out = name in HELD_OUT
        found = pairs_of(repository, held_out, seen)
        # The newest are not the best: an even choice over the whole history. Reasons are rarer, and worth more.
        random.Random(name).shuffle(found)
        found.sort(key=lambda one: one[0] != "reason")
        kept = found[:PER_REPOSITORY]
        pairs["test" if held_out else "train"] += [(name, *one) for one in kept]
        reasons = sum(task == "reason" for task, _, _ in kept)
        print(f"{name:14} {len(found):6} found {len(kept):6} kept, {reasons} with a reason")
    for kept in pairs.values():
        random.Random(0).shuffle(kept)
    out.write_text(json.dumps(pairs, indent=0))
    print({split: len(kept) for split, kept in pairs.items()})


if __name__ == "__main__":
    main()
