import { z } from "zod";

import { TunesmithError } from "../../../base/index.ts";
import type { Task } from "../task.ts";
import { invalidArray } from "./npy-header.ts";
import type { NumberArray } from "./npy.ts";

const mostClasses = 256;

/** What a document may say of arrays but for where they are. */
export const arraysFields = {
  /** Defaults to what the labels' type says: classification for whole numbers, regression for floats. */
  task: z.enum(["classification", "regression"]).optional(),
  /** Names of the classes, in the order of their numbers. Defaults to the numbers. */
  classes: z.array(z.string().min(1)).min(2).max(mostClasses).optional(),
};

const settingsSchema = z.strictObject(arraysFields);

export type ArraysSettings = z.output<typeof settingsSchema>;

/** @throws INVALID_DATA, INVALID_DOCUMENT when that cannot be learned */
export function taskOf(labels: NumberArray, { task, classes }: ArraysSettings): Task {
  const kind = task ?? (labels.type.startsWith("f") ? "regression" : "classification");
  if (kind === "regression") {
    if (classes !== undefined) {
      throw new TunesmithError("INVALID_DOCUMENT", {
        message: `array \`${labels.name}\`: \`classes\` goes with classification, got labels of type ${labels.type} for regression.`,
        hint: "Say `task: classification`, or leave `classes` out.",
        facts: { array: labels.name, type: labels.type },
      });
    }
    const targets = targetsOf(labels);
    const nameOf = (index: number) => (targets === 1 ? "target" : `target${index + 1}`);
    return { kind, targetNames: Array.from({ length: targets }, (_, index) => nameOf(index)) };
  }
  const indices = wholeNumbers(labels);
  const occurring = new Set(indices);
  if (occurring.size < 2) {
    throw invalidArray(
      labels.name,
      `there must be two classes at least, got ${indices.length === 0 ? "none" : `${indices[0]} alone`}`,
      "Add examples of another class.",
    );
  }
  const highest = Math.max(...occurring);
  const names = classes ?? Array.from({ length: highest + 1 }, (_, index) => String(index));
  return { kind, classes: names };
}

/** @throws INVALID_DATA for a label that is not among the classes */
export function classLabels(labels: NumberArray, classes: readonly string[]): Uint8Array {
  const indices = wholeNumbers(labels);
  const index = indices.findIndex((label) => label >= classes.length);
  if (index < 0) return indices;
  throw invalidArray(
    labels.name,
    `expected classes from 0 to ${classes.length - 1}, got ${indices[index]} for example ${index}`,
    "Name every class by `classes`, or correct the label.",
  );
}

/** [count, targets] */
export function valueLabels(labels: NumberArray): Float32Array {
  const targets = targetsOf(labels);
  const values = new Float32Array(labels.values);
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index < 0) return values;
  throw invalidArray(
    labels.name,
    `expected finite values that fit 32 bits, got ${labels.values[index]} for example ${Math.floor(index / targets)}`,
    "Leave examples without a value to learn out.",
  );
}

function targetsOf({ name, shape }: NumberArray): number {
  const targets = shape[1] ?? 1;
  if (shape.length <= 2 && targets > 0) return targets;
  throw invalidArray(
    name,
    `expected values to predict as [examples] or [examples, values], got ${shape.join(" x ")}`,
    "Reshape it, for example by `array.reshape(len(array), -1)`.",
  );
}

function wholeNumbers({ name, shape, values }: NumberArray): Uint8Array {
  if (shape.length !== 1 && !(shape.length === 2 && shape[1] === 1)) {
    throw invalidArray(
      name,
      `expected classes as [examples], got ${shape.join(" x ")}`,
      "Of one-hot rows save the place of the 1: `labels.argmax(axis=1)`; for values to predict say `task: regression`.",
    );
  }
  const isClass = (value: number) => Number.isInteger(value) && value >= 0 && value < mostClasses;
  const index = values.findIndex((value) => !isClass(value));
  if (index < 0) return Uint8Array.from(values);
  throw invalidArray(
    name,
    `expected classes as whole numbers from 0 to ${mostClasses - 1}, got ${values[index]} for example ${index}`,
    "Number the classes from 0; for values to predict say `task: regression`.",
  );
}
