/**
 * A study in simulated time, with workers that are killed, stopped and woken, machines that sleep and whose clocks are set, a
 * store that is away and answers that are lost: all of it decided by one number, so that what breaks once breaks each time.
 *
 * The study, the storage and the waiting for a store are the real ones; processes, machines, time and the way to the store are
 * simulated. Between any two calls, also those of one `claim`, others may act.
 */
import { canonicalJson, type Json } from "../base/index.ts";
import { MemoryStorage, type Storage } from "../search/storage/index.ts";
import { BrokenPromise, broken } from "./simulation/broken-promise.ts";
import { checkRecords, type TrialSummary } from "./simulation/check-records.ts";
import type { Fault } from "./simulation/faults.ts";
import { scenarioOf, undisturbed, type Scenario } from "./simulation/scenario.ts";
import { StudySimulation } from "./simulation/study-simulation.ts";

export interface SimulateStudyOptions {
  readonly seed: number;
  /** A store that breaks its laws, to see that it is caught. */
  readonly distort?: (storage: Storage) => Storage;
}

export interface StudySimulationReport {
  readonly kind: string;
  readonly trials: number;
  /** Calls, answers and whatever else took its turn. */
  readonly steps: number;
  readonly faults: ReadonlyMap<Fault, number>;
  readonly handedOver: number;
  readonly refusedWrites: number;
  readonly longestHandOverMs: number;
  /** True when its results were those of the undisturbed study. */
  readonly isCompared: boolean;
}

/** @throws BrokenPromise naming the seed, the kind of study and the moment */
export async function simulateStudy({ seed, distort }: SimulateStudyOptions): Promise<StudySimulationReport> {
  const scenario = scenarioOf(seed);
  const { simulation, summaries } = await simulate(scenario, distort);
  const { oracle, timeline, faults } = simulation;
  if (scenario.isReproducible) {
    const alone = await simulate(undisturbed(scenario, oracle.definition));
    compare(scenario, summaries, alone.summaries);
  }
  const { handedOver, refusedWrites, longestHandOverMs } = oracle;
  return {
    kind: scenario.kind,
    trials: summaries.length,
    steps: timeline.steps,
    faults: faults.counts,
    handedOver,
    refusedWrites,
    longestHandOverMs,
    isCompared: scenario.isReproducible,
  };
}

async function simulate(scenario: Scenario, distort: (storage: Storage) => Storage = (storage) => storage) {
  const { definition, failing } = scenario;
  const storage = distort(new MemoryStorage());
  const simulation = new StudySimulation(scenario, {
    storage,
    study: await storage.createStudy(definition, 0),
  });
  try {
    await simulation.run();
    const study = await storage.getStudy(definition.name);
    return { simulation, summaries: await checkRecords(storage, { study, failing }) };
  } catch (error) {
    throw placed(error, scenario, simulation.timeline.now);
  }
}

function compare(
  scenario: Scenario,
  disturbed: readonly TrialSummary[],
  alone: readonly TrialSummary[],
): void {
  const texts = [disturbed, alone].map((trials) =>
    trials.map((trial) => canonicalJson(trial as unknown as Json)),
  );
  const differs = texts[0]!.findIndex((text, index) => text !== texts[1]![index]);
  if (differs === -1 && disturbed.length === alone.length) return;
  try {
    broken(`trial ${differs} is ${texts[0]![differs]}; undisturbed it is ${texts[1]![differs]}`);
  } catch (error) {
    throw placed(error, scenario, null);
  }
}

function placed(error: unknown, { seed, kind, workers }: Scenario, nowMs: number | null): unknown {
  if (!(error instanceof Error)) return error;
  const when = nowMs === null ? "at the end" : `after ${nowMs} ms`;
  return new BrokenPromise(
    `simulateStudy({ seed: ${seed} }), ${kind}, ${workers.length} workers, ${when}: ${error.message}`,
    { cause: error },
  );
}
