import { beforeAll, describe, expect, it } from "vitest";

import { RandomStream, toSeed } from "../../base/index.ts";
import { trainingDocument, trainingSplits } from "../../testing/training-fixture.ts";
import { loadRuntime } from "../runtime/index.ts";
import { encodeSealed } from "./checkpoint.ts";
import { decodeTensors, type TensorFile } from "./safetensors.ts";
import { TrainingRun } from "./training-run.ts";

const splits = trainingSplits();
const document = trainingDocument({ weightDecay: 0.01 });
const wasm = await loadRuntime({ backend: "wasm" });

let checkpoint: Uint8Array;
beforeAll(async () => {
  const run = TrainingRun.create({ document, splits, runtime: wasm });
  await run.runEpoch();
  checkpoint = run.checkpoint();
});

const resume = (bytes: Uint8Array, { to = document, runtime = wasm } = {}) =>
  TrainingRun.create({ document: to, splits, runtime, checkpoint: bytes });

const invalid = (message: RegExp) =>
  expect.objectContaining({
    code: "INVALID_CHECKPOINT",
    message: expect.stringMatching(message),
    hint: expect.stringMatching(/^Delete it/),
  });

/** The checkpoint with a part of it changed by somebody who knows how to seal it. */
function changed(
  change: (file: { tensors: TensorFile["tensors"]; metadata: Record<string, string> }) => object,
) {
  const { tensors, metadata } = decodeTensors(checkpoint);
  const { checksum: _, ...unsealed } = metadata;
  return encodeSealed({ tensors, metadata: unsealed, ...change({ tensors, metadata: unsealed }) });
}

describe("a checkpoint", () => {
  it("is a safetensors file with weights as PyTorch lays them out, optimiser state and slots", () => {
    const { tensors, metadata } = decodeTensors(checkpoint);
    expect(
      Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape])),
    ).toMatchObject({
      "hidden1.weight": [12, 15],
      "hidden1.bias": [12],
      "optimizer/hidden1.weight.mean": [12, 15],
      "output.weight": [3, 12],
      "optimizer/output.bias.variance": [3],
    });
    expect(metadata.format).toBe("tunesmith-checkpoint-2");
  });

  it("goes on where it was taken", () => {
    const run = resume(checkpoint);
    expect(run.epochsDone).toBe(1);
    expect(run.history).toHaveLength(1);
    expect(run.checkpoint()).toEqual(checkpoint);
  });

  it.each([
    ["another rate", trainingDocument({ weightDecay: 0.02 })],
    ["another seed", { ...document, seed: "2" }],
    ["more epochs", trainingDocument({ weightDecay: 0.01, epochs: 4 })],
    ["another network", trainingDocument({ weightDecay: 0.01 }, { hidden: [13] })],
  ])("of a document with %s is refused", (_what, to) => {
    expect(() => resume(checkpoint, { to })).toThrow(invalid(/belongs to another document/));
  });

  it("of another back end is refused, and both are named", async () => {
    const runtime = await loadRuntime({ backend: "reference" });
    expect(() => resume(checkpoint, { runtime })).toThrow(
      invalid(/`wasm .*`, this is `reference float64 typescript`/),
    );
  });

  it("that is cut off is refused", () => {
    for (const length of [0, 7, 100, checkpoint.length / 2, checkpoint.length - 1]) {
      expect(() => resume(checkpoint.subarray(0, length))).toThrow(invalid(/not a whole safetensors file/));
    }
  });

  it("in which any bit flipped is refused", () => {
    const stream = new RandomStream(toSeed(1), "bits");
    const bits = 8 * checkpoint.length;
    // A few of the header's, and some anywhere.
    const chosen = Array.from({ length: 200 }, (_, i) => stream.integerBelow(i < 60 ? 8 * 2000 : bits, i));
    for (const bit of chosen) {
      const damaged = checkpoint.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => resume(damaged), `bit ${bit}`).toThrow(invalid(/^checkpoint: /));
    }
  });

  it("that is something else is refused", () => {
    expect(() => resume(new TextEncoder().encode("no checkpoint at all, just a text"))).toThrow(
      invalid(/not a whole safetensors file/),
    );
  });

  it.each<[string, Parameters<typeof changed>[0], RegExp]>([
    [
      "lacks a tensor",
      ({ tensors }) => ({
        tensors: Object.fromEntries(Object.entries(tensors).filter(([name]) => name !== "output.bias")),
      }),
      /`output.bias` is missing or has another shape/,
    ],
    [
      "has a tensor that is too long",
      ({ tensors }) => ({
        tensors: { ...tensors, "output.bias": { shape: [300], values: new Float32Array(300) } },
      }),
      /`output.bias` is missing or has another shape/,
    ],
    [
      "has a tensor of another shape and the same size",
      ({ tensors }) => ({
        tensors: { ...tensors, "hidden1.weight": { ...tensors["hidden1.weight"]!, shape: [15, 12] } },
      }),
      /`hidden1.weight` is missing or has another shape/,
    ],
    [
      "lacks a slot",
      ({ tensors }) => ({ tensors: { ...tensors, slots: { shape: [1], values: new Float64Array(1) } } }),
      /`slots` is missing or has another shape/,
    ],
    [
      "stands in an epoch that cannot be read",
      ({ metadata }) => ({ metadata: { ...metadata, underWay: "{}" } }),
      /its history/,
    ],
    ["has no history", ({ metadata }) => ({ metadata: { ...metadata, history: "" } }), /its history/],
    [
      "has a history of something else",
      ({ metadata }) => ({ metadata: { ...metadata, history: "[1]" } }),
      /its history/,
    ],
    [
      "is of a later format",
      ({ metadata }) => ({ metadata: { ...metadata, format: "tunesmith-checkpoint-3" } }),
      /format/,
    ],
  ])("that %s is refused", (_what, change, message) => {
    expect(() => resume(changed(change))).toThrow(invalid(message));
  });

  it("keeps values of its history that JSON has no number for", async () => {
    const history = JSON.stringify([{ epoch: "1", metrics: { "train/loss": "NaN", "x/y": "-Infinity" } }]);
    const run = resume(changed(({ metadata }) => ({ metadata: { ...metadata, history } })));
    expect(run.history).toEqual([{ epoch: 1, metrics: { "train/loss": Number.NaN, "x/y": -Infinity } }]);
  });
});
