"""Gaussian process regression by numpy, and tails of the expected improvement by mpmath; see gaussian-process.ts."""

import json
import platform
import sys

import mpmath
import numpy

task = json.load(sys.stdin)
rows = numpy.array(task["rows"])
targets = numpy.array(task["targets"])
at = numpy.array(task["at"])
weights = numpy.array(task["weights"])


def squared(a, b):
    difference = a - b
    category = numpy.array(task["kinds"]) == "category"
    return (weights * numpy.where(category, difference != 0, difference**2)).sum()


def covariance(a, b):
    r = numpy.sqrt(5 * squared(a, b))
    return 1 + task["scale"] * (1 + r + r * r / 3) * numpy.exp(-r)


gram = numpy.array([[covariance(a, b) for b in rows] for a in rows])
gram += numpy.diag(task["noise"] / numpy.array(task["repeats"]))
cross = numpy.array([[covariance(a, b) for b in rows] for a in at])
prior = numpy.array([covariance(a, a) for a in at])

mpmath.mp.dps = 60


def log_improvement(z):
    z = mpmath.mpf(z)
    return float(mpmath.log(mpmath.npdf(z) + z * mpmath.ncdf(z)))


json.dump(
    {
        "versions": {"numpy": numpy.__version__, "mpmath": mpmath.__version__, "python": platform.python_version()},
        "means": (cross @ numpy.linalg.solve(gram, targets)).tolist(),
        "variances": (prior - numpy.einsum("ij,ji->i", cross, numpy.linalg.solve(gram, cross.T))).tolist(),
        "logLikelihood": float(
            -0.5 * targets @ numpy.linalg.solve(gram, targets)
            - 0.5 * numpy.linalg.slogdet(gram)[1]
            - 0.5 * len(targets) * numpy.log(2 * numpy.pi)
        ),
        "logImprovements": [log_improvement(z) for z in task["z"]],
        "logCumulatives": [float(mpmath.log(mpmath.ncdf(mpmath.mpf(z)))) for z in task["z"]],
    },
    sys.stdout,
)
