"""The study of examples/weight-decay.yaml as a person would write it in PyTorch, as fast as it gets there.

Five trainings of 150 epochs, one after the other in one process, with all tensors in memory and each epoch's batches
gathered by one index_select, so that no data loader slows it down. One thread: on layers of this size more threads are
slower. Prints one JSON line per training and one with the total.

    python bench/peers/weight_decay.py DATA_DIR [--seed S] [--first] [--threads N] [--epochs E]

DATA_DIR holds fashion-mnist/ with the IDX files. Needs: pip install torch numpy (see bench/README.md).
"""

import argparse
import gzip
import json
import time
from pathlib import Path

START = time.perf_counter()

import numpy
import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("data_dir", type=Path)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--first", action="store_true", help="train on the first images of the file instead of random ones")
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--epochs", type=int, default=150)
parser.add_argument("--adam", choices=["default", "foreach", "fused"], default="fused")
arguments = parser.parse_args()
torch.set_num_threads(arguments.threads)

TRAIN, VALIDATION, BATCH = 1024, 2560, 32


def read_idx(name: str, header: int) -> numpy.ndarray:
    path = arguments.data_dir / "fashion-mnist" / name
    with gzip.open(path) as file:
        return numpy.frombuffer(file.read(), dtype=numpy.uint8, offset=header)


images = torch.from_numpy(read_idx("train-images-idx3-ubyte.gz", 16).reshape(-1, 784).copy()).float() / 255
labels = torch.from_numpy(read_idx("train-labels-idx1-ubyte.gz", 8).copy()).long()
generator = torch.Generator().manual_seed(arguments.seed)
order = torch.arange(len(images)) if arguments.first else torch.randperm(len(images), generator=generator)
train_x, train_y = images[order[:TRAIN]], labels[order[:TRAIN]]
validation_x, validation_y = images[order[TRAIN : TRAIN + VALIDATION]], labels[order[TRAIN : TRAIN + VALIDATION]]


def train(weight_decay: float) -> dict:
    torch.manual_seed(arguments.seed)
    model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))
    variant = {} if arguments.adam == "default" else {arguments.adam: True}
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4, weight_decay=weight_decay, **variant)
    loss_function = nn.CrossEntropyLoss()
    for _ in range(arguments.epochs):
        model.train()
        correct = torch.zeros((), dtype=torch.long)
        loss_sum = torch.zeros(())
        shuffled = torch.randperm(TRAIN)
        epoch_x, epoch_y = train_x[shuffled], train_y[shuffled]
        for x, y in zip(epoch_x.split(BATCH), epoch_y.split(BATCH)):
            optimizer.zero_grad(set_to_none=True)
            logits = model(x)
            loss = loss_function(logits, y)
            loss.backward()
            optimizer.step()
            correct += (logits.detach().argmax(1) == y).sum()
            loss_sum += loss.detach() * len(y)
        model.eval()
        with torch.no_grad():
            logits = model(validation_x)
            validation_loss = loss_function(logits, validation_y)
            validation_accuracy = (logits.argmax(1) == validation_y).float().mean()
    return {
        "weightDecay": weight_decay,
        "train/accuracy": round(correct.item() / TRAIN, 4),
        "train/loss": round(loss_sum.item() / TRAIN, 4),
        "validation/accuracy": round(validation_accuracy.item(), 4),
        "validation/loss": round(validation_loss.item(), 4),
        "hidden1/weight-mean-absolute": round(model[0].weight.abs().mean().item(), 5),
    }


for decay in [0, 1e-4, 1e-3, 1e-2, 1e-1]:
    print(json.dumps(train(decay)), flush=True)
print(json.dumps({"torch": torch.__version__, "seconds": round(time.perf_counter() - START, 2)}))
