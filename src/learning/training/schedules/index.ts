/** The registry of learning-rate schedules: the kinds that `training.schedule` can name. */
import { z } from "zod";

import { constant } from "./constant.ts";
import { cosineRestarts } from "./cosine-restarts.ts";
import { cosine } from "./cosine.ts";
import { exponential } from "./exponential.ts";
import { multiStep } from "./multi-step.ts";
import { oneCycle } from "./one-cycle.ts";
import { polynomial } from "./polynomial.ts";
import { reduceOnPlateau } from "./reduce-on-plateau.ts";
import type { ScheduleMoment } from "./schedule.ts";
import { step } from "./step.ts";

const schedules = {
  constant,
  step,
  "multi-step": multiStep,
  exponential,
  polynomial,
  cosine,
  "cosine-restarts": cosineRestarts,
  "one-cycle": oneCycle,
  "reduce-on-plateau": reduceOnPlateau,
};

type Schedules = typeof schedules;
type ScheduleKind = keyof Schedules;
/** With its defaults filled in. */
export type ScheduleDescription = {
  [Kind in ScheduleKind]: z.output<Schedules[Kind]["schema"]>;
}[ScheduleKind];

const schemas = [
  constant.schema,
  step.schema,
  multiStep.schema,
  exponential.schema,
  polynomial.schema,
  cosine.schema,
  cosineRestarts.schema,
  oneCycle.schema,
  reduceOnPlateau.schema,
] as const;

/** One schedule by its `kind`. */
export const scheduleSchema = z
  .discriminatedUnion("kind", schemas)
  .refine(
    ({ warmupSteps, warmupEpochs, warmupFraction }) =>
      [warmupSteps, warmupEpochs, warmupFraction].filter((length) => length !== undefined).length <= 1,
    "expected at most one of `warmupSteps`, `warmupEpochs` and `warmupFraction`",
  );

/** The rate that a schedule has at a moment after its warm-up. */
export function scheduledRate(schedule: ScheduleDescription, moment: ScheduleMoment): number {
  const chosen = schedules[schedule.kind] as {
    rate(settings: ScheduleDescription, moment: ScheduleMoment): number;
  };
  return chosen.rate(schedule, moment);
}
