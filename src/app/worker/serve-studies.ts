/**
 * What a worker process does from its first trial to its last: claims one after the other from the studies that it serves,
 * waits for changes when there is none, watches over the leases of others, and ends when it is told to or nothing is left.
 */
import { systemClock, TunesmithError } from "../../base/index.ts";
import type { Storage } from "../../search/storage/index.ts";
import { leaseLookMs } from "../../search/study/index.ts";
import type { FilePlaces } from "./file-places.ts";
import type { Machine } from "./machine.ts";
import type { Assignment, StudyMessage } from "./messages.ts";
import { productVersion } from "../product/index.ts";
import { Registration } from "./registration.ts";
import { isUnfit, type ServedStudy } from "./served-study.ts";
import { StudyRoster } from "./study-roster.ts";
import { workerName } from "./worker-name.ts";

export interface ServeOptions {
  readonly storage: Storage;
  readonly machine: Machine;
  readonly places: FilePlaces;
  readonly assignment: Assignment;
  readonly send: (message: StudyMessage) => void;
  /** Aborted: the running trial is saved and handed back. */
  readonly stop: AbortSignal;
  /** Aborted: the running trial is finished. */
  readonly drain: AbortSignal;
}

/** Resolves when the worker has ended in good order. @throws STORE_TOO_NEW, STORE_UNUSABLE */
export async function serveStudies(options: ServeOptions): Promise<void> {
  await new Service(options).run();
}

class Service {
  readonly #options: ServeOptions;
  readonly #worker = workerName(process.pid);
  readonly #roster: StudyRoster;
  readonly #registration: Registration;
  readonly #drain = new AbortController();
  /** Any of them. */
  readonly #ending: AbortSignal;
  #current: { readonly name: string; readonly stop: AbortController } | undefined;
  /** Why nothing can be written any more. */
  #broken: TunesmithError | undefined;
  #isLooking = false;
  #trials = 0;

  constructor(options: ServeOptions) {
    const { storage, assignment, stop, drain, send } = options;
    this.#options = options;
    this.#roster = new StudyRoster(options);
    this.#ending = AbortSignal.any([stop, drain, this.#drain.signal]);
    this.#registration = new Registration({
      registry: storage,
      worker: { name: this.#worker, version: productVersion(), labels: assignment.labels },
      clock: systemClock,
      onDrain: () => {
        if (this.#ending.aborted) return;
        send({ kind: "draining" });
        this.#drain.abort();
      },
    });
  }

  async run(): Promise<void> {
    const { storage } = this.#options;
    const watch = setInterval(() => void this.#look(), leaseLookMs);
    try {
      while (!this.#ending.aborted) {
        const mark = await this.#next();
        if (mark === "over") break;
        if (mark !== undefined)
          await storage.waitForChange(mark, { timeoutMs: leaseLookMs, signal: this.#ending });
      }
    } finally {
      clearInterval(watch);
      // A worker that cannot say good-bye is found silent.
      await this.#registration.end().catch(() => {});
    }
    if (this.#broken !== undefined) throw this.#broken;
  }

  /** @returns what to wait from when there was no trial to run */
  async #next(): Promise<number | "over" | undefined> {
    const { storage, assignment } = this.#options;
    if (this.#broken !== undefined) throw this.#broken;
    await this.#registration.renew();
    if (await this.#runOne(this.#roster.open)) return this.#isDone() ? "over" : undefined;
    // What is changed after this ends the wait.
    const mark = await storage.changeMark();
    if (await this.#runOne(await this.#roster.refresh())) return this.#isDone() ? "over" : undefined;
    return assignment.until === "finished" && this.#roster.open.length === 0 ? "over" : mark;
  }

  #isDone(): boolean {
    return this.#trials === this.#options.assignment.mostTrials;
  }

  /** @returns whether one of the studies had a trial */
  async #runOne(studies: readonly ServedStudy[]): Promise<boolean> {
    const { labels } = this.#options.assignment;
    for (const served of studies) {
      if (this.#ending.aborted) return false;
      const trial = await served.study.claim(this.#worker, { labels });
      if (trial === null) continue;
      const stop = new AbortController();
      this.#current = { name: served.name, stop };
      try {
        const outcome = await served.run(trial, AbortSignal.any([this.#options.stop, stop.signal]));
        this.#trials += 1;
        this.#options.send({ kind: "trial-ended", number: trial.number, outcome, study: served.name });
      } catch (error) {
        if (!isUnfit(error)) throw error;
        this.#options.send({
          kind: "trial-ended",
          number: trial.number,
          outcome: "handed-back",
          study: served.name,
        });
        this.#roster.leave(served, error);
      } finally {
        this.#current = undefined;
      }
      return true;
    }
    return false;
  }

  /** What has to be seen also while a trial runs. */
  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.#registration.renew();
      for (const { study } of this.#roster.open) await study.watchLeases(this.#worker);
      const current = this.#current;
      if (current === undefined) return;
      const { stopRequested } = await this.#options.storage.getStudy(current.name);
      if (stopRequested) current.stop.abort();
    } catch (error) {
      // Whoever needs the store to go on says what else is wrong with it.
      if (!(error instanceof TunesmithError) || error.code !== "STORE_TOO_NEW") return;
      this.#broken = error;
      this.#current?.stop.abort();
    } finally {
      this.#isLooking = false;
    }
  }
}
