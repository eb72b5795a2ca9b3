import type { Chance } from "./chance.ts";

/** What happens to one call of a process on its store. */
export type CallFault =
  /** The process is killed before the call leaves it. */
  | "killed before a call"
  /** The store carries the call out; the process never learns of it. */
  | "killed before its answer"
  /** The process is stopped (SIGSTOP) with the call unsent, and sends it when it is woken. */
  | "stopped before a call"
  | "stopped before an answer"
  /** The call never reaches the store, and the process is told that the store is away. */
  | "call lost"
  /** The store carries the call out, and the process is told that the store is away. */
  | "answer lost"
  /** It takes seconds to reach the store. */
  | "call late"
  | "answer late";

/** What happens to a machine or to the store, whoever is calling. */
export type TimedFault =
  | "machine asleep"
  | "clock set"
  | "store away"
  | "process slow"
  | "killed between calls"
  | "stopped between calls";

export type Fault = CallFault | TimedFault | "restarted";

const callFaults: readonly CallFault[] = [
  "killed before a call",
  "killed before its answer",
  "stopped before a call",
  "stopped before an answer",
  "call lost",
  "answer lost",
  "call late",
  "answer late",
];

export const timedFaults: readonly TimedFault[] = [
  "machine asleep",
  "clock set",
  "store away",
  "process slow",
  "killed between calls",
  "stopped between calls",
];

/** Which faults a simulation has; each seed has some kinds often and others never, so that they meet in all combinations. */
export class Faults {
  readonly #chance: Chance;
  readonly #perCall: number;
  readonly #kinds: readonly CallFault[];
  readonly counts = new Map<Fault, number>();
  /** Nothing goes wrong any more. */
  areOver = false;

  /** @param perCall probability that a call meets one */
  constructor(chance: Chance, perCall: number) {
    this.#chance = chance;
    this.#perCall = perCall;
    const some = callFaults.filter(() => chance.happens(0.6));
    this.#kinds = some.length === 0 ? callFaults : some;
  }

  /** @returns undefined for a call that goes as it should */
  ofCall(): CallFault | undefined {
    if (this.areOver || !this.#chance.happens(this.#perCall)) return undefined;
    return this.count(this.#chance.pick(this.#kinds));
  }

  count<F extends Fault>(fault: F): F {
    this.counts.set(fault, (this.counts.get(fault) ?? 0) + 1);
    return fault;
  }
}
