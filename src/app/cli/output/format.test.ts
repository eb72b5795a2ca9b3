import { describe, expect, test } from "vitest";

import { formatDuration, parseDuration } from "./duration.ts";
import { formatBytes, formatNumber, formatValue } from "./number.ts";
import { sparkline } from "./sparkline.ts";
import { colorStyle, fitText, textWidth } from "./style.ts";
import { renderFields, renderTable } from "./table.ts";

test.each([
  [0, "0"],
  [-0, "0"],
  [42, "42"],
  [1_234_567, "1234567"],
  [0.83444, "0.8344"],
  [12.3456, "12.35"],
  [12_345.6, "12346"],
  [0.001, "0.001"],
  [1e-4, "1e-4"],
  [0.000123456, "1.235e-4"],
  [-2.5e-10, "-2.5e-10"],
  [3e9, "3e9"],
  [Number.NaN, "NaN"],
  [Number.NEGATIVE_INFINITY, "-inf"],
])("the number %d is shown as %s", (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test("other values are shown as a person writes them", () => {
  expect([["a", 1e-5], "relu", null, true, { a: 1 }].map(formatValue)).toEqual([
    "[a, 1e-5]",
    "relu",
    "null",
    "true",
    '{"a":1}',
  ]);
  expect([0, 999, 1000, 25_300_000_000].map(formatBytes)).toEqual(["0 B", "999 B", "1 kB", "25.3 GB"]);
});

describe("durations", () => {
  test.each([
    [0, "0 ms"],
    [340, "340 ms"],
    [4200, "4.2 s"],
    [59_940, "59.9 s"],
    [59_960, "1m 00s"],
    [125_000, "2m 05s"],
    [3_599_700, "1h 00m"],
    [3_720_000, "1h 02m"],
    [90_000_000, "1d 01h"],
  ])("%d ms is %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test("are read in every unit and in several", () => {
    expect(
      ["500ms", "30s", "1.5m", "2h", "1h30m", "1d"].map((text) => parseDuration(text, "--time-limit")),
    ).toEqual([500, 30_000, 90_000, 7_200_000, 5_400_000, 86_400_000]);
  });

  test.each(["", "30", "s", "0s", "-3s", "3 s", "1h30"])("%j is no length of time", (text) => {
    expect(() => parseDuration(text, "--time-limit")).toThrow("--time-limit: expected a length of time > 0");
  });
});

describe("sparklines", () => {
  test("go from the lowest to the highest bar", () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8)).toBe("▁▂▃▄▅▆▇█");
  });

  test("of many values show the last of each column and never exceed the width", () => {
    // Columns hold [0], [9, 1], [9, 2]: the last of each is 0, 1, 2.
    expect(sparkline([0, 9, 1, 9, 2], 3)).toBe(sparkline([0, 1, 2], 3));
    const rising = Array.from({ length: 1000 }, (_, i) => i);
    expect(textWidth(sparkline(rising, 20))).toBe(20);
  });

  test("a flat curve is a line, a missing value a gap, no value nothing", () => {
    expect(sparkline([5, 5, 5], 8)).toBe("▄▄▄");
    expect(sparkline([1, null, Number.NaN, 2], 8)).toBe("▁  █");
    expect(sparkline([], 8)).toBe("");
    expect(sparkline([1], 0)).toBe("");
  });
});

describe("text on a terminal", () => {
  test("emphasis takes no room, wide characters take two columns", () => {
    expect(textWidth(colorStyle.good("abc"))).toBe(3);
    expect(textWidth("日本")).toBe(4);
  });

  test("is cut to the width, and its emphasis closed", () => {
    expect(fitText("abcdef", 6)).toBe("abcdef");
    expect(fitText("abcdef", 4)).toBe("abc…");
    expect(fitText(colorStyle.good("abcdef"), 4)).toBe("\u001B[32mabc…\u001B[0m");
  });
});

describe("tables", () => {
  const columns = [{ title: "name" }, { title: "n", align: "right" as const }];

  test("align text left and numbers right, without blanks at the end of a line", () => {
    expect(
      renderTable(columns, [
        ["a", "1"],
        ["long name", "200"],
      ]),
    ).toBe("name         n\na            1\nlong name  200");
    expect(renderTable([{ title: "a" }, { title: "b" }], [["x", ""]])).toBe("a  b\nx");
  });

  test("shrink their widest column to the terminal", () => {
    expect(renderTable(columns, [["a very long name indeed", "1"]], { width: 15 })).toBe(
      "name          n\na very long…  1",
    );
  });

  test("let no control characters of a record reach the terminal", () => {
    expect(renderTable([{ title: "t" }], [["a\u001B]0;x\u0007b\nc\u001B[31md"]])).toBe(
      "t\na]0;xb c\u001B[31md",
    );
  });

  test("fields are padded to one width", () => {
    expect(
      renderFields([
        ["a", "1"],
        ["long", "2"],
      ]),
    ).toBe("a     1\nlong  2");
  });
});
