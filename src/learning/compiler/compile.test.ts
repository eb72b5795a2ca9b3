import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  compileFixture,
  ModelFixture,
  randomExamples,
  type ModelFixtureOptions,
} from "../../testing/model-fixture.ts";
import { activationNames } from "../model/index.ts";
import {
  bufferAlignment,
  elementsOf,
  noBuffer,
  signatureOf,
  verifyPlan,
  type PhaseName,
  type Plan,
} from "../plan/index.ts";
import { loadRuntime } from "../runtime/index.ts";
import { passes } from "./passes/index.ts";

const passNames = Object.keys(passes);

/** Any small network, optimiser, batch size and choice of passes. */
const anyModel: fc.Arbitrary<ModelFixtureOptions> = fc.record({
  inputs: fc.integer({ min: 1, max: 100 }),
  hidden: fc.array(fc.integer({ min: 1, max: 70 }), { maxLength: 4 }),
  classes: fc.integer({ min: 1, max: 40 }),
  activation: fc.constantFrom(...activationNames),
  training: fc.constantFrom(
    { optimizer: "adam" as const },
    { optimizer: "sgd" as const },
    { optimizer: "sgd" as const, momentum: 0.9 },
    { optimizer: "lamb" as const, l2Penalty: 0.1, clipNorm: 1, averageDecay: 0.9 },
    { optimizer: "adam" as const, averageDecay: 0.9, decayExcludes: "biases-and-normalization" as const },
  ),
  batchSize: fc.integer({ min: 1, max: 600 }),
  evaluationBatchSize: fc.integer({ min: 1, max: 600 }),
  passes: fc.subarray(passNames),
  source: fc.constantFrom("bytes" as const, "floats" as const),
});

const align = (floats: number) => Math.ceil(floats / bufferAlignment) * bufferAlignment;

/** Floats of the temporary buffers that are alive during each call of a phase, by the plan's definition of life. */
function aliveDuringCalls(plan: Plan, phase: PhaseName): number[] {
  const { calls, batchSize, chunkSize } = plan.phases[phase];
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  calls.forEach((call, index) => {
    for (const [name, argument] of Object.entries(signatureOf(call.kernel).arguments)) {
      const id = call.arguments[name]!;
      if (argument.kind !== "buffer" || id === noBuffer || plan.buffers[id]!.region !== "temporary") continue;
      const lasts = argument.access === "accumulate" && chunkSize < batchSize;
      first.set(id, lasts ? 0 : (first.get(id) ?? index));
      last.set(id, lasts ? calls.length : Math.max(last.get(id) ?? 0, index));
    }
  });
  return calls.map((_, index) =>
    [...first.keys()]
      .filter((id) => first.get(id)! <= index && index <= last.get(id)!)
      .reduce((sum, id) => sum + align(plan.buffers[id]!.floats), 0),
  );
}

describe("compileModel", () => {
  it("makes plans that pass the verifier, whatever the network", () => {
    fc.assert(
      fc.property(anyModel, (model) => {
        verifyPlan(compileFixture(model).plan);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  /** What is alive at the worst moment, counted from the plan's calls. */
  function liveFloats(plan: Plan): number {
    const lasting = plan.buffers
      .filter(({ region }) => region !== "temporary")
      .reduce((sum, { floats }) => sum + align(floats), 0);
    const phases = Object.keys(plan.phases) as PhaseName[];
    return lasting + Math.max(...phases.flatMap((phase) => aliveDuringCalls(plan, phase)));
  }

  it("makes arenas at most 1.2 times as large as what is alive at the worst moment, and says how much that is", () => {
    fc.assert(
      fc.property(anyModel, (model) => {
        const { plan } = compileFixture(model);
        expect(plan.liveFloats).toBe(liveFloats(plan));
        expect(plan.arenaFloats).toBeLessThanOrEqual(1.2 * plan.liveFloats);
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it.each([
    { model: { kind: "cnn", batchNorm: true }, inputShape: [28, 28, 1], batchSize: 64 },
    { model: "32c5-p2-64c5-p2-128-10", inputShape: [28, 28, 1], batchSize: 64 },
    { model: "lenet", inputShape: [28, 28, 1], batchSize: 100 },
    { model: "resnet18", inputShape: [32, 32, 3], batchSize: 32 },
    { model: { kind: "resnet", depth: 34, images: "large" }, inputShape: [224, 224, 3], batchSize: 4 },
  ] as const)("does so for images: $model", ({ model, inputShape, batchSize }) => {
    const inputs = elementsOf(inputShape);
    const { plan } = compileFixture({ model, inputs, inputShape, classes: 10, batchSize });
    expect(plan.liveFloats).toBe(liveFloats(plan));
    expect(plan.arenaFloats).toBeLessThanOrEqual(1.2 * plan.liveFloats);
  });

  it("depends on nothing but its options", () => {
    fc.assert(
      fc.property(anyModel, (model) => {
        expect(compileFixture(model)).toEqual(compileFixture(model));
      }),
      { seed: 3, numRuns: 20 },
    );
  });

  it("gives trials that differ in rates and decays alone the same plan", () => {
    const model = { inputs: 9, hidden: [5], classes: 3, batchSize: 4 };
    const { plan } = compileFixture({ ...model, training: { learningRate: 0.1, weightDecay: 1 } });
    expect(compileFixture(model).plan).toEqual(plan);
  });

  it.each(["adam", "sgd"] as const)(
    "reads nothing temporary that the step has not written: %s",
    async (optimizer) => {
      const model = { inputs: 20, hidden: [40, 7], classes: 3, training: { optimizer }, batchSize: 300 };
      const examples = randomExamples(model, { count: 400 });
      const runtime = await loadRuntime({ backend: "reference" });
      const clean = new ModelFixture(runtime, model, examples);
      const poisoned = new ModelFixture(runtime, model, examples);
      for (const phase of ["train", "evaluate", "measure"] as const) {
        const { plan } = poisoned.compiled;
        const kept = plan.buffers.filter(({ region }) => region !== "temporary");
        const content = kept.map(({ offset, floats }) =>
          poisoned.executor.arena.slice(offset, offset + floats),
        );
        poisoned.executor.arena.fill(Number.NaN);
        kept.forEach(({ offset }, index) => poisoned.executor.arena.set(content[index]!, offset));
        clean.run(phase);
        poisoned.run(phase);
      }
      expect(poisoned.weights()).toEqual(clean.weights());
      expect(poisoned.executor.slots).toEqual(clean.executor.slots);
      expect(clean.slot("loss")).toBeGreaterThan(0);
    },
  );
});
