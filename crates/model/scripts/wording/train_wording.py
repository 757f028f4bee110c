#!/usr/bin/env python3
"""Tunes the default wording model: a low-rank adapter (LoRA, Hu et al. 2021, arXiv:2106.09685) on all projections.

    train_wording.py --model FILE.gguf --pairs PAIRS.json --work DIRECTORY
                     [--epochs 0.5] [--seconds 3600] [--threads 2] [--export FILE]

Runs on processors: batches hold passages of like length, and words are predicted only where the answer stands. Stops
after the given time and goes on from its last checkpoint when started again with the same arguments, by the same
batches and rates as in one piece: both follow from the step alone. `--export` writes the adapter as the program takes
it. Reads and writes only the files that it is given.
"""

import argparse
import json
import math
import os

# Before torch is loaded: threads that wait give their processor away instead of spinning on it.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import random
import time
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, AutoTokenizer

RANK, ALPHA = 16, 32
RATE, WARM_UP = 5e-4, 30
BATCH, LONGEST = 8, 200
CHECKPOINT_SECONDS = 240
PROJECTIONS = [("self_attn", name) for name in ("q_proj", "k_proj", "v_proj", "o_proj")] + [
    ("mlp", name) for name in ("gate_proj", "up_proj", "down_proj")
]


class LowRank(torch.nn.Module):
    """A frozen matrix W and the two thin ones that are learnt: W + ALPHA / RANK * B A."""

    def __init__(self, base):
        super().__init__()
        self.base = base
        self.A = torch.nn.Parameter(torch.randn(RANK, base.in_features) / math.sqrt(base.in_features))
        self.B = torch.nn.Parameter(torch.zeros(base.out_features, RANK))

    def forward(self, x):
        return self.base(x) + (x @ self.A.T @ self.B.T) * (ALPHA / RANK)


def load(gguf):
    """The model with untrained adapters around its projections, and its tokenizer."""
    gguf = Path(gguf)
    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    model = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, dtype=torch.float32)
    model.requires_grad_(False)
    torch.manual_seed(0)
    for layer in model.model.layers:
        for part, name in PROJECTIONS:
            owner = getattr(layer, part)
            setattr(owner, name, LowRank(getattr(owner, name)))
    return model, tokenizer


def adapter_of(model):
    return {name: value for name, value in model.named_parameters() if name.endswith((".A", ".B"))}


def prompt(passage):
    return f"<|im_start|>user\n{passage}<|im_end|>\n<|im_start|>assistant\n"


def encode(tokenizer, pairs):
    """The tokens of each passage and answer, and which of them give a reason."""
    encoded, reasons = [], []
    for _, task, passage, answer in pairs:
        asked = tokenizer(prompt(passage), add_special_tokens=False).input_ids
        answered = tokenizer(answer + "<|im_end|>", add_special_tokens=False).input_ids
        if len(asked) + len(answered) <= LONGEST:
            if task == "reason":
                reasons.append(len(encoded))
            encoded.append((asked, answered))
    return encoded, reasons


