"""A small convolutional network on Fashion-MNIST. It runs alone (`python train.py --lr 0.01`) and under Tunesmith.

Under Tunesmith it reports each epoch, hears whether to go on, and keeps a checkpoint in the trial's folder, so that a trial that
was interrupted or failed goes on where it was.
"""

import argparse
import gzip
import json
import os
import urllib.request
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=9)
    parser.add_argument("--channels", type=int, default=16)
    parser.add_argument("--optimizer", choices=["adamw", "sgd"], default="adamw")
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--momentum", type=float, default=0.9)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--train", type=int, default=12_000, help="training examples")
    parser.add_argument("--validation", type=int, default=4_000, help="validation examples")
    return parser.parse_args()


def read_idx(name, header):
    folder = Path(os.environ["TUNESMITH_DATA"]) / "fashion-mnist"
    data = gzip.decompress((folder / f"{name}.gz").read_bytes())
    return torch.frombuffer(bytearray(data[header:]), dtype=torch.uint8)


def examples(count, skip=0):
    """Images as [N, 1, 28, 28] from 0 to 1, and their classes."""
    images = read_idx("train-images-idx3-ubyte", 16).view(-1, 1, 28, 28)[skip : skip + count]
    labels = read_idx("train-labels-idx1-ubyte", 8)[skip : skip + count]
    return images.float() / 255, labels.long()


def network(channels, dropout):
    return nn.Sequential(
        nn.Conv2d(1, channels, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(channels, 2 * channels, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Dropout(dropout), nn.Linear(2 * channels * 49, 10),
    )  # fmt: skip


def optimizer_for(model, given):
    if given.optimizer == "sgd":
        return torch.optim.SGD(model.parameters(), lr=given.lr, momentum=given.momentum)
    return torch.optim.AdamW(model.parameters(), lr=given.lr)


def report(step, **metrics):
    """Tells Tunesmith, where it runs. True while the training is to go on."""
    print(f"epoch {step}", metrics, flush=True)
    url = os.environ.get("TUNESMITH_METRICS_URL")
    if url is None:
        return True
    body = json.dumps({"step": step, **{name.replace("_", "/"): value for name, value in metrics.items()}})
    headers = {"Authorization": "Bearer " + os.environ["TUNESMITH_TOKEN"]}
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(urllib.request.Request(url, body.encode(), headers)) as answer:
        return json.load(answer)["continue"]


def main():
    given = arguments()
    torch.manual_seed(int(os.environ.get("TUNESMITH_SEED", "0")) % 2**63)
    images, labels = examples(given.train)
    held_out, held_out_labels = examples(given.validation, skip=50_000)
    model = network(given.channels, given.dropout)
    optimizer = optimizer_for(model, given)
    done = 0

    folder = os.environ.get("TUNESMITH_FOLDER")
    checkpoint = Path(folder) / "checkpoint.pt" if folder else None
    if checkpoint and checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["rng"])
        done = state["epoch"]
        print(f"goes on after epoch {done}", flush=True)

    for epoch in range(done + 1, given.epochs + 1):
        model.train()
        total = 0.0
        for batch in torch.randperm(len(images)).split(given.batch_size):
            loss = functional.cross_entropy(model(images[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        model.eval()
        with torch.no_grad():
            outputs = torch.cat([model(part) for part in held_out.split(1000)])
        accuracy = (outputs.argmax(1) == held_out_labels).float().mean().item()
        loss = functional.cross_entropy(outputs, held_out_labels).item()

        if checkpoint:
            # Whole or not at all: it is written beside its place and renamed.
            torch.save(
                {
                    "model": model.state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "rng": torch.get_rng_state(),
                    "epoch": epoch,
                },
                checkpoint.with_suffix(".new"),
            )
            os.replace(checkpoint.with_suffix(".new"), checkpoint)
        if not report(epoch, train_loss=total / len(images), validation_loss=loss, validation_accuracy=accuracy):
            break


main()
