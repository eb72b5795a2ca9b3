import { z } from "zod";

import { directionOfMetric } from "../metric-direction.ts";
import { metricSchema } from "../metric-names.ts";
import { defineSchedule, warmupFields } from "./schedule.ts";

/**
 * Multiplies the rate by `factor` when the metric has not improved for more than `patience` epochs. What it remembers is
 * worked out again from the epochs so far.
 *
 * @see torch.optim.lr_scheduler.ReduceLROnPlateau
 */
export const reduceOnPlateau = defineSchedule({
  schema: z.strictObject({
    kind: z.literal("reduce-on-plateau"),
    per: z.literal("epoch").default("epoch"),
    /** Defaults to `validation/loss`. */
    metric: metricSchema.default("validation/loss"),
    /** Whether less or more of the metric is better. Defaults to what its name says. */
    direction: z.enum(["minimize", "maximize"]).optional(),
    /** Defaults to 0.1. */
    factor: z.number().positive().lt(1).default(0.1),
    /** Epochs without an improvement that are let pass. Defaults to 10. */
    patience: z.int().min(0).default(10),
    /** By how much a better value must be better to count. Defaults to 1e-4. */
    threshold: z.number().min(0).default(1e-4),
    /** Whether `threshold` is a share of the best value or a difference. Defaults to `relative`. */
    thresholdMode: z.enum(["relative", "absolute"]).default("relative"),
    /** Epochs after a reduction that do not count. Defaults to 0. */
    cooldown: z.int().min(0).default(0),
    /** Defaults to 0. */
    minimumRate: z.number().min(0).max(1000).default(0),
    /** A reduction by no more than this is left out. Defaults to 1e-8. */
    leastReduction: z.number().min(0).default(1e-8),
    ...warmupFields,
  }),
  rate: (settings, { learningRate, history }) => {
    const { metric, factor, patience, cooldown, minimumRate, leastReduction } = settings;
    const direction = directionOfMetric(metric, settings.direction);
    let rate = learningRate;
    let best = direction === "minimize" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    let [badEpochs, cooling] = [0, 0];
    for (const { metrics } of history) {
      const value = metrics[metric] ?? Number.NaN;
      if (isImprovement(value, best, { ...settings, direction })) {
        best = value;
        badEpochs = 0;
      } else {
        badEpochs += 1;
      }
      if (cooling > 0) {
        cooling -= 1;
        badEpochs = 0;
      }
      if (badEpochs <= patience) continue;
      const reduced = Math.max(rate * factor, minimumRate);
      if (rate - reduced > leastReduction) rate = reduced;
      cooling = cooldown;
      badEpochs = 0;
    }
    return rate;
  },
});

function isImprovement(
  value: number,
  best: number,
  {
    direction,
    threshold,
    thresholdMode,
  }: {
    readonly direction: "minimize" | "maximize";
    readonly threshold: number;
    readonly thresholdMode: "relative" | "absolute";
  },
): boolean {
  const sign = direction === "minimize" ? -1 : 1;
  const bar = thresholdMode === "relative" ? best * (1 + sign * threshold) : best + sign * threshold;
  return direction === "minimize" ? value < bar : value > bar;
}
