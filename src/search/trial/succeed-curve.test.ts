import { describe, expect, it } from "vitest";

import { succeedCurve } from "./succeed-curve.ts";

const point = (step: number, value: number) => ({ metric: "m", step, time: 0, value });
const stored = [1, 2, 3, 4].map((step) => ({ ...point(step, step), attempt: 1 }));
const shape = (curve: ReturnType<typeof succeedCurve>) =>
  curve.map(({ step, attempt }) => `${step}@${attempt}`);

describe("succeedCurve", () => {
  it("what a later attempt reports takes the place of the earlier attempt's later steps", () => {
    expect(shape(succeedCurve(stored, [point(2, 9)], 2))).toEqual(["1@1", "2@2"]);
  });

  it("the same attempt replaces only the step that it names", () => {
    expect(shape(succeedCurve(stored, [point(2, 9)], 1))).toEqual(["1@1", "2@1", "3@1", "4@1"]);
    expect(succeedCurve(stored, [point(2, 9)], 1)[1]!.value).toBe(9);
  });

  it("an attempt that goes on from a checkpoint keeps what came before it", () => {
    expect(shape(succeedCurve(stored, [point(5, 9)], 2))).toEqual(["1@1", "2@1", "3@1", "4@1", "5@2"]);
  });

  it("nothing added changes nothing", () => {
    expect(succeedCurve(stored, [], 2)).toEqual(stored);
  });
});
