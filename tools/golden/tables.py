"""Columns of a table filled and encoded by scikit-learn, fitted to its first rows; see tables.ts."""

import json
import platform
import sys

import numpy
import sklearn
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder

task = json.load(sys.stdin)
train = task["train"]
columns = task["columns"]


def is_names(column):
    return any(isinstance(cell, str) for cell in column)


def encode(strategy):
    features, names = [], []
    for name, column in columns.items():
        if is_names(column):
            cells = numpy.array(column, dtype=object).reshape(-1, 1)
            imputer = SimpleImputer(missing_values=None, strategy="most_frequent")
            encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
            encoder.fit(imputer.fit(cells[:train]).transform(cells[:train]))
            features.append(encoder.transform(imputer.transform(cells)))
            names += [f"{name}={category}" for category in encoder.categories_[0]]
        else:
            cells = numpy.array([numpy.nan if cell is None else cell for cell in column], dtype=numpy.float64)
            options = {"strategy": "constant", "fill_value": 0.0} if strategy == "zero" else {"strategy": strategy}
            imputer = SimpleImputer(**options).fit(cells[:train].reshape(-1, 1))
            features.append(imputer.transform(cells.reshape(-1, 1)))
            names.append(name)
    return {"featureNames": names, "rows": numpy.hstack(features).tolist()}


json.dump(
    {
        "versions": {
            "scikit-learn": sklearn.__version__,
            "numpy": numpy.__version__,
            "python": platform.python_version(),
        },
        "results": {ours: encode(theirs) for ours, theirs in task["strategies"].items()},
    },
    sys.stdout,
)
