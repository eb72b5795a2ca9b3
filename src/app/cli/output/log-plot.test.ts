import { expect, test } from "vitest";

import { logPlotSvg, renderLogPlot, type LogPlot } from "./log-plot.ts";

const plot: LogPlot = {
  title: "a < b & c",
  xLabel: "rate",
  yLabel: "loss",
  points: [
    { x: 1e-3, y: 2 },
    { x: 1e-2, y: 2 },
    { x: 1e-1, y: 1 },
    { x: 1, y: 500 },
  ],
  mark: 0.03,
};

test("a plot for a terminal has decades below and cuts off what shoots up", () => {
  expect(renderLogPlot(plot, { columns: 31, rows: 5 })).toBe(
    [
      "     loss",
      "2.5 ┤               │              •",
      "    ┤•         •    │",
      "    ┤               │",
      "    ┤               │",
      "  1 ┤               │    •",
      "    └┴─────────┴─────────┴─────────┴",
      "     1e-3      1e-2      1e-1      1e0  rate",
    ].join("\n"),
  );
});

test("a curve of one height and one point is drawn", () => {
  for (const points of [[{ x: 1, y: 3 }], [0.1, 1, 10].map((x) => ({ x, y: 3 }))]) {
    const flat = { ...plot, points, mark: undefined };
    expect(renderLogPlot(flat, { columns: 20, rows: 4 })).toMatch(/•/);
    expect(logPlotSvg(flat)).not.toMatch(/NaN|Infinity/);
  }
});

test("an SVG stands alone: escaped text, no script, no reference to another file", () => {
  const svg = logPlotSvg(plot);
  expect(svg).toContain("<title>a &#60; b &#38; c</title>");
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 640 400"/);
  expect(svg).not.toMatch(/<script|href|url\(|@import|NaN/);
  expect(svg.match(/stroke-dasharray/g)).toHaveLength(1);
  expect(svg).toMatch(/<path d="M64\.0 [\d.]+L[\d. L]+" fill="none" stroke="#1f6fb2"/);
});
