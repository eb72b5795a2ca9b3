/**
 * A whole run of a study: data at hand, workers started, trials shared out, stops and limits obeyed. What the commands
 * `tunesmith run` and `resume` do, without a terminal. Others may run trials of the same study at the same time.
 */
import { isUrl, systemClock } from "../../base/index.ts";
import type { DownloadProgress, ReadingProgress } from "../../learning/data/index.ts";
import type { BackendName } from "../../learning/runtime/index.ts";
import { openStorage, patientStorage, type Storage } from "../../search/storage/index.ts";
import { Study, type StudyProgress } from "../../search/study/index.ts";
import type { StudyDefinition, TrialRecord } from "../../search/trial/index.ts";
import { isCommandDocument, sourceOptionsOf } from "../spec/index.ts";
import type { AllowedProgram } from "./allowed-programs.ts";
import { checkCommand } from "./command/check-command.ts";
import { Crew, type CrewSignals } from "./crew.ts";
import { releaseDeadWorkers } from "./dead-workers.ts";
import { FilePlaces } from "./file-places.ts";
import { isStore, sharedStore, studyExists } from "./store-folder.ts";
import { obtainData, withContentHash } from "./study-data.ts";
import { StudyWatch } from "./study-watch.ts";
import type { PoolEvent } from "./worker-pool.ts";

export type RunEvent =
  | PoolEvent
  | {
      readonly kind: "study-started";
      readonly definition: StudyDefinition;
      readonly progress: StudyProgress;
      /** The best of the trials that are finished already. */
      readonly best: TrialRecord | null;
    }
  /** A trial reached its end in the store, whoever ran it. */
  | { readonly kind: "trial-finished"; readonly trial: TrialRecord; readonly progress: StudyProgress }
  | { readonly kind: "download"; readonly progress: DownloadProgress }
  | { readonly kind: "reading"; readonly progress: ReadingProgress };

export interface RunStudyOptions extends CrewSignals {
  /** A folder, or the URL of a server. */
  readonly store: string;
  /** A folder for checkpoints, weights and logs, in place of where the store usually has them. */
  readonly files?: string | undefined;
  /** A new study, or the name of one to go on with. */
  readonly study: StudyDefinition | string;
  /** Worker processes; no more are started than trials remain. */
  readonly workers: number;
  /** What the workers have; trials that ask for more are left to others. */
  readonly labels?: readonly string[] | undefined;
  /** Programs that a study of a server's store may start. A new study, and one in a folder, may start its own. */
  readonly allowed?: readonly AllowedProgram[] | undefined;
  readonly backend?: BackendName | undefined;
  readonly dataDir?: string | undefined;
  /** Counts from the start of training, so that a download takes nothing of it. */
  readonly timeLimitMs?: number | undefined;
  readonly onEvent?: (event: RunEvent) => void;
}

export interface RunOutcome {
  /** Null when the run was ended before the study was created. */
  readonly progress: StudyProgress | null;
  /** finished: no trial is left. The others say who ended the run before that. */
  readonly end: "finished" | "interrupted" | "drained" | "stop-requested" | "time-limit";
}

