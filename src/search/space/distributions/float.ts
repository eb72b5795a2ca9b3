/**
 * A real number from `low` to `high`.
 *
 * Rounding makes decoding and encoding inverse to each other only nearly: `toUnit` therefore searches the few
 * neighbouring units for one that decodes to the very value. Decoding is monotone, so halving finds it. A value that no
 * unit decodes to (a person may write any double) gets the unit next to it.
 */
import type { Json } from "../../../base/index.ts";
import { gridLimit, type DistributionKind } from "../distribution.ts";
import { parseRange, roundDecimal, type Scale } from "./scale.ts";

export interface FloatDistribution {
  readonly kind: "float";
  readonly low: number;
  readonly high: number;
  readonly scale: Scale;
  /** Only `low`, `low + step`, ... `high` when given; needs the linear scale. */
  readonly step: number | null;
}

function stepCount(d: FloatDistribution, step: number): number {
  return Math.round((d.high - d.low) / step) + 1;
}

function stepValue(d: FloatDistribution, step: number, index: number): number {
  if (index <= 0) return d.low;
  if (index >= stepCount(d, step) - 1) return d.high;
  return roundDecimal(d.low + index * step);
}

function decode(d: FloatDistribution, unit: number): number {
  if (unit <= 0 || d.low === d.high) return d.low;
  if (unit >= 1) return d.high;
  return Math.min(d.high, Math.max(d.low, unclamped(d, unit)));
}

function unclamped({ low, high, scale }: FloatDistribution, unit: number): number {
  const between = (from: number, to: number, share: number) => from + share * (to - from);
  switch (scale) {
    case "linear":
      return between(low, high, unit);
    case "log":
      return Math.exp(between(Math.log(low), Math.log(high), unit));
    case "reverse-log":
      return low + (high - Math.exp(between(Math.log(high), Math.log(low), unit)));
    default:
      return scale satisfies never;
  }
}

/** Where the value lies, but for rounding. */
function guessUnit({ low, high, scale }: FloatDistribution, value: number): number {
  const share = (x: number, from: number, to: number) => (x - from) / (to - from);
  switch (scale) {
    case "linear":
      return share(value, low, high);
    case "log":
      return share(Math.log(value), Math.log(low), Math.log(high));
    case "reverse-log":
      return share(Math.log(low + (high - value)), Math.log(high), Math.log(low));
    default:
      return scale satisfies never;
  }
}

function encode(d: FloatDistribution, value: number): number {
  if (value <= d.low) return 0;
  if (value >= d.high) return 1;
  const guess = guessUnit(d, value);
  if (decode(d, guess) === value) return guess;
  let from = 0;
  let to = 1;
  while (true) {
    const middle = (from + to) / 2;
    if (middle <= from || middle >= to) return Math.min(1, Math.max(0, guess));
    const decoded = decode(d, middle);
    if (decoded === value) return middle;
    if (decoded < value) from = middle;
    else to = middle;
  }
}

export const floatKind: DistributionKind<FloatDistribution> = {
  kind: "float",
  keys: ["low", "high", "scale", "step"],
  parse: (record, where) => ({ kind: "float", ...parseRange(record, where) }),
  contains(d, value) {
    if (typeof value !== "number" || !(value >= d.low && value <= d.high)) return false;
    return d.step === null || stepValue(d, d.step, Math.round((value - d.low) / d.step)) === value;
  },
  toUnit(d, value) {
    if (d.step === null) return encode(d, value as number);
    return (Math.round(((value as number) - d.low) / d.step) + 0.5) / stepCount(d, d.step);
  },
  fromUnit(d, unit) {
    if (d.step === null) return decode(d, unit);
    return stepValue(d, d.step, Math.floor(unit * stepCount(d, d.step)));
  },
  gridValues(d): readonly Json[] | null {
    if (d.low === d.high) return [d.low];
    const { step } = d;
    if (step === null || stepCount(d, step) > gridLimit) return null;
    return Array.from({ length: stepCount(d, step) }, (_, index) => stepValue(d, step, index));
  },
  describe(d, text) {
    const step = d.step === null ? "" : `, step ${text(d.step)}`;
    return `${text(d.low)} to ${text(d.high)} (float, ${d.scale}${step})`;
  },
};
