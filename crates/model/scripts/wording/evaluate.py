#!/usr/bin/env python3
"""Compares adapters of the wording model on passages of repositories that none of them was trained on.

    evaluate.py --model FILE.gguf --pairs PAIRS.json [--adapter NAME=FILE]... [--passages 100] [--show 15]

The untuned model always comes first. The passages are a fixed choice, evenly over the held-out repositories, half of
them with a reason. Answers are the most probable words one by one, 48 tokens at most, as the program asks for them.
Prints a table, then some passages with every answer. Writes nothing.

supported words     share of all content words of the answers that the passage has in some form, numbers and
                    identifiers exactly
supported answers   share of the answers of which that holds for each word
F1                  where the human subject is the reference: 2 * common / (said + wanted) content words, averaged
gives a reason      of the passages that have a causal or purposive wording, share of the answers that have one
verbatim            share of the answers that stand in the passage as they are
unfinished          share of the answers that ended at the limit of tokens
"""

import argparse
import json
import re
from pathlib import Path

import torch
from mine import content, gives_reason, is_exact, stem, words
from safetensors.torch import load_file
from train_wording import adapter_of, load, prompt

MOST_TOKENS, AT_ONCE = 48, 10
ROWS = ["supported words", "supported answers", "F1", "gives a reason", "verbatim", "unfinished", "words an answer"]


def chosen(pairs, count):
    """Evenly over the repositories, as far as each reaches."""
    by_repository = {}
    for pair in pairs:
        by_repository.setdefault(pair[0], []).append(pair)
    turns = max(map(len, by_repository.values()))
    names = sorted(by_repository)
    in_turn = [by_repository[name][i] for i in range(turns) for name in names if i < len(by_repository[name])]
    return in_turn[:count]


def apply(model, tensors):
    """Sets the adapter; without tensors, one that changes nothing."""
    with torch.no_grad():
        for name, parameter in adapter_of(model).items():
            if tensors is not None:
                parameter.copy_(tensors[name])
            elif name.endswith(".B"):
                parameter.zero_()


@torch.no_grad()
def answers(model, tokenizer, passages):
    """The first line of each answer, and whether it came to an end."""
    end, found = tokenizer.convert_tokens_to_ids("<|im_end|>"), {}
    order = sorted(passages, key=len)
    for start in range(0, len(order), AT_ONCE):
        asked = order[start : start + AT_ONCE]
        encoded = [tokenizer(prompt(passage), add_special_tokens=False).input_ids for passage in asked]
        longest = max(map(len, encoded))
        ids = torch.tensor([[0] * (longest - len(one)) + one for one in encoded])
        mask = torch.tensor([[0] * (longest - len(one)) + [1] * len(one) for one in encoded])
        limits = {"max_new_tokens": MOST_TOKENS, "do_sample": False, "eos_token_id": end, "pad_token_id": end}
        made = model.generate(ids, attention_mask=mask, **limits)
        for passage, tokens in zip(asked, made[:, longest:].tolist()):
            text = tokenizer.decode(tokens, skip_special_tokens=True).strip()
            found[passage] = (text.split("\n")[0].strip(), end in tokens)
    return [found[passage] for passage in passages]


def supported(answer, passage):
    """For each content word of the answer, whether the passage has it."""
    literal, stems = set(words(passage)), {stem(word) for word in words(passage)}
    return [word in literal if is_exact(word) else stem(word) in stems for word in content(answer)]


def f1(answer, wanted):
    said, wanted = ({stem(word) for word in content(text)} for text in (answer, wanted))
    return 2 * len(said & wanted) / max(1, len(said) + len(wanted))


def mean(values):
    values = list(values)
    return sum(values) / max(1, len(values))


def measures(pairs, given):
    checks = [supported(answer, pair[2]) for pair, (answer, _) in zip(pairs, given)]
    both = list(zip(pairs, given))
    return [
        mean(one for check in checks for one in check),
        mean(bool(check) and all(check) for check in checks),
        mean(f1(answer, pair[3]) for pair, (answer, _) in both if pair[1] == "headline"),
        mean(gives_reason(answer) for pair, (answer, _) in both if gives_reason(pair[2])),
        mean(answer.rstrip(".").lower() in pair[2].lower() for pair, (answer, _) in both),
        mean(not ended for _, ended in given),
        mean(len(answer.split()) for answer, _ in given),
    ]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--model", required=True)
    arguments.add_argument("--pairs", required=True)
    arguments.add_argument("--adapter", action="append", default=[], metavar="NAME=FILE")
    arguments.add_argument("--passages", type=int, default=100)
    arguments.add_argument("--show", type=int, default=15)
    given = arguments.parse_args()
    held_out = json.loads(Path(given.pairs).read_text())["test"]
    pairs = chosen([pair for pair in held_out if gives_reason(pair[2])], given.passages // 2)
    pairs += chosen([pair for pair in held_out if not gives_reason(pair[2])], given.passages - len(pairs))
    model, tokenizer = load(given.model)
    model.eval()
    columns = {"people": [(pair[3], True) for pair in pairs]}
    for name, file in [("untuned", None)] + [adapter.split("=", 1) for adapter in given.adapter]:
        apply(model, load_file(file) if file else None)
        columns[name] = answers(model, tokenizer, [pair[2] for pair in pairs])
    with_reason = sum(gives_reason(pair[2]) for pair in pairs)
    headlines = sum(pair[1] == "headline" for pair in pairs)
    print(f"{len(pairs)} passages, {with_reason} with a reason, {headlines} with a subject as reference\n")
    print("| | " + " | ".join(columns) + " |\n|---" + "|---" * len(columns) + "|")
    table = [measures(pairs, column) for column in columns.values()]
    for row, name in enumerate(ROWS):
        print(f"| {name} | " + " | ".join(f"{column[row]:.2f}" for column in table) + " |")
    for at, (repository, _, passage, _) in enumerate(pairs[: given.show]):
        print(f"\n{repository}: {passage}")
        for name, column in columns.items():
            print(f"    {name}: {column[at][0]}")


if __name__ == "__main__":
    main()
