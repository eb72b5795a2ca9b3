/** A trial as `--json`, tables and exports show it. */
import type { Json, Seed } from "../../../base/index.ts";
import type { Task } from "../../../learning/data/index.ts";
import { taskMetricNames } from "../../../learning/training/index.ts";
import type { Storage } from "../../../search/storage/index.ts";
import type {
  Objective,
  SeriesRecord,
  StudyDefinition,
  StudyRecord,
  TrialOrigin,
  TrialReason,
  TrialRecord,
  TrialState,
} from "../../../search/trial/index.ts";
import { isCommandDocument, taskOfDocument } from "../../spec/index.ts";
import { formatDuration } from "../output/duration.ts";
import { formatNumber, formatValue } from "../output/number.ts";
import { plainStyle, type Style } from "../output/style.ts";
import { renderTable, type TableColumn } from "../output/table.ts";

export interface MetricView {
  readonly last: number;
  /** Null for a metric of which neither more nor less is better. */
  readonly best: number | null;
  readonly bestEpoch: number | null;
}

export interface TrialView {
  readonly number: number;
  readonly state: TrialState;
  readonly parameters: Readonly<Record<string, Json>>;
  readonly objective: number | null;
  readonly metrics: Readonly<Record<string, MetricView>>;
  readonly epochs: number;
  readonly durationMs: number;
  readonly seed: Seed;
  readonly resultHash: string | null;
  readonly environment: Readonly<Record<string, string>> | null;
  readonly reason: TrialReason | null;
  /** By metric; of studies with several objectives. */
  readonly otherObjectives: Readonly<Record<string, number | null>>;
  /** Where its configuration came from and why; null for trials of older stores. */
  readonly origin: TrialOrigin | null;
}

export function trialView(
  trial: TrialRecord,
  series: readonly SeriesRecord[],
  { objective, otherObjectives = [] }: Pick<StudyDefinition, "objective" | "otherObjectives">,
): TrialView {
  const own = series.filter(({ trialId }) => trialId === trial.id);
  return {
    number: trial.number,
    state: trial.state,
    parameters: trial.parameters,
    objective: trial.objectiveValue,
    metrics: Object.fromEntries(own.map((one) => [one.metric, metricView(one, objective)])),
    epochs: trial.result?.epochs ?? Math.max(0, ...own.map(({ lastStep }) => lastStep)),
    durationMs: trial.durationMs,
    seed: trial.seed,
    resultHash: trial.result?.resultHash ?? null,
    environment: trial.result?.environment ?? null,
    reason: trial.reason,
    otherObjectives: Object.fromEntries(
      otherObjectives.map(({ metric }, i) => [metric, trial.otherValues[i] ?? null]),
    ),
    origin: trial.origin,
  };
}

/** Every trial of a study, in the order of their numbers. */
export async function listTrialViews(
  storage: Storage,
  { id, definition }: StudyRecord,
): Promise<TrialView[]> {
  const [trials, series] = [await storage.listTrials(id), await storage.listSeries(id)];
  const byTrial = Map.groupBy(series, ({ trialId }) => trialId);
  return trials.map((trial) => trialView(trial, byTrial.get(trial.id) ?? [], definition));
}

function metricView(series: SeriesRecord, objective: Objective): MetricView {
  const direction = directionOf(series.metric, objective);
  const { last } = series;
  if (direction === "maximize") return { last, best: series.maximum, bestEpoch: series.maximumStep };
  if (direction === "minimize") return { last, best: series.minimum, bestEpoch: series.minimumStep };
  return { last, best: null, bestEpoch: null };
}

function directionOf(metric: string, objective: Objective): Objective["direction"] | undefined {
  if (metric === objective.metric) return objective.direction;
  if (/\/(?:accuracy|r-squared)$/.test(metric)) return "maximize";
  return /\/(?:loss|mean-absolute-error)$/.test(metric) ? "minimize" : undefined;
}

/** Parameters of the space that can take more than one value; all of them when none can. */
export function varyingParameters({ space }: StudyDefinition): string[] {
  const names = space.parameters
    .filter(({ distribution }) => distribution.kind !== "constant")
    .map(({ name }) => name);
  return names.length > 0 ? names : space.parameters.map(({ name }) => name);
}

/** The last part of each path where that names it alone: `training.weightDecay` is `weightDecay`. */
export function shortNames(paths: readonly string[]): string[] {
  const last = (path: string): string => path.split(".").at(-1)!;
  return paths.map((path) =>
    paths.filter((other) => last(other) === last(path)).length === 1 ? last(path) : path,
  );
}

/** `weightDecay 1e-3  learningRate 0.01` */
export function describeParameters(
  parameters: Readonly<Record<string, Json>>,
  paths: readonly string[],
): string {
  const names = shortNames(paths);
  return paths
    .flatMap((path, i) =>
      Object.hasOwn(parameters, path) ? [`${names[i]} ${formatValue(parameters[path])}`] : [],
    )
    .join("  ");
}

/** A column that a person can ask for by name. */
export interface TrialColumn extends TableColumn {
  readonly cell: (trial: TrialView, style: Style) => string;
  /** What is sorted and filtered by. */
  readonly value: (trial: TrialView) => Json | undefined;
}

