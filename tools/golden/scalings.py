"""A table scaled by scikit-learn; see scalings.ts."""

import json
import platform
import sys

import numpy
import sklearn
from sklearn.preprocessing import MinMaxScaler, StandardScaler

task = json.load(sys.stdin)
table = numpy.array(task["table"], dtype=numpy.float64)
fitted = table[: task["fittedRows"]]

json.dump(
    {
        "versions": {
            "scikit-learn": sklearn.__version__,
            "numpy": numpy.__version__,
            "python": platform.python_version(),
        },
        "standardize": StandardScaler().fit(fitted).transform(table).tolist(),
        "min-max": MinMaxScaler().fit(fitted).transform(table).tolist(),
    },
    sys.stdout,
)
