import { describe, expect, test } from "vitest";

import type { Seed } from "../../../base/index.ts";
import { createSpace } from "../../../search/space/index.ts";
import type { StudyProgress } from "../../../search/study/index.ts";
import type { StudyDefinition, TrialRecord } from "../../../search/trial/index.ts";
import type { RunEvent } from "../../worker/index.ts";
import { plainStyle, textWidth } from "../output/style.ts";
import { initialBoard, nextBoard, remainingMs, type BoardState } from "./board-state.ts";
import { PlainLines } from "./plain-lines.ts";
import { renderBoard } from "./render-board.ts";

const definition: StudyDefinition = {
  name: "decay",
  description: "",
  space: createSpace([
    { name: "training.weightDecay", distribution: { kind: "categorical", values: [0, 1e-4, 1e-3, 1e-2] } },
  ]),
  sampler: { name: "grid", options: {} },
  objective: { metric: "validation/accuracy", direction: "maximize", reduce: "last" },
  seed: "0" as Seed,
  maxTrials: 4,
  baseDocument: {},
};

function progressWith(done: number): StudyProgress {
  const remaining = 4 - done;
  return {
    total: 4,
    waiting: 0,
    running: 0,
    paused: 0,
    completed: done,
    stopped: 0,
    failed: 0,
    remaining,
    isFinished: remaining === 0,
    ended: null,
  };
}

function finished(number: number, values: Partial<TrialRecord>): RunEvent {
  const trial = {
    number,
    state: "completed",
    parameters: { "training.weightDecay": 0 },
    durationMs: 1000,
    reason: null,
    objectiveValue: null,
    ...values,
  };
  return { kind: "trial-finished", trial: trial as TrialRecord, progress: progressWith(number + 1) };
}

const started: RunEvent = { kind: "study-started", definition, progress: progressWith(0), best: null };
const trialStarted = (slot: number, number: number, epoch = 0): RunEvent => ({
  kind: "trial-started",
  slot,
  number,
  attempt: 1,
  parameters: { "training.weightDecay": 10 ** -number },
  epoch,
  epochs: 100,
});
const epochDone = (slot: number, number: number, epoch: number): RunEvent => ({
  kind: "trial-progress",
  slot,
  number,
  epoch,
  epochs: 100,
  value: epoch / 100,
});

function boardAfter(events: readonly (readonly [number, RunEvent])[]): BoardState {
  return events.reduce((state, [now, event]) => nextBoard(state, event, now), initialBoard);
}

const running = boardAfter([
  [0, { kind: "ready", slot: 0, backend: "native", instructionSet: "avx2" }],
  [0, { kind: "ready", slot: 1, backend: "native", instructionSet: "avx2" }],
  [0, started],
  [0, trialStarted(0, 0)],
  [0, trialStarted(1, 1)],
  [1000, epochDone(0, 0, 50)],
  [1000, epochDone(1, 1, 25)],
]);

describe("the board", () => {
  test("shows progress, ETA and one line per worker", () => {
    const lines = renderBoard(running, { style: plainStyle, columns: 120, rows: 24, now: 1000 });
    expect(lines).toEqual([
      "decay  ━━━━━───────────────────  0/4 trials  ETA 5.0 s",
      "  worker 1  #0  weightDecay 1    epoch 50/100  validation/accuracy 0.5     ▄",
      "  worker 2  #1  weightDecay 0.1  epoch 25/100  validation/accuracy 0.25    ▄",
    ]);
  });

  test("names the best trial in the study's direction", () => {
    const state = boardAfter([
      [0, started],
      [1, finished(0, { objectiveValue: 0.8 })],
      [2, finished(1, { objectiveValue: 0.7 })],
      [3, finished(2, { objectiveValue: 0.81234 })],
    ]);
    expect(renderBoard(state, { style: plainStyle, columns: 120, rows: 24, now: 3 })[0]).toContain(
      "3/4 trials  ETA 1.0 s  best #2 0.8123 validation/accuracy",
    );
  });

  test("does not take a trial that was stopped for the best", () => {
    const state = boardAfter([
      [0, started],
      [1, finished(0, { objectiveValue: 0.7 })],
      [2, finished(1, { objectiveValue: 0.8, state: "stopped" })],
    ]);
    expect(state.best).toEqual({ number: 0, value: 0.7 });
  });

  test("says how many trials a scheduler stopped or put aside", () => {
    const progress = { ...progressWith(2), completed: 1, stopped: 1, paused: 3 };
    const state = nextBoard(running, { kind: "study-started", definition, progress, best: null }, 0);
    expect(renderBoard(state, { style: plainStyle, columns: 120, rows: 24, now: 1 })[0]).toContain(
      "2/4 trials  1 stopped  3 paused",
    );
  });

  test.each([100, 79, 60, 40, 10, 1])("is never wider than %d columns", (columns) => {
    for (const line of renderBoard(running, { style: plainStyle, columns, rows: 24, now: 1000 })) {
      expect(textWidth(line)).toBeLessThanOrEqual(columns);
    }
  });

  test("keeps the metric on a narrow terminal and gives up its name and the curve", () => {
    const line = renderBoard(running, { style: plainStyle, columns: 52, rows: 24, now: 1000 })[1];
    expect(line).toBe("  worker 1  #0  weightDecay 1    epoch 50/100  0.5");
  });

  test("is no higher than the terminal", () => {
    const many = boardAfter([
      [0, started],
      ...Array.from({ length: 64 }, (_, slot) => [0, trialStarted(slot, slot)] as const),
    ]);
    const lines = renderBoard(many, { style: plainStyle, columns: 80, rows: 10, now: 0 });
    expect(lines.length).toBeLessThan(10);
    expect(lines.at(-1)).toBe("  … 58 more workers");
  });

  test("a worker that ends its trial or is lost becomes idle", () => {
    for (const event of [
      { kind: "trial-ended", slot: 0, number: 0, outcome: "completed" },
      { kind: "worker-lost", slot: 0, cause: "signal SIGKILL" },
    ] as const) {
      const lines = renderBoard(nextBoard(running, event, 0), {
        style: plainStyle,
        columns: 80,
        rows: 9,
        now: 0,
      });
      expect(lines[1]).toBe("  worker 1  idle");
    }
  });

  test("before the study starts it says what is going on", () => {
    expect(renderBoard(initialBoard, { style: plainStyle, columns: 80, rows: 9, now: 0 })).toEqual([
      "starting workers …",
    ]);
  });
});

