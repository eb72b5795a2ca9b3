/**
 * Synchronous successive halving, in one bracket after another: trials are dealt into brackets by their numbers, every trial
 * pauses at every rung, and who goes on is decided when the whole rung is there. So it depends on the values alone, never on
 * who was first: the same trials go on with any number of workers.
 *
 * *Differs from the papers:* a worker that would have to wait starts on the next bracket. A bracket that the number of trials cuts
 * short is decided with the trials that it has; the first bracket then keeps at least one at each rung, so that there is a
 * result.
 */
import type { Ruling } from "../trial/index.ts";
import { isAnyUnderWay } from "./bracket.ts";
import { comparable, lossAtRung, rungReached, standing, stepAfter, whenFinite } from "./rungs.ts";
import type { AssignOptions, Assignment, Scheduler, SettledTrial, TrialCurve } from "./scheduler.ts";
import { isFinished } from "../trial/index.ts";

/** A bracket and the trials that belong to it. */
export interface BracketPlan {
  /** Counts the brackets of the study from 0. */
  readonly ordinal: number;
  /** What rulings call it. */
  readonly label: number;
  /** How many trials it starts with. */
  readonly size: number;
  /** Below the trial's length. */
  readonly steps: readonly number[];
}

export interface SynchronousOptions {
  readonly name: string;
  readonly eta: number;
  readonly bracketOf: (trial: Pick<TrialCurve, "number" | "length">) => BracketPlan;
}

export function createSynchronousScheduler({ name, eta, bracketOf }: SynchronousOptions): Scheduler {
  const judge = (trial: TrialCurve, trials: readonly TrialCurve[]): Ruling | null => {
    const { ordinal, label, size, steps } = bracketOf(trial);
    const rung = rungReached(trial.points, steps);
    if (rung === -1) return null;
    const { step, loss: reported } = trial.points.at(-1)!;
    const loss = comparable(reported);
    const others = trials.flatMap((other) => {
      if (other.number === trial.number || bracketOf(other).ordinal !== ordinal) return [];
      const theirs = lossAtRung(other, steps[rung]!);
      return theirs === null ? [] : [theirs];
    });
    return {
      action: loss < Infinity ? "pause" : "stop",
      rule: name,
      step,
      rung,
      bracket: label,
      ...standing(loss, others),
      ...whenFinite("loss", loss),
      facts: { goOn: Math.floor(size / eta ** (rung + 1) + 1e-9) },
    };
  };
  const standingsOf = (options: AssignOptions) =>
    bracketsOf(options.trials, bracketOf).flatMap((bracket) => decidedRungs(bracket, options.canStart, eta));

  return {
    name,
    nextStep: (trial, step) => stepAfter(bracketOf(trial).steps, step),
    judge,
    assign: (options) => assign(name, standingsOf(options), options),
    settle: (options) =>
      standingsOf(options).flatMap(({ plan, rung, ranked, goOn }) =>
        ranked
          .slice(goOn)
          .filter(({ trial }) => trial.state === "paused")
          .map((place): SettledTrial => settled(name, place, { plan, rung, ranked, goOn })),
      ),
  };
}

interface Place {
  readonly trial: TrialCurve;
  readonly loss: number;
  /** From 1. */
  readonly rank: number;
}

/** A rung of which every trial's result is there. */
interface DecidedRung {
  readonly plan: BracketPlan;
  readonly rung: number;
  /** Its trials, the best first. */
  readonly ranked: readonly Place[];
  /** The first so many go on. */
  readonly goOn: number;
}

interface FilledBracket {
  readonly plan: BracketPlan;
  readonly members: readonly TrialCurve[];
}

function bracketsOf(
  trials: readonly TrialCurve[],
  bracketOf: SynchronousOptions["bracketOf"],
): readonly FilledBracket[] {
  const brackets = new Map<number, { plan: BracketPlan; members: TrialCurve[] }>();
  for (const trial of trials) {
    const plan = bracketOf(trial);
    const bracket = brackets.get(plan.ordinal);
    if (bracket === undefined) brackets.set(plan.ordinal, { plan, members: [trial] });
    else bracket.members.push(trial);
  }
  return [...brackets.values()].toSorted((a, b) => a.plan.ordinal - b.plan.ordinal);
}

/** The rungs of a bracket, from the lowest up to the first that is not complete, the last decided one first. */
function decidedRungs({ plan, members }: FilledBracket, canStart: boolean, eta: number): DecidedRung[] {
  const decided: DecidedRung[] = [];
  if (canStart && members.length < plan.size) return decided;
  let here = members;
  for (const [rung, step] of plan.steps.entries()) {
    const reached = here.map((trial) => ({ trial, loss: lossAtRung(trial, step) }));
    if (reached.some(({ trial, loss }) => loss === null && !isFinished(trial.state))) break;
    const ranked = reached
      .map(({ trial, loss }) => ({ trial, loss: loss ?? Infinity }))
      .toSorted((a, b) => (a.loss === b.loss ? a.trial.number - b.trial.number : a.loss < b.loss ? -1 : 1))
      .map((place, index) => ({ ...place, rank: index + 1 }));
    const finite = ranked.filter(({ loss }) => loss < Infinity).length;
    const least = plan.ordinal === 0 ? 1 : 0;
    const goOn = Math.min(finite, Math.max(least, Math.floor(here.length / eta + 1e-9)));
    decided.unshift({ plan, rung, ranked, goOn });
    here = ranked.slice(0, goOn).map(({ trial }) => trial);
  }
  return decided;
}

function assign(
  name: string,
  rungs: readonly DecidedRung[],
  { trials, canStart }: AssignOptions,
): Assignment {
  for (const { plan, rung, ranked, goOn } of rungs) {
    const next = plan.steps[rung + 1] ?? Infinity;
    const waiting = ranked
      .slice(0, goOn)
      .find(({ trial }) => trial.state === "paused" && lossAtRung(trial, next) === null);
    if (waiting === undefined) continue;
    const facts = { rung, bracket: plan.label, rank: waiting.rank, of: ranked.length, goOn };
    return { action: "resume", number: waiting.trial.number, facts };
  }
  if (canStart) return { action: "start" };
  if (isAnyUnderWay(trials)) return { action: "wait" };
  return { action: "end", message: `${name}: every bracket is complete.` };
}

function settled(
  name: string,
  { trial, loss, rank }: Place,
  { plan, rung, ranked, goOn }: DecidedRung,
): SettledTrial {
  const ruling: Ruling = {
    action: "stop",
    rule: name,
    step: trial.points.at(-1)!.step,
    rung,
    bracket: plan.label,
    rank,
    of: ranked.length,
    ...whenFinite("loss", loss),
    ...whenFinite("threshold", ranked[goOn - 1]?.loss ?? Infinity),
    facts: { goOn },
  };
  return { number: trial.number, ruling };
}
