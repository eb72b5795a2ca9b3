import { expect, test } from "vitest";

import type { CliProcess } from "../context.ts";
import { trainingProgress } from "./training-progress.ts";

function terminal({ isTTY = true, isQuiet = false } = {}) {
  const written: string[] = [];
  const stream = { isTTY, write: (text: string) => written.push(text) };
  const process = { env: {}, stdout: stream, stderr: stream } as unknown as CliProcess;
  return { written, context: { process, isQuiet } };
}

test("the line says the epoch and how long the rest takes, and goes away", () => {
  const { written, context } = terminal();
  let time = 0;
  const { onEpoch, end } = trainingProgress(context, 40, () => time);
  time = 2000;
  onEpoch({ epoch: 1 });
  time = 10_000;
  onEpoch({ epoch: 10 });
  end();
  expect(written).toEqual([
    "\rtraining again: epoch 1/40, about 1m 18s to go\u001B[K",
    "\rtraining again: epoch 10/40, about 30.0 s to go\u001B[K",
    "\r\u001B[K",
  ]);
});

test.each([{ isTTY: false }, { isQuiet: true }])("nothing is written when %j", (options) => {
  const { written, context } = terminal(options);
  const { onEpoch, end } = trainingProgress(context, 40);
  onEpoch({ epoch: 1 });
  end();
  expect(written).toEqual([]);
});
