/**
 * Hands notices to channels one after the other, beside the study's work: a slow or dead receiver costs the study nothing, and
 * what cannot be delivered becomes a warning.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { UndeliveredNotice, type Channel } from "./channel.ts";
import type { Notice } from "./notice.ts";

/** For one try. */
const timeLimitMs = 10_000;
/** Before the second and the third try. */
const pausesMs = [1000, 5000];
/** A receiver that is away for hours must not fill the memory. */
const mostWaiting = 100;

export interface DeliveryOptions {
  readonly channels: readonly Channel[];
  /** A warning for people; each text once. */
  readonly onWarning: (message: string) => void;
  /** Defaults to the machine's timer. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #lines: readonly DeliveryLine[];
  readonly #end = new AbortController();
  readonly #warned = new Set<string>();

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#lines = options.channels.map((channel) => ({ channel, waiting: [], work: Promise.resolve() }));
  }

  /** Returns at once. */
  add(notice: Notice): void {
    for (const line of this.#lines) {
      if (line.waiting.length >= mostWaiting) {
        this.#warn(
          `${line.channel.name}: more than ${mostWaiting} notifications wait; later ones are left out.`,
        );
        continue;
      }
      line.waiting.push(notice);
      line.work = line.work.then(() => this.#deliverNext(line));
    }
  }

  /** Waits for what is on its way. @param graceMs after this it is given up with a warning */
  async end(graceMs: number): Promise<void> {
    const all = Promise.all(this.#lines.map(({ work }) => work));
    const grace = new AbortController();
    await Promise.race([all, sleep(graceMs, undefined, { signal: grace.signal }).catch(() => {})]);
    grace.abort();
    for (const { channel, waiting } of this.#lines) {
      if (waiting.length > 0)
        this.#warn(`${channel.name}: ${waiting.length} notifications could not be delivered in time.`);
    }
    this.#end.abort();
    await all;
  }

  async #deliverNext({ channel, waiting }: DeliveryLine): Promise<void> {
    const notice = waiting[0]!;
    try {
      if (!this.#end.signal.aborted) await this.#try(channel, notice);
    } catch (error) {
      if (!this.#end.signal.aborted)
        this.#warn(`${channel.name}: a notification was not taken: ${(error as Error).message}.`);
    } finally {
      waiting.shift();
    }
  }

  async #try(channel: Channel, notice: Notice): Promise<void> {
    const { pause = pauseByTimer } = this.#options;
    for (let tries = 0; ; tries++) {
      try {
        const signal = AbortSignal.any([this.#end.signal, AbortSignal.timeout(timeLimitMs)]);
        return await channel.deliver(notice, signal);
      } catch (error) {
        const mayPass = error instanceof UndeliveredNotice && error.isRetryable;
        const pauseMs = pausesMs[tries];
        if (!mayPass || pauseMs === undefined || this.#end.signal.aborted) throw error;
        await pause(pauseMs, this.#end.signal);
      }
    }
  }

  #warn(message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#options.onWarning(message);
  }
}

/** One receiver, who is told in the order of the notices. */
interface DeliveryLine {
  readonly channel: Channel;
  /** The first is on its way. */
  readonly waiting: Notice[];
  work: Promise<void>;
}

async function pauseByTimer(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
