import { TunesmithError } from "../../base/index.ts";
import { patientStorage, type Storage } from "../../search/storage/index.ts";
import { Study } from "../../search/study/index.ts";
import type { StudyRecord } from "../../search/trial/index.ts";
import { Chance } from "./chance.ts";
import { broken } from "./broken-promise.ts";
import { Faults, timedFaults, type TimedFault } from "./faults.ts";
import type { Intervention, Scenario } from "./scenario.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import { SimulatedStore } from "./simulated-store.ts";
import { work } from "./simulated-worker.ts";
import { longestLookGapMs, StudyOracle } from "./study-oracle.ts";
import { Timeline } from "./timeline.ts";

/** Hours: far more than two machines of one network, and far more than a lease. */
const longestSkewMs = 5 * 3600 * 1000;
/** A study that is left alone has to be over after this. */
const patienceMs = 10 * 60 * 1000;

/** One place for a worker process, in which a dead one is replaced. */
interface Place {
  readonly index: number;
  process: SimulatedProcess;
  /** How many times as long as usual a step takes. */
  slowness: number;
}

/** A study under a scenario, from its creation to its end. */
export class StudySimulation {
  readonly #scenario: Scenario;
  readonly #chance: Chance;
  readonly #store: SimulatedStore;
  readonly #places: Place[] = [];
  readonly timeline: Timeline;
  readonly faults: Faults;
  readonly oracle: StudyOracle;
  #processes = 0;
  #interventions = 0;
  #failure: Error | undefined;

