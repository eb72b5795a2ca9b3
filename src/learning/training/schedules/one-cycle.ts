import { z } from "zod";

import { cosineBetween } from "./cosine.ts";
import { defineSchedule, perField, warmupFields } from "./schedule.ts";

/**
 * Up from learningRate / startDivisor to learningRate, then down to the first rate / endDivisor; over the whole training.
 *
 * Differs from PyTorch's: momentum and beta1 stay as they are (`cycle_momentum=False`).
 *
 * @see torch.optim.lr_scheduler.OneCycleLR
 * @see Smith, Topin 2018, "Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates"
 */
export const oneCycle = defineSchedule({
  schema: z.strictObject({
    kind: z.literal("one-cycle"),
    per: perField("step"),
    /** Share of the time in which the rate rises. Defaults to 0.3. */
    peakFraction: z.number().positive().lt(1).default(0.3),
    /** The largest rate is so many times the first. Defaults to 25. */
    startDivisor: z.number().min(1).max(1e6).default(25),
    /** The first rate is so many times the last. Defaults to 1e4. */
    endDivisor: z.number().min(1).max(1e12).default(1e4),
    /** Shape of rise and fall. Defaults to `cosine`. */
    anneal: z.enum(["cosine", "linear"]).default("cosine"),
    /** Down to the first rate as fast as it rose, then to the last. Defaults to false. */
    threePhase: z.boolean().default(false),
    ...warmupFields,
  }),
  rate: (settings, { learningRate, time, length }) => {
    const first = learningRate / settings.startDivisor;
    const last = first / settings.endDivisor;
    const peak = settings.peakFraction * length - 1;
    const phases = [
      { end: peak, to: learningRate },
      ...(settings.threePhase ? [{ end: 2 * peak, to: first }] : []),
      { end: length - 1, to: last },
    ];
    let [start, from] = [0, first];
    for (const { end, to } of phases) {
      if (time <= end || end === length - 1) return between(settings.anneal, from, { to, start, end, time });
      [start, from] = [end, to];
    }
    return last;
  },
});

interface Phase {
  readonly to: number;
  readonly start: number;
  readonly end: number;
  readonly time: number;
}

function between(anneal: "cosine" | "linear", from: number, { to, start, end, time }: Phase): number {
  // A training so short that a phase has no length is where the phase ends.
  const share = end > start ? Math.min(1, (time - start) / (end - start)) : 1;
  return anneal === "linear" ? from + (to - from) * share : cosineBetween(from, to, share);
}
