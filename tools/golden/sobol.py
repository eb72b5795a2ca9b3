"""Points of SciPy's Sobol sequence; see sobol.ts."""

import json
import platform
import sys

import scipy
from scipy.stats import qmc

task = json.load(sys.stdin)
sequence = qmc.Sobol(d=task["dimensions"], scramble=False, bits=32)
points = sequence.random_base2(13)

json.dump(
    {
        "versions": {"scipy": scipy.__version__, "python": platform.python_version()},
        "words": [[round(x * 2**32) for x in points[index]] for index in task["indices"]],
    },
    sys.stdout,
)
