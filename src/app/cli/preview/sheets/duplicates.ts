import type { DuplicateReport, ReportedPair } from "../../../../learning/data/index.ts";
import { drawContactSheet, type Tile } from "../contact-sheet.ts";
import { pictureOf, rangeOf } from "../example-picture.ts";
import { requireImages, type Sheet, type SheetData } from "./sheet.ts";
import { inRows } from "./suspects.ts";

const pairsInRow = 4;
const mostRows = 12;

/** Pairs side by side, those with different labels first. Of a pair with the test split, which is locked, one side alone. */
export function drawDuplicates({ dataset, name, perClass }: SheetData, report: DuplicateReport): Sheet {
  const shape = requireImages(dataset, "a contact sheet");
  const size = shape[0] * shape[1] * shape[2];
  const { features, labels } = dataset.examples;
  const { task } = dataset;
  const range = rangeOf(features);
  const labelOf = (index: number) =>
    task.kind === "classification" ? task.classes[labels[index]!]! : String(labels[index]);
  const tile = (index: number): Tile => ({
    picture: pictureOf(features.subarray(index * size, (index + 1) * size), shape, range),
    captions: [`#${index}`, labelOf(index)],
  });
  const locked = (index: number): Tile => ({ picture: null, captions: [`test #${index}`, "locked"] });
  const pairs = [
    ...report.train.map((pair) => ({ pair, second: tile })),
    ...report.trainValidation.map((pair) => ({ pair, second: tile })),
    ...(report.test ?? []).map((pair) => ({ pair, second: locked })),
  ]
    .sort((a, b) => rank(a.pair) - rank(b.pair) || a.pair.distance - b.pair.distance)
    .slice(0, pairsInRow * Math.min(mostRows, perClass));
  const tiles = pairs.flatMap(({ pair, second }) => [tile(pair.first), second(pair.second)]);
  const rows = inRows(tiles, 2 * pairsInRow).map((row) => ({ name: "", tiles: row }));
  const title = `${name}: pairs of examples that are nearly equal`;
  return { canvas: drawContactSheet(rows, { title, tileWidth: 70 }), shown: pairs.map(({ pair }) => pair) };
}

const rank = ({ hasSameLabel }: ReportedPair): number => (hasSameLabel === false ? 0 : 1);
