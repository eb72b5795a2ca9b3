/**
 * What a training may change when it goes on from the weights of another: everything that leaves the tensors as they are.
 *
 * The data stay, too, since a training that was validated on examples which its start was trained on would look better
 * than it is; how examples are drawn and varied may change.
 */
import { TunesmithError } from "../../../base/index.ts";
import { outputsOf, type TrainingSplits } from "../../data/index.ts";
import { inferShapes, layersOf, type ModelDescription } from "../../model/index.ts";
import type { TrainingDocument, TrainingStart } from "../document.ts";

/** Of `data`, with everything below them. */
const changeableData = ["augmentation", "sampling"];
/** Keys of a model or its layers that no weight depends on. */
const changeableOfModels = ["dropout", "rate", "activation"];
const fixedTraining = ["optimizer", "averageDecay", "epochs"];

/**
 * Whether a search may set a path of a document anew where trials inherit weights. A training may differ in more: in any
 * model that has the same weights, and in its length.
 */
export function mayDifferFromStart(path: string): boolean {
  const [part, key = "", ...deeper] = path.split(".");
  if (part === "data") return changeableData.includes(key);
  if (part === "model") return changeableOfModels.includes(deeper.at(-1) ?? key);
  return part !== "training" || !fixedTraining.includes(key);
}

/** @throws INVALID_DOCUMENT naming the path that does not fit, also for the start of a start */
export function checkStart(document: TrainingDocument, splits: Pick<TrainingSplits, "task" | "shape">): void {
  for (let child = document; child.start !== undefined; child = child.start.document) {
    checkEpochs(child, child.start);
    checkOptimizer(child, child.start.document);
    checkData(child, child.start.document);
    checkModel(child, child.start.document, splits);
  }
}

function checkEpochs({ training }: TrainingDocument, { epochs, document }: TrainingStart): void {
  const first = document.start?.epochs ?? 0;
  const last = Math.min(document.training.epochs, training.epochs - 1);
  if (epochs > first && epochs <= last) return;
  throw new TunesmithError("INVALID_DOCUMENT", {
    message: `start.epochs: must be more than the ${first} that its document starts after, at most that document's ${document.training.epochs} and less than this one's ${training.epochs}, got ${epochs}.`,
    hint: "`training.epochs` counts from the very beginning, the epochs of the start among them.",
    facts: { epochs, first, of: document.training.epochs, total: training.epochs },
  });
}

function checkOptimizer({ training }: TrainingDocument, { training: from }: TrainingDocument): void {
  if (training.optimizer !== from.optimizer) {
    throw differs("training.optimizer", [training.optimizer, from.optimizer]);
  }
  // With an average there are two of every weight.
  if ((training.averageDecay === null) !== (from.averageDecay === null)) {
    throw differs("training.averageDecay", [training.averageDecay, from.averageDecay]);
  }
}

function checkData({ data }: TrainingDocument, { data: from }: TrainingDocument): void {
  const path = differingPaths(data, from, "data").find((name) => !mayDifferFromStart(name));
  if (path !== undefined) throw differs(path, [valueAt(data, path), valueAt(from, path)]);
}

function checkModel(
  { model }: TrainingDocument,
  { model: from }: TrainingDocument,
  splits: Pick<TrainingSplits, "task" | "shape">,
): void {
  const tensors = (description: ModelDescription) =>
    inferShapes(layersOf(description, outputsOf(splits.task)), splits.shape)
      .flatMap(({ weights }) => weights)
      .map(({ name, shape }) => `${name} [${shape.join(", ")}]`);
  const [own, inherited] = [tensors(model), tensors(from)];
  if (own.join() === inherited.join()) return;
  const [path = "model"] = differingPaths(model, from, "model");
  throw differs(path, [valueAt(model, path), valueAt(from, path)], {
    own: own.filter((name) => !inherited.includes(name)),
    inherited: inherited.filter((name) => !own.includes(name)),
  });
}

function differs(path: string, [own, from]: readonly [unknown, unknown], facts: object = {}): TunesmithError {
  const text = (value: unknown) => (value === undefined ? "nothing" : JSON.stringify(value));
  return new TunesmithError("INVALID_DOCUMENT", {
    message: `start: \`${path}\` must be that of the training which is started from, ${text(from)}, got ${text(own)}.`,
    hint: "Rates, decays, momentum, dropout, augmentation, the batch size and the schedule may change; weights and data stay.",
    facts: { path, ...facts },
  });
}

/** Dotted paths at which two plain values differ, in the order of their keys. */
function differingPaths(a: unknown, b: unknown, path: string): string[] {
  if (!isMapping(a) || !isMapping(b)) return JSON.stringify(a) === JSON.stringify(b) ? [] : [path];
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return keys.flatMap((key) => differingPaths(a[key], b[key], `${path}.${key}`));
}

/** @param path with the name of the value itself in front */
function valueAt(value: unknown, path: string): unknown {
  const [, ...keys] = path.split(".");
  return keys.reduce((place, key) => (isMapping(place) ? place[key] : undefined), value);
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
