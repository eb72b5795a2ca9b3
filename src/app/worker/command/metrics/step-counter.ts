import type { Report } from "./report.ts";

/** Whatever names a program thinks up, so many are remembered. */
const mostMetrics = 10_000;

/** One value at its step. */
export interface Reported {
  readonly metric: string;
  /** From 1. */
  readonly step: number;
  readonly value: number;
}

/**
 * The steps of a program's reports, by whichever way they come. A program that counts from 0 is counted from 1. Without a step a
 * metric's reports are counted, each metric by itself: their positions are what W&B's early stopping goes by.
 */
export class StepCounter {
  /** What is added to the program's steps; undefined before the first. */
  #offset: number | undefined;
  readonly #lastSteps = new Map<string, number>();
  readonly #accepts: (metric: string) => boolean;

  /** @param accepts whether a metric may have the name. Defaults to any name. */
  constructor(accepts: (metric: string) => boolean = () => true) {
    this.#accepts = accepts;
  }

  /** Names that have been reported. */
  get metrics(): readonly string[] {
    return [...this.#lastSteps.keys()];
  }

  count({ values, step: given }: Report): Reported[] {
    const step = given === undefined ? undefined : this.#ownStep(given);
    return values.flatMap(([metric, value]) => {
      const last = this.#lastSteps.get(metric) ?? 0;
      const at = step ?? last + 1;
      // W&B takes no report of a step that has passed either.
      if (at < last) return [];
      if (last === 0 && (this.#lastSteps.size >= mostMetrics || !this.#accepts(metric))) return [];
      this.#lastSteps.set(metric, at);
      return [{ metric, step: at, value }];
    });
  }

  #ownStep(given: number): number | undefined {
    const whole = Math.floor(given);
    if (!Number.isSafeInteger(whole)) return undefined;
    this.#offset ??= whole <= 0 ? 1 - whole : 0;
    return Math.max(1, whole + this.#offset);
  }
}
