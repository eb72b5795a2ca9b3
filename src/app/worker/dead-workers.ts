/** Workers of this machine whose processes are gone: found without waiting for their leases. */
import { systemClock } from "../../base/index.ts";
import type { Storage } from "../../search/storage/index.ts";
import { isKnownDead } from "./worker-name.ts";

/** Puts the trials of one dead worker back, in whichever study, and strikes it off. */
export async function releaseWorker(storage: Storage, worker: string): Promise<void> {
  for (const { id } of await storage.listStudies()) {
    await storage.releaseWorker(id, worker, systemClock.now());
  }
  await storage.removeWorker(worker);
}

/** The same of every worker that is known to be dead; of other machines nothing is known. */
export async function releaseDeadWorkers(storage: Storage): Promise<void> {
  for (const { name } of await storage.listWorkers()) {
    if (isKnownDead(name)) await releaseWorker(storage, name);
  }
  for (const { id } of await storage.listStudies()) {
    const holders = new Set((await storage.listLeases(id)).map(({ worker }) => worker));
    for (const worker of holders) {
      if (isKnownDead(worker)) await storage.releaseWorker(id, worker, systemClock.now());
    }
  }
}
