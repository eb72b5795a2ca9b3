/** Pictures in rows with a name in front of each, and words below each picture. */
import { Canvas, faintInk, fitted, ink, line, textHeight, textWidthOf, type Picture } from "./canvas.ts";
import { enlargementOf } from "./example-picture.ts";

export interface Tile {
  /** Null is drawn as an empty frame. */
  readonly picture: Picture | null;
  /** Below the picture, one line each; all tiles of a sheet have as many lines as the one with the most. */
  readonly captions?: readonly string[];
}

export interface SheetRow {
  /** In front of the row. */
  readonly name: string;
  readonly tiles: readonly Tile[];
}

export interface SheetOptions {
  readonly title: string;
  /** Above each column. */
  readonly columnTitles?: readonly string[];
  /** Narrowest tile, so that captions can be read, in pixels. */
  readonly tileWidth?: number;
}

const margin = 12;
const gap = 6;
const captionGap = 3;
const titleScale = 2;
const nameScale = 2;
const longestName = 16;

export function drawContactSheet(rows: readonly SheetRow[], options: SheetOptions): Canvas {
  const { title, columnTitles = [], tileWidth = 0 } = options;
  const tiles = rows.flatMap((row) => row.tiles);
  const pictures = tiles.flatMap(({ picture }) => (picture === null ? [] : [picture]));
  const widest = Math.max(...pictures.map((picture) => picture.width * enlargementOf(picture)));
  const highest = Math.max(...pictures.map((picture) => picture.height * enlargementOf(picture)));
  const cell = Math.max(widest, tileWidth);
  const captionLines = Math.max(0, ...tiles.map(({ captions = [] }) => captions.length));
  const captionHeight = captionLines * (textHeight() + captionGap) + (captionLines > 0 ? captionGap : 0);
  const namesWidth = Math.max(...rows.map(({ name }) => textWidthOf(shortened(name), nameScale)));
  const left = margin + (namesWidth > 0 ? namesWidth + 2 * gap : 0);
  const columns = Math.max(...rows.map((row) => row.tiles.length));
  const titled = margin + textHeight(titleScale) + gap;
  const top = titled + (columnTitles.length > 0 ? textHeight() + gap : 0);
  const rowHeight = highest + captionHeight + gap;
  const width = Math.max(
    left + columns * (cell + gap) - gap + margin,
    2 * margin + textWidthOf(title, titleScale),
  );
  const canvas = new Canvas(width, top + rows.length * rowHeight - gap + margin);
  canvas.text(margin, margin, title, { scale: titleScale });
  columnTitles.forEach((text, column) => {
    canvas.text(left + column * (cell + gap), titled, fitted(text, cell), { color: faintInk });
  });
  rows.forEach((row, index) => {
    const y = top + index * rowHeight;
    const middle = y + Math.floor((highest - textHeight(nameScale)) / 2) + nameScale;
    canvas.text(margin, middle, shortened(row.name), { scale: nameScale });
    row.tiles.forEach((tile, column) => {
      drawTile(canvas, tile, { x: left + column * (cell + gap), y, cell, highest });
    });
  });
  return canvas;
}

const shortened = (name: string): string =>
  fitted(name, textWidthOf("m".repeat(longestName), nameScale), nameScale);

interface Place {
  readonly x: number;
  readonly y: number;
  readonly cell: number;
  readonly highest: number;
}

function drawTile(canvas: Canvas, { picture, captions = [] }: Tile, { x, y, cell, highest }: Place): void {
  if (picture === null) canvas.rectangle({ x, y, width: Math.min(cell, highest), height: highest }, line);
  else canvas.picture(x, y, { picture, scale: enlargementOf(picture) });
  captions.forEach((caption, index) => {
    const down = y + highest + captionGap + index * (textHeight() + captionGap);
    canvas.text(x, down, fitted(caption, cell), { color: index === 0 ? ink : faintInk });
  });
}
