import { describe, expect, it } from "vitest";

import { TunesmithError } from "../../base/index.ts";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import { leaseOf, newTrial, point } from "../../testing/storage-fixture.ts";
import { resultFixture, studyFixture } from "../../testing/study-fixture.ts";
import { Study } from "../study/index.ts";
import { MemoryStorage } from "./memory/memory-storage.ts";
import { patientStorage } from "./patient-storage.ts";
import type { Storage } from "./storage.ts";

const away = () => new TunesmithError("STORE_UNUSABLE", { message: "store: it is away.", isRetryable: true });

/** Of the next calls so many fail, before they reach the store or after they were carried out. */
class Weather {
  failures = 0;
  where: "before" | "after" = "before";

  over(storage: Storage): Storage {
    return new Proxy(storage, {
      get: (target, name) => {
        const member = Reflect.get(target, name, target) as unknown;
        if (typeof member !== "function") return member;
        return async (...given: unknown[]) => {
          const isBad = this.failures > 0;
          if (isBad) this.failures -= 1;
          if (isBad && this.where === "before") throw away();
          const answer = await (member as (...all: unknown[]) => Promise<unknown>).apply(target, given);
          if (isBad) throw away();
          return answer;
        };
      },
    });
  }
}

function setUp() {
  const memory = new MemoryStorage();
  const weather = new Weather();
  const stop = new AbortController();
  const told: string[] = [];
  const pauses: number[] = [];
  const storage = patientStorage(weather.over(memory), {
    signal: stop.signal,
    onAway: ({ message }) => told.push(message),
    onBack: () => told.push("back"),
    pause: async (ms) => void pauses.push(ms),
  });
  return { memory, weather, stop, told, pauses, storage };
}

const claim = { worker: "w", now: 0, leaseMs: 100 };

describe("a patient storage", () => {
  it("makes a call again until it gets through, with longer and longer pauses, and tells of it once", async () => {
    const { weather, told, pauses, storage } = setUp();
    weather.failures = 7;
    await storage.createStudy(studyFixture(), 0);
    expect(pauses).toEqual([100, 200, 400, 800, 1600, 2000, 2000]);
    expect(told).toEqual(["store: it is away.", "back"]);
    expect(await storage.listStudies()).toHaveLength(1);
  });

  it("gives up on what no waiting mends, and when it is told to stop", async () => {
    const { weather, stop, storage, pauses } = setUp();
    await expect(storage.getStudy("none")).rejects.toThrow(
      expect.objectContaining({ code: "STUDY_NOT_FOUND" }),
    );
    stop.abort();
    weather.failures = 1;
    await expect(storage.listStudies()).rejects.toThrow("it is away");
    expect(pauses).toEqual([]);
  });

  it("an ending that was taken and not acknowledged stands, and its observations with it", async () => {
    const { memory, weather, storage } = setUp();
    const { id } = await memory.createStudy(studyFixture(), 0);
    const trial = (await storage.createTrial(id, newTrial(0), claim))!;
    weather.where = "after";
    weather.failures = 2;
    const outcome = { state: "completed", objectiveValue: 0.5, result: resultFixture } as const;
    await storage.finishAttempt(leaseOf(trial), outcome, { now: 10, observations: [point(1, 0.5)] });
    expect(await memory.getTrial(id, 0)).toMatchObject({ state: "completed", objectiveValue: 0.5 });
    expect(await memory.listObservations(trial.id)).toHaveLength(1);
    expect((await memory.listEvents(id)).map(({ kind }) => kind)).not.toContain("write-refused");
  });

  it("an ending of a trial that was taken away in the meantime is refused", async () => {
    const { memory, weather, storage } = setUp();
    const { id } = await memory.createStudy(studyFixture(), 0);
    const trial = (await storage.createTrial(id, newTrial(0), claim))!;
    await memory.releaseWorker(id, "w", 5);
    weather.failures = 1;
    const ending = storage.finishAttempt(leaseOf(trial), { state: "waiting", reason: null }, { now: 10 });
    await expect(ending).rejects.toThrow(expect.objectContaining({ code: "LEASE_LOST" }));
  });

  it.each(["before", "after"] as const)(
    "a study goes on through failures %s each call: every trial once, and none left running",
    async (where) => {
      const { memory, weather, storage } = setUp();
      const clock = new SimulatedClock();
      weather.where = where;
      const study = await Study.create({
        storage: memory,
        clock,
        definition: studyFixture({ maxTrials: 6 }),
      });
      const worker = await Study.open({ storage, clock, name: "fixture" });
      for (let calls = 0; ; calls++) {
        weather.failures = calls % 3;
        const trial = await worker.claim("w");
        if (trial === null) break;
        weather.failures = (calls + 1) % 3;
        await worker.report(leaseOf(trial), [{ ...point(1, 0.5), metric: "validation/accuracy" }]);
        weather.failures = (calls + 2) % 3;
        await worker.complete(leaseOf(trial), { result: resultFixture });
      }
      expect(await study.progress()).toMatchObject({ completed: 6, remaining: 0 });
      for (const trial of await memory.listTrials(study.record.id)) {
        const attempts = await memory.listAttempts(trial.id);
        expect(attempts.map(({ endedAt }) => endedAt !== null)).not.toContain(false);
        expect(attempts.filter(({ outcome }) => outcome === "completed")).toHaveLength(1);
      }
    },
  );
});
