/** Counts changes and wakes whoever waits for the next one. */
export class ChangeSignal {
  #count = 0;
  readonly #waiting = new Set<() => void>();

  get count(): number {
    return this.#count;
  }

  advance(): void {
    this.#count += 1;
    for (const wake of this.#waiting) wake();
  }

  /** Resolves once the count is beyond the mark, after the time, or when the signal is aborted. */
  async wait(
    mark: number,
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<void> {
    if (this.#count > mark || signal?.aborted === true) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, timeoutMs);
    const onAbort = () => resolve();
    signal?.addEventListener("abort", onAbort, { once: true });
    // Taken back by each wait itself: where nothing changes, a promise for all of them would gather them for ever.
    this.#waiting.add(resolve);
    await promise;
    this.#waiting.delete(resolve);
    signal?.removeEventListener("abort", onAbort);
    clearTimeout(timer);
  }
}
