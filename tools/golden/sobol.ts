/**
 * Writes `test/golden/sobol.json`: points of SciPy's Sobol sequence without scrambling, times 2^32. Needs a Python with SciPy:
 *
 *     PYTHON=python3 node tools/golden/sobol.ts
 */
import { writeGolden } from "./write-golden.ts";

await writeGolden("sobol", { dimensions: 64, indices: [0, 1, 2, 3, 4, 5, 6, 7, 100, 1023, 4711] });
