/**
 * The names and layouts under which files hold what a plan keeps: weights as PyTorch names and lays them out, the
 * optimiser's state of a weight beside it as `optimizer/<weight>.<state>`, laid out like the weight.
 */
import type { CompiledModel } from "../compiler/index.ts";
import type { WeightDescription } from "../model/index.ts";
import { elementsOf, pack, unpack, type PlanBuffer } from "../plan/index.ts";
import type { Executor } from "../runtime/index.ts";
import type { BestWeights } from "./best-weights.ts";
import type { Tensor } from "./safetensors.ts";
import { fromTorch, torchShape, toTorch } from "./torch-layout.ts";

/** A buffer with the tensor that stands for it in a file. */
export interface NamedBuffer {
  readonly name: string;
  readonly buffer: PlanBuffer;
  /** How PyTorch lays it out. */
  readonly description: Pick<WeightDescription, "torch" | "shape">;
}

/** Everything that outlives a step: weights, running statistics, the optimiser's state. */
export function namedBuffers({ plan, weights }: CompiledModel): readonly NamedBuffer[] {
  const descriptions = weights.map(({ description }) => description);
  return plan.buffers
    .filter(({ region }) => region !== "temporary")
    .map((buffer) => {
      const owner = ownerOf(buffer, descriptions);
      const isLikeOwner = owner !== undefined && elementsOf(owner.shape) === elementsOf(buffer.shape);
      return {
        name: buffer.region === "weights" ? buffer.name : `optimizer/${buffer.name}`,
        buffer,
        description: isLikeOwner ? owner : { shape: buffer.shape },
      };
    });
}

/** The weight that a buffer is or belongs to; of several the one with the longest name. */
function ownerOf(
  { name }: PlanBuffer,
  descriptions: readonly WeightDescription[],
): WeightDescription | undefined {
  return descriptions
    .filter((weight) => name === weight.name || name.startsWith(`${weight.name}.`))
    .toSorted((a, b) => b.name.length - a.name.length)[0];
}

export function shapeOf({ description }: NamedBuffer): readonly number[] {
  return torchShape(description);
}

/** @param source the arena as it is, or the best weights */
export function readTensor(
  { buffer, description }: NamedBuffer,
  source: Pick<Executor, "arena"> | BestWeights,
): Tensor {
  return toTorch(unpack(contentOf(buffer, source), buffer), description);
}

/** Takes values that `readTensor` gave. @param target a buffer's content, as it lies in the arena */
export function writeTensor(
  { buffer, description }: NamedBuffer,
  values: Float32Array | Float64Array,
  target: Float32Array | Float64Array,
): void {
  pack(fromTorch(values, description), buffer, target);
}

/** @param values plain row-major */
export function writeBuffer(
  executor: Pick<Executor, "arena">,
  buffer: PlanBuffer,
  values: ArrayLike<number>,
): void {
  pack(values, buffer, contentOf(buffer, executor));
}

/** A buffer's floats, padding included. */
export function contentOf(
  buffer: PlanBuffer,
  source: Pick<Executor, "arena"> | BestWeights,
): Float32Array | Float64Array {
  if (!("arena" in source)) return source.contentOf(buffer);
  return source.arena.subarray(buffer.offset, buffer.offset + buffer.floats);
}
