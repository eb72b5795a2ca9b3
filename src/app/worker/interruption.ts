/**
 * What breaks off a trial's epoch between two steps: its worker is to stop, its lease is lost, or a checkpoint is due.
 * After a checkpoint the same epoch goes on under a new signal.
 */
export class Interruption {
  #controller = new AbortController();
  #isFinal = false;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** For good. The first reason stands. */
  end(reason: unknown): void {
    if (this.#isFinal) return;
    this.#isFinal = true;
    if (this.signal.aborted) this.#controller = new AbortController();
    this.#controller.abort(reason);
  }

  /** Until `goOn`. */
  saveCheckpoint(): void {
    this.#controller.abort(checkpointDue);
  }

  /** To be called when a checkpoint is saved. */
  goOn(): void {
    if (!this.#isFinal) this.#controller = new AbortController();
  }
}

export const checkpointDue = new Error("checkpoint due");
export const stopRequested = new Error("stop requested");
