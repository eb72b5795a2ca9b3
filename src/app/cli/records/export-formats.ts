/** What leaves a study for other programs. One function per format. */
import type { Storage } from "../../../search/storage/index.ts";
import type { StudyRecord } from "../../../search/trial/index.ts";
import { listTrialViews, type TrialView } from "./trial-view.ts";

export interface Exported {
  readonly text: string;
  /** Number of trials. */
  readonly count: number;
}

type Exporter = (storage: Storage, study: StudyRecord) => Promise<Exported>;

export type ExportFormat = "csv" | "jsonl";

export const exportFormats: Readonly<Record<ExportFormat, Exporter>> = {
  async csv(storage, study) {
    const trials = await listTrialViews(storage, study);
    return { text: trialsAsCsv(trials), count: trials.length };
  },
  async jsonl(storage, study) {
    const views = await listTrialViews(storage, study);
    const trials = await storage.listTrials(study.id);
    const lines: string[] = [];
    for (const [index, view] of views.entries()) {
      const { id, document, attempt, createdAt, startedAt, finishedAt } = trials[index]!;
      const points = Map.groupBy(await storage.listObservations(id), ({ metric }) => metric);
      const curves = Object.fromEntries(
        [...points].map(([metric, series]) => [metric, series.map(({ step, value }) => [step, value])]),
      );
      lines.push(
        JSON.stringify({
          study: study.definition.name,
          ...view,
          attempt,
          createdAt,
          startedAt,
          finishedAt,
          document,
          curves,
        }),
      );
    }
    return { text: lines.map((line) => `${line}\n`).join(""), count: views.length };
  },
};

/** One row per trial: identity, parameters by their paths, objective, last and best of every metric. @see RFC 4180 */
export function trialsAsCsv(trials: readonly TrialView[]): string {
  const parameters = [...new Set(trials.flatMap((trial) => Object.keys(trial.parameters)))];
  const metrics = [...new Set(trials.flatMap((trial) => Object.keys(trial.metrics)))].toSorted();
  const withBest = metrics.filter((metric) =>
    trials.some((trial) => (trial.metrics[metric]?.best ?? null) !== null),
  );
  const header = [
    "number",
    "state",
    ...parameters,
    "objective",
    ...metrics,
    ...withBest.flatMap((metric) => [`${metric} best`, `${metric} best epoch`]),
    "epochs",
    "durationMs",
    "seed",
    "resultHash",
    "reason",
  ];
  const rows = trials.map((trial) => [
    trial.number,
    trial.state,
    ...parameters.map((path) => trial.parameters[path]),
    trial.objective,
    ...metrics.map((metric) => trial.metrics[metric]?.last),
    ...withBest.flatMap((metric) => [trial.metrics[metric]?.best, trial.metrics[metric]?.bestEpoch]),
    trial.epochs,
    trial.durationMs,
    trial.seed,
    trial.resultHash,
    trial.reason === null ? "" : `${trial.reason.kind}: ${trial.reason.message}`,
  ]);
  return [header, ...rows].map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}

function csvCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text =
    typeof value === "string" ? value : typeof value === "number" ? String(value) : JSON.stringify(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
