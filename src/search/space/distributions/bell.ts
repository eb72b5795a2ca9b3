/**
 * What distributions without hard ends share: they are known by their cumulative distribution function, and a unit becomes
 * a value by halving the range until no double lies between. The halving takes the same way for every unit, so decoding
 * is monotone whatever the rounding of the function, and the value that it returns is the first one of its unit: encoding it
 * by the function gives a unit that decodes to it again.
 */
import type { Json } from "../../../base/index.ts";
import type { DistributionKind, DistributionRecord } from "../distribution.ts";
import { invalidSpace } from "../invalid-space.ts";
import { finiteNumber, roundDecimal } from "./scale.ts";

/** A number whose values may be rounded to multiples of `step`. */
export interface Steppable {
  readonly step: number | null;
}

export interface Bell<D> {
  /** The probability of values up to `x`; never falls. */
  readonly cumulative: (distribution: D, x: number) => number;
  /** Values beyond are so unlikely that none is drawn. */
  readonly ends: (distribution: D) => readonly [number, number];
}

/** Everything of a kind but its name and parameters. */
export function bellKind<D extends Steppable>({
  cumulative,
  ends,
}: Bell<D>): Pick<
  DistributionKind<D & { readonly kind: string }>,
  "contains" | "toUnit" | "fromUnit" | "gridValues"
> {
  const quantile = (d: D, unit: number): number => {
    let [from, to] = ends(d);
    while (true) {
      const middle = from + (to - from) / 2;
      if (middle <= from || middle >= to) return to;
      if (cumulative(d, middle) < unit) from = middle;
      else to = middle;
    }
  };
  const rounded = (d: D, step: number, value: number): number => {
    const [low, high] = ends(d);
    const least = Math.ceil(low / step);
    const most = Math.max(least, Math.floor(high / step));
    return roundDecimal(Math.min(most, Math.max(least, Math.round(value / step))) * step) + 0;
  };
  const decode = (d: D, unit: number): number => {
    const value = quantile(d, unit);
    return d.step === null ? value : rounded(d, d.step, value);
  };
  const guessUnit = (d: D, x: number): number => {
    if (d.step === null) return cumulative(d, x);
    const lower = cumulative(d, x - d.step / 2);
    return lower + (cumulative(d, x + d.step / 2) - lower) / 2;
  };
  return {
    contains(d, value) {
      if (typeof value !== "number" || !Number.isFinite(value)) return false;
      // Rounding may leave the ends, when they hold no multiple.
      if (d.step !== null) return rounded(d, d.step, value) === value;
      const [low, high] = ends(d);
      return value >= low && value <= high;
    },
    toUnit(d, value) {
      const x = value as number;
      const guess = guessUnit(d, x);
      if (decode(d, guess) === x) return guess;
      // Far out, neighbouring doubles lie on both sides of a value's share.
      let [from, to] = [0, 1];
      while (true) {
        const middle = (from + to) / 2;
        if (middle <= from || middle >= to) return guess;
        const decoded = decode(d, middle);
        if (decoded === x) return middle;
        if (decoded < x) from = middle;
        else to = middle;
      }
    },
    fromUnit: (d, unit): Json => decode(d, unit),
    gridValues: () => null,
  };
}

/** Behind the description of a distribution. */
export function stepText({ step }: Steppable, text: (value: Json) => string): string {
  return step === null ? "" : `, step ${text(step)}`;
}

/** The `step` of a record. @throws INVALID_SPACE */
export function parseStep(record: DistributionRecord, where: string): number | null {
  const step = record["step"] ?? null;
  return step === null ? null : positiveNumber(step, `${where}: \`step\``);
}

/** @throws INVALID_SPACE */
export function positiveNumber(value: Json | undefined, where: string): number {
  const number = finiteNumber(value, where);
  if (number > 0) return number;
  throw invalidSpace(`${where} must be > 0, got ${number}.`);
}

/** The distribution, when all that it gives are numbers. @throws INVALID_SPACE */
export function withFiniteEnds<D>(distribution: D, ends: Bell<D>["ends"], where: string): D {
  const [low, high] = ends(distribution);
  if (Number.isFinite(high - low)) return distribution;
  throw invalidSpace(`${where}: its values must be below 1.8e308, got some up to ${high}.`, {
    hint: "Give a smaller mean or deviation.",
  });
}
