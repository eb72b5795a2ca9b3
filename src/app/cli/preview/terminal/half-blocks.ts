import type { Picture } from "../canvas.ts";

/** The upper half of a cell in one colour on a background of another: two pixels. */
const upperHalf = "\u2580";

/** The picture in at most `columns` columns: every cell two pixels, one above the other, in true colours. */
export function halfBlocks(picture: Picture, columns: number): string {
  const width = Math.min(picture.width, columns);
  const step = picture.width / width;
  const height = Math.max(1, Math.round(picture.height / step));
  const lines: string[] = [];
  for (let row = 0; row < height; row += 2) {
    let line = "";
    let [last, lastBelow] = ["", ""];
    for (let column = 0; column < width; column++) {
      const above = colorAt(picture, { row, column, step });
      const below = row + 1 < height ? colorAt(picture, { row: row + 1, column, step }) : undefined;
      if (above !== last) line += `\u001B[38;2;${above}m`;
      const background = below === undefined ? "49" : `48;2;${below}`;
      if (background !== lastBelow) line += `\u001B[${background}m`;
      [last, lastBelow] = [above, background];
      line += upperHalf;
    }
    lines.push(`${line}\u001B[0m`);
  }
  return lines.join("\n");
}

/** The mean of the pixels that fall onto one: `red;green;blue`. */
function colorAt(
  { width, height, pixels }: Picture,
  { row, column, step }: { readonly row: number; readonly column: number; readonly step: number },
): string {
  const [top, left] = [Math.floor(row * step), Math.floor(column * step)];
  const bottom = Math.min(height, Math.max(top + 1, Math.floor((row + 1) * step)));
  const right = Math.min(width, Math.max(left + 1, Math.floor((column + 1) * step)));
  const sums = [0, 0, 0];
  for (let y = Math.min(top, height - 1); y < bottom; y++) {
    for (let x = left; x < right; x++) {
      for (let color = 0; color < 3; color++) sums[color]! += pixels[(y * width + x) * 3 + color]!;
    }
  }
  const count = (bottom - Math.min(top, height - 1)) * (right - left);
  return sums.map((sum) => Math.round(sum / count)).join(";");
}
