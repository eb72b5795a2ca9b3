"""The counterpart of bench/search/suggestion-cost.ts: one line of JSON for each sampler and number of finished trials."""
import json
import math
import time
import warnings

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")

SPACE = {
    "rate": FloatDistribution(1e-5, 1, log=True),
    "decay": FloatDistribution(1e-7, 1e-1, log=True),
    "epsilon": FloatDistribution(1e-9, 1e-3, log=True),
    "dropout": FloatDistribution(0, 0.7),
    "momentum": FloatDistribution(0, 0.99),
    "warmup": FloatDistribution(0, 0.5),
    "layers": IntDistribution(1, 6),
    "width": IntDistribution(16, 1024, log=True),
    "batch": CategoricalDistribution([16, 32, 64, 128, 256, 512]),
    "optimizer": CategoricalDistribution(["sgd", "adam", "rmsprop", "lion"]),
}
SAMPLERS = {
    "Optuna TPE": (lambda: optuna.samplers.TPESampler(seed=1), [100, 1000, 10_000], 40),
    "Optuna GP": (lambda: optuna.samplers.GPSampler(seed=1), [100, 200, 1000], 8),
}


def loss_of(c):
    return (
        (math.log10(c["rate"]) + 3) ** 2
        + (math.log10(c["decay"]) + 4) ** 2 / 4
        + (c["dropout"] - 0.2) ** 2
        + (c["momentum"] - 0.9) ** 2
        + (math.log2(c["width"]) - 7) ** 2 / 9
        + (c["layers"] - 3) ** 2 / 9
        + (0 if c["optimizer"] == "adam" else 0.3)
    )


def drawn(count):
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    for _ in range(count):
        trial = study.ask(SPACE)
        study.tell(trial, loss_of(trial.params))
    return study.trials


for name, (create, sizes, repeats) in SAMPLERS.items():
    for size in sizes:
        study = optuna.create_study(sampler=create())
        study.add_trials(drawn(size))
        times = []
        for _ in range(repeats):
            before = time.process_time()
            trial = study.ask(SPACE)
            times.append(1000 * (time.process_time() - before))
            study.tell(trial, loss_of(trial.params))
        print(json.dumps({"sampler": name, "trials": size, "milliseconds": times}), flush=True)
