/** Lets its callers through while it is open; those who come while it is closed wait. */
export class Gate {
  #opened: PromiseWithResolvers<void> | undefined;

  get isOpen(): boolean {
    return this.#opened === undefined;
  }

  close(): void {
    this.#opened ??= Promise.withResolvers<void>();
  }

  open(): void {
    this.#opened?.resolve();
    this.#opened = undefined;
  }

  /**
   * Undefined when there is nothing to wait for.
   *
   * @throws the signal's reason, when it is aborted before the gate opens
   */
  passed(signal?: AbortSignal): Promise<void> | undefined {
    signal?.throwIfAborted();
    return this.#opened === undefined ? undefined : this.#wait(signal);
  }

  async #wait(signal: AbortSignal | undefined): Promise<void> {
    const aborted = Promise.withResolvers<void>();
    const onAbort = () => aborted.resolve();
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      // It may close again before a waiting caller comes to run.
      while (this.#opened !== undefined) {
        await Promise.race([this.#opened.promise, aborted.promise]);
        signal?.throwIfAborted();
      }
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }
}
