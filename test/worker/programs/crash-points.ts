/** Where a worker is killed: between every two things that it makes last. */

/** A call of the store, or of one kind of the trial's files. */
export interface CrashPoint {
  readonly on: "storage" | "checkpoints" | "weights";
  readonly method: string;
  /** Of the calls that match, from 1. */
  readonly call: number;
  /** after: it was carried out, and nobody hears of it. */
  readonly when: "before" | "after";
  /** The trial is asked to be saved and handed back after an epoch, which is how a checkpoint comes about. */
  readonly isInterrupted?: true;
}

export const crashPoints = {
  "after the claim": { on: "storage", method: "createTrial", call: 1, when: "after" },
  "before the first report": { on: "storage", method: "appendObservations", call: 1, when: "before" },
  "after a report, before its answer": {
    on: "storage",
    method: "appendObservations",
    call: 2,
    when: "after",
  },
  "before the checkpoint": {
    on: "checkpoints",
    method: "write",
    call: 1,
    when: "before",
    isInterrupted: true,
  },
  "after the checkpoint, before the trial is handed back": {
    on: "checkpoints",
    method: "write",
    call: 1,
    when: "after",
    isInterrupted: true,
  },
  "after the trial is handed back, before the answer": {
    on: "storage",
    method: "finishAttempt",
    call: 1,
    when: "after",
    isInterrupted: true,
  },
  "before the end is stored": { on: "storage", method: "finishAttempt", call: 1, when: "before" },
  "after the end is stored, before the answer": {
    on: "storage",
    method: "finishAttempt",
    call: 1,
    when: "after",
  },
  "before the weights": { on: "weights", method: "write", call: 1, when: "before" },
  "before the checkpoint is removed": { on: "checkpoints", method: "remove", call: 1, when: "before" },
} as const satisfies Record<string, CrashPoint>;

export type CrashPointName = keyof typeof crashPoints;

/** The same object, but the process is killed at the point. */
export function dyingAt<T extends object>(target: T, on: CrashPoint["on"], point: CrashPoint | null): T {
  let calls = 0;
  return new Proxy(target, {
    get(object, name) {
      const member = Reflect.get(object, name, object) as unknown;
      if (typeof member !== "function") return member;
      return async (...given: unknown[]) => {
        const isHere = point?.on === on && point.method === name && ++calls === point.call;
        if (isHere && point.when === "before") await die();
        const answer = await (member as (...all: unknown[]) => Promise<unknown>).apply(object, given);
        if (isHere) await die();
        return answer;
      };
    },
  });
}

async function die(): Promise<never> {
  process.kill(process.pid, "SIGKILL");
  return new Promise(() => {});
}
