"""Values and slopes of PyTorch's activations in float64; see activations.ts."""

import json
import platform
import sys

import torch
import torch.nn.functional as F

task = json.load(sys.stdin)
ACTIVATIONS = {
    "relu": F.relu,
    "leakyRelu": F.leaky_relu,
    "elu": F.elu,
    "gelu": F.gelu,
    "silu": F.silu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "softplus": F.softplus,
}


def evaluate(function):
    x = torch.tensor(task["inputs"], dtype=torch.float64, requires_grad=True)
    y = function(x)
    y.backward(torch.ones_like(y))
    return {"values": y.tolist(), "slopes": x.grad.tolist()}


def softmax():
    x = torch.tensor(task["rows"], dtype=torch.float64, requires_grad=True)
    y = F.softmax(x, dim=-1)
    y.backward(torch.tensor(task["gradients"], dtype=torch.float64))
    return {"values": y.tolist(), "gradients": x.grad.tolist()}


json.dump(
    {
        "versions": {"torch": torch.__version__, "python": platform.python_version()},
        "activations": {name: evaluate(ACTIVATIONS[name]) for name in task["names"]},
        "softmax": softmax(),
    },
    sys.stdout,
)
