/** A run as something to iterate over, to pause and to stop. */
import { setImmediate } from "node:timers/promises";

import { afterEach, describe, expect, it, vi } from "vitest";

import { trainToEnd, trainingDocument, trainingSplits } from "../../testing/training-fixture.ts";
import { loadRuntime } from "../runtime/index.ts";
import { TrainingRun } from "./training-run.ts";

const splits = trainingSplits();
const runtime = await loadRuntime({ backend: "wasm" });
const document = trainingDocument({ batchSize: 4, epochs: 5 });
const newRun = (checkpoint?: Uint8Array) => TrainingRun.create({ document, splits, runtime, checkpoint });

afterEach(() => void vi.restoreAllMocks());

/** Every step is a slice of its own. */
function cutIntoSteps(): void {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => (now += 1e6));
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await setImmediate();
}

describe("iterating over a run", () => {
  it("gives its epochs as they are done", async () => {
    const run = newRun();
    const epochs: number[] = [];
    for await (const { epoch } of run) {
      expect(run.epochsDone).toBe(epoch);
      epochs.push(epoch);
    }
    expect(epochs).toEqual([1, 2, 3, 4, 5]);
    expect(run.finish().resultHash).toBe((await trainToEnd({ document, splits, runtime })).resultHash);
  });

  it("can end early and begin again", async () => {
    const run = newRun();
    for await (const { epoch } of run) if (epoch === 2) break;
    expect(run.epochsDone).toBe(2);
    const rest: number[] = [];
    for await (const { epoch } of run) rest.push(epoch);
    expect(rest).toEqual([3, 4, 5]);
  });

  it("of a finished run gives nothing", async () => {
    const run = newRun();
    for await (const _ of run);
    for await (const record of run) expect.unreachable(String(record.epoch));
  });

  it("rejects when its signal aborts", async () => {
    const run = newRun();
    const abort = new AbortController();
    const iterate = async () => {
      for await (const { epoch } of run.epochs({ signal: abort.signal })) {
        if (epoch === 2) abort.abort("enough");
      }
    };
    await expect(iterate()).rejects.toBe("enough");
    expect(run.epochsDone).toBe(2);
  });
});

describe("a paused run", () => {
  it("stands still until it is resumed, and has the same result", async () => {
    cutIntoSteps();
    const run = newRun();
    const epoch = run.runEpoch();
    await turns(2);
    run.pause();
    await turns(2);
    const standing = run.checkpoint();
    await turns(20);
    expect(run.checkpoint()).toEqual(standing);
    expect(run.isPaused).toBe(true);
    expect(run.epochsDone).toBe(0);
    run.resume();
    await epoch;
    for await (const _ of run);
    expect(run.finish().resultHash).toBe((await trainToEnd({ document, splits, runtime })).resultHash);
  });

  it("can be aborted, and goes on from its checkpoint", async () => {
    const run = newRun();
    run.pause();
    const abort = new AbortController();
    const epoch = run.runEpoch({ signal: abort.signal });
    await turns(2);
    abort.abort("enough");
    await expect(epoch).rejects.toBe("enough");
    const resumed = newRun(run.checkpoint());
    expect(resumed.isPaused).toBe(false);
    await resumed.runEpoch();
  });

  it("is stopped after its epoch, which goes on for that", async () => {
    cutIntoSteps();
    const run = newRun();
    const epoch = run.runEpoch();
    await turns(2);
    run.pause();
    run.stop();
    expect((await epoch).stoppedEarly).toMatchObject({ reason: "request" });
    expect(run.isFinished).toBe(true);
  });
});

describe("a run that is stopped", () => {
  it("between two epochs ends with the last, which says why; a checkpoint remembers", async () => {
    const run = newRun();
    await run.runEpoch();
    await run.runEpoch();
    run.stop("the loss was low enough.");
    run.stop("too late");
    const resumed = newRun(run.checkpoint());
    for (const one of [run, resumed]) {
      expect(one.isFinished).toBe(true);
      expect(one.finish()).toMatchObject({
        epochs: 2,
        stoppedEarly: {
          reason: "request",
          message: "the loss was low enough.",
          isReproducible: false,
          epoch: 2,
        },
      });
    }
  });

  it("has the hash of a run that went as far", async () => {
    const run = newRun();
    await run.runEpoch();
    const { resultHash } = run.finish();
    run.stop();
    expect(run.finish().resultHash).toBe(resultHash);
  });

  it("before its first epoch has none", async () => {
    const run = newRun();
    run.stop();
    for await (const record of run) expect.unreachable(String(record.epoch));
    expect(run.finish()).toMatchObject({ epochs: 0 });
  });
});
