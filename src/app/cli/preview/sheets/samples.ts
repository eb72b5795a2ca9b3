import { drawContactSheet } from "../contact-sheet.ts";
import { pictureOf, rangeOf } from "../example-picture.ts";
import { chooseExamples } from "./choose-examples.ts";
import { requireImages, type Sheet, type SheetData } from "./sheet.ts";

/** Training examples as the source has them, a row for each class. */
export function drawSamples(sheet: SheetData): Sheet {
  const { dataset, name } = sheet;
  const shape = requireImages(dataset, "a contact sheet");
  const { features } = dataset.examples;
  const size = shape[0] * shape[1] * shape[2];
  const range = rangeOf(features);
  const chosen = chooseExamples(sheet);
  const rows = chosen.map((row) => ({
    name: row.name,
    tiles: row.indices.map((index) => ({
      picture: pictureOf(features.subarray(index * size, (index + 1) * size), shape, range),
    })),
  }));
  return { canvas: drawContactSheet(rows, { title: `${name}: training examples` }), shown: chosen };
}
