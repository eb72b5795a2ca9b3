/**
 * A training between two of its steps as a file: weights, optimiser state and slots, the epochs that are done, how far
 * the next one is, and the best weights where they are kept. The streams need no state: they are functions of seed,
 * epoch and step.
 *
 * Tensors have PyTorch's names and layouts (`named-tensors.ts`). A checksum over everything else is part of the file, so
 * that a bit that flipped on a disk is found and not trained on.
 */
import { canonicalJson, hashBytes, hashJson, TunesmithError } from "../../base/index.ts";
import type { CompiledModel } from "../compiler/index.ts";
import type { Executor, Runtime } from "../runtime/index.ts";
import { BestWeights } from "./best-weights.ts";
import { decodeProgress, encodeProgress, type TrainingProgress } from "./checkpoint-progress.ts";
import type { TrainingDocument } from "./document.ts";
import { contentOf, namedBuffers, readTensor, shapeOf, writeTensor } from "./named-tensors.ts";
import { decodeTensors, encodeTensors, type Tensor, type TensorFile } from "./safetensors.ts";

export const slotsName = "slots";
const bestPrefix = "best/";
const format = "tunesmith-checkpoint-2";

/** What a checkpoint is bound to. */
export interface CheckpointOrigin {
  readonly document: TrainingDocument;
  readonly runtime: Pick<Runtime, "backend" | "instructionSet" | "build">;
}

/** What a run holds besides its arena. */
export interface RunState extends TrainingProgress {
  readonly best: BestWeights | undefined;
}

export interface CheckpointContext {
  readonly model: CompiledModel;
  readonly executor: Executor;
  readonly origin: CheckpointOrigin;
}

export function encodeCheckpoint(
  { model, executor, origin }: CheckpointContext,
  { best, ...progress }: RunState,
): Uint8Array<ArrayBuffer> {
  const tensors: Record<string, Tensor> = {};
  for (const named of namedBuffers(model)) {
    tensors[named.name] = readTensor(named, executor);
    if (best !== undefined && named.buffer.region === "weights") {
      tensors[`${bestPrefix}${named.name}`] = readTensor(named, best);
    }
  }
  tensors[slotsName] = { shape: [executor.slots.length], values: executor.slots.slice() };
  const metadata = {
    format,
    ...originOf(origin),
    ...encodeProgress(progress),
    ...(best === undefined ? {} : { bestWeights: String(best.epoch) }),
  };
  return encodeSealed({ tensors, metadata });
}

/**
 * Puts a checkpoint's content into the arena.
 *
 * @throws INVALID_CHECKPOINT when it is damaged, belongs to another document, or was made on another back end, whose
 *   sums differ in their last bits.
 */
export function restoreCheckpoint(
  file: Uint8Array,
  { model, executor, origin }: CheckpointContext,
): RunState {
  const { tensors, metadata, progress } = openCheckpoint(file, origin);
  const buffers = namedBuffers(model);
  const hasBest = metadata["bestWeights"] !== undefined;
  const weights = hasBest ? buffers.filter(({ buffer }) => buffer.region === "weights") : [];
  const expected = [
    ...buffers.map((named) => ({ name: named.name, shape: shapeOf(named) })),
    ...weights.map((named) => ({ name: `${bestPrefix}${named.name}`, shape: shapeOf(named) })),
    { name: slotsName, shape: [executor.slots.length] },
  ];
  for (const { name, shape } of expected) {
    if (tensors[name]?.shape.join() === shape.join()) continue;
    throw unusable(`\`${name}\` is missing or has another shape`);
  }
  // From here on nothing can fail: a checkpoint is taken whole or not at all.
  for (const named of buffers) {
    writeTensor(named, tensors[named.name]!.values, contentOf(named.buffer, executor));
  }
  executor.slots.set(tensors[slotsName]!.values);
  const best = weights.map((named) => {
    const content = contentOf(named.buffer, executor).slice().fill(0);
    writeTensor(named, tensors[`${bestPrefix}${named.name}`]!.values, content);
    return [named.buffer.name, content] as const;
  });
  return { ...progress, best: hasBest ? new BestWeights(Number(metadata["bestWeights"]), best) : undefined };
}

/**
 * A checkpoint's content, checked.
 *
 * @throws INVALID_CHECKPOINT
 */
export function openCheckpoint(
  file: Uint8Array,
  origin: CheckpointOrigin,
): TensorFile & { readonly progress: TrainingProgress } {
  const { tensors, metadata } = decodeSealed(file);
  checkOrigin(metadata, origin);
  const progress = decodeProgress(metadata);
  if (progress === undefined) throw unusable("its history cannot be read");
  return { tensors, metadata, progress };
}

/** Whether a file says that it belongs to the document; what it holds is not checked. @throws INVALID_CHECKPOINT */
export function isCheckpointOf(document: TrainingDocument, file: Uint8Array | undefined): boolean {
  return file !== undefined && decodeTensors(file).metadata["document"] === hashJson(document);
}

/** A file with the checksum of its content among its metadata. */
export function encodeSealed({ tensors, metadata }: TensorFile): Uint8Array<ArrayBuffer> {
  return encodeTensors({ tensors, metadata: { ...metadata, checksum: checksumOf({ tensors, metadata }) } });
}

function decodeSealed(file: Uint8Array): TensorFile {
  const { tensors, metadata } = decodeTensors(file);
  const { checksum, ...rest } = metadata;
  if (metadata["format"] !== format)
    throw unusable(`its format is \`${metadata["format"]}\`, expected \`${format}\``);
  const content = { tensors, metadata: rest };
  if (checksum === checksumOf(content)) return content;
  throw unusable("its content does not have the checksum that it was written with");
}

function checksumOf({ tensors, metadata }: TensorFile): string {
  const entries = Object.entries(tensors).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return hashBytes(
    canonicalJson({ metadata, tensors: entries.map(([name, { shape }]) => [name, [...shape]]) }),
    ...entries.map(([, { values }]) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  );
}

function originOf({ document, runtime }: CheckpointOrigin) {
  return {
    document: hashJson(document),
    backend: `${runtime.backend} ${runtime.instructionSet} ${runtime.build}`,
  };
}

function checkOrigin(metadata: TensorFile["metadata"], origin: CheckpointOrigin): void {
  for (const [part, expected] of Object.entries(originOf(origin))) {
    const received = metadata[part];
    if (received === expected) continue;
    throw unusable(
      part === "document"
        ? "it belongs to another document"
        : `it was made on the back end \`${received}\`, this is \`${expected}\``,
      { part, expected, received },
    );
  }
}

export function unusable(what: string, facts?: Readonly<Record<string, unknown>>): TunesmithError {
  return new TunesmithError("INVALID_CHECKPOINT", {
    message: `checkpoint: ${what}.`,
    hint: "Delete it; the training starts from the beginning.",
    ...(facts === undefined ? {} : { facts }),
  });
}
