import { noBuffer, panelIndex, type Plan } from "../plan/index.ts";
import type { Runtime } from "./runtime.ts";

const batch = 5;
const inFeatures = 16;
const outFeatures = 48;

/** One dense product over buffers 0 input, 1 weight, 2 bias, 3 output. */
const plan: Plan = {
  buffers: [
    {
      name: "input",
      region: "state",
      shape: [batch, inFeatures],
      layout: { kind: "rows", run: inFeatures, stride: inFeatures },
      floats: 80,
      offset: 0,
    },
    {
      name: "weight",
      region: "weights",
      shape: [inFeatures, outFeatures],
      layout: { kind: "panels", run: inFeatures, stride: inFeatures },
      floats: 768,
      offset: 80,
    },
    {
      name: "bias",
      region: "weights",
      shape: [outFeatures],
      layout: { kind: "rows", run: outFeatures, stride: outFeatures },
      floats: 48,
      offset: 848,
    },
    {
      name: "output",
      region: "state",
      shape: [batch, outFeatures],
      layout: { kind: "rows", run: outFeatures, stride: outFeatures },
      floats: 240,
      offset: 896,
    },
  ],
  slots: [],
  phases: {
    train: { batchSize: batch, chunkSize: batch, calls: [] },
    evaluate: {
      batchSize: batch,
      chunkSize: batch,
      calls: [
        {
          kernel: "denseForward",
          arguments: {
            input: 0,
            weight: 1,
            bias: 2,
            output: 3,
            in: inFeatures,
            out: outFeatures,
            activation: 0,
          },
        },
      ],
    },
    measure: { batchSize: 1, chunkSize: 1, calls: [] },
  },
  arenaFloats: 1136,
  liveFloats: 1136,
};

/** A product of small whole numbers, which every correct back end computes exactly. Null when it did. */
export function selfTest(runtime: Runtime): string | null {
  const executor = runtime.createExecutor(plan, {
    features: new Uint8Array(batch),
    labels: new Uint8Array(batch),
  });
  const { arena } = executor;
  const inputAt = (b: number, i: number) => ((b * 3 + i) % 7) - 3;
  const weightAt = (i: number, o: number) => ((i * 5 + o * 2) % 11) - 5;
  const [input, weight, bias, output] = plan.buffers.map((buffer) => buffer.offset) as [
    number,
    number,
    number,
    number,
  ];
  for (let i = 0; i < inFeatures; i++) {
    for (let b = 0; b < batch; b++) arena[input + b * inFeatures + i] = inputAt(b, i);
    for (let o = 0; o < outFeatures; o++) {
      arena[weight + panelIndex(i, o, { rows: inFeatures, columns: outFeatures })] = weightAt(i, o);
    }
  }
  for (let o = 0; o < outFeatures; o++) arena[bias + o] = o;
  executor.execute("evaluate", {
    order: new Int32Array(batch),
    first: 0,
    end: batch,
    watchedSlot: noBuffer,
  });
  for (let b = 0; b < batch; b++) {
    for (let o = 0; o < outFeatures; o++) {
      let expected = o;
      for (let i = 0; i < inFeatures; i++) expected += inputAt(b, i) * weightAt(i, o);
      const received = arena[output + b * outFeatures + o];
      if (received !== expected) return `product element (${b}, ${o}) is ${received}, expected ${expected}.`;
    }
  }
  return null;
}
