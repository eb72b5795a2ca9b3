import type { Chance } from "./chance.ts";

interface Planned {
  readonly time: number;
  /** Which of several at the same time comes first is chance: so every order is tried. */
  readonly tie: number;
  readonly action: () => void | Promise<void>;
}

/**
 * So many turns of waiting promises follow each event before the next, more than any chain of awaits between two calls has: a
 * turn of the event loop, which would wait for all of them, takes twice as long. Fewer would change the order of
 * things and not whether they are the same each time.
 */
const turns = 30;

/** The one true time, which no process of the simulation can read, and what is to happen in it. */
export class Timeline {
  readonly #chance: Chance;
  /** The next one last. */
  readonly #planned: Planned[] = [];
  #now = 0;
  #steps = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** Whole milliseconds. */
  get now(): number {
    return this.#now;
  }

  /** How much has happened. */
  get steps(): number {
    return this.#steps;
  }

  after(ms: number, action: Planned["action"]): void {
    const planned = { time: this.#now + Math.ceil(ms), tie: this.#chance.uniform(), action };
    let low = 0;
    let high = this.#planned.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isEarlier(planned, this.#planned[middle]!)) low = middle + 1;
      else high = middle;
    }
    this.#planned.splice(low, 0, planned);
  }

  /** Lets the next thing happen, and all that follows from it without time passing. @returns false when there is nothing */
  async step(): Promise<boolean> {
    if (this.#planned.length === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    const next = this.#planned.pop();
    if (next === undefined) return false;
    this.#now = next.time;
    this.#steps += 1;
    await next.action();
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    return true;
  }
}

function isEarlier(a: Planned, b: Planned): boolean {
  return a.time === b.time ? a.tie < b.tie : a.time < b.time;
}
