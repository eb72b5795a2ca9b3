/**
 * Column panels: how a matrix [rows, columns] lies in the arena when it is the right side of a product.
 *
 * Columns are cut into panels of `panelWidth`; a panel is stored row by row without gaps, panels one after the other.
 * A product reads a panel with unit stride. The width is one for all instruction sets, so that a plan, a checkpoint
 * and the order of sums do not depend on the machine. `kernels/panel.h` has the same arithmetic.
 */
import { featureMultiple } from "./padding.ts";

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
