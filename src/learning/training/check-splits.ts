import { TunesmithError } from "../../base/index.ts";
import { outputsOf, type Examples, type TrainingSplits } from "../data/index.ts";
import { checkLoss } from "./losses/check-loss.ts";
import { defaultLoss, losses } from "./losses/index.ts";
import type { TrainingRecipe } from "./recipe.ts";

/**
 * The core trusts the examples that it is given: a label or an index out of range would lead it out of its memory.
 *
 * @throws INVALID_DATA; INVALID_DOCUMENT when the recipe's loss does not fit the task
 */
export function checkSplits(splits: TrainingSplits, training: TrainingRecipe): void {
  const { train, validation, task } = splits;
  checkLoss(training, task);
  const { examples } = train;
  if (validation.examples !== examples) {
    throw invalid("both splits must be drawn from the same examples, got two");
  }
  const { targetRange } = losses[training.loss ?? defaultLoss(task.kind)];
  checkRange(examples, splits, invalid);
  checkScaling(splits);
  if (targetRange !== undefined && task.kind === "regression") checkTargetRange(examples, targetRange);
  for (const [name, { indices }] of Object.entries({ train, validation })) {
    if (indices.length === 0) throw invalid(`\`${name}\` must hold at least one example, got 0`);
    const stray = indices.find((index) => index < 0 || index >= examples.count);
    if (stray !== undefined) {
      throw invalid(`indices of \`${name}\` must be from 0 to ${examples.count - 1}, got ${stray}`);
    }
  }
}

/** One scale and shift, or as many as an example has features: the core reads that many. */
function checkScaling({ scaling, shape }: TrainingSplits): void {
  if (scaling === undefined) return;
  const features = shape.reduce((product, size) => product * size, 1);
  for (const [name, values] of Object.entries({ scale: scaling.scale, shift: scaling.shift })) {
    if (values.length !== scaling.scale.length || (values.length !== 1 && values.length !== features)) {
      throw invalid(
        `\`scaling\` must be one scale and one shift, or ${features}, one for each feature; got ${scaling.scale.length} and ${scaling.shift.length}`,
      );
    }
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) throw invalid(`\`scaling.${name}\` must be finite, got ${values[wrong]} at ${wrong}`);
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
  const { shape, train } = splits;
  const refused = (rule: string) =>
    new TunesmithError("INVALID_DATA", {
      message: `${where}: ${rule}.`,
      hint: "Take them from the data set that the model was trained on.",
    });
  const kind = kindOf(examples.features);
  const expected = kindOf(train.examples.features);
  if (kind !== expected) throw refused(`features must be ${expected}, as in training, got ${kind}`);
  if (examples.shape.join() !== shape.join()) {
    throw refused(`expected examples of shape [${shape.join(", ")}], got [${examples.shape.join(", ")}]`);
  }
  if (examples.count === 0) throw refused("there must be at least one example, got 0");
  checkRange(examples, splits, refused);
}

type Refusal = (rule: string) => TunesmithError;

function checkRange(
  examples: Examples,
  { task, shape }: Pick<TrainingSplits, "task" | "shape">,
  refused: Refusal,
): void {
  const { count, features } = examples;
  const perExample = shape.reduce((product, size) => product * size, 1);
  if (features.length !== count * perExample) {
    throw refused(
      `${count} examples of ${perExample} features need ${count * perExample} values, got ${features.length}`,
    );
  }
  if (task.kind === "classification") checkLabels(examples, outputsOf(task), refused);
  else checkTargets(examples, outputsOf(task), refused);
}

function checkLabels({ count, labels }: Examples, classes: number, refused: Refusal): void {
  if (kindOf(labels) !== "bytes") throw refused("labels must be bytes, the indices of classes, got floats");
  if (labels.length !== count) throw refused(`${count} examples need ${count} labels, got ${labels.length}`);
  const outside = labels.findIndex((label) => label >= classes);
  if (outside >= 0) {
    throw refused(
      `labels must be below ${classes}, the number of classes, got ${labels[outside]} for example ${outside}`,
    );
  }
}

function checkTargets({ count, labels }: Examples, outputs: number, refused: Refusal): void {
  if (kindOf(labels) !== "floats") throw refused("values to predict must be floats, got bytes");
  if (labels.length !== count * outputs) {
    throw refused(
      `${count} examples of ${outputs} values to predict need ${count * outputs} values, got ${labels.length}`,
    );
  }
  const wrong = labels.findIndex((target) => !Number.isFinite(target));
  if (wrong >= 0) {
    throw refused(
      `values to predict must be finite, got ${labels[wrong]} for example ${Math.floor(wrong / outputs)}`,
    );
  }
}

function checkTargetRange({ count, labels }: Examples, [least, greatest]: readonly [number, number]): void {
  const outside = labels.findIndex((target) => target < least || target > greatest);
  if (outside < 0) return;
  const example = Math.floor((outside * count) / labels.length);
  throw new TunesmithError("INVALID_DATA", {
    message: `training data: for this loss values to predict must be from ${least} to ${greatest}, got ${labels[outside]} for example ${example}.`,
    hint: "They are probabilities for `binary-cross-entropy`; other values go with `mean-squared-error`.",
  });
}

function kindOf(values: Uint8Array | Float32Array): "bytes" | "floats" {
  return values instanceof Uint8Array ? "bytes" : "floats";
}

function invalid(rule: string): TunesmithError {
  return new TunesmithError("INVALID_DATA", {
    message: `training data: ${rule}.`,
    hint: "Draw both splits from one data set with `splitDataset`.",
  });
}
