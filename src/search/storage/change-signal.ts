/** Counts changes and wakes whoever waits for the next one. */
export class ChangeSignal {
  #count = 0;
  #next = Promise.withResolvers<void>();

  get count(): number {
    return this.#count;
  }

  advance(): void {
    this.#count += 1;
    this.#next.resolve();
    this.#next = Promise.withResolvers<void>();
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
    await Promise.race([promise, this.#next.promise]);
    signal?.removeEventListener("abort", onAbort);
    clearTimeout(timer);
  }
}