/**
 * Runs the study until it is finished or stopped. Of a new study nothing is written before a worker has read its data.
 *
 * @throws STUDY_EXISTS, STUDY_NOT_FOUND, DATA_NOT_FOUND, INVALID_DATA, INVALID_DOCUMENT, BACKEND_UNAVAILABLE;
 *   CODE_NOT_ALLOWED; INVALID_STUDY_FILE for a study whose callbacks are no longer where they were; INTERNAL
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
  #crew: Crew | undefined;

  constructor(options: RunStudyOptions) {
    this.#options = options;
    this.#store = sharedStore(options.store);
  }

  async execute(): Promise<RunOutcome> {
    const { study, stop, drain } = this.#options;
    const onStop = () => (this.#endedBy ??= "interrupted");
    const onDrain = () => (this.#endedBy ??= "drained");
    stop?.addEventListener("abort", onStop, { once: true });
    drain?.addEventListener("abort", onDrain, { once: true });
    try {
      if (typeof study === "string") await this.#open(study);
      else await this.#checkIsNew(study.name);
      return await this.#run();
    } finally {
      stop?.removeEventListener("abort", onStop);
      drain?.removeEventListener("abort", onDrain);
      this.#crew?.close();
      await this.#storage?.close();
    }
  }

  async #run(): Promise<RunOutcome> {
    const before = await this.#study?.progress();
    if (before?.isFinished === true) return { progress: before, end: "finished" };
    const wanted = this.#study?.record.definition ?? (this.#options.study as StudyDefinition);
    await new FilePlaces({ store: this.#store, files: this.#options.files }).prepare();
    const contentHash = await this.#readData(wanted);
    const definition =
      this.#study === undefined && contentHash !== undefined ? withContentHash(wanted, contentHash) : wanted;
    const crew = this.#assemble(definition, before?.remaining ?? definition.maxTrials);
    try {
      await crew.ready;
    } catch (error) {
      if (this.#endedBy === undefined) throw error;
      return { progress: before ?? null, end: this.#endedBy };
    }
    const study = this.#study ?? (await this.#create(definition));
    const best = (await study.best())?.trial ?? null;
    this.#emit({ kind: "study-started", definition, progress: await study.progress(), best });
    await this.#serve(crew, study);
    const progress = await study.progress();
    if (progress.isFinished) return { progress, end: "finished" };
    const left = crew.left.get(definition.name);
    if (left !== undefined && this.#endedBy === undefined) throw left;
    return { progress, end: this.#endedBy ?? (crew.wasDrained ? "drained" : "stop-requested") };
  }

  async #open(name: string): Promise<void> {
    this.#storage = this.#patient(await openStorage(this.#store, { create: false }));
    this.#study = await Study.open({ storage: this.#storage, name, clock: systemClock });
    await releaseDeadWorkers(this.#storage);
    await this.#study.clearStop();
  }

  async #checkIsNew(name: string): Promise<void> {
    if (!(await isStore(this.#store))) return;
    const storage = await openStorage(this.#store, { create: isUrl(this.#store) });
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

  #assemble(definition: StudyDefinition, remaining: number): Crew {
    const { study, workers, dataDir, backend, allowed = [] } = this.#options;
    // What is in a folder of this machine was put there by its people; to a server others may write.
    const isOwn = typeof study !== "string" || !isUrl(this.#store);
    this.#crew = new Crew({
      size: Math.max(1, Math.min(workers, remaining)),
      settings: {
        dataDir: dataDir ?? null,
        backend: backend ?? null,
        first: definition,
        allowed: { own: isOwn ? definition : null, programs: allowed },
      },
      signals: this.#options,
      onEvent: (event) => this.#emit(event),
    });
    return this.#crew;
  }

  /** Until every worker has ended; meanwhile `tunesmith stop`, from whatever process, is obeyed. */
  async #serve(crew: Crew, study: Study): Promise<void> {
    const { timeLimitMs, files, labels = [] } = this.#options;
    const storage = this.#storage!;
    const watch = await StudyWatch.start({
      storage,
      study,
      onFinished: (trial, progress) => this.#emit({ kind: "trial-finished", trial, progress }),
      onStopRequested: () => this.#end("stop-requested"),
    });
    const over = new AbortController();
    const watching = watch.run(over.signal);
    // Reported when the run awaits it.
    watching.catch(() => {});
    const limit =
      timeLimitMs === undefined ? undefined : setTimeout(() => this.#end("time-limit"), timeLimitMs);
    const assignment = {
      store: this.#store,
      files: files ?? null,
      labels,
      studies: [study.record.definition.name],
      until: "finished",
      mostTrials: null,
    } as const;
    try {
      await crew.serve(storage, assignment, async () => [study.record]);
    } finally {
      clearTimeout(limit);
      over.abort();
    }
    await watching;
  }

  #end(reason: RunOutcome["end"]): void {
    this.#endedBy ??= reason;
    this.#crew?.handBack();
  }

  #emit(event: RunEvent): void {
    this.#options.onEvent?.(event);
  }

  /** @returns the hash of files whose content nothing else fixes */
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
    return obtainData(definition, options);
  }
}
