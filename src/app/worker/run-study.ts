/**
 * A whole run of a study: data at hand, workers started, trials shared out, stops and limits obeyed. What the command
 * `tunesmith run` does, without a terminal.
 */
import { systemClock, type Json } from "../../base/index.ts";
import {
  dataSchema,
  describeDataset,
  type DatasetReference,
  loadDataset,
  type DownloadProgress,
  type ReadingProgress,
} from "../../learning/data/index.ts";
import type { BackendName } from "../../learning/runtime/index.ts";
import { openStorage, patientStorage, type Storage } from "../../search/storage/index.ts";
import { Study, type StudyProgress } from "../../search/study/index.ts";
import type { StudyDefinition, TrialRecord } from "../../search/trial/index.ts";
import { isCommandDocument, sourceOptionsOf } from "../spec/index.ts";
import { checkCommand } from "./command/check-command.ts";
import { isEnd } from "./attempt-outcome.ts";
import { isStore, sharedStore, studyExists } from "./store-folder.ts";
import { TrialFiles } from "./trial-files.ts";
import { isKnownDead } from "./worker-name.ts";
import { WorkerPool, type PoolEvent } from "./worker-pool.ts";

/** How often the store is asked whether somebody wants the study to stop. */
const stopPollMs = 500;

export type RunEvent =
  | PoolEvent
  | {
      readonly kind: "study-started";
      readonly definition: StudyDefinition;
      readonly progress: StudyProgress;
      /** The best of the trials that are finished already. */
      readonly best: TrialRecord | null;
    }
  /** A trial reached its end in the store. */
  | { readonly kind: "trial-finished"; readonly trial: TrialRecord; readonly progress: StudyProgress }
  | { readonly kind: "download"; readonly progress: DownloadProgress }
  | { readonly kind: "reading"; readonly progress: ReadingProgress };

export interface RunStudyOptions {
  /** The folder of the store. */
  readonly store: string;
  /** A new study, or the name of one to go on with. */
  readonly study: StudyDefinition | string;
  /** Worker processes; no more are started than trials remain. */
  readonly workers: number;
  readonly backend?: BackendName | undefined;
  readonly dataDir?: string | undefined;
  /** Counts from the start of training, so that a download takes nothing of it. */
  readonly timeLimitMs?: number | undefined;
  readonly onEvent?: (event: RunEvent) => void;
  /** Aborted: running trials are saved and handed back, then the run ends. */
  readonly stop?: AbortSignal;
  /** Aborted: worker processes are killed; a later `resume` puts their trials back. */
  readonly kill?: AbortSignal;
}

export interface RunOutcome {
  /** Null when the run was ended before the study was created. */
  readonly progress: StudyProgress | null;
  /** finished: no trial is left. The others say who ended the run before that. */
  readonly end: "finished" | "interrupted" | "stop-requested" | "time-limit";
}

/**
 * Runs the study until it is finished or stopped. Of a new study nothing is written before a worker has read its data.
 *
 * @throws STUDY_EXISTS, STUDY_NOT_FOUND, DATA_NOT_FOUND, INVALID_DATA, INVALID_DOCUMENT, BACKEND_UNAVAILABLE;
 *   INVALID_STUDY_FILE for a study whose callbacks are no longer where they were; INTERNAL
 *   when worker processes do not start.
 */
export async function runStudy(options: RunStudyOptions): Promise<RunOutcome> {
  return new StudyRun(options).execute();
}

class StudyRun {
  readonly #options: RunStudyOptions;
  /** Absolute, because worker processes are given it. */
  readonly #store: string;
  #storage: Storage | undefined;
  #study: Study | undefined;
  #endedBy: RunOutcome["end"] | undefined;
  #pool: WorkerPool | undefined;
  /** Events that first read the store, one after the other. */
  #events: Promise<void> = Promise.resolve();

  constructor(options: RunStudyOptions) {
    this.#options = options;
    this.#store = sharedStore(options.store);
  }

