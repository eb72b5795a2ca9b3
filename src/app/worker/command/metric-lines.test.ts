import { describe, expect, test } from "vitest";

import { MetricLines } from "./metric-lines.ts";

/** What is reported, as `metric@step=value`. */
function reported(...chunks: readonly (string | Buffer)[]): string[] {
  const lines = new MetricLines();
  const reports = chunks.flatMap((chunk) => lines.push(Buffer.from(chunk)));
  return [...reports, ...lines.end()].map(({ metric, step, value }) => `${metric}@${step}=${value}`);
}

describe("a line of JSON", () => {
  test.each([
    [`{"loss": 0.5, "step": 3}\n`, ["loss@3=0.5"]],
    [`  {"loss": 0.5}  \r\n`, ["loss@1=0.5"]],
    [`{"loss": 0.5}`, ["loss@1=0.5"]],
    [`{"val/acc": 1, "note": "x", "ok": true, "list": [1]}\n`, ["val/acc@1=1"]],
    [`{"val": {"loss": 1, "deep": {"f1": 2}}}\n`, ["val.loss@1=1", "val.deep.f1@1=2"]],
    [`{"loss": NaN, "a": -Infinity, "b": "NaN"}\n`, ["loss@1=NaN", "a@1=-Infinity"]],
    [`{"_step": 2, "_runtime": 3.5, "_timestamp": 1e9, "loss": 1}\n`, ["loss@2=1"]],
    [` 50%|#####     \r100%|##########\r{"loss": 1}\n`, ["loss@1=1"]],
  ])("%j", (text, expected) => {
    expect(reported(text)).toEqual(expected);
  });

  test.each(["loss: 0.5", "[1, 2]", "{not json}", "{}", "3", "", `{"text": "only"}`, `log {"loss": 1}`])(
    "%j is log",
    (text) => {
      expect(reported(`${text}\n`)).toEqual([]);
    },
  );
});

describe("steps", () => {
  test("are counted for each metric by itself where a program gives none", () => {
    expect(reported(`{"loss": 3}\n{"loss": 2}\n{"acc": 1}\n{"loss": 1}\n`)).toEqual([
      "loss@1=3",
      "loss@2=2",
      "acc@1=1",
      "loss@3=1",
    ]);
  });

  test("that begin with 0 are counted from 1", () => {
    expect(reported(`{"loss": 3, "step": 0}\n{"loss": 2, "step": 10}\n`)).toEqual(["loss@1=3", "loss@11=2"]);
  });

  test("that have passed are not taken, the same one is taken again", () => {
    const text = [5, 5, 4, 6].map((step) => `{"loss": 1, "step": ${step}}\n`).join("");
    expect(reported(text)).toEqual(["loss@5=1", "loss@5=1", "loss@6=1"]);
  });
});

describe("pieces of output", () => {
  test("are put together, in the middle of a letter too", () => {
    const bytes = Buffer.from(`{"größe": 1}\n`);
    const middle = bytes.indexOf(0xc3) + 1;
    expect(reported(bytes.subarray(0, middle), bytes.subarray(middle))).toEqual(["größe@1=1"]);
  });

  test("of a line without end are let go", () => {
    const lines = new MetricLines();
    for (let i = 0; i < 30; i++) expect(lines.push(Buffer.alloc(100_000, "x"))).toEqual([]);
    expect(lines.push(Buffer.from(`{"a": 1}\n{"b": 2}\n`)).map(({ metric }) => metric)).toEqual(["b"]);
    expect(lines.metrics).toEqual(["b"]);
  });
});
