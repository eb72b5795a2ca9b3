"""Trains with PyTorch what it is given on standard input; see optimizers.ts."""

import json
import math
import platform
import sys

import torch

task = json.load(sys.stdin)
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


class Lion(torch.optim.Optimizer):
    """Chen et al. 2023, "Symbolic Discovery of Optimization Algorithms", Alg. 2; the decay is done by the caller."""

    def __init__(self, params, lr, betas):
        super().__init__(params, {"lr": lr, "betas": betas})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                p.sub_(group["lr"] * torch.sign(beta1 * m + (1 - beta1) * p.grad))
                m.mul_(beta2).add_((1 - beta2) * p.grad)


class Lamb(torch.optim.Optimizer):
    """You et al. 2020, "Large Batch Optimization for Deep Learning", Alg. 2, with the identity as phi."""

    def __init__(self, params, lr, betas, eps):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "decay": 0.0})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                state = self.state[p]
                m = state.setdefault("m", torch.zeros_like(p))
                v = state.setdefault("v", torch.zeros_like(p))
                state["t"] = state.get("t", 0) + 1
                m.mul_(beta1).add_((1 - beta1) * p.grad)
                v.mul_(beta2).add_((1 - beta2) * p.grad**2)
                corrected = v / (1 - beta2 ** state["t"])
                direction = m / (1 - beta1 ** state["t"]) / (corrected.sqrt() + group["eps"]) + group["decay"] * p
                size, length = p.norm(), direction.norm()
                ratio = size / length if size > 0 and length > 0 else 1.0
                p.sub_(group["lr"] * ratio * direction)


def optimizer_of(s, groups):
    betas = (s["beta1"], s["beta2"])
    lr, eps = s["learningRate"], s["epsilon"]
    match s["optimizer"]:
        case "sgd":
            return torch.optim.SGD(
                groups, lr, momentum=s["momentum"], dampening=s["dampening"], nesterov=s["nesterov"]
            )
        case "rmsprop":
            return torch.optim.RMSprop(
                groups, lr, alpha=s["smoothing"], eps=eps, momentum=s["momentum"], centered=s["centred"]
            )
        case "adam":
            return torch.optim.Adam(groups, lr, betas, eps)
        case "adamw":
            return torch.optim.AdamW(groups, lr, betas, eps, weight_decay=0)
        case "amsgrad":
            return torch.optim.Adam(groups, lr, betas, eps, amsgrad=True)
        case "nadam":
            return torch.optim.NAdam(groups, lr, betas, eps, momentum_decay=s["momentumDecay"])
        case "adagrad":
            return torch.optim.Adagrad(groups, lr, eps=eps)
        case "adadelta":
            return torch.optim.Adadelta(groups, lr, rho=s["smoothing"], eps=eps)
        case "lion":
            return Lion(groups, lr, betas)
        case "lamb":
            return Lamb(groups, lr, betas, eps)
    raise ValueError(s["optimizer"])


def train(s):
    features = torch.tensor(task["features"]).reshape(-1, task["inputs"])
    labels = torch.tensor(task["labels"])
    sizes = [math.prod(shape) for shape in task["shapes"]]
    initial = torch.tensor(task["initialWeights"]).split(sizes)
    weights = [
        values.reshape(shape).clone().requires_grad_() for values, shape in zip(initial, task["shapes"], strict=True)
    ]
    excludes = s["decayExcludes"] != "none"
    decayed = [w for w in weights if not excludes or w.dim() > 1]
    others = [w for w in weights if excludes and w.dim() == 1]
    groups = [{"params": decayed, "weight_decay": s["weightDecay"]}]
    if others:
        groups.append({"params": others, "weight_decay": 0.0})
    optimizer = optimizer_of(s, groups)
    # These decay as PyTorch's AdamW documents it; its own is left at 0 so that every optimiser has the same code here.
    if s["optimizer"] == "lamb":
        optimizer.param_groups[0]["decay"] = s["decoupledWeightDecay"]
        decoupled = 0.0
    elif s["optimizer"] == "adamw":
        optimizer.param_groups[0]["weight_decay"] = s["decoupledWeightDecay"]
        decoupled = 0.0
    else:
        decoupled = s["decoupledWeightDecay"]
    if s["optimizer"] in ("lion", "lamb"):
        assert s["weightDecay"] == 0
    average = None
    update_average = torch.optim.swa_utils.get_ema_avg_fn(s["averageDecay"]) if s["averageDecay"] else None
    losses = []
    batches = len(labels) // task["batchSize"]
    for step in range(task["steps"]):
        first = step % batches * task["batchSize"]
        x, y = features[first : first + task["batchSize"]], labels[first : first + task["batchSize"]]
        logits = torch.tanh(x @ weights[0] + weights[1]) @ weights[2] + weights[3]
        loss = torch.nn.functional.cross_entropy(logits, y)
        loss = loss + s["l2Penalty"] / 2 * sum((w**2).sum() for w in decayed)
        optimizer.zero_grad()
        loss.backward()
        if s["clipValue"] is not None:
            torch.nn.utils.clip_grad_value_(weights, s["clipValue"])
        if s["clipNorm"] is not None:
            torch.nn.utils.clip_grad_norm_(weights, s["clipNorm"])
        with torch.no_grad():
            for w in decayed:
                w.mul_(1 - s["learningRate"] * decoupled)
        optimizer.step()
        if update_average is not None:
            with torch.no_grad():
                if average is None:
                    average = [w.clone() for w in weights]
                else:
                    average = [update_average(mean, w, step) for mean, w in zip(average, weights, strict=True)]
        if (step + 1) % task["every"] == 0:
            losses.append(loss.item())
    result = weights if average is None else average
    return {"losses": losses, "weights": torch.cat([w.detach().flatten() for w in result]).tolist()}


json.dump(
    {
        "versions": {"torch": torch.__version__, "python": platform.python_version()},
        "results": [train(run["training"]) for run in task["runs"]],
    },
    sys.stdout,
)
