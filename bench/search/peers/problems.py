"""The formulas of bench/search/problems, and how a space is asked for by Optuna's `suggest`."""
import gzip
import json
import math
from pathlib import Path

CURVES = Path(__file__).parent.parent / "curves"


def branin(c):
    x1 = c["x1"]
    bowl = c["x2"] - (5.1 / (4 * math.pi * math.pi)) * x1 * x1 + (5 / math.pi) * x1 - 6
    return [bowl**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x1) + 10]


HEIGHTS = [1, 1.2, 3, 3.2]
SHARPNESS = [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
]
CENTRES = [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]


def hartmann(c):
    x = [c[f"x{i + 1}"] for i in range(6)]
    return [
        -sum(
            height * math.exp(-sum(s * (at - centre) ** 2 for s, at, centre in zip(sharp, x, centres)))
            for height, sharp, centres in zip(HEIGHTS, SHARPNESS, CENTRES)
        )
    ]


def rosenbrock_log(c):
    u = [math.log10(c[name]) + 2 for name in "abcd"]
    return [sum(100 * (b - a**2) ** 2 + (1 - a) ** 2 for a, b in zip(u, u[1:]))]


def ackley(x):
    spread = math.sqrt(sum(v**2 for v in x) / len(x))
    waves = sum(math.cos(2 * math.pi * v) for v in x) / len(x)
    return 20 + math.e - 20 * math.exp(-0.2 * spread) - math.exp(waves)


PLACES = {"a": 3, "b": -1, "c": 0, "d": 2, "e": -3}


def ackley_mixed(c):
    numbers = [c[name] for name in ("x1", "x2", "x3", "i1", "i2")]
    return [ackley([*numbers, PLACES[c["c1"]], PLACES[c["c2"]]])]


def integers(c):
    a, b, e = c["a"], c["b"], c["e"]
    ripple = (a % 2) + (0 if b % 3 == 0 else 0.5)
    return [
        ((a + b - 18) / 4) ** 2
        + ((a - b - 6) / 6) ** 2
        + (math.log2(c["c"]) - 2 - e) ** 2
        + ((c["d"] - 10 * e) / 25) ** 2
        + ((c["f"] + a - 5) / 10) ** 2
        + 0.3 * ripple
    ]


OPTIMIZERS = {
    "sgd": (-0.7, 1, 0.012),
    "momentum": (-1.7, 1, 0.004),
    "adam": (-2.9, 0.5, 0),
    "rmsprop": (-3.2, 0.5, 0.006),
}


def perceptron(c):
    rate, follows, handicap = OPTIMIZERS[c["optimizer"]]
    width, layers, batch = math.log2(c["width"]), c["layers"], c["batch"]
    best = rate + follows * math.log10(batch / 64) - 0.12 * (width - 7) - 0.1 * (layers - 2)
    off = math.log10(c["rate"]) - best
    slowness = 0.12 * off**2 if off < 0 else 0.25 * off**2 + 0.2 * off**4
    capacity = width + 0.9 * layers
    regularization = 5 * c["dropout"] + 0.7 * max(0, math.log10(c["decay"]) + 5)
    floor = (
        0.08
        + handicap
        + 0.4 * math.exp(-0.55 * (capacity - 3))
        + 0.006 * (regularization - 0.3 * (capacity - 6)) ** 2
        + 0.004 * (layers - 3) ** 2
        + 0.002 * math.log2(batch / 64) ** 2
    )
    return [floor + max(0, 0.9 - floor) * (1 - math.exp(-slowness))]


def perceptron_time(c):
    work = c["layers"] * c["width"] ** 2 + 784 * c["width"]
    return [*perceptron(c), math.log10(work * (1 + 16 / c["batch"])) - 3]