/** One of `fixedColumnNames`, a parameter's path, or a metric's name. */
export function trialColumn(name: string, definition: StudyDefinition): TrialColumn | undefined {
  const fixed = fixedColumns[name];
  if (fixed !== undefined) return fixed;
  const paths = definition.space.parameters.map((parameter) => parameter.name);
  if (paths.includes(name)) {
    return {
      title: shortNames(paths)[paths.indexOf(name)]!,
      align: "right",
      value: ({ parameters }) => parameters[name],
      cell: ({ parameters }) => formatValue(parameters[name]),
    };
  }
  // A program's metrics are called what the program calls them.
  const isMetric = isCommandDocument(definition.baseDocument) || /^[^/\s]+\/[^/\s]+$/.test(name);
  if (!isMetric) return undefined;
  return {
    title: name,
    align: "right",
    value: ({ metrics }) => metrics[name]?.last,
    cell: ({ metrics }) => (metrics[name] === undefined ? "" : formatNumber(metrics[name].last)),
  };
}

const fixedColumns: Readonly<Record<string, TrialColumn>> = {
  number: {
    title: "trial",
    align: "right",
    value: ({ number }) => number,
    cell: ({ number }) => `#${number}`,
  },
  state: { title: "state", value: ({ state }) => state, cell: (trial, style) => stateText(trial, style) },
  objective: {
    title: "objective",
    align: "right",
    value: ({ objective }) => objective,
    cell: ({ objective }, style) => (objective === null ? "" : style.strong(formatNumber(objective))),
  },
  epochs: {
    title: "epochs",
    align: "right",
    value: ({ epochs }) => epochs,
    cell: ({ epochs }) => String(epochs),
  },
  time: {
    title: "time",
    align: "right",
    value: ({ durationMs }) => durationMs,
    cell: ({ durationMs }) => formatDuration(durationMs),
  },
  seed: { title: "seed", align: "right", value: ({ seed }) => seed, cell: ({ seed }) => seed },
  configuration: {
    title: "configuration",
    align: "right",
    value: ({ number, origin }) => origin?.configuration ?? number,
    cell: ({ number, origin }) => `#${origin?.configuration ?? number}`,
  },
  sampler: {
    title: "sampler",
    value: ({ origin }) => origin?.sampler,
    cell: ({ origin }) => origin?.sampler ?? "",
  },
  why: {
    title: "why",
    value: ({ origin }) => origin?.why?.kind,
    cell: ({ origin }) => (origin?.why ? `${origin.why.kind}: ${origin.why.message}` : (origin?.by ?? "")),
  },
  reason: {
    title: "reason",
    value: ({ reason }) => reason?.message,
    cell: ({ reason }) => reason?.message ?? "",
  },
};

export const fixedColumnNames: readonly string[] = Object.keys(fixedColumns);

/** With what failed it, or the rule that stopped it. */
function stateText({ state, reason }: TrialView, style: Style): string {
  if (state === "failed") return style.bad(reason === null ? state : `${state}: ${reason.kind}`);
  if (state === "completed") return style.good(state);
  const rule = reason?.kind === "scheduler" ? reason.facts?.["rule"] : undefined;
  return typeof rule === "string" && state !== "running" ? `${state}: ${rule}` : state;
}

/** By the data, or where that has to be read first, by what the study wants to be good. */
function taskOf({ baseDocument, objective }: StudyDefinition): Task["kind"] {
  const regression: readonly string[] = taskMetricNames.regression.filter((name) => name !== "loss");
  const isRegression = regression.includes(objective.metric.split("/").at(-1)!);
  return taskOfDocument(baseDocument) ?? (isRegression ? "regression" : "classification");
}

/** The columns that answer the usual question: what was tried, and how well did it do? */
export function usualColumns(definition: StudyDefinition): string[] {
  const { metric, reduce } = definition.objective;
  if (isCommandDocument(definition.baseDocument)) {
    const others = (definition.otherObjectives ?? []).map((one) => one.metric);
    return ["number", "state", ...varyingParameters(definition), "objective", ...others, "epochs", "time"];
  }
  const name = metric.split("/").at(-1)!;
  const headlines: readonly string[] = taskMetricNames[taskOf(definition)];
  const headline = headlines.includes(name) ? name : headlines[1]!;
  const metrics = [`train/${headline}`, `validation/${headline}`];
  // The last value of a metric that is shown anyway needs no second column.
  const objective = reduce === "last" && metrics.includes(metric) ? [] : ["objective"];
  const others = (definition.otherObjectives ?? [])
    .map((one) => one.metric)
    .filter((one) => !metrics.includes(one));
  const shown = [...varyingParameters(definition), ...objective, ...metrics, ...others];
  return ["number", "state", ...shown, "epochs", "time"];
}

export function renderTrials(
  trials: readonly TrialView[],
  columns: readonly TrialColumn[],
  { style = plainStyle, width }: { readonly style?: Style; readonly width?: number | undefined } = {},
): string {
  return renderTable(
    columns,
    trials.map((trial) => columns.map((column) => column.cell(trial, style))),
    { style, width },
  );
}
