import { z } from "zod";

import { hashJson, TunesmithError } from "../../base/index.ts";
import { pack, unpack, type Plan, type PlanBuffer } from "../plan/index.ts";
import type { Executor, Runtime } from "../runtime/index.ts";
import type { TrainingDocument } from "./document.ts";
import type { EpochRecord } from "./epoch-record.ts";
import { decodeTensors, encodeTensors, type Tensor } from "./safetensors.ts";

const slotsName = "slots";
const format = "tunesmith-checkpoint-1";

/**
 * A training between two epochs: weights and optimiser state in plain layout, slots, and what was measured so far. The
 * streams need no state: they are functions of seed and epoch.
 */
export function encodeCheckpoint(
  plan: Plan,
  executor: Executor,
  { origin, history }: { origin: CheckpointOrigin; history: readonly EpochRecord[] },
): Uint8Array<ArrayBuffer> {
  const tensors: Record<string, Tensor> = {};
  for (const buffer of persistentBuffers(plan)) {
    tensors[buffer.name] = { shape: buffer.shape, values: readBuffer(executor, buffer) };
  }
  tensors[slotsName] = { shape: [executor.slots.length], values: executor.slots.slice() };
  return encodeTensors({
    tensors,
    metadata: {
      format,
      ...originOf(origin),
      history: encodeHistory(history),
    },
  });
}

/**
 * Puts a checkpoint's content into the arena.
 *
 * @returns the epochs that were done
 * @throws INVALID_CHECKPOINT when it is damaged, belongs to another document, or was made on another back end, whose
 *   sums differ in their last bits.
 */
export function restoreCheckpoint(
  file: Uint8Array,
  executor: Executor,
  { plan, origin }: { plan: Plan; origin: CheckpointOrigin },
): EpochRecord[] {
  const { tensors, metadata } = decodeTensors(file);
  if (metadata.format !== format)
    throw unusable(`its format is \`${metadata.format}\`, expected \`${format}\``);
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
  const history = decodeHistory(metadata.history ?? "");
  const expectedShapes = [...persistentBuffers(plan), { name: slotsName, shape: [executor.slots.length] }];
  for (const { name, shape } of expectedShapes) {
    if (tensors[name]?.shape.join() === shape.join()) continue;
    throw unusable(`\`${name}\` is missing or has another shape`);
  }
  // From here on nothing can fail: a checkpoint is taken whole or not at all.
  for (const buffer of persistentBuffers(plan)) writeBuffer(executor, buffer, tensors[buffer.name]!.values);
  executor.slots.set(tensors[slotsName]!.values);
  return history;
}

function unusable(what: string, facts?: Readonly<Record<string, unknown>>): TunesmithError {
  return new TunesmithError("INVALID_CHECKPOINT", {
    message: `checkpoint: ${what}.`,
    hint: "Delete it; the training starts from the beginning.",
    ...(facts === undefined ? {} : { facts }),
  });
}

/** What a checkpoint is bound to. */
export interface CheckpointOrigin {
  readonly document: TrainingDocument;
  readonly runtime: Pick<Runtime, "backend" | "instructionSet" | "build">;
}

function originOf({ document, runtime }: CheckpointOrigin) {
  return {
    document: hashJson(document),
    backend: `${runtime.backend} ${runtime.instructionSet} ${runtime.build}`,
  };
}

/** JSON has no infinities, so numbers travel as text. */
const numberAsText = z.string().transform(Number);
const historySchema = z.array(
  z.object({
    epoch: numberAsText,
    metrics: z.record(z.string(), numberAsText),
    divergedAt: z.object({ step: numberAsText, message: z.string() }).exactOptional(),
  }),
);

function encodeHistory(history: readonly EpochRecord[]): string {
  return JSON.stringify(history, (_key, value: unknown) =>
    typeof value === "number" ? String(value) : value,
  );
}

function decodeHistory(text: string): EpochRecord[] {
  let records: unknown;
  try {
    records = JSON.parse(text);
  } catch {
    records = undefined;
  }
  const { data } = historySchema.safeParse(records);
  if (data === undefined) throw unusable("its history cannot be read");
  return data;
}

export function persistentBuffers(plan: Plan): readonly PlanBuffer[] {
  return plan.buffers.filter(({ region }) => region !== "temporary");
}

function contentOf(executor: Executor, { offset, floats }: PlanBuffer): Float32Array | Float64Array {
  return executor.arena.subarray(offset, offset + floats);
}

/** A buffer's content in plain layout, without padding. */
export function readBuffer(executor: Executor, buffer: PlanBuffer): Float32Array | Float64Array {
  return unpack(contentOf(executor, buffer), buffer);
}

/** The inverse of `readBuffer`. */
export function writeBuffer(executor: Executor, buffer: PlanBuffer, values: ArrayLike<number>): void {
  pack(values, buffer, contentOf(executor, buffer));
}
