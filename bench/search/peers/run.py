"""Runs a sampler of Optuna on the problems, as convergence.ts runs Tunesmith's, and writes the same kind of file.

    node bench/search/peers/exchange.ts > exchange.json
    OMP_NUM_THREADS=1 python bench/search/peers/run.py exchange.json --sampler tpe --output results/optuna-tpe.json
"""
import argparse
import json
import math
import os
import platform
import sys
import time
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")

import optuna

import problems

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")

CHECKPOINTS = [25, 50, 100]
SAMPLERS = {
    "tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "gp": lambda seed: optuna.samplers.GPSampler(seed=seed),
    "random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
    "nsga2": lambda seed: optuna.samplers.NSGAIISampler(seed=seed),
}
TITLES = {"tpe": "TPE", "gp": "GP", "random": "random", "nsga2": "NSGA-II"}


def hypervolume(points, reference):
    """Of two losses, by a sweep over the first."""
    volume, lowest = 0.0, reference[1]
    for first, second in sorted(points):
        if first < reference[0] and second < lowest:
            volume += (reference[0] - first) * (lowest - second)
            lowest = second
    return volume


def score(problem, told, evaluate):
    """The counterpart of scoreOf in score.ts."""
    done = [one for one in told if one is not None]
    if problem["reference"] is not None:
        return -hypervolume([losses for _, losses in done], problem["reference"])
    if not done:
        return math.inf
    configuration, _ = min(done, key=lambda one: one[1][0])
    return evaluate(configuration)[0]


def search(problem, seed, sampler, trials, normals):
    evaluate = problems.formula(problem["name"])
    objectives = 1 if problem["reference"] is None else 2
    study = optuna.create_study(directions=["minimize"] * objectives, sampler=SAMPLERS[sampler](seed))
    told, scores = [], []
    for number in range(trials):
        trial = study.ask()
        configuration = problems.suggest(trial, problem["space"])
        violations = problems.constraint_values(problem["space"], configuration)
        for index, violation in enumerate(violations):
            trial.set_constraint(str(index), violation)
        # What breaks a constraint is never trained; Optuna wants a value of it all the same and learns from the violation.
        losses = evaluate(configuration)
        if losses is None:
            study.tell(trial, state=optuna.trial.TrialState.FAIL)
            told.append(None)
        else:
            noisy = [loss + problem["noise"] * normals[seed - 1][number] for loss in losses]
            study.tell(trial, noisy if objectives > 1 else noisy[0])
            told.append((configuration, noisy) if all(v <= 0 for v in violations) else None)
        if number + 1 in CHECKPOINTS:
            scores.append(score(problem, told, evaluate))
    return scores


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("exchange")
    parser.add_argument("--sampler", choices=list(SAMPLERS), required=True)
    parser.add_argument("--problems", default="")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--output", required=True)
    options = parser.parse_args()
    with open(options.exchange) as file:
        exchange = json.load(file)
    result = {
        "sampler": f"Optuna {TITLES[options.sampler]}",
        "environment": {"optuna": optuna.__version__, "python": platform.python_version(), "machine": machine()},
        "problems": {},
    }
    if os.path.exists(options.output):
        with open(options.output) as file:
            result["problems"] = json.load(file)["problems"]
    names = options.problems.split(",") if options.problems else [p["name"] for p in exchange["problems"]]
    chosen = [p for p in exchange["problems"] if p["name"] in names]
    started = time.time()
    for index, problem in enumerate(chosen):
        before = time.process_time()
        scores = [
            search(problem, seed + 1, options.sampler, CHECKPOINTS[-1], exchange["normals"])
            for seed in range(options.seeds)
        ]
        finite = [[None if math.isinf(value) else value for value in row] for row in scores]
        result["problems"][problem["name"]] = {"scores": finite, "seconds": round(time.process_time() - before, 1)}
        with open(options.output, "w") as file:
            json.dump(result, file, indent=1)
        left = (time.time() - started) / (index + 1) * (len(chosen) - index - 1)
        print(f"{problem['name']}: {time.time() - started:.0f} s, {left:.0f} s left", file=sys.stderr, flush=True)


def machine():
    with open("/proc/cpuinfo") as file:
        names = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    return f"{names[0] if names else platform.processor()}, {len(names)} cores"


if __name__ == "__main__":
    main()
