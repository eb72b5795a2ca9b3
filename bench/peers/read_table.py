"""Seconds to read a table: by pandas, or the columns of numbers alone by NumPy where there is no pandas."""

import sys
import time

path = sys.argv[1]
try:
    import pandas

    start = time.process_time()
    pandas.read_csv(path)
    print(f"pandas {pandas.__version__}: {time.process_time() - start:.2f} s")
except ImportError:
    import numpy

    start = time.process_time()
    numpy.loadtxt(path, delimiter=",", skiprows=1, usecols=range(18), dtype=numpy.float32)
    print(f"NumPy {numpy.__version__} (numbers alone): {time.process_time() - start:.2f} s")
