/**
 * Column panels: how a matrix [rows, columns] lies in the arena when it is the right side of a product.
 *
 * Columns are cut into panels of `panelWidth`; a panel is stored row by row without gaps, panels one after the other.
 * A product reads a panel with unit stride. The width is one for all instruction sets, so that a plan, a checkpoint
 * and the order of sums do not depend on the machine. `kernels/panel.h` has the same arithmetic.
 */
import { featureMultiple, padFeatures } from "./padding.ts";

/** Two vectors of 16 floats: the widest tile of the widest instruction set. */
const panelWidth = 2 * featureMultiple;

/** Index of element (row, column) of a panel matrix. @param columns a multiple of `featureMultiple`. */
export function panelIndex(
  row: number,
  column: number,
  { rows, columns }: { rows: number; columns: number },
): number {
  const panelStart = column - (column % panelWidth);
  const width = Math.min(panelWidth, columns - panelStart);
  return panelStart * rows + row * width + (column - panelStart);
}

/** Copies plain [rows, columns] into padded panels. Padding is left as it is. */
export function packPanels(
  plain: ArrayLike<number>,
  { rows, columns, panels }: { rows: number; columns: number; panels: Float32Array | Float64Array },
): void {
  const padded = { rows: padFeatures(rows), columns: padFeatures(columns) };
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      panels[panelIndex(row, column, padded)] = plain[row * columns + column]!;
    }
  }
}

/** The inverse of `packPanels`, in the precision of the panels. */
export function unpackPanels<Values extends Float32Array | Float64Array>(
  panels: Values,
  { rows, columns }: { rows: number; columns: number },
): Values {
  const padded = { rows: padFeatures(rows), columns: padFeatures(columns) };
  const plain = panels.slice(0, rows * columns) as Values;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      plain[row * columns + column] = panels[panelIndex(row, column, padded)]!;
    }
  }
  return plain;
}
