/** The stages of a coarse-to-fine search as they are declared, and which trial belongs to which. */
import { z } from "zod";

import { TunesmithError } from "../../../base/index.ts";

const stageOptions = z
  .strictObject({
    /** How many trials the stage has; the last one takes what the study has left. */
    trials: z.int().min(1),
    /** Length of its trials in steps; with neither this nor `share` they have the full length. */
    steps: z.int().min(1).optional(),
    /** Length of its trials as a share of the full length. */
    share: z.number().gt(0).max(1).optional(),
    /**
     * How many of its trials train the best configurations of the stage before again. Defaults to a third, in the last stage to
     * all.
     */
    keep: z.int().min(0).optional(),
  })
  .refine(({ steps, share }) => steps === undefined || share === undefined, {
    error: "must give `steps` or `share`, not both",
  });

export const coarseToFineOptions = z.object({
  /** Null: 60, 30 and 10 % of the trials with a ninth, a third and all of the full length. */
  stages: z.array(stageOptions).min(1).nullable().default(null),
});

export type CoarseToFineOptions = z.output<typeof coarseToFineOptions>;

export interface Stage {
  /** From 1. */
  readonly stage: number;
  readonly stages: number;
  /** The number of its first trial. */
  readonly first: number;
  readonly trials: number;
  /** At most one of the two; neither stands for the full length. */
  readonly length: { readonly steps?: number; readonly share?: number };
  readonly keep: number;
}

/** The same factor as Hyperband's between the lengths of the stages. */
const defaultShares = [1 / 9, 1 / 3, 1];
const defaultTrials = [0.6, 0.3, 0.1];
/** Fewer trials are given two stages: most short ones, and one of the full length. */
const fewestForThree = 8;

/** @throws INVALID_USAGE when the stages have more trials than the study */
export function planOf({ stages }: CoarseToFineOptions, maxTrials: number): readonly Stage[] {
  const declared = stages ?? defaultStages(maxTrials);
  const wanted = declared.reduce((sum, { trials }) => sum + trials, 0);
  if (wanted > maxTrials) {
    throw new TunesmithError("INVALID_USAGE", {
      message: `coarse-to-fine: the stages must have at most the ${maxTrials} trials of the study, got ${wanted}.`,
      hint: `Set \`maxTrials\` to ${wanted}, or give the stages fewer trials.`,
      facts: { wanted, maxTrials },
    });
  }
  let first = 0;
  return declared.map(({ trials: declaredTrials, steps, share, keep }, index) => {
    const isLast = index === declared.length - 1;
    const trials = isLast ? maxTrials - first : declaredTrials;
    const stage = {
      stage: index + 1,
      stages: declared.length,
      first,
      trials,
      length: { ...(steps === undefined ? {} : { steps }), ...(share === undefined ? {} : { share }) },
      keep: index === 0 ? 0 : (keep ?? (isLast ? trials : Math.ceil(trials / 3))),
    };
    first += trials;
    return stage;
  });
}

function defaultStages(maxTrials: number) {
  if (maxTrials === 1) return [{ trials: 1, share: 1, steps: undefined, keep: undefined }];
  const isLong = maxTrials >= fewestForThree;
  const shares = isLong ? defaultShares : [defaultShares[0]!, 1];
  const later = isLong
    ? defaultTrials.slice(1).map((part) => Math.max(1, Math.round(part * maxTrials)))
    : [1];
  const trials = [maxTrials - later.reduce((sum, one) => sum + one, 0), ...later];
  return shares.map((share, index) => ({ trials: trials[index]!, share, steps: undefined, keep: undefined }));
}

/** The stage of a trial; numbers beyond the last belong to the last. */
export function stageAt(plan: readonly Stage[], number: number): Stage {
  return plan.findLast(({ first }) => first <= number)!;
}
