/** Who is in the population of `pbt`, derived generation by generation from the trials alone. */
import { isFinished } from "../trial/index.ts";
import { lossAtRung } from "./rungs.ts";
import type { AssignOptions, TrialCurve } from "./scheduler.ts";

export interface PopulationOptions {
  readonly population: number;
  readonly intervalSteps: number;
  readonly share: number;
}

/** A member and its place in a generation. */
interface Member {
  readonly trial: TrialCurve;
  readonly loss: number;
  readonly rank: number;
  readonly of: number;
}

export interface Population {
  /** The last generation that is decided, from 1; 0 while none is. */
  readonly generation: number;
  /** Those of it from whose weights children start, the best first. */
  readonly parents: readonly TrialCurve[];
  /** The children of it that are still to be started. */
  readonly births: readonly { readonly index: number }[];
  /** Those of it that are paused and go on. */
  readonly goOn: readonly Member[];
  /** Who was given up in any generation, and for which child. */
  readonly replaced: readonly (Member & { readonly generation: number; readonly child: number })[];
}

/** Trials that are not of the population are passed over. */
export function populationOf(
  { trials, canStart }: AssignOptions,
  { population, intervalSteps, share }: PopulationOptions,
): Population {
  const ordered = trials.toSorted((a, b) => a.number - b.number);
  let members = ordered.filter(({ number }) => number < population);
  let decided: Population = { generation: 0, parents: [], births: [], goOn: [], replaced: [] };
  if (canStart && members.length < population) return decided;
  for (let generation = 1; ; generation++) {
    const step = generation * intervalSteps;
    const training = members.filter((trial) => !hasEnded(trial, step));
    const isComplete = training.every((trial) => lossAtRung(trial, step) !== null || isFinished(trial.state));
    if (training.length === 0 || !isComplete) return decided;
    const ranked = rankedAt(training, step);
    const dead = ranked.filter(({ loss }) => loss === Infinity).length;
    const count = Math.max(1, Math.floor(training.length * share));
    const parents = ranked.slice(0, Math.min(count, ranked.length - dead));
    // Nobody is left who could go on or be gone on from.
    if (parents.length === 0) return decided;
    const losers =
      ranked.length > 1 ? ranked.slice(-Math.max(dead, count)).slice(-(ranked.length - parents.length)) : [];
    const children = ordered.filter(
      ({ parent }) => parent !== null && Math.floor(parent.step / intervalSteps) === generation,
    );
    const replaced = losers.flatMap((member, index) => {
      const child = children[index];
      return child === undefined ? [] : [{ ...member, generation, child: child.number }];
    });
    // Once survivors have gone on, because no child could be started then, nobody is replaced any more.
    const isHere = ({ trial }: Member) =>
      trial.state === "paused" && lossAtRung(trial, step + intervalSteps) === null;
    const births =
      canStart && parents.every(isHere)
        ? losers.slice(children.length).map((_, index) => ({ index: children.length + index }))
        : [];
    const givenUp = new Set(replaced.map(({ trial }) => trial.number));
    const goesOn = ranked.filter(({ trial }) => !givenUp.has(trial.number));
    decided = {
      generation,
      parents: parents.map(({ trial }) => trial),
      births,
      goOn: goesOn.filter(isHere),
      replaced: [...decided.replaced, ...replaced],
    };
    if (births.length > 0) return decided;
    members = [...goesOn.map(({ trial }) => trial), ...children.slice(0, losers.length)];
  }
}

/** True of who came to its own end before the step, which is no reason to replace it. */
function hasEnded(trial: TrialCurve, step: number): boolean {
  if (step >= trial.length) return isFinished(trial.state);
  return trial.state === "completed" && lossAtRung(trial, step) === null;
}

/** The best first; who did not come to the step, or has no finite loss there, comes last. */
function rankedAt(trials: readonly TrialCurve[], step: number): Member[] {
  return trials
    .map((trial) => ({ trial, loss: lossAtRung(trial, step) ?? Infinity }))
    .toSorted((a, b) => (a.loss === b.loss ? a.trial.number - b.trial.number : a.loss < b.loss ? -1 : 1))
    .map((member, index) => ({ ...member, rank: index + 1, of: trials.length }));
}
