import { expect, it } from "vitest";

import { parseComparison, parseExpression } from "./expression.ts";

const values: Readonly<Record<string, number>> = { "training.epochs": 40, batch: 64, x: -3 };
const evaluate = (text: string) => parseExpression(text, "test").value((name) => values[name]!);

it.each([
  ["training.epochs / 10", 4],
  ["1 + 2 * 3", 7],
  ["(1 + 2) * 3", 9],
  ["2 ** 3 ** 2", 512],
  ["-2 ** 2", -4],
  ["2 ** -1", 0.5],
  ["10 - 4 - 3", 3],
  ["20 / 2 / 5", 2],
  ["7 % 4", 3],
  ["1.5e-3 * 1e3", 1.5],
  [".5 + 1.", 1.5],
  ["round(batch / 48)", 1],
  ["max(1, floor(x / 2), 0)", 1],
  ["min(batch, 32) + abs(x)", 35],
  ["log2(batch) + log10(100) + log(exp(1)) + sqrt(4) + ceil(0.1)", 12],
  ["--x", -3],
])("%s is %d", (text, expected) => {
  expect(evaluate(text)).toBeCloseTo(expected, 12);
});

it("names are reported once each", () => {
  expect(parseExpression("batch + training.epochs * batch", "test").names).toEqual([
    "batch",
    "training.epochs",
  ]);
});

it.each([
  ["batch <= 64", true],
  ["batch < 64", false],
  ["batch >= 64", true],
  ["batch > 63.5", true],
  ["batch / 2 == 32", true],
])("%s is %s", (text, expected) => {
  expect(parseComparison(text, "test").holds((name) => values[name]!)).toBe(expected);
});
