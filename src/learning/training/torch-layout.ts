/** From the plain order of a weight's elements to the order in which PyTorch holds it, and back. */
import type { TorchLayout, WeightDescription } from "../model/index.ts";
import type { Tensor } from "./safetensors.ts";

type Values = Float32Array | Float64Array;

/** The shape that the tensor has in PyTorch. */
export function torchShape({ torch, shape }: Pick<WeightDescription, "torch" | "shape">): readonly number[] {
  return torch?.shape ?? shape;
}

/** @param plain row-major, in the description's shape */
export function toTorch(plain: Values, description: Pick<WeightDescription, "torch" | "shape">): Tensor {
  const { torch } = description;
  if (torch === undefined) return { shape: description.shape, values: plain };
  const values = plain.slice();
  forEachElement(torch, (ours, theirs) => {
    values[theirs] = plain[ours]!;
  });
  return { shape: torch.shape, values };
}

/** The inverse of `toTorch`. */
export function fromTorch(values: Values, { torch }: Pick<WeightDescription, "torch">): Values {
  if (torch === undefined) return values;
  const plain = values.slice();
  forEachElement(torch, (ours, theirs) => {
    plain[ours] = values[theirs]!;
  });
  return plain;
}

/** Visits the elements in PyTorch's order. */
function forEachElement({ view, axes }: TorchLayout, visit: (ours: number, theirs: number) => void): void {
  const strides = view.map((_size, axis) =>
    view.slice(axis + 1).reduce((product, size) => product * size, 1),
  );
  const sizes = axes.map((axis) => view[axis]!);
  const steps = axes.map((axis) => strides[axis]!);
  const count = view.reduce((product, size) => product * size, 1);
  const index = sizes.map(() => 0);
  let ours = 0;
  for (let theirs = 0; theirs < count; theirs++) {
    visit(ours, theirs);
    // An odometer: the last axis turns fastest.
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      ours += steps[axis]!;
      index[axis] = index[axis]! + 1;
      if (index[axis]! < sizes[axis]!) break;
      ours -= steps[axis]! * sizes[axis]!;
      index[axis] = 0;
    }
  }
}
