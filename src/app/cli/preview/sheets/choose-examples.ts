import { RandomStream } from "../../../../base/index.ts";
import type { SheetData } from "./sheet.ts";

/** More classes make a sheet that nobody reads. */
const mostClasses = 60;

export interface ChosenRow {
  /** A class, or for values to predict where in their range the examples lie. */
  readonly name: string;
  readonly indices: readonly number[];
}

/**
 * Training examples of each class, the same for the same seed. Of values to predict five ranges of equally many examples
 * take the place of classes.
 */
export function chooseExamples({ dataset, splits, seed, perClass }: SheetData): ChosenRow[] {
  const order = splits.train.indices.slice();
  new RandomStream(seed, "preview").shuffle(order);
  const { task, examples } = dataset;
  if (task.kind === "classification") {
    return task.classes.slice(0, mostClasses).map((name, label) => ({
      name,
      indices: [...order.filter((index) => examples.labels[index] === label).subarray(0, perClass)],
    }));
  }
  const targets = task.targetNames.length;
  const valueOf = (index: number) => examples.labels[index * targets]!;
  const sorted = order.slice().sort((a, b) => valueOf(a) - valueOf(b));
  const ranges = Math.min(5, sorted.length);
  return Array.from({ length: ranges }, (_, i) => {
    const part = sorted.subarray(
      Math.floor((i * sorted.length) / ranges),
      Math.floor(((i + 1) * sorted.length) / ranges),
    );
    const members = new Set(part);
    const chosen = [...order.filter((index) => members.has(index)).subarray(0, perClass)];
    return {
      name: `${valueOf(part[0]!).toPrecision(3)} to ${valueOf(part.at(-1)!).toPrecision(3)}`,
      indices: chosen,
    };
  });
}
