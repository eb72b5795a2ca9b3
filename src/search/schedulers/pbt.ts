/**
 * Population-based training: a population is trained side by side; at every interval the worst are given up, and each
 * is replaced by a child that goes on from the weights of one of the best with a changed configuration. So a
 * configuration may change during training, and no weights are thrown away that lead.
 *
 *     interval     trial 0   trial 1   trial 2   trial 3   trial 4 (child)
 *        1          best      .         .        worst      starts from trial 0
 *        2           .       worst      .                  best, parent of trial 5 ...
 *
 * A generation is decided when the whole population has come to the interval, so that it depends on the values alone.
 *
 * *Differs from the paper:* synchronous; a replaced member ends and its child is a trial of its own, so that every trial has one
 * configuration and the line of parents is the schedule that was found.
 *
 * @see Jaderberg et al. 2017, "Population Based Training of Neural Networks", algorithm 1, truncation selection
 */
import { z } from "zod";

import { RandomStream, toSeed } from "../../base/index.ts";
import type { Ruling } from "../trial/index.ts";
import { isAnyUnderWay } from "./bracket.ts";
import { populationOf, type Population } from "./population.ts";
import { comparable, lossAtRung, standing, whenFinite } from "./rungs.ts";
import type {
  AssignOptions,
  Assignment,
  Scheduler,
  SchedulerContext,
  SettledTrial,
  TrialCurve,
} from "./scheduler.ts";

export const pbtOptions = z.object({
  /** How many trials are trained side by side. The study's number of trials has room for the children of every interval. */
  population: z.int().min(2).default(8),
  /** Steps from one selection to the next. */
  intervalSteps: z.int().min(1).default(5),
  /** The worst part that is replaced, and the best part that parents are drawn from. */
  share: z.number().gt(0).max(0.5).default(0.25),
});

type PbtOptions = z.output<typeof pbtOptions>;

export function createPbtScheduler(options: PbtOptions, { seed }: SchedulerContext): Scheduler {
  const { population, intervalSteps } = options;
  const generationsIn = (step: number) => Math.floor(step / intervalSteps);
  const isMember = ({ number, parent }: TrialCurve) => number < population || parent !== null;
  return {
    name: "pbt",
    nextStep({ length }, step) {
      const next = (generationsIn(step) + 1) * intervalSteps;
      return next < length ? next : Infinity;
    },
    judge(trial, trials): Ruling | null {
      const last = trial.points.at(-1);
      if (last === undefined || last.step >= trial.length || !isMember(trial)) return null;
      const before = trial.points.at(-2)?.step ?? trial.parent?.step ?? 0;
      const generation = generationsIn(last.step);
      if (generation === generationsIn(before)) return null;
      const loss = comparable(last.loss);
      const others = trials.flatMap((other) => {
        const theirs = other.number === trial.number ? null : lossAtRung(other, generation * intervalSteps);
        return theirs === null || startsAfter(other, generation * intervalSteps) ? [] : [theirs];
      });
      return {
        action: loss < Infinity ? "pause" : "stop",
        rule: "pbt",
        step: last.step,
        rung: generation - 1,
        ...standing(loss, others),
        ...whenFinite("loss", loss),
        facts: { generation },
      };
    },
    assign: (given) => assign(populationOf(given, options), given, { seed, options }),
    settle: (given) => settle(populationOf(given, options)),
  };
}

/** A child has no result of its own at the interval that it was born at. */
function startsAfter({ parent }: TrialCurve, step: number): boolean {
  return parent !== null && parent.step >= step;
}

function assign(
  population: Population,
  { trials, canStart }: AssignOptions,
  { seed, options }: { readonly seed: string; readonly options: PbtOptions },
): Assignment {
  if (trials.length < options.population && canStart) return { action: "start" };
  const { generation, parents, births, goOn } = population;
  // Children before survivors: a parent's checkpoint is then still that of the interval.
  const birth = births[0];
  if (birth !== undefined) {
    const drawn = new RandomStream(toSeed(seed), "pbt", generation).integerBelow(parents.length, birth.index);
    const parent = parents[drawn]!;
    return { action: "start", parent: { number: parent.number, step: parent.points.at(-1)!.step } };
  }
  const next = goOn[0];
  if (next !== undefined) {
    const { rank, of, trial } = next;
    return { action: "resume", number: trial.number, facts: { generation, rank, of } };
  }
  if (isAnyUnderWay(trials)) return { action: "wait" };
  return { action: "end", message: "pbt: every member of the population has come to its end." };
}

function settle({ replaced }: Population): SettledTrial[] {
  return replaced
    .filter(({ trial }) => trial.state === "paused")
    .map(({ trial, generation, rank, of, child }) => ({
      number: trial.number,
      ruling: {
        action: "stop",
        rule: "pbt",
        step: trial.points.at(-1)!.step,
        rung: generation - 1,
        rank,
        of,
        loss: trial.points.at(-1)!.loss,
        facts: { generation, child },
      },
    }));
}
