"""One training step of an MLP in PyTorch on one thread: the peer of `tunesmith bench step`.

Batches are made beforehand, so the data loader costs nothing. All three Adam variants are timed; compare with the
fastest. Prints one JSON line per variant.

    python bench/peers/step.py [--model 784-128-64-10] [--batch-size 32] [--rounds 25]
"""

import argparse
import json
import statistics
import time

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--model", default="784-128-64-10")
parser.add_argument("--batch-size", type=int, default=32)
parser.add_argument("--rounds", type=int, default=25)
arguments = parser.parse_args()
torch.set_num_threads(1)
torch.manual_seed(0)

ROUND_SECONDS = 0.1
BATCHES = 8
widths = [int(width) for width in arguments.model.split("-")]
batches = [
    (torch.rand(arguments.batch_size, widths[0]), torch.randint(widths[-1], (arguments.batch_size,)))
    for _ in range(BATCHES)
]


def build(variant: dict):
    layers = []
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, **variant)
    loss_function = nn.CrossEntropyLoss()

    def steps():
        for x, y in batches:
            optimizer.zero_grad(set_to_none=True)
            loss_function(model(x), y).backward()
            optimizer.step()

    return steps


for name, variant in [("default", {}), ("foreach", {"foreach": True}), ("fused", {"fused": True})]:
    steps = build(variant)
    for _ in range(5):
        steps()
    start = time.perf_counter()
    steps()
    passes = max(1, round(ROUND_SECONDS / (time.perf_counter() - start)))
    times = []
    for _ in range(arguments.rounds):
        start = time.perf_counter()
        for _ in range(passes):
            steps()
        times.append((time.perf_counter() - start) / passes / BATCHES)
    print(
        json.dumps(
            {
                "torch": torch.__version__,
                "adam": name,
                "batchSize": arguments.batch_size,
                "microsecondsPerStep": round(statistics.median(times) * 1e6, 1),
            }
        ),
        flush=True,
    )
