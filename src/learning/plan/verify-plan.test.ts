import { describe, expect, it } from "vitest";

import { compileFixture } from "../../testing/model-fixture.ts";
import type { KernelName } from "./kernels/index.ts";
import type { BufferId, KernelCall, Plan, PlanBuffer } from "./plan.ts";
import { verifyPlan } from "./verify-plan.ts";

/** Two dense layers, SGD with momentum; two chunks a step, so that gradients add up. */
const plan: Plan = compileFixture({
  inputs: 20,
  hidden: [40],
  classes: 3,
  training: { optimizer: "sgd", momentum: 0.9 },
  batchSize: 300,
}).plan;

const { calls } = plan.phases.train;
const indexOf = (kernel: KernelName) => calls.findIndex((call) => call.kernel === kernel);
const bufferOf = (kernel: KernelName, argument: string) =>
  calls[indexOf(kernel)]!.arguments[argument] as BufferId;

function withBuffer(id: BufferId, change: Partial<PlanBuffer>): Plan {
  return {
    ...plan,
    buffers: plan.buffers.map((buffer, at) => (at === id ? { ...buffer, ...change } : buffer)),
  };
}

function withCalls(changed: readonly KernelCall[]): Plan {
  return { ...plan, phases: { ...plan.phases, train: { ...plan.phases.train, calls: changed } } };
}

/** The first call of a kernel with other arguments; undefined takes one away. */
function withArguments(kernel: KernelName, change: Record<string, number | undefined>): Plan {
  return withCalls(
    calls.map((call, at) => {
      if (at !== indexOf(kernel)) return call;
      const entries = Object.entries({ ...call.arguments, ...change });
      return {
        kernel,
        arguments: Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Record<
          string,
          number
        >,
      };
    }),
  );
}

const offsetOf = (id: BufferId) => plan.buffers[id]!.offset;
const hidden = bufferOf("denseForward", "output");
const features = bufferOf("gatherFloats", "output");
const weight = bufferOf("denseForward", "weight");
const weightGradient = bufferOf("denseWeightGradient", "weightGradient");
const velocity = bufferOf("sgdUpdate", "velocity");

