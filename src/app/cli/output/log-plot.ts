/** A curve over a logarithmic axis, as text for a terminal and as an SVG file. */
import { formatNumber } from "./number.ts";

export interface LogPlot {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** x above 0, rising. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** A value of x to point at. */
  readonly mark?: number | undefined;
}

interface Scale {
  /** 0 to 1 within the plot. */
  x(value: number): number;
  /** 0 at the bottom to 1 at the top; values beyond are cut off. */
  y(value: number): number;
  readonly low: number;
  readonly high: number;
  /** Powers of ten within the plot. */
  readonly decades: readonly number[];
}

/** A curve that shoots up at its end would press the rest flat: twice the range above its beginning is shown. */
function scaleOf({ points }: LogPlot): Scale {
  const xs = points.map(({ x }) => Math.log10(x));
  const ys = points.map(({ y }) => y);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const low = Math.min(...ys);
  const high = Math.max(low + 1e-12, Math.min(Math.max(...ys), ys[0]! + 0.5 * (ys[0]! - low) + 1e-12));
  const decades: number[] = [];
  for (let decade = Math.ceil(left - 1e-9); decade <= right + 1e-9; decade++) decades.push(10 ** decade);
  return {
    x: (value) => (Math.log10(value) - left) / Math.max(right - left, 1e-12),
    y: (value) => Math.min(1, Math.max(0, (value - low) / (high - low))),
    low,
    high,
    decades,
  };
}

/** @param size in characters, of the curve alone */
export function renderLogPlot(plot: LogPlot, size: { columns: number; rows: number }): string {
  const scale = scaleOf(plot);
  const { columns, rows } = size;
  const grid = Array.from({ length: rows }, () => Array.from({ length: columns }, () => " "));
  const column = (x: number) => Math.round(scale.x(x) * (columns - 1));
  const row = (y: number) => Math.round((1 - scale.y(y)) * (rows - 1));
  if (plot.mark !== undefined) for (const line of grid) line[column(plot.mark)] = "│";
  for (const { x, y } of plot.points) grid[row(y)]![column(x)] = "•";
  const labels = new Map([
    [0, formatNumber(scale.high)],
    [rows - 1, formatNumber(scale.low)],
  ]);
  const width = Math.max(...[...labels.values()].map(({ length }) => length));
  const lines = grid.map((cells, i) =>
    `${(labels.get(i) ?? "").padStart(width)} ┤${cells.join("")}`.trimEnd(),
  );
  const axis = Array.from({ length: columns }, () => "─");
  const ticks = Array.from({ length: columns + 8 }, () => " ");
  let free = 0;
  for (const decade of scale.decades) {
    axis[column(decade)] = "┴";
    const text = exponentText(decade);
    if (column(decade) < free) continue;
    ticks.splice(column(decade), text.length, ...text.split(""));
    free = column(decade) + text.length + 1;
  }
  const indent = " ".repeat(width + 2);
  return [
    `${" ".repeat(width + 2)}${plot.yLabel}`,
    ...lines,
    `${" ".repeat(width + 1)}└${axis.join("")}`,
    `${indent}${ticks.join("").trimEnd()}  ${plot.xLabel}`,
  ].join("\n");
}

const exponentText = (value: number) => `1e${Math.round(Math.log10(value))}`;

/** A file of its own: no script, no font, no style sheet from elsewhere. */
export function logPlotSvg(plot: LogPlot): string {
  const scale = scaleOf(plot);
  const [width, height] = [640, 400];
  const area = { left: 64, top: 40, right: 616, bottom: 340 };
  const at = (share: number, from: number, to: number) => (from + share * (to - from)).toFixed(1);
  const x = (value: number) => at(scale.x(value), area.left, area.right);
  const y = (value: number) => at(scale.y(value), area.bottom, area.top);
  const text = (content: string, attributes: string) => `<text ${attributes}>${escapeXml(content)}</text>`;
  const ticks = scale.decades.map(
    (decade) =>
      `<line x1="${x(decade)}" x2="${x(decade)}" y1="${area.top}" y2="${area.bottom}" stroke="#e0e0e0"/>` +
      text(exponentText(decade), `x="${x(decade)}" y="${area.bottom + 20}" text-anchor="middle"`),
  );
  const heights = [scale.low, (scale.low + scale.high) / 2, scale.high].map((value) =>
    text(formatNumber(value), `x="${area.left - 8}" y="${Number(y(value)) + 4}" text-anchor="end"`),
  );
  const path = plot.points.map((point, i) => `${i === 0 ? "M" : "L"}${x(point.x)} ${y(point.y)}`).join("");
  const mark =
    plot.mark === undefined
      ? []
      : [
          `<line x1="${x(plot.mark)}" x2="${x(plot.mark)}" y1="${area.top}" y2="${area.bottom}" stroke="#c0392b" stroke-dasharray="4 3"/>`,
          text(
            formatNumber(plot.mark),
            `x="${x(plot.mark)}" y="${area.top - 6}" text-anchor="middle" fill="#c0392b"`,
          ),
        ];
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12" fill="#333">`,
    `<title>${escapeXml(plot.title)}</title>`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    ...ticks,
    ...heights,
    `<path d="M${area.left} ${area.top}V${area.bottom}H${area.right}" fill="none" stroke="#888"/>`,
    ...mark,
    `<path d="${path}" fill="none" stroke="#1f6fb2" stroke-width="1.8"/>`,
    text(plot.title, `x="${area.left}" y="18" font-size="14"`),
    text(plot.xLabel, `x="${(area.left + area.right) / 2}" y="${height - 16}" text-anchor="middle"`),
    text(
      plot.yLabel,
      `x="18" y="${(area.top + area.bottom) / 2}" text-anchor="middle" transform="rotate(-90 18 ${(area.top + area.bottom) / 2})"`,
    ),
    "</svg>",
  ].join("\n")}\n`;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.codePointAt(0)};`);
}
