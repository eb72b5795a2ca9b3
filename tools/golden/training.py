"""Trains with PyTorch what it is given on standard input; see training.ts."""

import json
import math
import platform
import sys

import torch

task = json.load(sys.stdin)
torch.set_num_threads(1)

ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}


def optimizer_of(training, weights):
    settings = {"lr": training["learningRate"], "weight_decay": training["weightDecay"]}
    if training["optimizer"] == "sgd":
        return torch.optim.SGD(weights, momentum=training["momentum"], **settings)
    betas = (training["beta1"], training["beta2"])
    return torch.optim.Adam(weights, betas=betas, eps=training["epsilon"], **settings)


def train(run, dtype):
    features = torch.tensor(task["features"], dtype=dtype).reshape(-1, task["inputs"])
    labels = torch.tensor(task["labels"])
    sizes = [math.prod(shape) for shape in task["shapes"]]
    initial = torch.tensor(task["initialWeights"], dtype=dtype).split(sizes)
    weights = [
        values.reshape(shape).clone().requires_grad_() for values, shape in zip(initial, task["shapes"], strict=True)
    ]
    optimizer = optimizer_of(run["training"], weights)
    losses = []
    for first, end in task["batches"]:
        x = features[first:end]
        for layer in range(0, len(weights), 2):
            x = x @ weights[layer] + weights[layer + 1]
            if layer + 2 < len(weights):
                x = ACTIVATIONS[run["activation"]](x)
        loss = torch.nn.functional.cross_entropy(x, labels[first:end])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return {"losses": losses, "weights": torch.cat([weight.detach().flatten() for weight in weights]).tolist()}


json.dump(
    {
        "versions": {"torch": torch.__version__, "python": platform.python_version()},
        "results": [
            {"float32": train(run, torch.float32), "float64": train(run, torch.float64)} for run in task["runs"]
        ],
    },
    sys.stdout,
)
