import { stringify } from "yaml";

import type {
  AttemptRecord,
  Observation,
  StudyDefinition,
  TrialRecord,
} from "../../../../search/trial/index.ts";
import type { CliContext } from "../../context.ts";
import { formatDuration } from "../../output/duration.ts";
import { formatNumber, formatValue } from "../../output/number.ts";
import { sparkline } from "../../output/sparkline.ts";
import { renderFields, renderTable } from "../../output/table.ts";
import type { OpenedStudy } from "../../records/open-study.ts";
import { originFields } from "../../records/origin-text.ts";
import { outcomeText, type Field } from "../../records/search-text.ts";
import { trialView } from "../../records/trial-view.ts";

const curveWidth = 32;

/** What one trial is, why it was proposed, how it went and why it ended. */
export async function showTrial(
  context: CliContext,
  { storage, study }: OpenedStudy,
  number: number,
): Promise<void> {
  const { id, definition } = study.record;
  const trial = await storage.getTrial(id, number);
  const view = trialView(trial, await storage.listSeries(id), definition);
  const attempts = await storage.listAttempts(trial.id);
  const observations = await storage.listObservations(trial.id);
  const curves = Map.groupBy(observations, ({ metric }) => metric);
  if (context.isJson) {
    return context.printJson({
      study: definition.name,
      trial: {
        ...view,
        violations: trial.violations,
        createdAt: trial.createdAt,
        startedAt: trial.startedAt,
        finishedAt: trial.finishedAt,
      },
      document: trial.document,
      attempts: attempts.map(({ trialId: _trialId, ...attempt }) => attempt),
      curves: Object.fromEntries(
        [...curves].map(([metric, points]) => [metric, points.map(({ step, value }) => [step, value])]),
      ),
    });
  }
  const style = context.styleOf("stdout");
  const metrics = Object.entries(view.metrics).map(([metric, { last, best, bestEpoch }]) => [
    metric,
    formatNumber(last),
    best === null ? "" : formatNumber(best),
    bestEpoch === null ? "" : String(bestEpoch),
    style.accent(sparkline(valuesOf(curves.get(metric)), curveWidth)),
  ]);
  const columns = [
    { title: "metric" },
    { title: "last", align: "right" as const },
    { title: "best", align: "right" as const },
    { title: "at epoch", align: "right" as const },
    { title: "curve" },
  ];
  const parts = [
    renderFields(
      [...trialFields(trial, { definition, epochs: view.epochs }), ...attemptFields(attempts)],
      style,
    ),
    ...(metrics.length === 0 ? [] : [renderTable(columns, metrics, { style })]),
    ...lastLines(trial).map((text) => `${style.faint("last lines of its output")}\n${text}`),
    `${style.faint("document")}\n${stringify(trial.document).trimEnd()}`,
  ];
  context.print(parts.join("\n\n"));
}

/** Why attempts before the last one came to no end. */
function attemptFields(attempts: readonly AttemptRecord[]): Field[] {
  return attempts.flatMap(({ attempt, outcome, reason }): Field[] =>
    outcome !== "waiting" || reason === null
      ? []
      : [[`attempt ${attempt}`, `${reason.kind}: ${reason.message}`]],
  );
}

/** What a program printed last before it failed. */
function lastLines({ reason }: TrialRecord): string[] {
  const tail = reason?.facts?.["tail"];
  return Array.isArray(tail) && tail.length > 0 ? [tail.join("\n")] : [];
}

function trialFields(
  trial: TrialRecord,
  { definition, epochs }: { readonly definition: StudyDefinition; readonly epochs: number },
): readonly Field[] {
  const { state, reason, result } = trial;
  const environment =
    result === null ? [] : Object.entries(result.environment).map(([key, value]) => `${key} ${value}`);
  return [
    ["trial", `#${trial.number}`],
    ["state", reason === null ? state : `${state}, ${reason.kind}: ${reason.message}`],
    ...Object.entries(trial.parameters).map(([path, value]) => [path, formatValue(value)] as const),
    ...(trial.objectiveValue === null ? [] : [["objective", formatNumber(trial.objectiveValue)] as const]),
    ...(definition.otherObjectives ?? []).flatMap(({ metric }, i): Field[] => {
      const value = trial.otherValues[i] ?? null;
      return value === null ? [] : [[metric, formatNumber(value)]];
    }),
    ...(definition.outcomeConstraints ?? []).flatMap((constraint, i): Field[] => {
      const broken = trial.violations[i] ?? null;
      if (broken === null) return [];
      const verdict = broken <= 0 ? "kept" : `broken by ${formatNumber(broken)}`;
      return [["outcome", `${outcomeText(constraint)}: ${verdict}`]];
    }),
    ...originFields(trial, definition),
    ["epochs", String(epochs)],
    [
      "time",
      `${formatDuration(trial.durationMs)}, ${trial.attempt} ${trial.attempt === 1 ? "attempt" : "attempts"}`,
    ],
    ...(trial.worker === null ? [] : [["worker", trial.worker] as const]),
    ["seed", trial.seed],
    ...(result === null
      ? []
      : ([
          ["result hash", result.resultHash],
          ["computed by", environment.join(", ")],
        ] as const)),
  ];
}

function valuesOf(points: readonly Observation[] = []): number[] {
  return points.map(({ value }) => value);
}
