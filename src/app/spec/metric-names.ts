import { dataSchema, datasetSource, type Task } from "../../learning/data/index.ts";
import {
  epochMetricNames,
  evaluatedTrainMetricNames,
  layerMetricNames,
  measureOf,
  modelMetricNames,
  type EpochMetricName,
  type MeasureName,
} from "../../learning/training/index.ts";
import { unknownName } from "./describe-issue.ts";
import { valueAt } from "./document-schema.ts";

const layerMetric = /^([A-Za-z_]\w*(?:\.\w+)*)\/([a-z-]+)$/;

export type MetricName =
  EpochMetricName | (typeof modelMetricNames)[number] | `${string}/${(typeof layerMetricNames)[number]}`;

/**
 * The task of a document's data: null when that is seen only by reading it; classification when its data set is not
 * known, which is said elsewhere.
 */
export function taskOfDocument(document: unknown): Task["kind"] | null {
  const { data } = dataSchema.shape.dataset.safeParse(valueAt(document, ["data", "dataset"]));
  return data === undefined ? "classification" : (datasetSource(data)?.taskKind ?? null);
}

export interface MetricContext {
  /** Null when it is not known before the data is read: then a metric of either is allowed. */
  readonly task: Task["kind"] | null;
  /** What the document asks to be measured. */
  readonly measured: readonly unknown[];
}

/** Why no such training reports such a metric; undefined when one does. */
export function metricProblem(name: string, { task, measured }: MetricContext): string | undefined {
  const tasks = task === null ? (["classification", "regression"] as const) : [task];
  const ofEpochs = tasks.flatMap((one) => [...epochMetricNames(one), ...evaluatedTrainMetricNames(one)]);
  const reported: readonly string[] = [...ofEpochs, ...modelMetricNames];
  if (reported.includes(name)) return undefined;
  const other = task === "classification" ? "regression" : "classification";
  if (
    task !== null &&
    [...epochMetricNames(other), ...evaluatedTrainMetricNames(other)].some((one) => one === name)
  ) {
    const names = epochMetricNames(task).filter((one) => one.startsWith("validation/"));
    return `\`${name}\` is not reported for ${task} data; allowed: ${names.map((one) => `\`${one}\``).join(", ")}.`;
  }
  const [, layer = "", what = ""] = layerMetric.exec(name) ?? [];
  const needed = measureOf(what);
  if (needed === undefined) {
    const isLayer = layer !== "" && layer !== "train" && layer !== "validation";
    const ofLayers = layerMetricNames.map((metric) => `${isLayer ? layer : "hidden1"}/${metric}`);
    return unknownName("unknown metric", { name, allowed: [...reported, ...ofLayers] });
  }
  if (needed === null || (measured as readonly MeasureName[]).includes(needed)) return undefined;
  return `is measured only when \`training.measure\` lists \`${needed}\`, got \`${name}\`.`;
}
