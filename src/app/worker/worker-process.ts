/**
 * The program of a worker process: gets the machine ready (runtime, data), waits for its parent's `begin`, then claims
 * one trial after the other until the study is finished.
 *
 * It outlives nothing: when the parent is gone, it saves its trial and ends.
 */
import { systemClock, TunesmithError } from "../../base/index.ts";
import { loadRuntime } from "../../learning/runtime/index.ts";
import { openStorage, patientStorage, type Storage } from "../../search/storage/index.ts";
import { Study } from "../../search/study/index.ts";
import { isCommandDocument, loadCallbacks, sourceOptionsOf } from "../spec/index.ts";
import type { ParentMessage, WorkerMessage, WorkerSettings } from "./messages.ts";
import { HistogramFile } from "./histogram-file.ts";
import { runCommandTrial } from "./command/run-command-trial.ts";
import { runTrial } from "./run-trial.ts";
import { SplitCache } from "./split-cache.ts";
import { TrialFiles } from "./trial-files.ts";

/** How long a worker without a trial sleeps before it looks again, when nobody wakes it. */
const idleMs = 500;

/** As a shell reports a process that SIGTERM ended. */
const terminatedStatus = 143;

const stop = new AbortController();
let wake: () => void = () => {};
const begin = Promise.withResolvers<Extract<ParentMessage, { kind: "begin" }>>();

process.on("message", (message: ParentMessage) => {
  switch (message.kind) {
    case "begin":
      return begin.resolve(message);
    case "wake":
      return wake();
    case "hand-back":
      return askToStop();
    default:
      message satisfies never;
  }
});
process.on("disconnect", askToStop);
process.on("SIGTERM", () => {
  // Not the parent's wish: a status other than 0 lets it start another worker.
  process.exitCode = terminatedStatus;
  askToStop();
});
// Ctrl-C reaches the whole group of processes; the parent decides what it means.
process.on("SIGINT", () => {});
process.on("SIGHUP", () => {});
// A parent that is gone no longer reads.
process.stderr.on("error", () => {});

function askToStop(): void {
  stop.abort();
  wake();
  if (!process.connected) begin.reject(new Error("the parent process is gone"));
}

function send(message: WorkerMessage): void {
  // The parent can go away between the check and the write; then there is nobody to tell.
  if (process.connected) process.send?.(message, undefined, {}, () => {});
}

async function serve(settings: WorkerSettings): Promise<void> {
  const runtime = await loadRuntime({ backend: settings.backend ?? undefined });
  const { dataDir, sources } = settings;
  const code = sources === null ? {} : { sources: { file: sources } };
  const splits = new SplitCache(await sourceOptionsOf(code, { dataDir: dataDir ?? undefined }));
  const { onEpoch } = settings.callbacks === null ? {} : await loadCallbacks(settings.callbacks);
  if (settings.preload !== null) await splits.splits(settings.preload);
  send({ kind: "ready", backend: runtime.backend, instructionSet: runtime.instructionSet });

  const { store, study: name, worker } = await begin.promise;
  const storage = patientStorage(await openStorage(store, { create: false }), {
    signal: stop.signal,
    onAway: ({ message }) =>
      send({ kind: "warning", message: `${message} What is measured waits until it is back.` }),
    onBack: () => send({ kind: "warning", message: "the store is back." }),
  });
  try {
    const study = await Study.open({ storage, name, clock: systemClock });
    const context = {
      study,
      storage,
      runtime,
      splits,
      checkpoints: new TrialFiles(store, { kind: "checkpoints", study: name }),
      weights: new TrialFiles(store, { kind: "weights", study: name }),
      inherit: new TrialFiles(store, { kind: "inherit", study: name }),
      histograms: (trial: number) => new HistogramFile(store, { study: name, trial }),
      onEpoch,
      clock: systemClock,
      stop: stop.signal,
      send,
    };
    while (!stop.signal.aborted) {
      const trial = await study.claim(worker);
      if (trial !== null) {
        const outcome = isCommandDocument(trial.document)
          ? await runCommandTrial(trial, { ...context, store })
          : await runTrial(trial, context);
        send({ kind: "trial-ended", number: trial.number, outcome });
      } else if (await isOver(study, storage)) {
        break;
      } else {
        await rest();
      }
    }
  } finally {
    await storage.close();
  }
}

async function isOver(study: Study, storage: Storage): Promise<boolean> {
  if ((await study.progress()).isFinished) return true;
  return (await storage.getStudy(study.record.definition.name)).stopRequested;
}

/** Until another worker's trial may have come free. */
async function rest(): Promise<void> {
  if (stop.signal.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, idleMs);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  wake = () => {};
}

async function main(): Promise<void> {
  try {
    await serve(JSON.parse(process.argv[2]!) as WorkerSettings);
  } catch (error) {
    if (process.connected) process.exitCode = 1;
    if (error instanceof TunesmithError) {
      send({ kind: "fatal", code: error.code, message: error.message, hint: error.hint ?? null });
    } else {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    }
  }
  // The open channel would keep the process alive.
  if (process.connected) process.disconnect();
}

await main();