  async execute(): Promise<RunOutcome> {
    const { study, stop, kill } = this.#options;
    const onStop = () => this.#end("interrupted");
    const onKill = () => this.#pool?.kill();
    stop?.addEventListener("abort", onStop, { once: true });
    kill?.addEventListener("abort", onKill, { once: true });
    try {
      if (typeof study === "string") await this.#open(study);
      else await this.#checkIsNew(study.name);
      return await this.#run();
    } finally {
      stop?.removeEventListener("abort", onStop);
      kill?.removeEventListener("abort", onKill);
      this.#pool?.kill();
      await this.#storage?.close();
    }
  }

  async #run(): Promise<RunOutcome> {
    const before = await this.#study?.progress();
    if (before?.isFinished === true) return { progress: before, end: "finished" };
    const wanted = this.#study?.record.definition ?? (this.#options.study as StudyDefinition);
    const contentHash = await this.#readData(wanted);
    const definition =
      this.#study === undefined && contentHash !== undefined ? withContentHash(wanted, contentHash) : wanted;
    const pool = this.#startPool(definition, before?.remaining ?? definition.maxTrials);
    try {
      if (this.#options.stop?.aborted === true) this.#end("interrupted");
      await pool.ready;
    } catch (error) {
      if (this.#endedBy === undefined) throw error;
      return { progress: before ?? null, end: this.#endedBy };
    }
    const study = this.#study ?? (await this.#create(definition));
    const best = (await study.best())?.trial ?? null;
    this.#emit({ kind: "study-started", definition, progress: await study.progress(), best });
    pool.begin({ store: this.#store, study: definition.name });
    if (this.#endedBy !== undefined) pool.handBack();
    await this.#watch(pool);
    await this.#events;
    const progress = await study.progress();
    if (progress.isFinished) await this.#removeLeftovers(definition.name);
    return { progress, end: progress.isFinished ? "finished" : (this.#endedBy ?? "stop-requested") };
  }

  async #open(name: string): Promise<void> {
    this.#storage = this.#patient(await openStorage(this.#store, { create: false }));
    this.#study = await Study.open({ storage: this.#storage, name, clock: systemClock });
    const trials = await this.#storage.listTrials(this.#study.record.id);
    const workers = new Set(
      trials.flatMap(({ state, worker }) => (state === "running" && worker ? [worker] : [])),
    );
    for (const worker of workers) if (isKnownDead(worker)) await this.#study.releaseWorker(worker);
    await this.#study.clearStop();
  }

  async #checkIsNew(name: string): Promise<void> {
    if (!(await isStore(this.#store))) return;
    const storage = await openStorage(this.#store, { create: false });
    try {
      const names = (await storage.listStudies()).map(({ definition }) => definition.name);
      if (names.includes(name)) throw studyExists(name);
    } finally {
      await storage.close();
    }
  }

  async #create(definition: StudyDefinition): Promise<Study> {
    this.#storage = await openStorage(this.#store);
    // To create is tried once: what fails now is told now.
    await Study.create({ storage: this.#storage, definition, clock: systemClock });
    this.#storage = this.#patient(this.#storage);
    this.#study = await Study.open({ storage: this.#storage, name: definition.name, clock: systemClock });
    return this.#study;
  }

  /** The workers tell of a store that is away. */
  #patient(storage: Storage): Storage {
    return patientStorage(storage, { signal: this.#options.stop ?? new AbortController().signal });
  }

  #startPool(definition: StudyDefinition, remaining: number): WorkerPool {
    const { workers, dataDir, backend } = this.#options;
    this.#pool = new WorkerPool({
      size: Math.max(1, Math.min(workers, remaining)),
      settings: {
        dataDir: dataDir ?? null,
        backend: backend ?? null,
        preload: dataToPreload(definition),
        callbacks: definition.callbacks?.file ?? null,
        sources: definition.sources?.file ?? null,
      },
      release: async (worker) => this.#study?.releaseWorker(worker),
      onEvent: (event) => this.#receive(event),
    });
    return this.#pool;
  }

  #receive(event: PoolEvent): void {
    this.#emit(event);
    if (event.kind !== "trial-ended" || !isEnd(event.outcome)) return;
    this.#events = this.#events.then(async () => {
      const study = this.#study!;
      const trial = await this.#storage!.getTrial(study.record.id, event.number);
      this.#emit({ kind: "trial-finished", trial, progress: await study.progress() });
    });
    // Reported when the run awaits it.
    this.#events.catch(() => {});
  }

  /** Paused trials that were not let go on leave checkpoints, and members of a population what nobody inherits. */
  async #removeLeftovers(study: string): Promise<void> {
    for (const kind of ["checkpoints", "inherit"] as const) {
      await new TrialFiles(this.#store, { kind, study }).removeAll();
    }
  }

  /** Until every worker has ended; meanwhile `tunesmith stop`, from whatever process, is obeyed. */
  async #watch(pool: WorkerPool): Promise<void> {
    const { record } = this.#study!;
    const { timeLimitMs } = this.#options;
    const limit =
      timeLimitMs === undefined ? undefined : setTimeout(() => this.#end("time-limit"), timeLimitMs);
    const poll = setInterval(() => {
      void this.#storage!.getStudy(record.definition.name).then(
        ({ stopRequested }) => stopRequested && this.#end("stop-requested"),
        // The store's troubles are reported by whoever needs it to go on.
        () => {},
      );
    }, stopPollMs);
    try {
      await pool.finished;
    } finally {
      clearInterval(poll);
      clearTimeout(limit);
    }
  }

  #end(reason: RunOutcome["end"]): void {
    this.#endedBy ??= reason;
    this.#pool?.handBack();
  }

  #emit(event: RunEvent): void {
    this.#options.onEvent?.(event);
  }

  /**
   * Downloads or decodes once, here, what several workers would otherwise all download or decode.
   *
   * @returns the hash of files whose content nothing else fixes, when all trials read the same ones
   */
  async #readData(definition: StudyDefinition): Promise<string | undefined> {
    // What a program reads is its own affair.
    if (isCommandDocument(definition.baseDocument)) {
      await checkCommand(definition.baseDocument);
      return undefined;
    }
    const { dataDir, stop } = this.#options;
    const options = await sourceOptionsOf(definition, {
      dataDir,
      signal: stop,
      onProgress: (progress) => this.#emit({ kind: "download", progress }),
      onReading: (progress) => this.#emit({ kind: "reading", progress }),
      onWarning: (message) => this.#emit({ kind: "warning", slot: 0, message }),
    });
    const base = baseData(definition);
    const datasets = datasetsOf(definition);
    let contentHash: string | undefined;
    for (const dataset of datasets) {
      const { facts, location } = await describeDataset(dataset, options);
      if (location.isAtHand && facts !== null) continue;
      const read = await loadDataset({ ...base, dataset }, options);
      const isFixed = facts !== null || searchesData(definition, "data.dataset");
      contentHash = isFixed ? undefined : read.contentHash;
    }
    return contentHash;
  }
}

const baseData = ({ baseDocument }: StudyDefinition) =>
  dataSchema.parse((baseDocument as { readonly data: unknown }).data);

function searchesData({ space }: StudyDefinition, path: string): boolean {
  return space.parameters.some(({ name }) => name === path || name.startsWith(`${path}.`));
}

/** A trial then refuses files that have changed since the study was created. */
function withContentHash(definition: StudyDefinition, contentHash: string): StudyDefinition {
  const data = { ...baseData(definition), contentHash };
  const document = definition.baseDocument as Readonly<Record<string, Json>>;
  return { ...definition, baseDocument: { ...document, data: JSON.parse(JSON.stringify(data)) as Json } };
}

/** The data of every trial when the study does not search over it. */
function dataToPreload(definition: StudyDefinition) {
  if (isCommandDocument(definition.baseDocument)) return null;
  return searchesData(definition, "data") ? null : baseData(definition);
}

function datasetsOf(definition: StudyDefinition): readonly DatasetReference[] {
  const distribution = definition.space.parameters.find(({ name }) => name === "data.dataset")?.distribution;
  if (distribution?.kind === "categorical") return distribution.values as readonly DatasetReference[];
  if (distribution?.kind === "constant") return [distribution.value as DatasetReference];
  return [baseData(definition).dataset];
}
