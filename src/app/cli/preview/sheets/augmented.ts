import type { Seed } from "../../../../base/index.ts";
import type { Runtime } from "../../../../learning/runtime/index.ts";
import { gatherBatch } from "../../../../learning/training/index.ts";
import { drawContactSheet } from "../contact-sheet.ts";
import { pictureOf, rangeOf } from "../example-picture.ts";
import { chooseExamples } from "./choose-examples.ts";
import { requireImages, type Sheet, type SheetData } from "./sheet.ts";

export interface AugmentedOptions {
  readonly runtime: Runtime;
  /** Of the training whose epochs are shown. */
  readonly trainingSeed: Seed;
}

/**
 * One example of each class: as the source has it, as the network sees it in evaluation, and as it is trained on in the first
 * epochs. All but the first column are in the network's own values, its lowest black and its highest white.
 */
export function drawAugmented(sheet: SheetData, { runtime, trainingSeed: seed }: AugmentedOptions): Sheet {
  const { dataset, splits, data, name, perClass } = sheet;
  const shape = requireImages(dataset, "an augmented contact sheet");
  const size = shape[0] * shape[1] * shape[2];
  const chosen = chooseExamples({ ...sheet, perClass: 1 });
  const indices = chosen.flatMap((row) => row.indices.slice(0, 1));
  const names = chosen.filter((row) => row.indices.length > 0).map((row) => row.name);
  const epochs = Array.from({ length: perClass }, (_, i) => i + 1);
  const gather = (epoch: number, isAugmented: boolean) =>
    gatherBatch({ data, splits, runtime, seed, epoch, indices, isAugmented });
  const plain = gather(1, false);
  const range = rangeOf(plain);
  const { features } = dataset.examples;
  const source = rangeOf(features);
  const batches = [plain, ...epochs.map((epoch) => gather(epoch, true))];
  const rows = indices.map((index, row) => ({
    name: names[row]!,
    tiles: [
      { picture: pictureOf(features.subarray(index * size, (index + 1) * size), shape, source) },
      ...batches.map((batch) => ({
        picture: pictureOf(batch.subarray(row * size, (row + 1) * size), shape, range),
      })),
    ],
  }));
  const columnTitles = ["source", "scaled", ...epochs.map((epoch) => `epoch ${epoch}`)];
  const title = `${name}: before and after augmentation`;
  return { canvas: drawContactSheet(rows, { title, columnTitles }), shown: indices };
}
