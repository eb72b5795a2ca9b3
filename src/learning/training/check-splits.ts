import { TunesmithError } from "../../base/index.ts";
import type { Examples, TrainingSplits } from "../data/index.ts";

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
  checkRange(examples, { classes, shape, invalid });
  for (const [name, { indices }] of Object.entries({ train, validation })) {
    if (indices.length === 0) throw invalid(`\`${name}\` must hold at least one example, got 0`);
    const stray = indices.find((index) => index < 0 || index >= examples.count);
    if (stray !== undefined) {
      throw invalid(`indices of \`${name}\` must be from 0 to ${examples.count - 1}, got ${stray}`);
    }
  }
}

/**
 * Other examples for a model that was trained on `splits`.
 *
 * @param where names them in the message.
 * @throws INVALID_DATA
 */
export function checkOtherExamples(
  examples: Examples,
  { where, splits }: { readonly where: string; readonly splits: TrainingSplits },
): void {
  const { classes, shape, train } = splits;
  const refused = (rule: string) =>
    new TunesmithError("INVALID_DATA", {
      message: `${where}: ${rule}.`,
      hint: "Take them from the data set that the model was trained on.",
    });
  const kind = kindOf(examples);
  const expected = kindOf(train.examples);
  if (kind !== expected) throw refused(`features must be ${expected}, as in training, got ${kind}`);
  if (examples.shape.join() !== shape.join()) {
    throw refused(`expected examples of shape [${shape.join(", ")}], got [${examples.shape.join(", ")}]`);
  }
  if (examples.count === 0) throw refused("there must be at least one example, got 0");
  checkRange(examples, { classes, shape, invalid: refused });
}

interface Range extends Pick<TrainingSplits, "classes" | "shape"> {
  readonly invalid: (rule: string) => TunesmithError;
}

function checkRange(
  { count, features, labels }: Examples,
  { classes, shape, invalid: refused }: Range,
): void {
  const perExample = shape.reduce((product, size) => product * size, 1);
  if (features.length !== count * perExample) {
    throw refused(
      `${count} examples of ${perExample} features need ${count * perExample} values, got ${features.length}`,
    );
  }
  if (labels.length !== count) throw refused(`${count} examples need ${count} labels, got ${labels.length}`);
  const outside = labels.findIndex((label) => label >= classes);
  if (outside >= 0) {
    throw refused(
      `labels must be below ${classes}, the number of classes, got ${labels[outside]} for example ${outside}`,
    );
  }
}

function kindOf({ features }: Examples): "bytes" | "floats" {
  return features instanceof Uint8Array ? "bytes" : "floats";
}

function invalid(rule: string): TunesmithError {
  return new TunesmithError("INVALID_DATA", {
    message: `training data: ${rule}.`,
    hint: "Draw both splits from one data set with `splitDataset`.",
  });
}
