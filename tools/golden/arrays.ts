/**
 * Writes `test/golden/arrays.json`: array files as NumPy writes them. Needs a Python with NumPy:
 *
 *     PYTHON=python3 node tools/golden/arrays.ts
 */
import { writeGolden } from "./write-golden.ts";

await writeGolden("arrays", {});
