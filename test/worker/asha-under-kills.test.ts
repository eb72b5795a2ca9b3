/**
 * The whole of it: 200 trials of successive halving by three workers on PostgreSQL, one of which is killed again and again, end
 * as they do undisturbed in a folder on one worker. What is killed when follows from what the study has reached.
 */
import { join } from "node:path";

import { expect, it } from "vitest";

import { systemClock } from "../../src/base/index.ts";
import { openStorage, type Storage } from "../../src/search/storage/index.ts";
import { Study } from "../../src/search/study/index.ts";
import { isFinished } from "../../src/search/trial/index.ts";
import { describePostgres } from "../../src/testing/describe-postgres.ts";
import { processTable } from "../../src/testing/process-table.ts";
import { CliFolder, type RunningCommand } from "../cli/command-line.ts";

const trials = 200;
const workers = 3;
/** A worker is killed each time that so many more trials have ended. */
const trialsPerKill = 12;

/** Ordered: what a trial is proposed and judged by does not depend on who is faster. */
const file = `study: survivor
data: { dataset: digits, train: 600, validation: 300 }
model: { kind: mlp, hidden: [16] }
training: { epochs: 27, batchSize: 32 }
seed: 5
search:
  method: random
  scheduler: { name: asha, minSteps: 3, eta: 3 }
  ordered: true
  metric: { name: validation/accuracy, goal: maximize }
  maxTrials: ${trials}
  parameters:
    training.learningRate: { min: 1e-4, max: 1, distribution: log_uniform_values }
    training.weightDecay: { values: [0, 1e-3, 1e-1] }
`;

interface Outcome {
  readonly number: number;
  readonly state: string;
  readonly parameters: unknown;
  readonly seed: string;
  readonly objective: number | null;
  readonly hash: string | undefined;
  readonly epochs: number | undefined;
  readonly reason: string | undefined;
}

async function outcomesOf(storage: Storage): Promise<Outcome[]> {
  const { id } = await storage.getStudy("survivor");
  return (await storage.listTrials(id)).map(
    ({ number, state, parameters, seed, objectiveValue, result, reason }) => ({
      number,
      state,
      parameters,
      seed,
      objective: objectiveValue,
      hash: result?.resultHash,
      epochs: result?.epochs,
      reason: reason?.message,
    }),
  );
}

describePostgres("three workers on PostgreSQL, one of which is killed again and again", (server) => {
  it("run 200 trials of ASHA exactly, with the results of an undisturbed run", async () => {
    const url = await server.createDatabase();
    const alone = await CliFolder.create();
    const shared = await CliFolder.create({ TUNESMITH_STORE: url });
    const machines = new Map<number, RunningCommand>();
    let kills = 0;
    let storage: Storage | undefined;
    try {
      await alone.write("study.yaml", file);
      expect((await alone.run("run", "study.yaml", "--workers", "1")).status).toBe(0);
      const undisturbed = await openStorage(join(alone.folder, ".tunesmith"), { create: false });
      const expected = await outcomesOf(undisturbed);
      await undisturbed.close();

      await shared.write("study.yaml", file);
      const creation = shared.start("run", "study.yaml", "--workers", "1");
      await creation.stderrMatches(/^study /m);
      creation.child.kill("SIGINT");
      await creation.finished;
      const start = (place: number) =>
        machines.set(place, shared.start("worker", "survivor", "--workers", "1", "--exit-when-done"));
      for (let place = 0; place < workers; place++) start(place);

      storage = await openStorage(url, { create: false });
      const study = await Study.open({ storage, clock: systemClock, name: "survivor" });
      await study.clearStop();
      for (let mark = await storage.changeMark(); ; mark = await storage.changeMark()) {
        const { completed, stopped, failed, isFinished: isOver } = await study.progress();
        if (isOver) break;
        if (completed + stopped + failed >= trialsPerKill * (kills + 1)) {
          const place = kills++ % workers;
          await crash(machines.get(place)!);
          start(place);
        }
        await storage.waitForChange(mark, { timeoutMs: 1000 });
      }
      const ends = await Promise.all([...machines.values()].map(({ finished }) => finished));
      expect(ends.map(({ status }) => status)).toEqual([0, 0, 0]);

      expect(await outcomesOf(storage)).toEqual(expected);
      const records = await storage.listTrials(study.record.id);
      expect(records.map(({ number }) => number)).toEqual(
        Array.from({ length: trials }, (_, number) => number),
      );
      expect(records.every(({ state }) => isFinished(state))).toBe(true);
      let observations = 0;
      let attempts = 0;
      for (const { id, result } of records) {
        const curve = await storage.listObservations(id, "validation/accuracy");
        const epochs = Array.from({ length: result!.epochs }, (_, epoch) => epoch + 1);
        expect(curve.map(({ step }) => step)).toEqual(epochs);
        observations += (await storage.listObservations(id)).length;
        attempts += (await storage.listAttempts(id)).length;
      }
      const summed = (await storage.listSeries(study.record.id)).reduce((sum, { count }) => sum + count, 0);
      expect(observations).toBe(summed);
      const events = await storage.listEvents(study.record.id);
      const count = (kind: string) => events.filter((event) => event.kind === kind).length;
      console.info(
        `${trials} trials by ${workers} workers, ${kills} killed: ${count("trial-completed")} completed, ${count("trial-stopped")} stopped, ` +
          `${attempts} attempts, ${count("trial-waiting")} taken over, ${count("write-refused")} writes refused, ` +
          `${observations} observations none of them twice, all ${expected.length} result hashes as undisturbed`,
      );
      expect(kills).toBeGreaterThanOrEqual(Math.floor(trials / trialsPerKill) - 1);
    } finally {
      for (const { child } of machines.values()) child.kill("SIGKILL");
      await storage?.close();
      await alone.remove();
      await shared.remove();
    }
  }, 900_000);
});

/** Ends a machine as a power cut would: the command and what it has started, at once. */
async function crash({ child, finished }: RunningCommand): Promise<void> {
  child.kill("SIGSTOP");
  for (const { pid, parent } of await processTable()) if (parent === child.pid) process.kill(pid, "SIGKILL");
  child.kill("SIGKILL");
  await finished;
}
