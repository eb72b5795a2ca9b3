/**
 * The program of a worker process: gets the machine ready, waits for its parent's `begin`, then serves studies until it is
 * told to end or nothing is left.
 *
 * It outlives nothing: when the parent is gone, it saves its trial and ends.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { TunesmithError } from "../../base/index.ts";
import { openStorage, patientStorage, type Storage } from "../../search/storage/index.ts";
import { FilePlaces } from "./file-places.ts";
import { Machine } from "./machine.ts";
import type { Assignment, ParentMessage, StudyMessage, WorkerSettings } from "./messages.ts";
import { serveStudies } from "./serve-studies.ts";

/** Between two tries to open a store that is away. */
const retryMs = 1000;

/** As a shell reports a process that SIGTERM ended. */
const terminatedStatus = 143;

const stop = new AbortController();
const drain = new AbortController();
const prepare = Promise.withResolvers<WorkerSettings>();
const begin = Promise.withResolvers<Assignment | undefined>();

process.on("message", (message: ParentMessage) => {
  switch (message.kind) {
    case "prepare":
      return prepare.resolve(message.settings);
    case "begin":
      return begin.resolve(message.assignment);
    case "drain":
      return drain.abort();
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
process.on("SIGUSR1", () => drain.abort());
// Ctrl-C reaches the whole group of processes; the parent decides what it means.
process.on("SIGINT", () => {});
process.on("SIGHUP", () => {});
// A parent that is gone no longer reads.
process.stderr.on("error", () => {});

function askToStop(): void {
  stop.abort();
  begin.resolve(undefined);
}

function send(message: StudyMessage): void {
  // The parent can go away between the check and the write; then there is nobody to tell.
  if (process.connected) process.send?.(message, undefined, {}, () => {});
}

async function serve(): Promise<void> {
  const settings = await prepare.promise;
  const machine = await Machine.create(settings);
  if (settings.first !== null) await machine.meansOf(settings.first);
  send({ kind: "ready", backend: machine.runtime.backend, instructionSet: machine.runtime.instructionSet });
  const assignment = await begin.promise;
  if (assignment === undefined) return;

  const places = new FilePlaces({ store: assignment.store, files: assignment.files ?? undefined });
  const storage = patientStorage(await openPatiently(assignment.store), {
    signal: stop.signal,
    onAway: ({ message }) =>
      send({ kind: "warning", message: `${message} What is measured waits until it is back.` }),
    onBack: () => send({ kind: "warning", message: "the store is back." }),
  });
  try {
    await serveStudies({
      storage,
      machine,
      places,
      assignment,
      send,
      stop: stop.signal,
      drain: drain.signal,
    });
  } finally {
    await storage.close();
  }
}

/** A worker that takes a dead one's place may find the store away. */
async function openPatiently(store: string): Promise<Storage> {
  while (true) {
    try {
      return await openStorage(store, { create: false });
    } catch (error) {
      const mayPass = error instanceof TunesmithError && error.isRetryable;
      if (!mayPass || stop.signal.aborted) throw error;
      await sleep(retryMs, undefined, { signal: stop.signal }).catch(() => {});
    }
  }
}

async function main(): Promise<void> {
  try {
    await serve();
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
