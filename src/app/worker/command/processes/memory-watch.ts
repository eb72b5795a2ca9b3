import { familyOf, proportionalBytes } from "./process-table.ts";

const pollMs = 250;

export interface MemoryWatchOptions {
  readonly pid: number;
  readonly limitBytes: number;
  /** Called once, with what the processes have together. */
  readonly onExceeded: (bytes: number) => void;
}

/**
 * Watches what a program and all that it has started have of memory together. What several of them share counts once: it is asked
 * for, which takes a while of large processes, only when the plain sum is above the limit.
 */
export class MemoryWatch {
  readonly #options: MemoryWatchOptions;
  readonly #timer: NodeJS.Timeout;

  constructor(options: MemoryWatchOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#look(), pollMs);
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { pid, limitBytes, onExceeded } = this.#options;
    const family = familyOf(pid);
    const resident = family.reduce((sum, { residentBytes }) => sum + residentBytes, 0);
    if (resident <= limitBytes) return;
    const bytes = family.reduce((sum, one) => sum + (proportionalBytes(one.pid) ?? one.residentBytes), 0);
    if (bytes <= limitBytes) return;
    this.end();
    onExceeded(bytes);
  }
}
