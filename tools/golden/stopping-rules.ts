/**
 * Writes `test/golden/stopping-rules.json`: after which step Optuna's pruners stop each of some curves, one after another. Needs a
 * Python with Optuna:
 *
 *     PYTHON=python3 node tools/golden/stopping-rules.ts
 */
import { RandomStream, toSeed } from "../../src/base/index.ts";
import { writeGolden } from "./write-golden.ts";

const length = 20;

/** Losses to three digits, so that some are equal; null where training diverged. */
const curves = Array.from({ length: 60 }, (_, number) => {
  const random = new RandomStream(toSeed(5), "golden", number);
  const divergence = number % 9 === 8 ? 1 + random.integerBelow(length, 0) : Infinity;
  return Array.from({ length }, (__, index) => {
    const loss = random.uniform(1) + 2 / (1 + index * random.uniform(2)) + 0.1 * random.normal(10 + index);
    return index + 1 >= divergence ? null : Number(loss.toFixed(3));
  });
});

await writeGolden("stopping-rules", {
  curves,
  rules: [
    { pruner: "median", name: "median", options: {} },
    {
      pruner: "median",
      name: "median",
      options: { startupTrials: 2, warmupSteps: 4, intervalSteps: 3, minTrials: 3 },
    },
    { pruner: "percentile", name: "percentile", options: { percentile: 25, startupTrials: 3 } },
    { pruner: "percentile", name: "percentile", options: { percentile: 70, intervalSteps: 4 } },
    { pruner: "successive-halving", name: "asha", options: { minSteps: 1, eta: 3 } },
    { pruner: "successive-halving", name: "asha", options: { minSteps: 2, eta: 4 } },
    { pruner: "successive-halving", name: "asha", options: { minSteps: 1, eta: 2 } },
    { pruner: "threshold", name: "threshold", options: { max: 1.6, warmupSteps: 3 } },
  ],
});
