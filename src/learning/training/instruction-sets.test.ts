/** A training leaves the same bits on every processor whose vector units fuse multiply and add. */
import { expect, it } from "vitest";

import { trainToEnd, trainingDocument, trainingSplits } from "../../testing/training-fixture.ts";
import { runtimesUnderTest } from "../../testing/usable-runtimes.ts";

const runtimes = await runtimesUnderTest();
const [narrow, wide] = ["native avx2", "native avx512"].map((wanted) =>
  runtimes.find(({ name }) => name === wanted),
);
const reason = [narrow, wide].find((one) => one?.runtime === undefined)?.reason ?? "no x86 processor";

const adam = { optimizer: "adam", learningRate: 0.01, weightDecay: 1e-3 } as const;
const sgd = { optimizer: "sgd", learningRate: 0.05, momentum: 0.9, weightDecay: 1e-3 } as const;

/** 1,000 examples: the last batch is partial at 32 (8 left) and at 300 (100 left). */
const splits = trainingSplits({ train: 1000, validation: 333, shape: [14, 14, 1], classes: 10 });

const cases = [adam, sgd].flatMap((optimizer) =>
  [32, 300].flatMap((batchSize) =>
    [
      { hidden: [128, 64], activation: "relu" },
      { hidden: [100, 33], activation: "tanh" },
      { hidden: [48], activation: "sigmoid" },
      { hidden: [], activation: "relu" },
    ].map(({ hidden, activation }) => ({
      name: `${optimizer.optimizer}, batch ${batchSize}, [${hidden.join(", ")}] ${activation}`,
      document: trainingDocument(
        { ...optimizer, batchSize, epochs: 4 },
        { hidden, activation: activation as "relu" },
      ),
    })),
  ),
);

it.for(cases)("AVX2 and AVX-512 give the same bits: $name", async ({ document }, { skip }) => {
  if (narrow?.runtime === undefined || wide?.runtime === undefined) return skip(reason);
  const results = [
    await trainToEnd({ document, splits, runtime: narrow.runtime }),
    await trainToEnd({ document, splits, runtime: wide.runtime }),
  ] as const;
  expect(results[0].history).toHaveLength(4);
  expect(results[1].resultHash).toBe(results[0].resultHash);
});

const imageSplits = trainingSplits({ train: 500, validation: 100, shape: [28, 28, 1], classes: 10 });

it.each(["native", "wasm"])("two runs on one instruction set give the same bits: %s", async (backend) => {
  const document = trainingDocument({ ...adam, batchSize: 32, epochs: 2 }, { hidden: [40] });
  for (const { name, runtime } of runtimes) {
    if (!name.startsWith(backend) || runtime === undefined) continue;
    const first = await trainToEnd({ document, splits: imageSplits, runtime });
    const second = await trainToEnd({ document, splits: imageSplits, runtime });
    expect(second.resultHash, name).toBe(first.resultHash);
  }
});
