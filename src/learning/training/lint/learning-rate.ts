import type { OptimizerName } from "../optimizers/index.ts";
import { valuesOf, type LintRule } from "./rule.ts";

/**
 * What anybody takes of each optimiser, wide by a factor of ten or more to either side of its usual rates. Steps of
 * Adam's family are about as long as the rate whatever the gradient; those of SGD are long where the gradient is.
 */
const usual: Readonly<Record<OptimizerName, readonly [lowest: number, highest: number]>> = {
  sgd: [1e-6, 10],
  adam: [1e-7, 0.1],
  adamw: [1e-7, 0.1],
  amsgrad: [1e-7, 0.1],
  nadam: [1e-7, 0.1],
  rmsprop: [1e-7, 0.1],
  adagrad: [1e-5, 1],
  adadelta: [1e-3, 10],
  lion: [1e-8, 0.01],
  lamb: [1e-6, 1],
};

export const learningRate: LintRule = (context) => {
  const optimizers = valuesOf(context, "optimizer") as readonly OptimizerName[];
  const rates = valuesOf(context, "learningRate").filter((rate) => typeof rate === "number");
  const isSearched = context.searched["training.learningRate"] !== undefined;
  // Of several optimisers a rate suits one at least.
  const lowest = Math.min(...optimizers.map((name) => usual[name][0]));
  const highest = Math.max(...optimizers.map((name) => usual[name][1]));
  const names = optimizers.map((name) => `\`${name}\``).join(" or ");
  const strays = rates.filter((rate) => rate < lowest || rate > highest);
  return strays.map((rate) => {
    const consequence = rate > highest ? "steps overshoot and the loss diverges" : "nothing moves";
    const what = isSearched ? "the search's learning rate" : "training.learningRate";
    return {
      severity: "warning" as const,
      message: `${what}: ${rate} is far outside of the ${lowest} to ${highest} that ${names} takes: ${consequence}.`,
      hint: isSearched
        ? "Narrow the range in `search.parameters.training.learningRate`."
        : "Set `training.learningRate` within that range.",
    };
  });
};
