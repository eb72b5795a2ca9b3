"""One training step in PyTorch on one thread: the peer of `tunesmith bench step`.

Batches are made beforehand, so the data loader costs nothing. All three Adam variants are timed, for images in both
memory formats; compare with the fastest. Prints one JSON line per variant.

    python bench/peers/step.py [--model mlp:784-128-64-10] [--batch-size 32] [--rounds 25]
"""

import argparse
import itertools
import json
import statistics
import time

import torch
from torch import nn

import models

parser = argparse.ArgumentParser()
parser.add_argument("--model", default="mlp:784-128-64-10")
parser.add_argument("--batch-size", type=int, default=32)
parser.add_argument("--rounds", type=int, default=25)
arguments = parser.parse_args()
torch.set_num_threads(1)
torch.manual_seed(0)

ROUND_SECONDS = 0.1
BATCHES = 8
example, classes, build = models.parse(arguments.model)
is_image = len(example) == 3


def make_steps(adam: dict, memory_format):
    def prepare(value):
        return value.to(memory_format=memory_format) if is_image else value

    batches = [
        (prepare(torch.rand(arguments.batch_size, *example)), torch.randint(classes, (arguments.batch_size,)))
        for _ in range(BATCHES)
    ]
    model = build()
    model = model.to(memory_format=memory_format) if is_image else model
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, **adam)
    loss_function = nn.CrossEntropyLoss()

    def steps(count):
        for x, y in itertools.islice(itertools.cycle(batches), count):
            optimizer.zero_grad(set_to_none=True)
            loss_function(model(x), y).backward()
            optimizer.step()

    return steps


ADAMS = {"default": {}, "foreach": {"foreach": True}, "fused": {"fused": True}}
FORMATS = {"contiguous": torch.contiguous_format}
if is_image:
    FORMATS["channels-last"] = torch.channels_last

for (format_name, memory_format), (name, adam) in itertools.product(FORMATS.items(), ADAMS.items()):
    steps = make_steps(adam, memory_format)
    steps(3)
    start = time.perf_counter()
    steps(2)
    count = max(1, round(ROUND_SECONDS / (time.perf_counter() - start) * 2))
    times = []
    for _ in range(arguments.rounds):
        start = time.perf_counter()
        steps(count)
        times.append((time.perf_counter() - start) / count)
    print(
        json.dumps(
            {
                "torch": torch.__version__,
                "adam": name,
                "format": format_name,
                "batchSize": arguments.batch_size,
                "microsecondsPerStep": round(statistics.median(times) * 1e6, 1),
            }
        ),
        flush=True,
    )
