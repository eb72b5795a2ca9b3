import { z } from "zod";

import type { LossPoint, Ruling } from "../trial/index.ts";
import { whenFinite } from "./rungs.ts";
import type { Scheduler } from "./scheduler.ts";

export const patienceOptions = z.object({
  /** Steps without an improvement after which a trial ends. */
  steps: z.int().min(1).default(10),
  /** What is less than this is no improvement. */
  minDelta: z.number().min(0).default(0),
});

/** Ends a trial, which counts in full, when its objective has not improved for some steps. */
export function createPatienceScheduler({ steps, minDelta }: z.output<typeof patienceOptions>): Scheduler {
  return {
    name: "patience",
    isOrderable: true,
    nextStep: (_, step) => step + 1,
    judge({ points }): Ruling | null {
      const best = lastImprovement(points, minDelta);
      const last = points.at(-1);
      if (last === undefined || last.step - (best?.step ?? 0) < steps) return null;
      const facts = { bestStep: best?.step ?? null };
      const threshold = best === null ? {} : { threshold: best.loss - minDelta };
      const loss = whenFinite("loss", last.loss);
      return { action: "complete", rule: "patience", step: last.step, ...loss, ...threshold, facts };
    },
  };
}

function lastImprovement(points: readonly LossPoint[], minDelta: number): LossPoint | null {
  let best: LossPoint | null = null;
  for (const point of points) {
    if (Number.isFinite(point.loss) && (best === null || point.loss < best.loss - minDelta)) best = point;
  }
  return best;
}
