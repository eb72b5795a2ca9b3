import type { Observation, StudyId, TrialId } from "../../trial/index.ts";
import { extendSummary, summariseSeries, type SeriesSummary } from "../series-summary.ts";
import { joinNumber, splitNumber, toSeriesRecord } from "../sql/rows.ts";
import type { Statements } from "./statements.ts";

interface WriteTarget {
  readonly studyId: StudyId;
  readonly trialId: TrialId;
  readonly attempt: number;
}

/** Writes observations and their summaries inside the caller's transaction. */
export class ObservationWriter {
  readonly #statements: Statements;
  readonly #metricIds = new Map<string, number>();

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  /** To be called when a transaction was rolled back: ids that it gave out do not exist. */
  forget(): void {
    this.#metricIds.clear();
  }

  write({ studyId, trialId, attempt }: WriteTarget, observations: readonly Observation[]): void {
    if (observations.length === 0) return;
    const known = new Map(
      this.#statements.seriesOfTrial.all(trialId).map((row) => [row.metric_id, toSeriesRecord(row)]),
    );
    const curves = [...Map.groupBy(observations, ({ metric }) => metric)].map(([metric, points]) => {
      const metricId = this.#metricId(studyId, metric);
      return {
        metricId,
        points,
        before: known.get(metricId) ?? null,
        isExtension: isExtension(known.get(metricId), points),
      };
    });
    for (const { metricId, points, isExtension: isLater } of curves) {
      if (isLater || attempt === 1) continue;
      const firstStep = points.reduce((first, { step }) => Math.min(first, step), Number.POSITIVE_INFINITY);
      this.#statements.deleteSucceeded.run(trialId, metricId, firstStep, attempt);
    }
    this.#statements.putObservations(
      observations.flatMap(({ metric, step, time, value }) => {
        // Adding zero turns negative zero, which SQLite does not keep, into zero.
        const [finite, nonFinite] = splitNumber(value + 0);
        return [trialId, this.#metricId(studyId, metric), step, attempt, time, finite, nonFinite];
      }),
    );
    this.#statements.putSeries(
      curves.flatMap(({ metricId, points, before, isExtension: isLater }) => {
        const summary = isLater
          ? points.reduce<SeriesSummary | null>(
              (sum, { step, value }) => extendSummary(sum, { step, value: value + 0 }),
              before,
            )
          : this.#summarise(trialId, metricId);
        return summaryValues(trialId, metricId, summary!);
      }),
    );
  }

  #summarise(trialId: TrialId, metricId: number): SeriesSummary | null {
    const curve = this.#statements.curve.all(trialId, metricId);
    return summariseSeries(
      curve.map(({ step, value, non_finite }) => ({ step, value: joinNumber(value, non_finite) })),
    );
  }

  #metricId(studyId: StudyId, metric: string): number {
    const key = `${studyId}:${metric}`;
    let id = this.#metricIds.get(key) ?? this.#statements.metricId.get(studyId, metric);
    if (id === undefined) id = Number(this.#statements.insertMetric.run(studyId, metric).lastInsertRowid);
    this.#metricIds.set(key, id);
    return id;
  }
}

/** Each step is later than the one before, and the first later than all that is known. */
function isExtension(before: SeriesSummary | undefined, points: readonly Observation[]): boolean {
  return points.every(
    ({ step }, index) => step > (index === 0 ? (before?.lastStep ?? 0) : points[index - 1]!.step),
  );
}

/** In the order of the table's columns. */
function summaryValues(trialId: TrialId, metricId: number, summary: SeriesSummary) {
  const { count, lastStep, minimum, minimumStep, maximum, maximumStep } = summary;
  const last = splitNumber(summary.last);
  return [trialId, metricId, count, lastStep, ...last, minimum, minimumStep, maximum, maximumStep];
}
