/** A data set out of an array of features and one of labels. */
import { TunesmithError } from "../../../base/index.ts";
import { arraysHash } from "../content-hash.ts";
import type { Column, Dataset } from "../dataset.ts";
import type { Examples } from "../examples.ts";
import type { TestSplitContent } from "../locked-split.ts";
import type { Task } from "../task.ts";
import { classLabels, taskOf, valueLabels, type ArraysSettings } from "./labels.ts";
import { invalidArray } from "./npy-header.ts";
import type { NumberArray } from "./npy.ts";

export interface ArrayPair {
  readonly features: NumberArray;
  readonly labels: NumberArray;
}

/** What arrays have no words for: the rest of a data set. */
export type ArraysContent = Omit<Dataset, "name" | "test">;

/** @throws INVALID_DATA, INVALID_DOCUMENT when the arrays do not fit each other or what is to be learned */
export function arraysDataset(pair: ArrayPair, settings: ArraysSettings): ArraysContent {
  const task = taskOf(pair.labels, settings);
  const { examples, contentHash } = arraysContent(pair, task);
  const { shape } = examples;
  const columns = shape.length === 1 ? { columns: numbered(shape[0]!) } : {};
  return { task, shape, examples, contentHash, ...columns };
}

/**
 * The test examples, which must be like the others.
 *
 * @throws INVALID_DATA
 */
export function arraysTest(pair: ArrayPair, { task, shape, examples }: ArraysContent): TestSplitContent {
  const content = arraysContent(pair, task);
  const { name } = pair.features;
  const hint = "Prepare test arrays as the training arrays were.";
  if (content.examples.shape.join() !== shape.join()) {
    const received = content.examples.shape.join(" x ");
    throw invalidArray(
      name,
      `expected examples of ${shape.join(" x ")} as in training, got ${received}`,
      hint,
    );
  }
  const kindOf = ({ features }: Examples) => (features instanceof Uint8Array ? "bytes" : "floats");
  if (kindOf(content.examples) !== kindOf(examples)) {
    const rule = `expected ${kindOf(examples)} as in training, got ${kindOf(content.examples)}`;
    throw invalidArray(name, rule, hint);
  }
  return content;
}

const numbered = (count: number): Column[] =>
  Array.from({ length: count }, (_, index) => ({ name: `feature${index + 1}`, categories: null }));

function arraysContent(pair: ArrayPair, task: Task): TestSplitContent {
  const { features: array, labels: targets } = pair;
  const count = array.shape[0] ?? 0;
  if (targets.shape[0] !== count) {
    throw new TunesmithError("INVALID_DATA", {
      message: `array \`${targets.name}\`: expected ${count} labels, one for each example of \`${array.name}\`, got ${targets.shape[0] ?? "a single value"}.`,
      hint: "Both arrays must have the examples along their first dimension.",
      facts: { array: targets.name, expected: count, received: targets.shape[0] ?? null },
    });
  }
  const shape = shapeOf(array);
  const features = featuresOf(array, shape);
  const labels = task.kind === "classification" ? classLabels(targets, task.classes) : valueLabels(targets);
  return {
    examples: { count, shape, features, labels },
    contentHash: arraysHash({ features, labels, meaning: { shape } }),
  };
}

/** Of one example: [features] of a table, [height, width, channels] of an image. */
function shapeOf({ name, shape }: NumberArray): number[] {
  const [count, ...rest] = shape;
  if (count === undefined || rest.length > 3) {
    throw invalidArray(
      name,
      `expected [examples, features], [examples, height, width] or [examples, height, width, channels], got ${shape.length} dimensions`,
      "Reshape it, for example by `array.reshape(len(array), -1)`.",
    );
  }
  if (shape.includes(0)) {
    throw invalidArray(
      name,
      `expected at least one example and feature, got ${shape.join(" x ")}`,
      "Save examples.",
    );
  }
  if (rest.length === 0) return [1];
  return rest.length === 2 ? [...rest, 1] : rest;
}

function featuresOf(
  { name, type, values }: NumberArray,
  shape: readonly number[],
): Uint8Array | Float32Array {
  if (type === "u1") return values as Uint8Array;
  const features = values instanceof Float32Array ? values : new Float32Array(values);
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  const isTable = shape.length === 1;
  for (let index = 0; index < features.length; index++) {
    const value = features[index]!;
    if (Number.isFinite(value)) continue;
    if (isTable && Number.isNaN(value)) {
      // There are many NaNs: of one kind they have one hash.
      features[index] = Number.NaN;
      continue;
    }
    const example = Math.floor(index / size);
    throw invalidArray(
      name,
      `expected finite values that fit 32 bits, got ${values[index]} for example ${example}, value ${index % size}`,
      "Replace it before saving; only in tables NaN stands for a missing value.",
    );
  }
  return features;
}
