import { TunesmithError } from "../../base/index.ts";
import type { TrainingSplits } from "../data/index.ts";

/**
 * The core trusts the examples that it is given: a label or an index out of range would lead it out of its memory.
 *
 * @throws INVALID_DATA
 */
export function checkSplits({ train, validation, classes, shape }: TrainingSplits): void {
  const { examples } = train;
  if (validation.examples !== examples) {
    throw invalid("both splits must be drawn from the same examples, got two");
  }
  const { count, features, labels } = examples;
  const perExample = shape.reduce((product, size) => product * size, 1);
  if (features.length !== count * perExample) {
    throw invalid(
      `${count} examples of ${perExample} features need ${count * perExample} values, got ${features.length}`,
    );
  }
  if (labels.length !== count) throw invalid(`${count} examples need ${count} labels, got ${labels.length}`);
  const outside = labels.findIndex((label) => label >= classes);
  if (outside >= 0) {
    throw invalid(
      `labels must be below ${classes}, the number of classes, got ${labels[outside]} for example ${outside}`,
    );
  }
  for (const [name, { indices }] of Object.entries({ train, validation })) {
    if (indices.length === 0) throw invalid(`\`${name}\` must hold at least one example, got 0`);
    const stray = indices.find((index) => index < 0 || index >= count);
    if (stray !== undefined) {
      throw invalid(`indices of \`${name}\` must be from 0 to ${count - 1}, got ${stray}`);
    }
  }
}

function invalid(rule: string): TunesmithError {
  return new TunesmithError("INVALID_DATA", {
    message: `training data: ${rule}.`,
    hint: "Draw both splits from one data set with `splitDataset`.",
  });
}
