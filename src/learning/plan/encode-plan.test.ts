import { describe, expect, it } from "vitest";

import { singleCallPlan } from "../../testing/plan-fixture.ts";
import { encodePhase } from "./encode-plan.ts";
import { kernelNames } from "./kernels/index.ts";

describe("encodePhase", () => {
  const plan = singleCallPlan({
    kernel: "softmaxCrossEntropy",
    dimensions: { examples: 0, classes: 10, stride: 16 },
    batch: 4,
    without: ["mixes", "gradient"],
  });

  it("writes the opcode, then arguments in order: buffers as offsets, -1 for one that is left out", () => {
    const [logits, labels] = plan.buffers;
    expect([...encodePhase(plan, "train")]).toEqual([
      kernelNames.indexOf("softmaxCrossEntropy"),
      logits!.offset,
      labels!.offset,
      -1,
      -1,
      0,
      10,
      16,
      0,
      2,
      12,
    ]);
  });

  it("is empty for a phase without calls", () => {
    expect(encodePhase(plan, "measure")).toHaveLength(0);
  });

  it("refuses a call without one of its arguments", () => {
    const train = { ...plan.phases.train, calls: [{ kernel: "gatherLabels" as const, arguments: {} }] };
    expect(() => encodePhase({ ...plan, phases: { ...plan.phases, train } }, "train")).toThrow(
      expect.objectContaining({ code: "INTERNAL", message: expect.stringContaining("`output` is missing") }),
    );
  });
});
