import { describe, expect, it } from "vitest";

import { SimulatedClock } from "../../../testing/simulated-clock.ts";
import { MemoryStorage } from "../../storage/index.ts";
import type { OpenTrial } from "./open-trial.ts";
import { optimize } from "./optimize.ts";

const clock = new SimulatedClock();

/** Which parameters there are depends on the optimiser. */
function training(trial: OpenTrial): number {
  const optimizer = trial.suggestCategorical("optimizer", ["sgd", "adam"]);
  const rate = trial.suggestFloat("rate", 1e-4, 1, { scale: "log" });
  const layers = trial.suggestInteger("layers", 1, 4);
  const best = optimizer === "sgd" ? -1 : -3;
  const ofMomentum = optimizer === "sgd" ? (trial.suggestFloat("momentum", 0, 1) - 0.9) ** 2 : 0.1;
  return (Math.log10(rate) - best) ** 2 + ofMomentum + 0.1 * (layers - 3) ** 2;
}

describe("optimize", () => {
  it("finds parameters that depend on others, and records of each trial what it asked for", async () => {
    const storage = new MemoryStorage();
    const study = await optimize(training, { direction: "minimize", maxTrials: 60, storage, clock });
    const trials = await storage.listTrials(study.record.id);
    expect(trials).toHaveLength(60);
    for (const { parameters, document, state } of trials) {
      expect(state).toBe("completed");
      expect(Object.hasOwn(parameters, "momentum")).toBe(parameters["optimizer"] === "sgd");
      expect(document).toMatchObject(parameters);
    }
    const [first] = await study.versions();
    expect(first!.definition.space.parameters).toHaveLength(
      trials[0]!.parameters["optimizer"] === "sgd" ? 4 : 3,
    );
    expect(study.record.definition.space.parameters.map(({ name }) => name).toSorted()).toEqual([
      "layers",
      "momentum",
      "optimizer",
      "rate",
    ]);
    expect((await study.best())!.trial.objectiveValue).toBeLessThan(0.3);
  });

  it("gives the same trials again, and goes on with a study that is in the store", async () => {
    const run = async (storage: MemoryStorage, maxTrials: number) => {
      const study = await optimize(training, { direction: "minimize", maxTrials, storage, clock, seed: 7 });
      return (await storage.listTrials(study.record.id)).map(({ parameters }) => parameters);
    };
    const storage = new MemoryStorage();
    const once = await run(storage, 12);
    expect(await run(new MemoryStorage(), 12)).toEqual(once);
    expect(await run(storage, 12)).toEqual(once);
  });

  it("obeys a scheduler, fails what throws, and runs several at once", async () => {
    const storage = new MemoryStorage();
    const study = await optimize(
      async (trial) => {
        const x = trial.suggestFloat("x", 0, 1);
        if (trial.number === 3) throw new Error("out of flour");
        for (let step = 1; step <= 5; step++) if (!(await trial.report(step, x / step))) return Number.NaN;
        return x;
      },
      {
        direction: "minimize",
        maxTrials: 20,
        parallel: 4,
        storage,
        clock,
        scheduler: { name: "median", options: { startupTrials: 3 } },
      },
    );
    const trials = await storage.listTrials(study.record.id);
    expect(trials).toHaveLength(20);
    expect(trials[3]).toMatchObject({ state: "failed", reason: { message: "out of flour" } });
    expect(trials.some(({ state }) => state === "stopped")).toBe(true);
    expect(trials.filter(({ state }) => state === "completed").length).toBeGreaterThan(5);
  });

  it("widens a range that grows, and refuses a name that changes its kind", async () => {
    const storage = new MemoryStorage();
    const study = await optimize((trial) => trial.suggestFloat("x", 0, 1 + trial.number), {
      direction: "maximize",
      maxTrials: 5,
      storage,
      clock,
    });
    expect(study.record.definition.space.parameters[0]!.distribution).toMatchObject({ low: 0, high: 5 });
    const changing = (trial: OpenTrial) =>
      trial.number === 0 ? trial.suggestFloat("x", 0, 1) : trial.suggestInteger("x", 0, 1);
    await expect(optimize(changing, { direction: "maximize", maxTrials: 3, clock })).rejects.toThrow(
      /`x`: it must be of one kind in all trials, got integer after float/,
    );
    const twice = (trial: OpenTrial) => trial.suggestFloat("x", 0, 1) + trial.suggestFloat("x", 5, 6);
    const { record } = await optimize(twice, {
      direction: "maximize",
      maxTrials: 1,
      clock,
      storage,
      name: "twice",
    });
    expect((await storage.getTrial(record.id, 0)).reason!.message).toMatch(
      /must mean one thing within a trial/,
    );
  });

  it("needs at least one parameter", async () => {
    await expect(optimize(() => 1, { direction: "minimize", maxTrials: 3, clock })).rejects.toThrow(
      /at least one parameter, got none/,
    );
    const broken = () => {
      throw new Error("no oven");
    };
    await expect(optimize(broken, { direction: "minimize", maxTrials: 3, clock })).rejects.toThrow("no oven");
  });
});
