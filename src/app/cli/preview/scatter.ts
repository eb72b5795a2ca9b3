/** Points of the plane, coloured by their class or value. */
import type { Split, Task } from "../../../learning/data/index.ts";
import { formatNumber } from "../output/number.ts";
import { Canvas, faintInk, fitted, line, textHeight, white } from "./canvas.ts";
import { colorOfClass, colorOfValue } from "./palette.ts";

const side = 560;
const margin = 14;
const legendWidth = 150;
/** More points hide each other. */
const mostPoints = 4000;
const gridLines = 4;

/** The first so many examples of the split, in its order, so that no class lies on top of the others. */
export function drawScatter(
  { examples, indices }: Split,
  { task, title }: { readonly task: Task; readonly title: string },
): Canvas {
  const shown = indices.subarray(0, mostPoints);
  const [x, y] = [0, 1].map((axis) => rangeOfAxis(examples.features, { indices: shown, axis }));
  const top = margin + textHeight(2) + 8;
  const canvas = new Canvas(margin * 3 + side + legendWidth, top + side + margin + textHeight() + 6);
  canvas.text(margin, margin, title, { scale: 2 });
  canvas.rectangle({ x: margin, y: top, width: side, height: side }, white);
  for (let i = 0; i <= gridLines; i++) {
    const at = Math.round((i * (side - 1)) / gridLines);
    canvas.rectangle({ x: margin + at, y: top, width: 1, height: side }, line);
    canvas.rectangle({ x: margin, y: top + at, width: side, height: 1 }, line);
  }
  const targets = task.kind === "regression" ? task.targetNames.length : 1;
  const values = Float64Array.from(shown, (index) => examples.labels[index * targets]!);
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const colorOf = (value: number) =>
    task.kind === "classification" ? colorOfClass(value) : colorOfValue((value - low) / (high - low || 1));
  const radius = shown.length > 1500 ? 1.5 : shown.length > 500 ? 2 : 3;
  shown.forEach((index, i) => {
    const place = (axis: number, { from, to }: AxisRange) =>
      ((examples.features[index * 2 + axis]! - from) / (to - from)) * (side - 1);
    // Upwards is more.
    const [across, up] = [place(0, x!), place(1, y!)];
    canvas.disc(margin + across, top + side - 1 - up, { radius, color: colorOf(values[i]!) });
  });
  const below = top + side + 6;
  const ends = (axis: AxisRange) => `${formatNumber(axis.from)} to ${formatNumber(axis.to)}`;
  canvas.text(margin, below, `across ${ends(x!)}, up ${ends(y!)}`, { color: faintInk });
  const names =
    task.kind === "classification" ? task.classes : [low, (low + high) / 2, high].map(formatNumber);
  const colors = task.kind === "classification" ? names.map((_, i) => i) : [low, (low + high) / 2, high];
  names.forEach((name, index) => {
    const down = top + 6 + index * (textHeight() + 7);
    const legend = margin * 2 + side;
    canvas.disc(legend + 4, down + 3, { radius: 4, color: colorOf(colors[index]!) });
    canvas.text(legend + 14, down, fitted(name, legendWidth - 14));
  });
  return canvas;
}

interface AxisRange {
  readonly from: number;
  readonly to: number;
}

/** With a twentieth of room on each side. */
function rangeOfAxis(
  features: ArrayLike<number>,
  { indices, axis }: { readonly indices: Int32Array; readonly axis: number },
): AxisRange {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const index of indices) {
    const value = features[index * 2 + axis]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const room = (high - low) / 20 || 1;
  return { from: low - room, to: high + room };
}
