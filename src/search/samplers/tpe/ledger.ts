/**
 * What is known, kept in the order of results from one proposal to the next: a study's history changes in a few places
 * between two of them, so what changed is found by identity and put in its place. What it holds is a function of the history
 * alone, whatever was asked before.
 */
import { configurationKey } from "../../space/index.ts";
import type { Evaluation } from "../sampler.ts";
import type { Point } from "./parzen-estimator.ts";
import { compareRanks, rankOf, unmeasured, type Rank } from "./ranking.ts";

export interface Observed {
  readonly evaluation: Evaluation;
  readonly point: Point;
  readonly key: string;
  readonly rank: Rank;
}

/** With more changes than this, sorting anew is quicker. */
const mostInsertions = 100;

export class Ledger {
  readonly #pointOf: (evaluation: Evaluation) => Point;
  #entries: Observed[] = [];
  /** Those with a rank, best first. */
  #sorted: Observed[] = [];
  /** How many entries have a configuration. */
  readonly #tried = new Map<string, number>();
  /** Of variances: their sum, each times its degrees of freedom, and the sum of these. */
  #squares = 0;
  #freedom = 0;
  #deviation = 0;

  constructor(pointOf: (evaluation: Evaluation) => Point) {
    this.#pointOf = pointOf;
  }

  /** In the order of the history. */
  get entries(): readonly Observed[] {
    return this.#entries;
  }

  /** Those with a measured result, best first; of equals the older one. */
  get sorted(): readonly Observed[] {
    return this.#sorted;
  }

  isTried(key: string): boolean {
    return this.#tried.has(key);
  }

  /** Takes the evaluations before `number` in place of what it held. */
  update(history: readonly Evaluation[], number: number): void {
    let length = history.length;
    while (length > 0 && history[length - 1]!.number >= number) length--;
    const removed = this.#entries.splice(length);
    const added: Observed[] = [];
    for (let index = 0; index < length; index++) {
      const before = this.#entries[index];
      const evaluation = history[index]!;
      if (before?.evaluation === evaluation) continue;
      if (before !== undefined) removed.push(before);
      const isSame = before !== undefined && before.evaluation.configuration === evaluation.configuration;
      const point = isSame ? before.point : this.#pointOf(evaluation);
      const key = isSame ? before.key : configurationKey(evaluation.configuration);
      const entry = { evaluation, point, key, rank: rankOf(evaluation, this.#deviation) };
      this.#entries[index] = entry;
      added.push(entry);
    }
    for (const { key } of added) this.#tried.set(key, (this.#tried.get(key) ?? 0) + 1);
    for (const { key } of removed) this.#forget(key);
    if (this.#poolVariances()) this.#sortAnew((entry) => rankOf(entry.evaluation, this.#deviation));
    else if (added.length + removed.length > mostInsertions) this.#sortAnew(({ rank }) => rank);
    else {
      for (const entry of removed) this.#takeOut(entry);
      for (const entry of added) this.#putIn(entry);
    }
  }

  #forget(key: string): void {
    const count = this.#tried.get(key)! - 1;
    if (count === 0) this.#tried.delete(key);
    else this.#tried.set(key, count);
  }

  /** True when the pooled deviation is another one. */
  #poolVariances(): boolean {
    this.#squares = 0;
    this.#freedom = 0;
    for (const { evaluation } of this.#entries) {
      const variance = evaluation.variances?.[0];
      if (variance === undefined || !Number.isFinite(variance)) continue;
      this.#squares += variance * (evaluation.replicates - 1);
      this.#freedom += evaluation.replicates - 1;
    }
    const deviation = this.#freedom === 0 ? 0 : Math.sqrt(this.#squares / this.#freedom);
    const isOther = deviation !== this.#deviation;
    this.#deviation = deviation;
    return isOther;
  }

  #sortAnew(rank: (entry: Observed) => Rank): void {
    this.#entries = this.#entries.map((entry) => ({ ...entry, rank: rank(entry) }));
    this.#sorted = this.#entries.filter((entry) => entry.rank.tier !== unmeasured).sort(compareEntries);
  }

  #takeOut(entry: Observed): void {
    if (entry.rank.tier !== unmeasured) this.#sorted.splice(this.#placeOf(entry), 1);
  }

  #putIn(entry: Observed): void {
    if (entry.rank.tier !== unmeasured) this.#sorted.splice(this.#placeOf(entry), 0, entry);
  }

  /** The number of entries that come before this one. */
  #placeOf(entry: Observed): number {
    let from = 0;
    let to = this.#sorted.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (compareEntries(this.#sorted[middle]!, entry) < 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

function compareEntries(a: Observed, b: Observed): number {
  return compareRanks(a.rank, b.rank) || a.evaluation.number - b.evaluation.number;
}
