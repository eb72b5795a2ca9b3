/**
 * Writes `test/golden/gaussian-process.json`: means, variances and the marginal likelihood of a Gaussian process by numpy, and
 * logarithms of expected improvements by mpmath, to 60 digits. Needs a Python with both:
 *
 *     PYTHON=python3 node tools/golden/gaussian-process.ts
 */
import { RandomStream, toSeed } from "../../src/base/index.ts";
import { writeGolden } from "./write-golden.ts";

const stream = new RandomStream(toSeed(0), "golden");
let used = 0;
/** Three numbers and a choice of three. */
const row = () =>
  Array.from({ length: 4 }, (_, k) => (k < 3 ? stream.uniform(used++) : stream.integerBelow(3, used++)));
const measured = 12;

await writeGolden("gaussian-process", {
  kinds: ["number", "number", "number", "category"],
  weights: [0.5, 12, 1e-3, 2],
  scale: 0.7,
  noise: 1e-3,
  rows: Array.from({ length: measured }, row),
  targets: Array.from({ length: measured }, () => stream.normal(used++)),
  repeats: Array.from({ length: measured }, (_, index) => 1 + (index % 3)),
  at: Array.from({ length: 6 }, row),
  z: [-1000, -30, -10, -5, -2.6, -2.5, -2.4, -1, -0.1, 0, 0.5, 3, 9],
});
