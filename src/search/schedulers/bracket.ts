/**
 * One bracket of asynchronous successive halving: who goes on from a rung is decided with the results that are there, so
 * that no worker waits for a rung to fill.
 *
 * Two ways to decide. Stopping: at once, when the trial arrives; who comes early is judged by little. Promotion: every trial
 * pauses at every rung, and a free worker resumes the best one that is not yet promoted; nobody is judged too early, but
 * trials have to keep a checkpoint.
 */
import type { Ruling } from "../trial/index.ts";
import { comparable, lossAtRung, rungReached, standing, whenFinite } from "./rungs.ts";
import type { AssignOptions, Assignment, SettledTrial, TrialCurve } from "./scheduler.ts";

export interface Bracket {
  /** Name of the scheduler. */
  readonly rule: string;
  readonly eta: number;
  /** The rungs of a trial of this length. */
  readonly steps: (length: number) => readonly number[];
  /** What rulings call it; absent when there is one bracket only. */
  readonly bracket?: number;
}

/**
 * Stops a trial that is not among the best 1 / eta of all that have come to this rung, itself included; of less than eta only
 * the best goes on. What is equal goes on.
 *
 * @param members the trials of the bracket
 * @see Li et al. 2020, "A System for Massively Parallel Hyperparameter Tuning", section 3; the rank among arrivals and the
 * smallest rungs follow Optuna's `SuccessiveHalvingPruner`
 */
export function stopAtRung(
  trial: TrialCurve,
  members: readonly TrialCurve[],
  bracket: Bracket,
): Ruling | null {
  const at = arrival(trial, members, bracket);
  if (at === null) return null;
  const goOn = Math.max(1, Math.floor(at.losses.length / bracket.eta));
  const threshold = at.losses[goOn - 1]!;
  if (Number.isFinite(at.loss) && at.loss <= threshold) return null;
  return {
    action: "stop",
    ...at.ruling,
    ...whenFinite("threshold", threshold),
    facts: { goOn },
  };
}

/** Pauses a trial at each of its rungs; one without a finite loss can never be promoted and is stopped. */
export function pauseAtRung(
  trial: TrialCurve,
  members: readonly TrialCurve[],
  bracket: Bracket,
): Ruling | null {
  const at = arrival(trial, members, bracket);
  if (at === null) return null;
  const goOn = Math.floor(at.losses.length / bracket.eta);
  const threshold = goOn > 0 ? at.losses[goOn - 1]! : Infinity;
  return {
    action: Number.isFinite(at.loss) ? "pause" : "stop",
    ...at.ruling,
    ...whenFinite("threshold", threshold),
    facts: { goOn },
  };
}

function arrival(trial: TrialCurve, members: readonly TrialCurve[], { rule, steps, bracket }: Bracket) {
  const rungs = steps(trial.length);
  const rung = rungReached(trial.points, rungs);
  if (rung === -1) return null;
  const { step, loss: reported } = trial.points.at(-1)!;
  const loss = comparable(reported);
  const others = members.flatMap((member) => {
    const theirs = member.number === trial.number ? null : lossAtRung(member, rungs[rung]!);
    return theirs === null ? [] : [theirs];
  });
  const ruling = {
    rule,
    step,
    rung,
    ...(bracket === undefined ? {} : { bracket }),
    ...standing(loss, others),
    ...whenFinite("loss", loss),
  };
  return { loss, losses: [...others, loss].toSorted((a, b) => a - b), ruling };
}

/** A paused trial and its place at the rung where it waits. */
interface Waiting {
  readonly trial: TrialCurve;
  readonly rung: number;
  readonly loss: number;
  readonly rank: number;
  readonly of: number;
  readonly goOn: number;
  /** The loss of the last one that goes on; Infinity when none does. */
  readonly threshold: number;
}

/** Every paused trial, from the highest rung down, at each rung the best first and of equal ones the older first. */
function waitingTrials(members: readonly TrialCurve[], { eta, steps }: Bracket): Waiting[] {
  const ladder = members.map((trial) => ({ trial, rungs: steps(trial.length) }));
  const top = ladder.reduce((longest, { rungs }) => Math.max(longest, rungs.length), 0);
  const waiting: Waiting[] = [];
  for (let rung = top - 1; rung >= 0; rung--) {
    const arrived = ladder.flatMap(({ trial, rungs }) => {
      const step = rungs[rung];
      const loss = step === undefined ? null : lossAtRung(trial, step);
      return loss === null ? [] : [{ trial, rungs, loss }];
    });
    arrived.sort((a, b) => (a.loss === b.loss ? a.trial.number - b.trial.number : a.loss < b.loss ? -1 : 1));
    const goOn = Math.floor(arrived.length / eta);
    const threshold = arrived[goOn - 1]?.loss ?? Infinity;
    arrived.forEach(({ trial, rungs, loss }, index) => {
      const isHere = lossAtRung(trial, rungs[rung + 1] ?? Infinity) === null;
      if (trial.state !== "paused" || !isHere) return;
      waiting.push({ trial, rung, loss, rank: index + 1, of: arrived.length, goOn, threshold });
    });
  }
  return waiting;
}

/**
 * The paused trial of the highest rung that is among the best floor(n / eta) of those n which have come there; null when no trial
 * is. Who was promoted earlier may have been overtaken since, so in all more than that many can go on from a rung: the
 * price of not waiting for it to fill.
 *
 * @see Li et al. 2020, "A System for Massively Parallel Hyperparameter Tuning", algorithm 2
 */
export function promote(members: readonly TrialCurve[], bracket: Bracket): Assignment | null {
  const best = waitingTrials(members, bracket).find(
    ({ rank, goOn, loss }) => rank <= goOn && loss < Infinity,
  );
  return best === undefined ? null : resume(best, bracket);
}

/** The best paused trial of the highest rung: what is left to train when nothing can be promoted and none has finished. */
export function promoteBest(members: readonly TrialCurve[], bracket: Bracket): Assignment | null {
  const best = waitingTrials(members, bracket).find(({ loss }) => loss < Infinity);
  return best === undefined ? null : resume(best, bracket, { last: true });
}

function resume(
  { trial, rung, rank, of, goOn }: Waiting,
  { bracket }: Bracket,
  facts: { readonly last?: true } = {},
): Assignment {
  const place = { rung, rank, of, goOn, ...(bracket === undefined ? {} : { bracket }) };
  return { action: "resume", number: trial.number, facts: { ...place, ...facts } };
}

/** What each paused trial is stopped by when the bracket ends. */
export function settleBracket(members: readonly TrialCurve[], bracket: Bracket): SettledTrial[] {
  return waitingTrials(members, bracket).map(({ trial, rung, loss, rank, of, goOn, threshold }) => ({
    number: trial.number,
    ruling: {
      action: "stop",
      rule: bracket.rule,
      step: trial.points.at(-1)!.step,
      rung,
      ...(bracket.bracket === undefined ? {} : { bracket: bracket.bracket }),
      rank,
      of,
      ...whenFinite("loss", loss),
      ...whenFinite("threshold", threshold),
      facts: { goOn },
    },
  }));
}

/** True while a trial is or will be running, so that there is something to wait for. */
export function isAnyUnderWay(trials: AssignOptions["trials"]): boolean {
  return trials.some(({ state }) => state === "running" || state === "waiting");
}