def batches(encoded, which, seed):
    """Some of the pairs in batches of like length, in an order that follows from the seed alone."""
    chance = random.Random(seed)
    order = sorted(which, key=lambda i: (sum(map(len, encoded[i])), chance.random()))
    found = [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
    chance.shuffle(found)
    return found


def planned(encoded, reasons, epochs):
    """So many passes over all pairs; then one over those that give a reason and half as many others, so that the model
    leaves no reason out."""
    everything = range(len(encoded))
    plan = [batch for epoch in range(math.ceil(epochs)) for batch in batches(encoded, everything, epoch)]
    plan = plan[: math.ceil(epochs * math.ceil(len(encoded) / BATCH))]
    others = sorted(set(everything) - set(reasons))
    return plan + batches(encoded, reasons + random.Random(0).sample(others, len(reasons) // 2), "closing")


def loss_of(model, batch):
    longest = max(len(asked) + len(answered) for asked, answered in batch)
    ids = torch.tensor([asked + answered + [0] * (longest - len(asked) - len(answered)) for asked, answered in batch])
    mask = torch.tensor([[1] * (len(a) + len(b)) + [0] * (longest - len(a) - len(b)) for a, b in batch])
    hidden = model.model(input_ids=ids, attention_mask=mask, use_cache=False).last_hidden_state
    # A word is predicted where the one before it stands.
    places = [(row, at) for row, (a, b) in enumerate(batch) for at in range(len(a) - 1, len(a) + len(b) - 1)]
    rows, columns = (torch.tensor(list(part)) for part in zip(*places))
    wanted = torch.tensor([token for _, answered in batch for token in answered])
    return torch.nn.functional.cross_entropy(model.lm_head(hidden[rows, columns]), wanted), ids.numel()


def rate(step, steps):
    warm = min(1.0, (step + 1) / WARM_UP)
    return RATE * warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / steps)))


def save(path, value):
    """Whole or not at all."""
    torch.save(value, f"{path}.new")
    os.replace(f"{path}.new", path)


def choose_threads(wanted):
    """Leaves processors to what else runs: threads that wait for one another on a busy machine are slower than one."""
    try:
        running = int(Path("/proc/loadavg").read_text().split()[3].split("/")[0])
    except OSError:
        running = 1
    torch.set_num_threads(max(1, wanted - (running - 1)))


def train(model, encoded, plan, work, seconds, threads):
    parameters = adapter_of(model)
    optimizer = torch.optim.AdamW(parameters.values(), lr=RATE, weight_decay=0.0)
    checkpoint, step = Path(work) / "checkpoint.pt", 0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        model.load_state_dict(state["adapter"], strict=False)
        optimizer.load_state_dict(state["optimizer"])
        step = state["step"]
    started = saved = time.monotonic()
    tokens, average = 0, None
    while step < len(plan) and time.monotonic() - started < seconds:
        for group in optimizer.param_groups:
            group["lr"] = rate(step, len(plan))
        choose_threads(threads)
        loss, count = loss_of(model, [encoded[i] for i in plan[step]])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(parameters.values()), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        step, tokens = step + 1, tokens + count
        average = loss.item() if average is None else 0.97 * average + 0.03 * loss.item()
        if step % 20 == 0:
            passed = time.monotonic() - started
            speed = f"{passed:.0f} s, {tokens / passed:.0f} tokens/s"
            print(f"step {step} of {len(plan)}, {speed}, loss {average:.3f}", flush=True)
        if time.monotonic() - saved > CHECKPOINT_SECONDS or step == len(plan):
            saved = time.monotonic()
            save(checkpoint, {"adapter": adapter_of(model), "optimizer": optimizer.state_dict(), "step": step})
    print(f"{step} of {len(plan)} steps done", flush=True)


def export(model, path):
    save_file({name: value.detach().to(torch.float16).contiguous() for name, value in adapter_of(model).items()}, path)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--model", required=True)
    arguments.add_argument("--pairs", required=True)
    arguments.add_argument("--work", required=True)
    arguments.add_argument("--epochs", type=float, default=0.5)
    arguments.add_argument("--seconds", type=float, default=3600)
    arguments.add_argument("--threads", type=int, default=os.cpu_count())
    arguments.add_argument("--export")
    given = arguments.parse_args()
    model, tokenizer = load(given.model)
    encoded, reasons = encode(tokenizer, json.loads(Path(given.pairs).read_text())["train"])
    learnt = sum(part.numel() for part in adapter_of(model).values())
    print(f"{len(encoded)} pairs, {learnt / 1e6:.1f} M parameters", flush=True)
    train(model, encoded, planned(encoded, reasons, given.epochs), given.work, given.seconds, given.threads)
    if given.export:
        export(model, given.export)


if __name__ == "__main__":
    main()
