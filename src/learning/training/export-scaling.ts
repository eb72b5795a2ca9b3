import type { FeatureScaling, TableEncoding } from "../data/index.ts";
import type { Shape } from "../model/index.ts";
import type { Tensor } from "./safetensors.ts";
import { toTorch } from "./torch-layout.ts";

export interface ScaledInputs {
  /** Of one example. */
  readonly shape: Shape;
  readonly scaling: FeatureScaling;
  /** What the columns of a table became before they were scaled. */
  readonly table: TableEncoding | undefined;
}

export interface ExportedScaling {
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** One number each or one for each channel; else the names of the tensors. */
  readonly metadata: {
    readonly scale: readonly number[] | string;
    readonly shift: readonly number[] | string;
  };
}

const names = { scale: "preprocessing.scale", shift: "preprocessing.shift" };

/**
 * What is done to inputs before the first layer: x * scale + shift, where x is the value as it is held, of bytes 0 to 255.
 * Numbers that are alike over all pixels go into the metadata, others into tensors shaped like an input, images as
 * [channels, height, width].
 */
export function exportScaling({
  shape,
  scaling: { scale, shift },
}: Omit<ScaledInputs, "table">): ExportedScaling {
  const isImage = shape.length === 3;
  const channels = isImage ? shape[2]! : 1;
  const isAlike = (values: Float64Array) =>
    values.every((value, feature) => value === values[feature % Math.min(channels, values.length)]);
  if (isAlike(scale) && isAlike(shift)) {
    return {
      tensors: {},
      metadata: { scale: [...scale.subarray(0, channels)], shift: [...shift.subarray(0, channels)] },
    };
  }
  const [height, width] = shape;
  const torch = { view: shape, axes: [2, 0, 1], shape: [channels, height!, width!] };
  const tensorOf = (values: Float64Array) =>
    toTorch(Float32Array.from(values), isImage ? { shape, torch } : { shape });
  return { tensors: { [names.scale]: tensorOf(scale), [names.shift]: tensorOf(shift) }, metadata: names };
}
