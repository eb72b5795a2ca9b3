import { RandomStream, TunesmithError, type Json, type Seed } from "../../../base/index.ts";
import {
  contains,
  createSpace,
  fromUnit,
  type Configuration,
  type Distribution,
  type Scale,
  type SearchParameter,
} from "../../space/index.ts";
import type { Ruling } from "../../trial/index.ts";

export interface RangeOptions {
  /** Defaults to `linear`. */
  readonly scale?: Scale;
  /** Only `low`, `low + step`, ... `high`. */
  readonly step?: number;
}

export interface OpenTrialOptions {
  readonly number: number;
  readonly seed: Seed;
  readonly studySeed: Seed;
  /** Values for parameters that the study knows of; others are drawn. */
  readonly proposed: Configuration;
  readonly report: (step: number, value: number) => Promise<Ruling | null>;
}

/** What an objective is given: it names its parameters by asking for their values. A name asked for twice gives the same value. */
export class OpenTrial {
  readonly number: number;
  readonly seed: Seed;
  readonly #options: OpenTrialOptions;
  readonly #asked = new Map<string, { readonly distribution: Distribution; readonly value: Json }>();
  #lastStep = 0;
  #ruling: Ruling | null = null;

  constructor(options: OpenTrialOptions) {
    this.number = options.number;
    this.seed = options.seed;
    this.#options = options;
  }

  /** From `low` to `high`, both included. @throws INVALID_SPACE */
  suggestFloat(name: string, low: number, high: number, options: RangeOptions = {}): number {
    return this.#suggest(name, { kind: "float", low, high, ...options }) as number;
  }

  /** From `low` to `high`, both included. @throws INVALID_SPACE */
  suggestInteger(name: string, low: number, high: number, options: RangeOptions = {}): number {
    return this.#suggest(name, { kind: "integer", low, high, ...options }) as number;
  }

  /** @throws INVALID_SPACE */
  suggestCategorical<const V extends Json>(name: string, values: readonly V[]): V {
    return this.#suggest(name, { kind: "categorical", values }) as V;
  }

  suggestBoolean(name: string): boolean {
    return this.suggestCategorical(name, [true, false]);
  }

  /**
   * Reports a value before the end.
   *
   * @param step counts from 1
   * @returns false when the scheduler has ended the trial: the objective may return, and what it returns does not count
   */
  async report(step: number, value: number): Promise<boolean> {
    this.#ruling ??= await this.#options.report(step, value);
    this.#lastStep = Math.max(this.#lastStep, step);
    return this.#ruling === null;
  }

  /** What was asked for. */
  get parameters(): Configuration {
    return Object.fromEntries([...this.#asked].map(([name, { value }]) => [name, value]));
  }

  get asked(): readonly SearchParameter[] {
    return [...this.#asked].map(([name, { distribution }]) => ({ name, distribution }));
  }

  get lastStep(): number {
    return this.#lastStep;
  }

  get ruling(): Ruling | null {
    return this.#ruling;
  }

  #suggest(name: string, record: { readonly kind: string; readonly [key: string]: unknown }): Json {
    const { distribution } = createSpace([{ name, distribution: record }]).parameters[0]!;
    const before = this.#asked.get(name);
    if (before !== undefined) {
      if (contains(distribution, before.value)) return before.value;
      throw new TunesmithError("INVALID_SPACE", {
        message: `parameter \`${name}\`: a name must mean one thing within a trial, got it a second time with other values than ${JSON.stringify(before.value)}.`,
        hint: "Give the second one a name of its own.",
        facts: { parameter: name },
      });
    }
    const { proposed, studySeed, number } = this.#options;
    const known = proposed[name];
    const value =
      known !== undefined && contains(distribution, known)
        ? known
        : fromUnit(distribution, new RandomStream(studySeed, "suggest", number, name).uniform(0));
    this.#asked.set(name, { distribution, value });
    return value;
  }
}