describe("the remaining time", () => {
  test("is unknown at the start and comes from the running trials' pace at first", () => {
    expect(remainingMs(initialBoard, 0)).toBeUndefined();
    // Paces of 2 s and 4 s per trial: 3 s on average, for 2 untouched trials, a half and three quarters, on 2 workers.
    expect(remainingMs(running, 1000)).toBeCloseTo((3000 * (2 + 0.5 + 0.75)) / 2);
  });

  test("counts only this attempt's epochs after a checkpoint", () => {
    const resumed = boardAfter([
      [0, started],
      [0, trialStarted(0, 0, 90)],
      [1000, epochDone(0, 0, 95)],
    ]);
    expect(remainingMs(resumed, 1000)).toBeCloseTo(20_000 * (3 + 0.05));
  });

  test("comes from finished trials as soon as there are some", () => {
    expect(remainingMs(nextBoard(running, finished(0, { durationMs: 2000 }), 1000), 1000)).toBeCloseTo(
      (2000 * (1 + 0.5 + 0.75)) / 2,
    );
  });
});

describe("plain lines", () => {
  const head = "search     grid, seed 0\nobjective  maximize validation/accuracy (last)\n";

  function linesOf(events: readonly RunEvent[], isQuiet = false): string {
    let text = "";
    const stream = { write: (chunk: string) => (text += chunk) } as unknown as NodeJS.WritableStream;
    const lines = new PlainLines(stream, { style: plainStyle, isQuiet });
    for (const event of events) lines.onEvent(event);
    return text;
  }

  const failed = finished(1, {
    state: "failed",
    durationMs: 5,
    reason: { kind: "diverged", message: "the loss is NaN at step 3." },
  });
  const warning: RunEvent = { kind: "warning", slot: 0, message: "trial 1 starts anew: damaged." };

  test("are one per finished trial", () => {
    expect(
      linesOf([
        started,
        trialStarted(0, 0),
        epochDone(0, 0, 1),
        finished(0, { objectiveValue: 0.5 }),
        failed,
      ]),
    ).toBe(
      "study decay: 4 trials\n" +
        head +
        "[1/4] trial #0 completed  weightDecay 0  validation/accuracy 0.5  1.0 s\n" +
        "[2/4] trial #1 failed  weightDecay 0  diverged: the loss is NaN at step 3.  5 ms\n",
    );
  });

  test("say why the scheduler put a trial aside or ended it", () => {
    const paused: RunEvent = {
      kind: "trial-paused",
      slot: 0,
      number: 0,
      parameters: { "training.weightDecay": 0 },
      message: "paused by asha at step 1: validation/accuracy 0.5 is 1st of 1 at rung 0",
    };
    const stopped = finished(1, {
      state: "stopped",
      objectiveValue: 0.4,
      reason: { kind: "scheduler", message: "stopped by median at step 2: validation/accuracy 0.4" },
    });
    expect(linesOf([started, paused, stopped])).toBe(
      "study decay: 4 trials\n" +
        head +
        "trial #0 paused  weightDecay 0  paused by asha at step 1: validation/accuracy 0.5 is 1st of 1 at rung 0\n" +
        "[1/4] trial #1 stopped  weightDecay 0  validation/accuracy 0.4  stopped by median at step 2: validation/accuracy 0.4  1.0 s\n",
    );
  });

  test("are warnings alone when quiet", () => {
    expect(linesOf([started, failed, warning], true)).toBe("warning: trial 1 starts anew: damaged.\n");
  });
});