const defects: { defect: string; broken: Plan; message: RegExp }[] = [
  {
    defect: "two buffers overlap that one call uses",
    broken: withBuffer(hidden, { offset: offsetOf(features) }),
    message: /train: arena overlap between buffers \d+ .* and \d+/,
  },
  {
    defect: "a buffer's end reaches into another that is alive",
    broken: {
      ...withBuffer(hidden, { offset: offsetOf(features) + plan.buffers[features]!.floats - 16 }),
      arenaFloats: 2 * plan.arenaFloats,
    },
    message: /arena overlap/,
  },
  {
    defect: "a temporary buffer lies on a weight",
    broken: withBuffer(hidden, { offset: offsetOf(weight) }),
    message: /arena overlap .*hidden1\.weight/,
  },
  {
    defect: "a weight lies on an optimiser state",
    broken: withBuffer(velocity, { offset: offsetOf(weight) }),
    message: /arena overlap/,
  },
  {
    defect: "an adding buffer lies where an earlier chunk's call writes",
    broken: withBuffer(weightGradient, { offset: offsetOf(features) }),
    message: /arena overlap/,
  },
  {
    defect: "a buffer is not aligned",
    broken: withBuffer(hidden, { offset: offsetOf(hidden) + 8 }),
    message: /offset \d+ is not a multiple of 16/,
  },
  {
    defect: "a buffer ends after the arena",
    broken: withBuffer(hidden, { offset: Math.ceil(plan.arenaFloats / 16) * 16 }),
    message: /outside the arena/,
  },
  {
    defect: "a buffer begins before the arena",
    broken: withBuffer(hidden, { offset: -16 }),
    message: /outside the arena/,
  },
  {
    defect: "a buffer is smaller than its kernel needs",
    broken: withBuffer(hidden, { floats: plan.buffers[hidden]!.floats - 1 }),
    message: /`output` needs \d+ floats, buffer \d+ .* has \d+/,
  },
  {
    defect: "a dimension is larger than the buffers",
    broken: withArguments("denseForward", { out: 64 }),
    message: /needs \d+ floats/,
  },
  {
    defect: "a dimension is 0",
    broken: withArguments("denseForward", { out: 0 }),
    message: /dimension `out` is 0/,
  },
  {
    defect: "a buffer is read before it is written",
    broken: withCalls(calls.filter((_, at) => at !== indexOf("gatherFloats"))),
    message: /`input` reads buffer \d+ .* before it is written/,
  },
  {
    defect: "a call counts on its own output",
    broken: withArguments("denseForward", { input: hidden, output: hidden, in: 48 }),
    message: /before it is written/,
  },
  {
    defect: "there is no such kernel",
    broken: withCalls([{ kernel: "convolve" as KernelName, arguments: {} }]),
    message: /train call 0 `convolve`: unknown kernel/,
  },
  {
    defect: "a kernel has the name of a method that every object has",
    broken: withCalls([{ kernel: "toString" as KernelName, arguments: {} }]),
    message: /unknown kernel/,
  },
  {
    defect: "an argument is missing",
    broken: withArguments("denseForward", { bias: undefined }),
    message: /argument `bias` is missing/,
  },
  {
    defect: "an argument is not a whole number",
    broken: withArguments("denseForward", { in: 16.5 }),
    message: /argument `in` is missing or not a whole number/,
  },
  {
    defect: "an argument is unknown",
    broken: withArguments("denseForward", { stride: 1 }),
    message: /unknown argument `stride`/,
  },
  {
    defect: "a required buffer is left out",
    broken: withArguments("denseForward", { weight: -1 }),
    message: /buffer `weight` is required/,
  },
  {
    defect: "a buffer does not exist",
    broken: withArguments("denseForward", { bias: plan.buffers.length }),
    message: /`bias` refers to no buffer/,
  },
  {
    defect: "a slot is negative",
    broken: withArguments("sgdUpdate", { settings: -1 }),
    message: /slots `settings` are outside/,
  },
  {
    defect: "the last of several slots is past the end",
    broken: withArguments("sgdUpdate", { settings: plan.slots.length - 2 }),
    message: /slots `settings` are outside/,
  },
  {
    defect: "a choice does not exist",
    broken: withArguments("denseForward", { activation: 2 }),
    message: /`activation` has no choice 2/,
  },
];

describe("verifyPlan", () => {
  it("accepts the plan that the defects are planted in", () => {
    expect(() => verifyPlan(plan)).not.toThrow();
  });

  it.each(defects)("finds that $defect", ({ broken, message }) => {
    expect(() => verifyPlan(broken)).toThrow(
      expect.objectContaining({ code: "INTERNAL", message: expect.stringMatching(message) }),
    );
  });

  it("lets buffers share memory that are never alive together", () => {
    const shared = plan.buffers.some((a, id) =>
      plan.buffers.some(
        (b, other) => id < other && a.offset < b.offset + b.floats && b.offset < a.offset + a.floats,
      ),
    );
    expect(shared).toBe(true);
  });

  it("lets the gradients of two weights share memory when a step is one chunk and none must last", () => {
    const sharing = (batchSize: number) => {
      const { plan: made } = compileFixture({
        inputs: 20,
        hidden: [40, 40],
        classes: 3,
        training: { optimizer: "sgd" },
        batchSize,
      });
      const gradients = new Set(
        made.phases.train.calls
          .filter(({ kernel }) => kernel === "denseWeightGradient")
          .map((call) => made.buffers[call.arguments.weightGradient!]!.offset),
      );
      return 3 - gradients.size;
    };
    expect(sharing(300)).toBe(0);
    expect(sharing(10)).toBeGreaterThan(0);
  });
});
