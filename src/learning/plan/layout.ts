/**
 * How the elements of a buffer lie. Channels and features are padded to whole vectors, so a logical index becomes a
 * place by cutting it into runs: `run` consecutive elements lie side by side, and the next run begins `stride` floats
 * after the start of the one before.
 *
 * rows: the runs follow one another. The values of one example, biases, statistics.
 *
 * panels: a matrix [rows, columns] whose last dimension are the columns, in column panels (`panel-layout.ts`); the runs
 * are of its rows. Everything that is the right side of a product.
 */
import { padFeatures } from "./padding.ts";
import { panelIndex } from "./panel-layout.ts";

export interface Layout {
  readonly kind: "rows" | "panels";
  readonly run: number;
  readonly stride: number;
}

/** What a layout lays out. */
export interface LaidOut {
  /** Without padding. */
  readonly shape: readonly number[];
  readonly layout: Layout;
}

/** Rows whose last dimension is padded: the layout of values and biases unless something else is said. */
export function paddedRows(shape: readonly number[]): Layout {
  const run = shape.at(-1) ?? 1;
  return { kind: "rows", run, stride: padFeatures(run) };
}

/** Panels with the rows in the given runs, which are those of the values on the left of the product. */
export function panelsOf({ run, stride }: Pick<Layout, "run" | "stride">): Layout {
  return { kind: "panels", run, stride };
}

export const elementsOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

/** Floats that a buffer takes, padding included. */
export function floatsOf({ shape, layout }: LaidOut): number {
  if (layout.kind === "rows") return (elementsOf(shape) / layout.run) * layout.stride;
  const { rows, columns } = paddedMatrix({ shape, layout });
  return rows * columns;
}

/** Copies plain row-major values to their places. Padding is left as it is. */
export function pack(plain: ArrayLike<number>, laidOut: LaidOut, content: Float32Array | Float64Array): void {
  forEachPlace(laidOut, (index, place) => {
    content[place] = plain[index]!;
  });
}

/** The inverse of `pack`, in the precision of the content. */
export function unpack<Values extends Float32Array | Float64Array>(
  content: Values,
  laidOut: LaidOut,
): Values {
  const plain = content.slice(0, elementsOf(laidOut.shape)) as Values;
  forEachPlace(laidOut, (index, place) => {
    plain[index] = content[place]!;
  });
  return plain;
}

function paddedMatrix({ shape, layout: { run, stride } }: LaidOut): { rows: number; columns: number } {
  return { rows: (elementsOf(shape.slice(0, -1)) / run) * stride, columns: padFeatures(shape.at(-1)!) };
}

function forEachPlace(laidOut: LaidOut, visit: (index: number, place: number) => void): void {
  const { shape, layout } = laidOut;
  const { kind, run, stride } = layout;
  const count = elementsOf(shape);
  const inRuns = (index: number) => Math.floor(index / run) * stride + (index % run);
  if (kind === "rows") {
    for (let index = 0; index < count; index++) visit(index, inRuns(index));
    return;
  }
  const padded = paddedMatrix(laidOut);
  const columns = shape.at(-1)!;
  for (let index = 0; index < count; index++) {
    const row = inRuns(Math.floor(index / columns));
    visit(index, panelIndex(row, index % columns, padded));
  }
}
