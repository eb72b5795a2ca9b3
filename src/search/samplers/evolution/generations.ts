/**
 * The generations of a sampler that learns from so many results at a time. They are cut from the history alone: the finished
 * trials in the order of their numbers, so and so many each, whatever proposed them. A proposal builds on all generations that
 * are complete; trials that still run leave no hole, and take their place among the others when they end.
 *
 * What follows from the generations is kept as long as their evaluations stay the same objects, so a proposal costs one step
 * more than the one before.
 */
import type { Evaluation } from "../sampler.ts";

interface Link<S> {
  readonly group: readonly Evaluation[];
  readonly state: S;
}

export interface GenerationsOptions<S, C> {
  /** What is known before the study gives the state that the first generation builds on. */
  readonly first: (prior: readonly Evaluation[], context: C) => S;
  /** @param states of all generations so far, the last one's last; their number is that of the new generation */
  readonly next: (states: readonly S[], group: readonly Evaluation[], context: C) => S;
}

export interface GenerationsAsked<C> {
  readonly history: readonly Evaluation[];
  /** Evaluations of later trials are not looked at. */
  readonly number: number;
  /** Trials of one generation. */
  readonly size: number;
  /** What else the states depend on. */
  readonly context: C;
  /** Equal for equal contexts. */
  readonly key: string;
}

export class Generations<S, C> {
  readonly #options: GenerationsOptions<S, C>;
  #key: string | undefined;
  #links: Link<S>[] = [];

  constructor(options: GenerationsOptions<S, C>) {
    this.#options = options;
  }

  /** The states after none, one, two ... complete generations. */
  states({ history, number, size, context, key }: GenerationsAsked<C>): readonly S[] {
    const fullKey = `${size} ${key}`;
    if (fullKey !== this.#key) this.#links = [];
    this.#key = fullKey;
    const groups = groupsOf(history, number, size);
    const isSame = (link: Link<S> | undefined, group: readonly Evaluation[]) =>
      link !== undefined &&
      link.group.length === group.length &&
      group.every((one, index) => one === link.group[index]);
    const changed = groups.findIndex((group, index) => !isSame(this.#links[index], group));
    this.#links.length = changed < 0 ? groups.length : changed;
    for (const group of groups.slice(this.#links.length)) {
      const states = this.#links.map(({ state }) => state);
      const { first, next } = this.#options;
      const state = states.length === 0 ? first(group, context) : next(states, group, context);
      this.#links.push({ group, state });
    }
    return this.#links.map(({ state }) => state);
  }
}

/** What was known before, then the complete generations. */
function groupsOf(history: readonly Evaluation[], number: number, size: number): readonly Evaluation[][] {
  const prior: Evaluation[] = [];
  const groups = [prior];
  let open: Evaluation[] = [];
  for (const one of history) {
    if (one.number < 0) prior.push(one);
    else if (one.number < number && isKnown(one)) {
      open.push(one);
      if (open.length < size) continue;
      groups.push(open);
      open = [];
    }
  }
  return groups;
}

/** Ended, or paused with a value. */
function isKnown({ state, losses }: Evaluation): boolean {
  return state !== "pending" || losses !== null;
}
