import { gridLimit, type DistributionKind } from "../distribution.ts";
import { invalidSpace } from "../invalid-space.ts";
import { parseRange, type Scale } from "./scale.ts";

export interface IntegerDistribution {
  readonly kind: "integer";
  readonly low: number;
  /** Inclusive. */
  readonly high: number;
  readonly scale: Scale;
  /** Only `low`, `low + step`, ... `high`. Defaults to 1. */
  readonly step: number;
}

function valueCount(d: IntegerDistribution): number {
  return Math.round((d.high - d.low) / d.step) + 1;
}

/** On a log scale, also seen from the upper end, an integer owns the interval of half a unit on both sides, so that the ends are not short-changed. */
function logEnds(d: IntegerDistribution): readonly [number, number] {
  return [Math.log(d.low - 0.5), Math.log(d.high + 0.5)];
}

/** The integer that is as far from the upper end as `value` is from the lower one. */
function mirrored({ low, high }: IntegerDistribution, value: number): number {
  return low + (high - value);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

export const integerKind: DistributionKind<IntegerDistribution> = {
  kind: "integer",
  keys: ["low", "high", "scale", "step"],
  parse(record, where) {
    const { step, ...range } = parseRange(record["step"] === 1 ? { ...record, step: null } : record, where);
    for (const [key, value] of Object.entries({ low: range.low, high: range.high, step: step ?? 1 })) {
      if (!Number.isSafeInteger(value)) {
        throw invalidSpace(`${where}: \`${key}\` must be a whole number below 2^53, got ${value}.`, {
          hint: "Use a float distribution for numbers with a fraction.",
        });
      }
    }
    return { kind: "integer", ...range, step: step ?? 1 };
  },
  contains(d, value) {
    if (typeof value !== "number" || !Number.isSafeInteger(value)) return false;
    return value >= d.low && value <= d.high && (value - d.low) % d.step === 0;
  },
  toUnit(d, value) {
    if (d.scale === "linear") return (Math.round(((value as number) - d.low) / d.step) + 0.5) / valueCount(d);
    const [from, to] = logEnds(d);
    if (d.scale === "log") return (Math.log(value as number) - from) / (to - from);
    return 1 - (Math.log(mirrored(d, value as number)) - from) / (to - from);
  },
  fromUnit(d, unit) {
    if (d.scale === "linear") {
      return d.low + d.step * clamp(Math.floor(unit * valueCount(d)), 0, valueCount(d) - 1);
    }
    const [from, to] = logEnds(d);
    const share = d.scale === "log" ? unit : 1 - unit;
    const value = clamp(Math.round(Math.exp(from + share * (to - from))), d.low, d.high);
    return d.scale === "log" ? value : mirrored(d, value);
  },
  gridValues(d) {
    if (valueCount(d) > gridLimit) return null;
    return Array.from({ length: valueCount(d) }, (_, index) => d.low + index * d.step);
  },
  describe(d, text) {
    const step = d.step === 1 ? "" : `, step ${text(d.step)}`;
    return `${text(d.low)} to ${text(d.high)} (integer, ${d.scale}${step})`;
  },
};
