"""Values and gradients of PyTorch's losses in float64; see losses.ts."""

import json
import platform
import sys

import torch
import torch.nn.functional as F

task = json.load(sys.stdin)


def mixed_targets(classes):
    """The shares of both labels of each example."""
    labels = F.one_hot(torch.tensor(task["labels"]), classes).to(torch.float64)
    partners = labels[[mix["partner"] for mix in task["mixes"]]]
    shares = torch.tensor([[mix["share"]] for mix in task["mixes"]], dtype=torch.float64)
    return (1 - shares) * labels + shares * partners


def loss_of(recipe, predictions):
    name = recipe["loss"]
    labels = torch.tensor(task["labels"])
    targets = torch.tensor(task["targets"], dtype=torch.float64)
    if name == "cross-entropy":
        weights = recipe.get("classWeights")
        weights = None if weights is None else torch.tensor(weights, dtype=torch.float64)
        if recipe.get("isMixed"):
            shares = mixed_targets(predictions.shape[1])
            smoothing = recipe.get("labelSmoothing", 0.0)
            total = F.cross_entropy(predictions, shares, weight=weights, label_smoothing=smoothing, reduction="sum")
            # With shares PyTorch's mean is over the examples, whatever they weigh.
            return total / (len(shares) if weights is None else (shares * weights).sum())
        return F.cross_entropy(predictions, labels, weight=weights, label_smoothing=recipe.get("labelSmoothing", 0.0))
    if recipe["against"] == "classes":
        targets = F.one_hot(labels, predictions.shape[1]).to(torch.float64)
        if recipe.get("isMixed"):
            targets = mixed_targets(predictions.shape[1])
    if name == "mean-squared-error":
        return F.mse_loss(predictions, targets)
    if name == "mean-absolute-error":
        return F.l1_loss(predictions, targets)
    if name == "huber":
        return F.huber_loss(predictions, targets, delta=recipe["huberDelta"])
    return F.binary_cross_entropy_with_logits(predictions, targets)


def evaluate(recipe):
    predictions = torch.tensor(task["predictions"], dtype=torch.float64, requires_grad=True)
    loss = loss_of(recipe, predictions)
    loss.backward()
    return {**recipe, "value": loss.item(), "gradient": predictions.grad.tolist()}


json.dump(
    {
        "versions": {"torch": torch.__version__, "python": platform.python_version()},
        "results": [evaluate(recipe) for recipe in task["recipes"]],
    },
    sys.stdout,
)
