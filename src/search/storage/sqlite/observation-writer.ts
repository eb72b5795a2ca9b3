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

  write(target: WriteTarget, observations: readonly Observation[]): void {
    for (const [metric, points] of Map.groupBy(observations, (observation) => observation.metric)) {
      this.#writeCurve(target, this.#metricId(target.studyId, metric), points);
    }
  }

  #writeCurve(target: WriteTarget, metricId: number, points: readonly Observation[]): void {
    const { trialId, attempt } = target;
    const row = this.#statements.series.get(trialId, metricId);
    let summary: SeriesSummary | null = row === undefined ? null : toSeriesRecord(row);
    const isExtension = points.every(
      ({ step }, index) => step > (index === 0 ? (summary?.lastStep ?? 0) : points[index - 1]!.step),
    );
    if (!isExtension && attempt > 1) {
      const firstStep = points.reduce((first, { step }) => Math.min(first, step), Number.POSITIVE_INFINITY);
      this.#statements.deleteSucceeded.run(trialId, metricId, firstStep, attempt);
    }
    for (const point of points) {
      // Adding zero turns negative zero, which SQLite does not keep, into zero.
      const [value, nonFinite] = splitNumber(point.value + 0);
      this.#statements.putObservation.run(
        trialId,
        metricId,
        point.step,
        attempt,
        point.time,
        value,
        nonFinite,
      );
      if (isExtension) summary = extendSummary(summary, { step: point.step, value: point.value + 0 });
    }
    if (!isExtension) {
      const curve = this.#statements.curve.all(trialId, metricId);
      summary = summariseSeries(
        curve.map(({ step, value, non_finite }) => ({ step, value: joinNumber(value, non_finite) })),
      );
    }
    if (summary !== null) this.#writeSummary(trialId, metricId, summary);
  }

  #writeSummary(trialId: TrialId, metricId: number, summary: SeriesSummary): void {
    const [last, lastNonFinite] = splitNumber(summary.last);
    this.#statements.putSeries.run({
      trial_id: trialId,
      metric_id: metricId,
      count: summary.count,
      last_step: summary.lastStep,
      last,
      last_non_finite: lastNonFinite,
      minimum: summary.minimum,
      minimum_step: summary.minimumStep,
      maximum: summary.maximum,
      maximum_step: summary.maximumStep,
    });
  }

  #metricId(studyId: StudyId, metric: string): number {
    const key = `${studyId}:${metric}`;
    let id = this.#metricIds.get(key) ?? this.#statements.metricId.get(studyId, metric);
    if (id === undefined) id = Number(this.#statements.insertMetric.run(studyId, metric).lastInsertRowid);
    this.#metricIds.set(key, id);
    return id;
  }
}
