/**
 * The states of a trial and the ways between them:
 *
 *     waiting -> running -> completed | stopped | failed
 *     running <-> paused        a scheduler's decision
 *     paused   -> stopped       its study ended before it was let go on
 *     running  -> waiting       handed back, or its lease ended
 */
import { TunesmithError } from "../../base/index.ts";
import type { TrialState } from "./records.ts";

const ways: { readonly [S in TrialState]: readonly TrialState[] } = {
  waiting: ["running"],
  running: ["completed", "stopped", "failed", "paused", "waiting"],
  paused: ["running", "stopped"],
  completed: [],
  stopped: [],
  failed: [],
};

export const trialStates = Object.keys(ways) as readonly TrialState[];

export function canTransition(from: TrialState, to: TrialState): boolean {
  return ways[from].includes(to);
}

/** True for the states that a trial never leaves. */
export function isFinished(state: TrialState): boolean {
  return ways[state].length === 0;
}

/** @throws INVALID_TRANSITION unless `to` can follow `from`. */
export function checkTransition(from: TrialState, to: TrialState, trialNumber: number): void {
  if (canTransition(from, to)) return;
  const allowed = ways[from].length === 0 ? "nothing" : ways[from].map((state) => `\`${state}\``).join(", ");
  throw new TunesmithError("INVALID_TRANSITION", {
    message: `trial ${trialNumber}: \`${from}\` can be followed by ${allowed}, got \`${to}\`.`,
    hint: isFinished(from)
      ? "A finished trial never changes; create another trial."
      : "Claim the trial first.",
    facts: { number: trialNumber, from, to },
  });
}
