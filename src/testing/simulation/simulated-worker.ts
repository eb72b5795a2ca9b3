import type { Storage } from "../../search/storage/index.ts";
import { leaseLookMs, Study } from "../../search/study/index.ts";
import type { Chance } from "./chance.ts";
import { SimulatedAttempt } from "./simulated-attempt.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

export interface WorkerOptions {
  readonly process: SimulatedProcess;
  /** As the process reaches it. */
  readonly storage: Storage;
  readonly chance: Chance;
  readonly study: string;
  readonly leaseMs: number;
  readonly labels: readonly string[];
  /** How many trials it runs side by side. */
  readonly slots: number;
  readonly failing: number;
  readonly stepMs: () => number;
  /** Called after each look at the leases. */
  readonly onLooked: () => void;
}

/** How long a worker without a trial waits for a change before it looks again. */
const idleMs = 2000;

/** A worker process: claims one trial after the other, and looks for silent workers all the time. Lives until it is killed. */
export async function work(options: WorkerOptions): Promise<void> {
  const { process, storage, leaseMs, slots, labels, onLooked } = options;
  const study = await Study.open({ storage, name: options.study, clock: process.clock, leaseMs });
  let stopRequested = false;
  let looks = 0;
  const watch = async () => {
    while (true) {
      await process.sleep(leaseLookMs);
      await study.watchLeases(process.name);
      onLooked();
      if (looks++ % 2 === 0) ({ stopRequested } = await storage.getStudy(options.study));
    }
  };
  const serve = async (worker: string) => {
    while (true) {
      const mark = await storage.changeMark();
      const trial = await study.claim(worker, { labels });
      if (trial === null) await storage.waitForChange(mark, { timeoutMs: idleMs });
      else await new SimulatedAttempt(trial, { ...options, study, isAskedToStop: () => stopRequested }).run();
    }
  };
  await Promise.all([
    watch(),
    ...Array.from({ length: slots }, (_, slot) => serve(`${process.name}/${slot}`)),
  ]);
}
