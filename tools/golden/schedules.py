"""Learning rates by torch.optim.lr_scheduler for what it is given on standard input; see schedules.ts."""

import json
import platform
import sys

import torch
from torch.optim import lr_scheduler

task = json.load(sys.stdin)


def schedule_of(optimizer, settings, length):
    kind = settings["kind"]
    gamma = settings.get("gamma")
    if kind == "constant":
        return lr_scheduler.ConstantLR(optimizer, factor=1.0)
    if kind == "step":
        return lr_scheduler.StepLR(optimizer, settings["stepSize"], gamma)
    if kind == "multi-step":
        return lr_scheduler.MultiStepLR(optimizer, settings["milestones"], gamma)
    if kind == "exponential":
        return lr_scheduler.ExponentialLR(optimizer, gamma)
    if kind == "polynomial":
        return lr_scheduler.PolynomialLR(optimizer, settings.get("duration", length), settings["power"])
    if kind == "cosine":
        return lr_scheduler.CosineAnnealingLR(optimizer, settings.get("duration", length), settings["minimumRate"])
    if kind == "cosine-restarts":
        return lr_scheduler.CosineAnnealingWarmRestarts(
            optimizer, settings["period"], settings["periodFactor"], settings["minimumRate"]
        )
    if kind == "one-cycle":
        return lr_scheduler.OneCycleLR(
            optimizer,
            max_lr=task["learningRate"],
            total_steps=length,
            pct_start=settings["peakFraction"],
            anneal_strategy={"cosine": "cos", "linear": "linear"}[settings["anneal"]],
            cycle_momentum=False,
            div_factor=settings["startDivisor"],
            final_div_factor=settings["endDivisor"],
            three_phase=settings["threePhase"],
        )
    if kind == "reduce-on-plateau":
        return lr_scheduler.ReduceLROnPlateau(
            optimizer,
            mode={"minimize": "min", "maximize": "max"}[settings["direction"]],
            factor=settings["factor"],
            patience=settings["patience"],
            threshold=settings["threshold"],
            threshold_mode={"relative": "rel", "absolute": "abs"}[settings["thresholdMode"]],
            cooldown=settings["cooldown"],
            min_lr=settings["minimumRate"],
            eps=settings["leastReduction"],
        )
    raise ValueError(kind)


def rates_of(settings):
    """One rate for each moment, an optimiser step or an epoch as the schedule counts."""
    weight = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=task["learningRate"])
    warmup = settings.get("warmupSteps", 0)
    schedule = schedule_of(optimizer, settings, task["moments"] - warmup)
    if warmup > 0:
        rise = lr_scheduler.LinearLR(optimizer, settings["warmupStart"], 1.0, warmup)
        schedule = lr_scheduler.SequentialLR(optimizer, [rise, schedule], [warmup])
    rates = []
    for metric in task["metrics"]:
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if len(rates) == task["moments"]:
            break
        if settings["kind"] == "reduce-on-plateau":
            schedule.step(metric)
        else:
            schedule.step()
    return rates


json.dump(
    {
        "versions": {"torch": torch.__version__, "python": platform.python_version()},
        "rates": [rates_of(settings) for settings in task["schedules"]],
    },
    sys.stdout,
)