  constructor(
    scenario: Scenario,
    { storage, study }: { readonly storage: Storage; readonly study: StudyRecord },
  ) {
    const { seed, faultsPerCall } = scenario;
    this.#scenario = scenario;
    this.#chance = new Chance(seed, "events");
    this.timeline = new Timeline(new Chance(seed, "order"));
    this.faults = new Faults(new Chance(seed, "faults"), faultsPerCall);
    this.oracle = new StudyOracle({
      storage,
      studyId: study.id,
      definition: study.definition,
      now: () => this.timeline.now,
      steadySince: () => Math.min(...this.#places.map(({ process }) => process.steadySince)),
    });
    this.#store = new SimulatedStore({
      storage,
      timeline: this.timeline,
      chance: new Chance(seed, "travel"),
      faults: this.faults,
      onCarriedOut: (call) => this.oracle.carriedOut(call),
    });
  }

  /** @throws BrokenPromise */
  async run(): Promise<void> {
    // It never waits for anything but promises, and whoever runs many has other things to do as well.
    await new Promise<void>((resolve) => setImmediate(resolve));
    const { workers, interventions, faultsEndMs } = this.#scenario;
    for (const index of workers.keys())
      this.#places.push({ index, process: this.#start(index), slowness: 1 });
    this.#interventions = interventions.length;
    for (const { atMs, what } of interventions) {
      this.timeline.after(atMs, () => this.#watchOver(this.#intervene(what)));
    }
    this.#planTimedFault();
    this.timeline.after(faultsEndMs, () => this.#endFaults());
    while (this.#interventions > 0 || !this.oracle.isOver) {
      if (!(await this.timeline.step())) broken("nothing happens any more and the study is not over");
      if (this.#failure !== undefined) throw this.#failure;
      if (this.timeline.now > faultsEndMs + patienceMs) broken("the study does not end");
    }
  }

  /** What goes wrong in a process, or is found wrong, ends the simulation. */
  #watchOver(doing: Promise<void>): void {
    doing.catch((error: unknown) => {
      this.#failure ??= error instanceof Error ? error : new Error(String(error));
    });
  }

  #newProcess(name: string): SimulatedProcess {
    const skewMs = this.#chance.between(-longestSkewMs, longestSkewMs);
    return new SimulatedProcess(`${name}:${this.#processes++}`, this.timeline, skewMs);
  }

  #reach(process: SimulatedProcess, { isFaulty }: { readonly isFaulty: boolean }): Storage {
    const { signal } = new AbortController();
    return patientStorage(this.#store.reach(process, { isFaulty }), {
      signal,
      pause: (ms) => {
        process.disturb();
        return process.sleep(ms);
      },
    });
  }

  #start(index: number): SimulatedProcess {
    const { definition, leaseMs, failing, stepMs, workers } = this.#scenario;
    const process = this.#newProcess(`worker-${index}`);
    const working = work({
      process,
      storage: this.#reach(process, { isFaulty: true }),
      chance: this.#chance,
      study: definition.name,
      leaseMs,
      failing,
      ...workers[index]!,
      stepMs: () => this.#chance.between(stepMs.shortest, stepMs.longest) * this.#places[index]!.slowness,
      onLooked: () => this.oracle.looked(process.looked(longestLookGapMs)),
    });
    this.#watchOver(working);
    return process;
  }

  /** Somebody notices that a worker is dead, at once or late, and may say so. */
  #replaceDead(): void {
    for (const place of this.#places) {
      const { process: dead, index } = place;
      if (!dead.isDead) continue;
      this.faults.count("restarted");
      place.process = this.#start(index);
      if (this.#chance.happens(0.4)) {
        this.#watchOver(
          this.#visit(async (study) => {
            for (let slot = 0; slot < 2; slot++) await study.releaseWorker(`${dead.name}/${slot}`);
          }),
        );
      }
    }
  }

  /** Somebody opens the study, does something to it and goes. */
  async #visit(act: (study: Study) => Promise<unknown>): Promise<void> {
    const process = this.#newProcess("visitor");
    const storage = this.#reach(process, { isFaulty: false });
    const study = await Study.open({ storage, name: this.#scenario.definition.name, clock: process.clock });
    try {
      await act(study);
    } catch (error) {
      // No trial is left, or there are too many already: it is told so.
      if (!(error instanceof TunesmithError) || error.code !== "INVALID_USAGE") throw error;
    }
  }

  async #intervene(what: Intervention): Promise<void> {
    await this.#visit((study) => this.#act(study, what));
    if (what === "stop") {
      const pause = this.#newProcess("pause");
      await pause.sleep(this.#chance.between(500, 15_000));
      await this.#visit((study) => study.clearStop());
    }
    this.#interventions -= 1;
  }

  async #act(study: Study, what: Intervention): Promise<unknown> {
    switch (what) {
      case "stop":
        return study.requestStop();
      case "extend":
        return study.revise(({ maxTrials }) => ({ maxTrials: maxTrials + 2 }), what);
      case "shorten":
        return study.revise(({ maxTrials }) => ({ maxTrials: Math.max(1, maxTrials - 2) }), what);
      case "end early":
        return study.revise({ endWhen: { noImprovement: 2 } }, what);
      case "change sampler":
        return study.revise({ sampler: { name: "random", options: {} } }, what);
      case "enqueue":
        return study.enqueue({ "training.learningRate": this.#chance.uniform() });
      default:
        return what satisfies never;
    }
  }

  #planTimedFault(): void {
    const { timedFaultsMs } = this.#scenario;
    if (timedFaultsMs === Number.POSITIVE_INFINITY) return;
    this.timeline.after(this.#chance.between(1, 2 * timedFaultsMs), () => {
      if (this.faults.areOver) return;
      this.#strike(this.#chance.pick(timedFaults));
      this.#replaceDead();
      this.#planTimedFault();
    });
  }

  #strike(fault: TimedFault): void {
    const place = this.#chance.pick(this.#places);
    const { process } = place;
    const ms = this.#chance.between(500, 15_000);
    this.faults.count(fault);
    switch (fault) {
      case "machine asleep":
      case "stopped between calls":
        process.stop({ isMachineAsleep: fault === "machine asleep" });
        return this.timeline.after(ms, () => process.wake());
      case "clock set":
        return process.setClock(this.#chance.between(-longestSkewMs, longestSkewMs));
      case "store away":
        this.#store.isAway = true;
        for (const { process: cutOff } of this.#places) cutOff.disturb();
        return this.timeline.after(ms >> 1, () => void (this.#store.isAway = false));
      case "process slow":
        place.slowness = 5;
        return this.timeline.after(ms, () => void (place.slowness = 1));
      case "killed between calls":
        return process.kill();
      default:
        return fault satisfies never;
    }
  }

  /** From here on nothing goes wrong: everybody is awake, and every dead worker replaced. */
  #endFaults(): void {
    this.faults.areOver = true;
    this.#store.isAway = false;
    for (const { process } of this.#places) process.wake();
    this.#replaceDead();
  }
}
