import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

import type { Command } from "commander";

import { systemClock } from "../../../base/index.ts";
import type { Storage } from "../../../search/storage/index.ts";
import type { RegisteredWorker } from "../../../search/trial/index.ts";
import { productVersion } from "../../product/index.ts";
import { hostOf, registrationMs, releaseDeadWorkers, WorkerWatch } from "../../worker/index.ts";
import type { CliContext } from "../context.ts";
import { formatDuration } from "../output/duration.ts";
import { renderTable } from "../output/table.ts";
import { withExistingStore } from "../records/open-study.ts";

/** One renewal and what a busy store may delay it. */
const watchMs = registrationMs + 1500;
const lookMs = 100;

export function registerWorkers(program: Command, context: CliContext): void {
  program
    .command("workers")
    .description("who serves the store: machine, version, labels, trial, and whether it is still there")
    .addHelpText(
      "after",
      `\nThe clocks of two machines differ, so a worker of another machine is watched for up to ${watchMs / 1000} s.`,
    )
    .action(() => list(context));
}

interface WorkerView {
  readonly name: string;
  readonly host: string;
  readonly version: string;
  readonly isOtherVersion: boolean;
  readonly labels: readonly string[];
  readonly trials: readonly { readonly study: string; readonly trial: number }[];
  readonly startedAt: number;
  readonly seenAt: number;
  /** Since it last said that it is there; at least so long when it did not while it was watched. */
  readonly ageMs: number;
  readonly isSilent: boolean;
  readonly drainRequested: boolean;
}

async function list(context: CliContext): Promise<void> {
  const views = await withExistingStore(context, "workers", async (storage) => {
    await releaseDeadWorkers(storage);
    return viewsOf(storage);
  });
  if (context.isJson) return context.printJson({ workers: views });
  if (views.length === 0) return context.note("no worker serves the store.");
  const style = context.styleOf("stdout");
  const rows = views.map((view) => [
    view.name,
    view.isOtherVersion ? style.bad(`${view.version} (here ${productVersion()})`) : view.version,
    view.labels.join(","),
    view.trials.map(({ study, trial }) => `${study} #${trial}`).join(", ") || "idle",
    view.isSilent
      ? style.bad(`silent for ${formatDuration(view.ageMs)}`)
      : `${formatDuration(view.ageMs)} ago`,
    view.drainRequested ? "draining" : "",
  ]);
  const columns = ["worker", "version", "labels", "trial", "seen", ""].map((title) => ({ title }));
  context.print(renderTable(columns, rows, { style, width: context.width }));
}

async function viewsOf(storage: Storage): Promise<readonly WorkerView[]> {
  const sightings = await watch(storage);
  const trials = new Map<string, { study: string; trial: number }[]>();
  for (const { id, definition } of await storage.listStudies()) {
    for (const { worker, number } of await storage.listLeases(id)) {
      const held = trials.get(worker) ?? [];
      trials.set(worker, [...held, { study: definition.name, trial: number }]);
    }
  }
  return sightings.map(({ worker, ageMs, isSilent }) => ({
    ...worker,
    host: hostOf(worker.name),
    isOtherVersion: worker.version !== productVersion(),
    trials: trials.get(worker.name) ?? [],
    ageMs,
    isSilent,
  }));
}

/**
 * A worker of this machine has the same clock. Of another's nothing is compared: it has renewed its entry while it was
 * watched, or it has not.
 */
async function watch(storage: Storage) {
  const began = systemClock.elapsed();
  const workers = new WorkerWatch();
  const first = await storage.listWorkers();
  const firstSeen = new Map(first.map(({ name, seenAt }) => [name, seenAt]));
  let sightings = workers.look(first, began);
  const isUnknown = ({ name, seenAt }: RegisteredWorker) =>
    hostOf(name) !== hostname() && firstSeen.get(name) === seenAt;
  while (sightings.some(({ worker }) => isUnknown(worker)) && systemClock.elapsed() - began < watchMs) {
    await sleep(lookMs);
    sightings = workers.look(await storage.listWorkers(), systemClock.elapsed());
  }
  return sightings.map(({ worker, unchangedMs }) => {
    const isHere = hostOf(worker.name) === hostname();
    const ageMs = isHere ? Math.max(0, systemClock.now() - worker.seenAt) : unchangedMs;
    return { worker, ageMs, isSilent: isHere ? ageMs > 2 * watchMs : isUnknown(worker) };
  });
}
