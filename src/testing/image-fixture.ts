/** Small images to augment: written as text, and read back as what a network sees of them. */
import { toSeed } from "../base/index.ts";
import type { AugmentationDocument, TrainingSplits } from "../learning/data/index.ts";
import { dataSchema } from "../learning/data/index.ts";
import type { Runtime } from "../learning/runtime/index.ts";
import { gatherBatch } from "../learning/training/index.ts";

/** One splits object over images of one shape; both splits hold all of them. */
export function imageSplits(
  images: readonly ArrayLike<number>[],
  { shape, source = "bytes" }: { shape: readonly [number, number, number]; source?: "bytes" | "floats" },
): TrainingSplits {
  const values = images.flatMap((image) => Array.from(image));
  const features = source === "bytes" ? Uint8Array.from(values) : Float32Array.from(values);
  const examples = { count: images.length, shape, features, labels: new Uint8Array(images.length) };
  const indices = Int32Array.from(images, (_, index) => index);
  const split = { examples, indices };
  return { train: split, validation: split, task: { kind: "classification", classes: ["a", "b"] }, shape };
}

/** Rows of `#` (255) and `.` (0) as a grey image. */
export function drawnImage(...rows: readonly string[]): {
  pixels: number[];
  shape: [number, number, number];
} {
  const pixels = rows.flatMap((row) => [...row].map((sign) => (sign === "#" ? 255 : 0)));
  return { pixels, shape: [rows.length, rows[0]!.length, 1] };
}

export interface AugmentedOptions {
  readonly augmentation: Partial<Record<keyof AugmentationDocument, unknown>>;
  readonly runtime: Runtime;
  readonly seed?: number;
  readonly epoch?: number;
  /** Defaults to all examples in order. */
  readonly indices?: ArrayLike<number>;
}

/** What a network sees of augmented images, with defaults of the document filled in. */
export function augmented(
  splits: TrainingSplits,
  { augmentation, runtime, seed = 1, epoch = 1, indices = splits.train.indices }: AugmentedOptions,
): Float32Array {
  const data = dataSchema.parse({ dataset: "digits", augmentation });
  return gatherBatch({ data, splits, runtime, seed: toSeed(seed), epoch, indices });
}

/** A grey image of values from 0 to 1 as rows of `#`, `.` and, between them, `+`. */
export function rowsOf(values: ArrayLike<number>, width: number): string[] {
  const signs = Array.from(values, (value) => (value > 0.9999 ? "#" : value < 0.0001 ? "." : "+"));
  return Array.from({ length: signs.length / width }, (_, y) =>
    signs.slice(y * width, (y + 1) * width).join(""),
  );
}
