/**
 * Worker processes that serve a store, with what a command's signals ask of them and what has to be told of them. What `run`,
 * `resume` and `worker` share.
 */
import { TunesmithError } from "../../base/index.ts";
import type { Storage } from "../../search/storage/index.ts";
import type { StudyRecord } from "../../search/trial/index.ts";
import { releaseWorker } from "./dead-workers.ts";
import { labelLookMs, LabelWatch } from "./label-watch.ts";
import type { Assignment, WorkerSettings } from "./messages.ts";
import { WorkerPool, type PoolEvent } from "./worker-pool.ts";

export interface CrewSignals {
  /** Aborted: running trials are saved and handed back. */
  readonly stop?: AbortSignal | undefined;
  /** Aborted: running trials are finished, and no others begun. */
  readonly drain?: AbortSignal | undefined;
  /** Aborted: worker processes are killed; whoever comes next puts their trials back. */
  readonly kill?: AbortSignal | undefined;
}

export interface CrewOptions {
  /** How many processes; at least 1. */
  readonly size: number;
  readonly settings: WorkerSettings;
  readonly signals: CrewSignals;
  readonly onEvent: (event: PoolEvent) => void;
}

export class Crew {
  readonly #options: CrewOptions;
  readonly #pool: WorkerPool;
  readonly #left = new Map<string, TunesmithError>();
  readonly #dispose: () => void;
  #storage: Storage | undefined;
  #hasRun = false;
  #wasDrained = false;

  constructor(options: CrewOptions) {
    const { size, settings, signals } = options;
    this.#options = options;
    this.#pool = new WorkerPool({
      size,
      settings,
      release: (worker) => this.#release(worker),
      onEvent: (event) => this.#receive(event),
    });
    const actions = [
      [signals.stop, () => this.#pool.handBack()],
      [signals.drain, () => this.#pool.drain()],
      [signals.kill, () => this.#pool.kill()],
    ] as const;
    for (const [signal, act] of actions) {
      if (signal?.aborted === true) act();
      else signal?.addEventListener("abort", act, { once: true });
    }
    this.#dispose = () => {
      for (const [signal, act] of actions) signal?.removeEventListener("abort", act);
    };
  }

  /** Resolves when the first worker can train; rejects with why it cannot. */
  get ready(): Promise<void> {
    return this.#pool.ready;
  }

  /** Why studies were left to others; of a study that several workers left, the first reason. */
  get left(): ReadonlyMap<string, TunesmithError> {
    return this.#left;
  }

  /** Whether any trial was begun. */
  get hasRun(): boolean {
    return this.#hasRun;
  }

  /** Whether somebody asked workers to go by way of the store. */
  get wasDrained(): boolean {
    return this.#wasDrained;
  }

  /**
   * Trials are run until every worker has ended.
   *
   * @param studies those of which it is to be told that no worker has their labels
   * @throws when workers cannot work
   */
  async serve(
    storage: Storage,
    assignment: Assignment,
    studies: () => Promise<readonly StudyRecord[]>,
  ): Promise<void> {
    this.#storage = storage;
    const labels = new LabelWatch(storage);
    let isLooking = false;
    const look = async () => {
      if (isLooking) return;
      isLooking = true;
      try {
        for (const message of await labels.look(await studies())) this.warn(message);
      } catch {
        // The store's troubles are reported by whoever needs it to go on.
      } finally {
        isLooking = false;
      }
    };
    const looking = setInterval(() => void look(), labelLookMs);
    try {
      this.#pool.begin(assignment);
      await this.#pool.finished;
    } finally {
      clearInterval(looking);
    }
  }

  /** Running trials are saved and handed back. */
  handBack(): void {
    this.#pool.handBack();
  }

  warn(message: string): void {
    this.#options.onEvent({ kind: "warning", slot: 0, message });
  }

  /** Nothing of it runs afterwards. */
  close(): void {
    this.#dispose();
    this.#pool.kill();
  }

  async #release(worker: string): Promise<void> {
    if (this.#storage !== undefined) await releaseWorker(this.#storage, worker);
  }

  #receive(event: PoolEvent): void {
    if (event.kind === "trial-started") this.#hasRun = true;
    if (event.kind === "draining") this.#wasDrained = true;
    if (event.kind === "study-left") {
      // Its siblings on the same machine leave it for the same reason.
      if (this.#left.has(event.study!)) return;
      const { code, message, hint } = event;
      this.#left.set(event.study!, new TunesmithError(code, { message, ...(hint === null ? {} : { hint }) }));
    }
    this.#options.onEvent(event);
  }
}
