import { TunesmithError, type Seed } from "../../../../base/index.ts";
import type { DataDocument, Dataset, TrainingSplits } from "../../../../learning/data/index.ts";
import type { Canvas } from "../canvas.ts";
import { isImageShape, type ImageShape } from "../example-picture.ts";

/** What sheets are drawn from. */
export interface SheetData {
  readonly dataset: Dataset;
  readonly splits: TrainingSplits;
  readonly data: DataDocument;
  /** Decides which examples are shown. */
  readonly seed: Seed;
  readonly perClass: number;
  /** The first line of the sheet begins with it. */
  readonly name: string;
  readonly onProgress?: ((progress: { what: string; done: number; total: number }) => void) | undefined;
}

export interface Sheet {
  readonly canvas: Canvas;
  /** What is shown, for `--json`: one entry for each picture or pair. */
  readonly shown: readonly unknown[];
}

/**
 * @param instead what somebody with other examples can do
 * @throws INVALID_USAGE when the examples are no images
 */
export function requireImages(
  { shape, name }: Dataset,
  what: string,
  instead = "Points of the plane and tables are shown without options.",
): ImageShape {
  if (isImageShape(shape)) return shape;
  throw new TunesmithError("INVALID_USAGE", {
    message: `preview: ${what} needs images, got examples of shape [${shape.join(", ")}] in \`${name}\`.`,
    hint: instead,
  });
}
