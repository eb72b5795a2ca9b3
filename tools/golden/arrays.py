"""Files that NumPy writes, as base64, with what is in them; see arrays.ts."""

import base64
import io
import json
import platform
import sys

import numpy

task = json.load(sys.stdin)
types = ["<u1", "<i1", "<u2", ">u2", "<i2", ">i2", "<u4", ">i4", "<u8", ">u8", "<i8", ">i8", "<f2", ">f2", "<f4", ">f4", "<f8", ">f8", "?"]


def text(data):
    return base64.b64encode(data).decode("ascii")


def npy(array, version=None):
    file = io.BytesIO()
    numpy.lib.format.write_array(file, array, version=version, allow_pickle=True)
    return text(file.getvalue())


def npz(write, **arrays):
    file = io.BytesIO()
    write(file, **arrays)
    return text(file.getvalue())


def case(name, array, version=None):
    values = [float(value) for value in array.ravel(order="C")]
    return {"name": name, "file": npy(array, version), "shape": list(array.shape), "values": values}


def numbers(dtype, shape):
    values = numpy.arange(numpy.prod(shape)).reshape(shape) * 3 - (0 if numpy.dtype(dtype).kind in "ub" else 7)
    if numpy.dtype(dtype).kind == "f":
        values = values / 4
    return (values % 2 if dtype == "?" else values).astype(dtype)


cases = [case(f"{dtype}", numbers(dtype, (2, 3))) for dtype in types]
for shape in [(5,), (2, 3), (2, 3, 4), (2, 3, 2, 3)]:
    cases.append(case(f"Fortran {len(shape)}", numpy.asfortranarray(numbers(">i2", shape))))
for version in [(1, 0), (2, 0), (3, 0)]:
    cases.append(case(f"version {version[0]}", numbers("<f4", (3, 2)), version))
cases.append(case("halves", numpy.array([0.0, 6e-8, -6.1e-5, 1.0, -65504.0, 0.333], dtype="<f2")))

rng = numpy.random.default_rng(0)
images = rng.integers(0, 256, (6, 4, 3), dtype=numpy.uint8)
labels = numpy.array([0, 1, 2, 0, 1, 2])
json.dump(
    {
        "versions": {"numpy": numpy.__version__, "python": platform.python_version()},
        "cases": cases,
        "refused": {
            "object": npy(numpy.array([{"a": 1}, None], dtype=object)),
            "structured": npy(numpy.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")])),
            "complex": npy(numpy.zeros(2, dtype="<c8")),
            "text": npy(numpy.array(["a", "bc"])),
            "date": npy(numpy.array(["2020-01-01"], dtype="datetime64[D]")),
        },
        "archives": {
            "stored": npz(numpy.savez, x_train=images, y_train=labels, x_test=images[:2], y_test=labels[:2]),
            "compressed": npz(numpy.savez_compressed, x_train=images, y_train=labels, extra=labels),
        },
        "images": images.ravel().tolist(),
    },
    sys.stdout,
)