def conditional_optimizer(c):
    rate = math.log10(c["rate"])
    loss = 0.1
    if c["optimizer"] == "sgd":
        loss += 0.05
        effective = rate + 0.4
    elif c["optimizer"] == "momentum":
        effective = rate - math.log10(1 - c["momentum"]) + 0.5
        loss += (0 if c["nesterov"] else 0.008) + 0.3 * (c["momentum"] - 0.88) ** 2
    else:
        effective = rate + 2.6
        loss += 0.006 + 0.15 * (c["beta1"] - 0.86) ** 2 + 0.01 * (math.log10(1 - c["beta2"]) + 2.7) ** 2
    if c["schedule"] == "constant":
        loss += 0.03
        effective += 0.3
    elif c["schedule"] == "cosine":
        loss += 0.25 * (c["warmup"] - 0.12) ** 2
    else:
        left = (30 // c["every"]) * math.log10(c["factor"])
        loss += 0.01 + 0.012 * (left + 1.8) ** 2
    loss += 0.008 * (math.log10(c["decay"]) + 3.4 + 0.4 * effective) ** 2
    loss += (0.2 if effective > 0 else 0.05) * effective**2
    return [min(2.3, loss)]


BEST_WIDTHS = {1: [8], 2: [8, 6.5], 3: [8, 7, 5.5], 4: [7.5, 7, 6, 5]}
FLOORS = {1: 0.14, 2: 0.105, 3: 0.1, 4: 0.112}


def conditional_layers(c):
    layers = c["layers"]
    loss = FLOORS[layers]
    for depth in range(1, layers + 1):
        width = math.log2(c[f"width{depth}"])
        off = width - BEST_WIDTHS[layers][depth - 1]
        loss += (0.008 if off < 0 else 0.003) * off**2
        loss += 0.08 * (c[f"dropout{depth}"] - 0.06 * max(0, width - 4)) ** 2
    best = -2.6 - 0.2 * layers - (0.3 if c["activation"] == "tanh" else 0)
    off = math.log10(c["rate"]) - best
    loss += (0.06 if off > 0 else 0.03) * off**2
    loss += {"relu": 0.004, "tanh": 0.015, "gelu": 0}[c["activation"]]
    return [min(0.9, loss)]


def conditional_augmentation(c):
    gain = 0
    regularization = 6 * c["dropout"]
    if c["augment"]:
        probability = c["probability"]
        if c["method"] == "affine":
            gain = 0.045 - 0.0001 * (c["degrees"] - 12) ** 2 - 0.9 * (c["shift"] - 0.11) ** 2
            regularization += (0.08 * c["degrees"] + 6 * c["shift"]) * probability
        elif c["method"] == "erase":
            gain = 0.03 - 0.3 * (c["area"] - 0.2) ** 2
            regularization += 5 * c["area"] * probability
        else:
            gain = 0.05 - 0.03 * (math.log10(c["alpha"]) + 0.6) ** 2
            regularization += (2 + 0.8 * math.log10(c["alpha"])) * probability
        gain *= 1 - (1 - probability) ** 2
    wanted = 0.08 * c["epochs"] - 0.6
    off = math.log10(c["rate"]) + 2.7 + 0.01 * (c["epochs"] - 30)
    loss = (
        0.16
        - gain
        + 0.003 * (regularization - wanted) ** 2
        + 0.5 * math.exp(-c["epochs"] / 9)
        + (0.09 if off > 0 else 0.04) * off**2
    )
    return [min(0.9, loss)]


def divergence(c):
    effective = math.log10(c["rate"]) - math.log10(1 - c["momentum"])
    width, scale, clipped = math.log2(c["width"]), math.log10(c["scale"]), c["clip"]
    border = -0.4 - 0.1 * (width - 7) - 0.8 * max(0, scale) + (0.5 if clipped else 0)
    if effective > border:
        return None
    return [
        0.1
        + 0.06 * (effective - 0.5) ** 2
        + 0.05 * (scale + 0.1) ** 2
        + 0.006 * (width - 8) ** 2
        + 0.1 * (c["momentum"] - 0.9) ** 2
        + (0.05 if clipped else 0)
    ]


def heavy_tail(c):
    a, b, d = c["a"], c["b"], c["d"]
    explosion = 10 ** (8 * max(0, a + b - 1.15)) - 1
    valley = 2 * (a - 0.62) ** 2 + (b - 0.5) ** 2 + 0.7 * (c["c"] - a * d) ** 2 + 0.3 * (d - 0.8) ** 2
    return [valley + 0.004 * (c["e"] - 7) ** 2 + explosion]


CHOICES = {"a": (0.3, 0), "b": (0.05, 0.5), "c": (0, 1), "d": (0.5, -0.5)}


def irrelevant(c):
    offset, shift = CHOICES[c["choice2"]]
    log = math.log10(c["log3"])
    return [
        offset
        + 0.2 * (log + 3 - shift) ** 2
        + 4 * (c["x5"] - 0.35 - 0.05 * (log + 3)) ** 2
        + 0.02 * (c["int1"] - 11) ** 2
    ]


def small_grid(c):
    tanh = c["activation"] == "tanh"
    decay = math.log10(c["decay"] + 1e-6) + 6
    off = math.log10(c["rate"]) + (2 if tanh else 3)
    return [
        0.1
        + 0.04 * off**2
        + 0.01 * (decay + 6 * c["dropout"] - 3.3) ** 2
        + 0.05 * (c["dropout"] - 0.2) ** 2
        + (0.006 if tanh else 0)
    ]


def shares(c):
    gain = math.sqrt(c["first"]) + 1.5 * math.sqrt(c["second"]) + 0.7 * math.sqrt(c["third"])
    off = math.log10(c["rate"]) + 3 * c["second"]
    return [2.5 - gain + 0.3 * off * off]


def zdt_mixed(c):
    choice = {"a": 0.7, "b": 0, "c": 1, "d": 0.3}[c["choice"]]
    g = 1 + (9 / 6) * (c["x2"] + c["x3"] + c["x4"] + c["x5"] + c["steps"] / 10 + choice)
    return [c["x1"], g * (1 - math.sqrt(c["x1"] / g))]


def table(name):
    with gzip.open(CURVES / f"{name}.json.gz") as file:
        trials = json.load(file)["trials"]
    key = lambda configuration: json.dumps(configuration, sort_keys=True)
    last = {key(trial["parameters"]): trial["values"][-1] for trial in trials}

    def look_up(configuration):
        value = last[key(configuration)]
        return None if value is None else [1 - value]

    return look_up


FORMULAS = {
    "branin": branin,
    "hartmann6": hartmann,
    "rosenbrock-log": rosenbrock_log,
    "integers": integers,
    "perceptron": perceptron,
    "ackley-mixed": ackley_mixed,
    "small-grid": small_grid,
    "conditional-optimizer": conditional_optimizer,
    "conditional-layers": conditional_layers,
    "conditional-augmentation": conditional_augmentation,
    "perceptron-noisy": perceptron,
    "hartmann6-noisy": hartmann,
    "divergence": divergence,
    "heavy-tail": heavy_tail,
    "ackley-irrelevant": lambda c: [ackley([c[name] for name in ("x2", "x4", "x5", "x8")])],
    "irrelevant-20": irrelevant,
    "shares": shares,
    "zdt-mixed": zdt_mixed,
    "perceptron-time": perceptron_time,
}


def formula(name):
    return FORMULAS[name] if name in FORMULAS else table(name)


def is_active(parameter, chosen):
    for name, allowed in parameter.get("when", {}).items():
        if name not in chosen:
            return False
        value = chosen[name]
        if isinstance(allowed, list):
            if not any(value == one and isinstance(value, bool) == isinstance(one, bool) for one in allowed):
                return False
        elif not allowed.get("min", -math.inf) <= value <= allowed.get("max", math.inf):
            return False
    return True


def suggest(trial, space):
    """The configuration that an Optuna trial proposes, as somebody would ask for it who writes the space for Optuna."""
    chosen = {}
    for parameter in space["parameters"]:
        if is_active(parameter, chosen):
            chosen[parameter["name"]] = suggest_one(trial, parameter["name"], parameter["distribution"])
    return chosen


def suggest_one(trial, name, distribution):
    kind = distribution["kind"]
    if kind in ("categorical", "ordinal"):
        values = distribution["values"]
        # Optuna has no choices with an order, and none that are lists: those are asked for by their place.
        if any(isinstance(value, list) for value in values):
            return values[trial.suggest_categorical(name, list(range(len(values))))]
        return trial.suggest_categorical(name, values)
    low, high, log = distribution["low"], distribution["high"], distribution["scale"] == "log"
    if kind == "integer":
        return trial.suggest_int(name, low, high, step=distribution["step"], log=log)
    step = distribution["step"]
    value = trial.suggest_float(name, low, high, step=step, log=log)
    return value if step is None else float(f"{value:.15g}")


def constraint_values(space, configuration):
    """By how much each `require` is broken; kept when <= 0."""
    values = []
    for constraint in space.get("constraints", []):
        left, right = constraint["require"].split("<=")
        scope = dict(configuration)
        values.append(eval(left, {}, scope) - eval(right, {}, scope))
    return values
