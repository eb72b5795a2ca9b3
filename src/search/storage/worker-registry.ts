import type { RegisteredWorker, WorkerRecord } from "../trial/index.ts";

/** The workers that serve a store: who they are, and who is asked to go. */
export interface WorkerRegistry {
  /** Adds the worker or renews what is known of it; a drain that was requested stays so. @returns as it is now known */
  registerWorker(worker: WorkerRecord): Promise<RegisteredWorker>;
  /** Nothing happens when it is not registered. */
  removeWorker(name: string): Promise<void>;
  /** Ordered by name. */
  listWorkers(): Promise<RegisteredWorker[]>;
  /** Asks the worker to finish what it runs and to take nothing new. @returns false when it is not registered */
  requestDrain(name: string): Promise<boolean>;
}
