import type { SeriesRecord } from "../trial/index.ts";

/** A series record without what names it. */
export type SeriesSummary = Omit<SeriesRecord, "trialId" | "metric">;

interface Point {
  readonly step: number;
  readonly value: number;
}

/** The summary of a whole curve; null for an empty one. Of equal extremes the lowest step is named. */
export function summariseSeries(curve: readonly Point[]): SeriesSummary | null {
  return curve.toSorted((a, b) => a.step - b.step).reduce<SeriesSummary | null>(extendSummary, null);
}

/** The summary after a point at a step beyond the last one: the common case, which needs no look at the curve. */
export function extendSummary(summary: SeriesSummary | null, { step, value }: Point): SeriesSummary {
  const { minimum, minimumStep, maximum, maximumStep } = summary ?? emptyExtremes;
  const isFinite = Number.isFinite(value);
  const isLowest = isFinite && (minimum === null || value < minimum);
  const isHighest = isFinite && (maximum === null || value > maximum);
  return {
    count: (summary?.count ?? 0) + 1,
    last: value,
    lastStep: step,
    minimum: isLowest ? value : minimum,
    minimumStep: isLowest ? step : minimumStep,
    maximum: isHighest ? value : maximum,
    maximumStep: isHighest ? step : maximumStep,
  };
}

const emptyExtremes = { minimum: null, minimumStep: null, maximum: null, maximumStep: null } as const;
