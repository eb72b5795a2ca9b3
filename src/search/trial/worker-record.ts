/** What a worker says of itself while it serves a store; for people, and for whoever wants it drained. */
export interface WorkerRecord {
  /** As in the trials that it holds: `host:pid:start`. */
  readonly name: string;
  /** Of the product. */
  readonly version: string;
  /** What trials can ask for. */
  readonly labels: readonly string[];
  readonly startedAt: number;
  /** When it last said so, by its own clock. */
  readonly seenAt: number;
}

/** A worker as the store knows it. */
export interface RegisteredWorker extends WorkerRecord {
  /** It is asked to finish what it runs and to take nothing new. */
  readonly drainRequested: boolean;
}
