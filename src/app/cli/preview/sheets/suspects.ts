import type { LabelSuspect } from "../../../../learning/training/index.ts";
import { drawContactSheet } from "../contact-sheet.ts";
import { pictureOf, rangeOf } from "../example-picture.ts";
import { requireImages, type Sheet, type SheetData } from "./sheet.ts";

const columns = 8;
const mostShown = 64;

/** The clearest suspects first: given label, and the likely one with its probability. */
export function drawSuspects(
  { dataset, name, perClass }: SheetData,
  { suspects, classes }: { readonly suspects: readonly LabelSuspect[]; readonly classes: readonly string[] },
): Sheet {
  const shape = requireImages(dataset, "a contact sheet");
  const size = shape[0] * shape[1] * shape[2];
  const { features } = dataset.examples;
  const range = rangeOf(features);
  const shown = suspects.slice(0, Math.min(mostShown, perClass * columns));
  const tiles = shown.map(({ index, given, likely, likelyProbability }) => ({
    picture: pictureOf(features.subarray(index * size, (index + 1) * size), shape, range),
    captions: [`#${index} ${classes[given]}`, `→ ${classes[likely]} ${likelyProbability.toFixed(2)}`],
  }));
  const rows = inRows(tiles, columns).map((row) => ({ name: "", tiles: row }));
  return { canvas: drawContactSheet(rows, { title: `${name}: label suspects`, tileWidth: 112 }), shown };
}

export function inRows<T>(items: readonly T[], length: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / length) }, (_, row) =>
    items.slice(row * length, (row + 1) * length),
  );
}
