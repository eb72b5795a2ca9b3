"""Trains with PyTorch what it is given on standard input; see normalization.ts. Images are [batch, height, width, channels]."""

import json
import math
import platform
import sys

import torch
import torch.nn.functional as F

task = json.load(sys.stdin)
torch.set_num_threads(1)


def channels_first(function, x):
    # On a permuted view the backward pass of PyTorch 2.13 ends in a segmentation fault.
    return function(x.permute(0, 3, 1, 2).contiguous()).permute(0, 2, 3, 1)


def pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def apply(layer, x, weights, is_training):
    """Takes the layer's own weights from the front of `weights`."""
    kind = layer["type"]
    if kind == "flatten":
        return x.reshape(x.shape[0], -1)
    if kind == "dense":
        weight, bias = weights.pop(0), weights.pop(0)
        return x @ weight + bias
    if kind == "activation":
        return {"relu": torch.relu, "tanh": torch.tanh}[layer["activation"]](x)
    if kind in ("batchNorm", "layerNorm", "groupNorm"):
        scale, shift = (weights.pop(0), weights.pop(0)) if layer["affine"] else (None, None)
        if kind == "layerNorm":
            shape = x.shape[1:] if layer["over"] == "all" else x.shape[-1:]
            return F.layer_norm(x, shape, scale, shift, layer["epsilon"])
        if kind == "groupNorm":
            return channels_first(lambda y: F.group_norm(y, layer["groups"], scale, shift, layer["epsilon"]), x)
        mean, variance = weights.pop(0), weights.pop(0)
        normalize = lambda y: F.batch_norm(
            y, mean, variance, scale, shift, is_training, layer["momentum"], layer["epsilon"]
        )
        return normalize(x) if x.dim() == 2 else channels_first(normalize, x)
    if kind == "globalAveragePool":
        return x.mean((1, 2))
    if kind == "adaptiveAveragePool":
        return channels_first(lambda y: F.adaptive_avg_pool2d(y, pair(layer["output"])), x)
    windows = {
        "kernel_size": pair(layer["size"]),
        "stride": pair(layer.get("stride", layer["size"])),
        "padding": pair(layer["padding"]),
    }
    if kind == "maxPool":
        return channels_first(lambda y: F.max_pool2d(y, **windows), x)
    inside = layer["countIncludePadding"]
    return channels_first(lambda y: F.avg_pool2d(y, count_include_pad=inside, **windows), x)


def train(case, dtype):
    features = torch.tensor(task["features"], dtype=dtype).reshape(-1, *task["inputShape"])
    labels = torch.tensor(task["labels"])
    sizes = [math.prod(weight["shape"]) for weight in case["weights"]]
    initial = torch.tensor(case["initialWeights"], dtype=dtype).split(sizes)
    weights = [
        values.reshape(weight["shape"]).clone().requires_grad_(not weight["role"].startswith("running"))
        for values, weight in zip(initial, case["weights"], strict=True)
    ]
    training = task["training"]
    trained = [weight for weight in weights if weight.requires_grad]
    optimizer = torch.optim.SGD(trained, lr=training["learningRate"], momentum=training["momentum"])

    def loss_of(first, end, is_training):
        x, left = features[first:end], list(weights)
        for layer in case["layers"]:
            x = apply(layer, x, left, is_training)
        assert not left
        return F.cross_entropy(x, labels[first:end])

    losses = []
    for first, end in task["batches"]:
        loss = loss_of(first, end, True)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return {
        "losses": losses,
        "weights": torch.cat([weight.detach().flatten() for weight in weights]).tolist(),
        "evaluated": loss_of(0, len(task["labels"]), False).item(),
    }


json.dump(
    {
        "versions": {"torch": torch.__version__, "python": platform.python_version()},
        "results": [
            {"float32": train(case, torch.float32), "float64": train(case, torch.float64)} for case in task["cases"]
        ],
    },
    sys.stdout,
)
