/**
 * Worker processes that join a store: they serve the studies that are there and those that come, until they are told to go. What
 * the command `tunesmith worker` does, without a terminal.
 */
import { isUrl, type TunesmithError } from "../../base/index.ts";
import type { BackendName } from "../../learning/runtime/index.ts";
import { openStorage, patientStorage, type Storage } from "../../search/storage/index.ts";
import type { StudyRecord, TrialRecord } from "../../search/trial/index.ts";
import type { AllowedProgram } from "./allowed-programs.ts";
import { isEnd } from "./attempt-outcome.ts";
import { Crew, type CrewSignals } from "./crew.ts";
import { releaseDeadWorkers } from "./dead-workers.ts";
import { FilePlaces } from "./file-places.ts";
import type { Assignment } from "./messages.ts";
import { sharedStore } from "./store-folder.ts";
import type { PoolEvent } from "./worker-pool.ts";

export type WorkerEvent =
  | PoolEvent
  | { readonly kind: "serving"; readonly studies: readonly string[] | null; readonly workers: number }
  /** One of these workers has brought a trial to its end. */
  | { readonly kind: "trial-finished"; readonly study: string; readonly trial: TrialRecord };

export interface RunWorkerOptions extends CrewSignals {
  /** A folder, or the URL of a server, whose store is made when it is empty. */
  readonly store: string;
  readonly files?: string | undefined;
  /** Names; empty: every study of the store. */
  readonly studies: readonly string[];
  /** Worker processes, one trial each. */
  readonly workers: number;
  readonly labels?: readonly string[] | undefined;
  readonly allowed?: readonly AllowedProgram[] | undefined;
  readonly backend?: BackendName | undefined;
  readonly dataDir?: string | undefined;
  /** Defaults to `drained`. */
  readonly until?: Assignment["until"] | undefined;
  /** Of each process. Defaults to no limit. */
  readonly mostTrials?: number | undefined;
  readonly onEvent?: ((event: WorkerEvent) => void) | undefined;
}

export interface WorkerOutcome {
  readonly end: "finished" | "interrupted" | "drained";
  /** Why studies were left to others, by their names. */
  readonly left: ReadonlyMap<string, TunesmithError>;
}

/**
 * Serves until it is stopped or drained, or nothing is left to do.
 *
 * @throws STUDY_NOT_FOUND, BACKEND_UNAVAILABLE, STORE_UNUSABLE, STORE_TOO_NEW; why it left a study when it could serve none
 */
export async function runWorker(options: RunWorkerOptions): Promise<WorkerOutcome> {
  const { stop, drain, workers, files } = options;
  const store = sharedStore(options.store);
  const storage = patientStorage(await openStorage(store, { create: isUrl(store) }), {
    signal: stop ?? new AbortController().signal,
  });
  let crew: Crew | undefined;
  try {
    for (const name of options.studies) await storage.getStudy(name);
    await releaseDeadWorkers(storage);
    await new FilePlaces({ store, files }).prepare();
    let finishing: Promise<void> = Promise.resolve();
    crew = new Crew({
      size: workers,
      settings: {
        dataDir: options.dataDir ?? null,
        backend: options.backend ?? null,
        first: null,
        allowed: { own: null, programs: options.allowed ?? [] },
      },
      signals: options,
      onEvent: (event) => {
        options.onEvent?.(event);
        if (event.kind !== "trial-ended" || !isEnd(event.outcome)) return;
        finishing = finishing.then(() => tellOfEnd(storage, event, options));
        // Reported when it is awaited.
        finishing.catch(() => {});
      },
    });
    const endedBy = () => (stop?.aborted ? "interrupted" : drain?.aborted ? "drained" : undefined);
    try {
      await crew.ready;
    } catch (error) {
      const end = endedBy();
      if (end === undefined) throw error;
      return { end, left: crew.left };
    }
    const studies = options.studies.length === 0 ? null : options.studies;
    options.onEvent?.({ kind: "serving", studies, workers });
    const assignment: Assignment = {
      store,
      files: files ?? null,
      labels: options.labels ?? [],
      studies,
      until: options.until ?? "drained",
      mostTrials: options.mostTrials ?? null,
    };
    await crew.serve(storage, assignment, () => openStudies(storage, studies));
    await finishing;
    const end = endedBy() ?? (crew.wasDrained ? "drained" : "finished");
    const [first] = crew.left.values();
    if (end === "finished" && !crew.hasRun && first !== undefined) throw first;
    return { end, left: crew.left };
  } finally {
    crew?.close();
    await storage.close();
  }
}

async function tellOfEnd(
  storage: Storage,
  event: Extract<PoolEvent, { kind: "trial-ended" }>,
  { onEvent }: RunWorkerOptions,
): Promise<void> {
  const study = event.study!;
  const { id } = await storage.getStudy(study);
  onEvent?.({ kind: "trial-finished", study, trial: await storage.getTrial(id, event.number) });
}

async function openStudies(
  storage: Storage,
  names: readonly string[] | null,
): Promise<readonly StudyRecord[]> {
  const all = await storage.listStudies();
  return all.filter(
    ({ definition, stopRequested }) => !stopRequested && (names?.includes(definition.name) ?? true),
  );
}
