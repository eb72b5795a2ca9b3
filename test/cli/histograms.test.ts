/** Histograms reach the person who asked for them. */
import { afterAll, beforeAll, expect, test } from "vitest";

import { CliFolder } from "./command-line.ts";

const study = `study: inside
data: { dataset: digits, train: 60, validation: 30 }
model: { kind: mlp, hidden: [8] }
training: { epochs: 2, measure: [histograms] }
search:
  method: grid
  metric: { name: validation/accuracy, goal: maximize }
  parameters: { training.weightDecay: { values: [0] } }
`;

interface HistogramsJson {
  readonly epochs: readonly {
    readonly epoch: number;
    readonly histograms: Readonly<Record<string, { readonly bins: readonly (readonly number[])[] }>>;
  }[];
}

let place: CliFolder;

beforeAll(async () => {
  place = await CliFolder.create();
  await place.write("study.yaml", study);
  expect((await place.run("run", "study.yaml", "--workers", "1")).status).toBe(0);
}, 60_000);

afterAll(() => place.remove());

test("as JSON of every epoch, each with all of its values", async () => {
  const { epochs } = await place.json<HistogramsJson>("show", "inside", "0", "--histograms");
  expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
  for (const { histograms } of epochs) {
    const total = (name: string) => histograms[name]!.bins.reduce((sum, [, , count]) => sum + count!, 0);
    expect(total("hidden1/weight")).toBe(28 * 28 * 8);
    expect(total("hidden1/gradient")).toBe(28 * 28 * 8);
    expect(total("relu1/activation")).toBe(28 * 8);
  }
});

test("as bars of the last epoch", async () => {
  const { stdout } = await place.run("show", "inside", "0", "--histograms");
  expect(stdout).toMatch(/^epoch 2 +from most negative to most positive\n/);
  expect(stdout).toMatch(/\nhidden1\/weight +-0\.0\d+ [▁-█]+ 0\.0\d+\n/);
});
