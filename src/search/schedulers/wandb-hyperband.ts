/**
 * The rule that W&B sweeps call hyperband: bands of logged values, at each of which the best 1 / eta of all runs stay below a
 * threshold. It counts logged finite values, whatever their steps, and looks at the last band that a run has passed again
 * with every value.
 *
 * @see https://github.com/wandb/sweeps, `hyperband_stopping.py`
 */
import { z } from "zod";

import type { Ruling } from "../trial/index.ts";
import { standing } from "./rungs.ts";
import type { Scheduler, TrialCurve } from "./scheduler.ts";

export const wandbHyperbandOptions = z.object({
  /** The first band; the others follow by factors of eta. */
  minIter: z.int().min(1).default(1),
  /** Takes the place of minIter: bands are this divided by eta, `s` times. */
  maxIter: z.int().min(1).exactOptional(),
  /** How many bands maxIter is divided into. */
  s: z.number().min(0).default(1),
  eta: z.number().gt(1).default(3),
  /** True: the value at the band is compared. False: the best value so far. */
  strict: z.boolean().default(true),
});

type WandbHyperbandOptions = z.output<typeof wandbHyperbandOptions>;

/** Longer than any run: bands beyond it never apply. */
const lastBand = 1e12;

export function wandbBands({
  minIter,
  maxIter,
  s,
  eta,
}: Omit<WandbHyperbandOptions, "strict">): readonly number[] {
  const bands: number[] = [];
  if (maxIter === undefined) {
    for (let band = minIter; bands.length < 100 && band < lastBand; band *= eta) bands.push(Math.trunc(band));
    return bands;
  }
  for (let band = maxIter / eta; bands.length < s && band >= 1; band /= eta) bands.push(Math.trunc(band));
  return bands.toReversed();
}

export function createWandbHyperbandScheduler(options: WandbHyperbandOptions): Scheduler {
  const bands = wandbBands(options);
  return {
    name: "wandb-hyperband",
    isOrderable: true,
    nextStep: ({ length }, step) => (step + 1 < length ? step + 1 : Infinity),
    judge(trial, trials): Ruling | null {
      const { step } = trial.points.at(-1) ?? { step: Infinity };
      if (step >= trial.length) return null;
      const values = loggedValues(trial);
      const rung = bands.findLastIndex((band) => band <= values.length);
      if (rung === -1) return null;
      const band = bands[rung]!;
      const others = trials.flatMap((other) => {
        const value = other.number === trial.number ? undefined : loggedValues(other)[band - 1];
        return value === undefined ? [] : [value];
      });
      const atBand = [...others, values[band - 1]!].toSorted((a, b) => a - b);
      const threshold = atBand[Math.trunc((1 / options.eta) * atBand.length)]!;
      const loss = options.strict ? values[band - 1]! : Math.min(...values);
      if (loss <= threshold) return null;
      const compared = options.strict ? "band" : "best";
      return {
        action: "stop",
        rule: "wandb-hyperband",
        step,
        rung,
        ...standing(loss, others),
        loss,
        threshold,
        facts: { band, compared },
      };
    },
  };
}

function loggedValues({ points }: TrialCurve): number[] {
  return points.map(({ loss }) => loss).filter(Number.isFinite);
}
