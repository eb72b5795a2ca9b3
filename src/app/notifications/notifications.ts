import { openStorage, patientStorage } from "../../search/storage/index.ts";
import { Study } from "../../search/study/index.ts";
import type { Channel } from "./channel.ts";
import { Delivery } from "./delivery.ts";
import type { NoticeKind } from "./notice.ts";
import { watchStudy, type KnownState } from "./watch-study.ts";

/** How long the end of a run waits for notifications that are on their way. */
const graceMs = 15_000;

export interface NotifySettings {
  /** At least one. */
  readonly channels: readonly Channel[];
  readonly kinds: readonly NoticeKind[];
}

export interface NotificationsOptions extends NotifySettings {
  readonly store: string;
  readonly study: string;
  readonly known: KnownState;
  readonly onWarning: (message: string) => void;
}

/** Tells of a study's news while it runs, by a connection to the store of its own; never fails, and never keeps the study waiting. */
export class Notifications {
  readonly #delivery: Delivery;
  readonly #end = new AbortController();
  readonly #watching: Promise<void>;

  constructor(options: NotificationsOptions) {
    this.#delivery = new Delivery(options);
    this.#watching = this.#watch(options).catch((error: unknown) => {
      options.onWarning(`notifications have ended: ${(error as Error).message}`);
    });
  }

  /** Tells what has happened up to now, then ends. */
  async end(): Promise<void> {
    this.#end.abort();
    await this.#watching;
    await this.#delivery.end(graceMs);
  }

  async #watch({ store, study: name, known, kinds }: NotificationsOptions): Promise<void> {
    const { signal } = this.#end;
    const storage = patientStorage(await openStorage(store, { create: false }), { signal });
    try {
      const study = await Study.open({ storage, name });
      for await (const notice of watchStudy(study, { known, storage, signal })) {
        if (kinds.includes(notice.event)) this.#delivery.add(notice);
      }
    } finally {
      await storage.close();
    }
  }
}
