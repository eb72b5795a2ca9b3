import type { Command } from "commander";
import { stringify } from "yaml";

import type { Observation, TrialRecord } from "../../../search/trial/index.ts";
import { HistogramFile } from "../../worker/index.ts";
import {
  constraintText,
  describeDistribution,
  type Allowed,
  type SearchParameter,
} from "../../../search/space/index.ts";
import type { CliContext } from "../context.ts";
import { formatDuration } from "../output/duration.ts";
import { histogramBars } from "../output/histogram-bars.ts";
import { formatNumber, formatValue } from "../output/number.ts";
import { sparkline } from "../output/sparkline.ts";
import { renderFields, renderTable } from "../output/table.ts";
import { parseTrialNumber, withStudy, type OpenedStudy } from "../records/open-study.ts";
import { describeBest, findBest, studyState } from "../records/study-view.ts";
import { describeTests, testView } from "../records/test-view.ts";
import { trialView } from "../records/trial-view.ts";

const curveWidth = 32;

export function registerShow(program: Command, context: CliContext): void {
  program
    .command("show")
    .description("what a study or one of its trials is and did")
    .argument("<study>", "name of the study")
    .argument("[trial]", "number of a trial", parseTrialNumber)
    .option("--histograms", "what `training.measure: [histograms]` left of the trial")
    .action((name: string, trial: number | undefined, { histograms = false }: ShowOptions) =>
      withStudy(context, name, (opened) => {
        if (trial === undefined) return showStudy(context, opened);
        return histograms ? showHistograms(context, opened, trial) : showTrial(context, opened, trial);
      }),
    );
}

interface ShowOptions {
  readonly histograms?: boolean;
}

async function showHistograms(
  context: CliContext,
  { storage, study }: OpenedStudy,
  number: number,
): Promise<void> {
  const { id, definition } = study.record;
  const trial = await storage.getTrial(id, number);
  const epochs = await new HistogramFile(context.store, {
    study: definition.name,
    trial: trial.number,
  }).read();
  if (context.isJson) return context.printJson({ study: definition.name, trial: trial.number, epochs });
  const last = epochs.at(-1);
  if (last === undefined)
    return context.note("no histograms: `training.measure` does not list `histograms`.");
  const style = context.styleOf("stdout");
  const rows = Object.entries(last.histograms).map(([name, histogram]) => [
    name,
    style.accent(histogramBars(histogram, curveWidth)),
  ]);
  context.print(
    renderTable([{ title: `epoch ${last.epoch}` }, { title: "from most negative to most positive" }], rows, {
      style,
    }),
  );
}

async function showStudy(context: CliContext, { storage, study }: OpenedStudy): Promise<void> {
  const { definition, createdAt, stopRequested } = study.record;
  const { name, description, sampler, objective, seed, maxTrials, space, baseDocument } = definition;
  const progress = await study.progress();
  const best = await findBest(study);
  const tests = (await storage.listTestOpenings(study.record.id)).map(testView);
  const state = studyState(progress);
  if (context.isJson) {
    return context.printJson({
      study: name,
      description,
      state,
      stopRequested,
      createdAt,
      sampler,
      objective,
      seed,
      maxTrials,
      progress,
      parameters: Object.fromEntries(
        space.parameters.map((parameter) => [parameter.name, parameter.distribution]),
      ),
      document: baseDocument,
      best:
        best === null
          ? null
          : { trial: best.trial.number, value: best.trial.objectiveValue, interval: best.interval },
      tests,
    });
  }
  const style = context.styleOf("stdout");
  const counts = (["completed", "stopped", "failed", "running", "paused", "waiting"] as const)
    .filter((one) => progress[one] > 0)
    .map((one) => `${progress[one]} ${one}`);
  const fields: (readonly [string, string])[] = [
    ["study", style.strong(name)],
    ...(description === "" ? [] : [["description", description] as const]),
    ["state", `${state}: ${[`${progress.total} trials`, ...counts].join(", ")}`],
    ["search", `${sampler.name}, seed ${seed}`],
    ["objective", `${objective.direction} ${objective.metric} (${objective.reduce})`],
    ...space.parameters.map((parameter) => [parameter.name, describeParameter(parameter)] as const),
    ...(space.constraints ?? []).map((one) => ["constraint", constraintText(one)] as const),
    ...(space.derived ?? []).map(({ name: path, value }) => [path, `= ${value}`] as const),
    ["created", new Date(createdAt).toISOString()],
    ...(best === null ? [] : [["best", describeBest(best)] as const]),
    ...(tests.length === 0 ? [] : [["test split", describeTests(tests)] as const]),
  ];
  context.print(
    `${renderFields(fields, style)}\n\n${style.faint("base document")}\n${stringify(baseDocument).trimEnd()}`,
  );
}

function describeParameter({ distribution, when }: SearchParameter): string {
  const values = describeDistribution(distribution, formatValue);
  if (when === undefined) return values;
  const conditions = Object.entries(when).map(([name, allowed]) => `${name} is ${describeAllowed(allowed)}`);
  return `${values}; when ${conditions.join(" and ")}`;
}

function describeAllowed(allowed: Allowed): string {
  if (Array.isArray(allowed)) return allowed.map(formatValue).join(" or ");
  const { min, max } = allowed as { readonly min?: number; readonly max?: number };
  if (min === undefined) return `at most ${formatValue(max)}`;
  return max === undefined ? `at least ${formatValue(min)}` : `${formatValue(min)} to ${formatValue(max)}`;
}

async function showTrial(
  context: CliContext,
  { storage, study }: OpenedStudy,
  number: number,
): Promise<void> {
  const { id, definition } = study.record;
  const trial = await storage.getTrial(id, number);
  const view = trialView(trial, await storage.listSeries(id), definition.objective);
  const attempts = await storage.listAttempts(trial.id);
  const observations = await storage.listObservations(trial.id);
  const curves = Map.groupBy(observations, ({ metric }) => metric);
  if (context.isJson) {
    return context.printJson({
      study: definition.name,
      trial: {
        ...view,
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
    renderFields(trialFields(trial, view.epochs), style),
    ...(metrics.length === 0 ? [] : [renderTable(columns, metrics, { style })]),
    ...lastLines(trial).map((text) => `${style.faint("last lines of its output")}\n${text}`),
    `${style.faint("document")}\n${stringify(trial.document).trimEnd()}`,
  ];
  context.print(parts.join("\n\n"));
}

/** What a program printed last before it failed. */
function lastLines({ reason }: TrialRecord): string[] {
  const tail = reason?.facts?.["tail"];
  return Array.isArray(tail) && tail.length > 0 ? [tail.join("\n")] : [];
}

function trialFields(trial: TrialRecord, epochs: number): (readonly [string, string])[] {
  const { state, reason, result } = trial;
  const environment =
    result === null ? [] : Object.entries(result.environment).map(([key, value]) => `${key} ${value}`);
  return [
    ["trial", `#${trial.number}`],
    ["state", reason === null ? state : `${state}, ${reason.kind}: ${reason.message}`],
    ...Object.entries(trial.parameters).map(([path, value]) => [path, formatValue(value)] as const),
    ...(trial.objectiveValue === null ? [] : [["objective", formatNumber(trial.objectiveValue)] as const]),
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
