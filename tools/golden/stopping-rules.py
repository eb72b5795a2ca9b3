"""Answers tools/golden/stopping-rules.ts: how many steps Optuna's pruners let each curve go."""

import json
import platform
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
task = json.load(sys.stdin)


def pruner(rule):
    given = rule["options"]
    interval = {"n_warmup_steps": given.get("warmupSteps", 0), "interval_steps": given.get("intervalSteps", 1)}
    compared = {
        "n_startup_trials": given.get("startupTrials", 5),
        "n_min_trials": given.get("minTrials", 1),
        **interval,
    }
    match rule["pruner"]:
        case "median":
            return optuna.pruners.MedianPruner(**compared)
        case "percentile":
            return optuna.pruners.PercentilePruner(given["percentile"], **compared)
        case "successive-halving":
            return optuna.pruners.SuccessiveHalvingPruner(
                min_resource=given["minSteps"], reduction_factor=given["eta"]
            )
        case "threshold":
            return optuna.pruners.ThresholdPruner(upper=given["max"], **interval)


def steps(rule):
    study = optuna.create_study(pruner=pruner(rule))
    trained = []
    for curve in task["curves"]:
        trial = study.ask()
        state = optuna.trial.TrialState.COMPLETE
        for index, value in enumerate(curve):
            trial.report(float("nan") if value is None else value, index + 1)
            # Nothing is saved by stopping a trial at its last step.
            if index + 1 < len(curve) and trial.should_prune():
                state = optuna.trial.TrialState.PRUNED
                break
        last = 1e9 if value is None else value
        study.tell(trial, last if state == optuna.trial.TrialState.COMPLETE else None, state=state)
        trained.append(index + 1)
    return trained


json.dump(
    {
        "versions": {"optuna": optuna.__version__, "python": platform.python_version()},
        "steps": [steps(rule) for rule in task["rules"]],
    },
    sys.stdout,
)
