import { isUrl } from "../../base/index.ts";
import { openStorage, patientStorage, type Storage } from "../../search/storage/index.ts";
import { Study } from "../../search/study/index.ts";
import type { StudyRecord } from "../../search/trial/index.ts";
import type { Channel } from "./channel.ts";
import { Delivery } from "./delivery.ts";
import type { NoticeKind } from "./notice.ts";
import { knownStateOf, nothingKnown, StudyNews, type KnownState } from "./study-news.ts";

/** How long the end of a run waits for notifications that are on their way. */
const graceMs = 15_000;

/** A store that cannot wake is asked this often whether it has other studies. */
const longestWaitMs = 2000;

export interface NotifySettings {
  /** At least one. */
  readonly channels: readonly Channel[];
  readonly kinds: readonly NoticeKind[];
}

export interface NotificationsOptions extends NotifySettings {
  readonly store: string;
  /** Names of the studies that are told of; null for all that the store has or will have. */
  readonly studies: readonly string[] | null;
  /** By their names. What is absent is as it stands in `start`, or new when it comes later. */
  readonly known?: ReadonlyMap<string, KnownState>;
  readonly onWarning: (message: string) => void;
}

/** Tells of studies' news by a connection to the store of its own; never fails, and never keeps a study waiting. */
export class Notifications {
  readonly #options: NotificationsOptions;
  readonly #delivery: Delivery;
  readonly #end = new AbortController();
  readonly #known: Map<string, KnownState>;
  readonly #followed = new Map<string, Promise<void>>();
  #watching: Promise<void> = Promise.resolve();

  private constructor(options: NotificationsOptions) {
    this.#options = options;
    this.#delivery = new Delivery(options);
    this.#known = new Map(options.known);
  }

  /** Resolves when it is known what is no news; what happens from then on is told. */
  static async start(options: NotificationsOptions): Promise<Notifications> {
    const notifications = new Notifications(options);
    const isReady = Promise.withResolvers<void>();
    notifications.#watching = notifications
      .#run(() => isReady.resolve())
      .catch((error: unknown) => notifications.#warn(error))
      .finally(() => isReady.resolve());
    await isReady.promise;
    return notifications;
  }

  /** Tells what has happened up to now, then ends. */
  async end(): Promise<void> {
    this.#end.abort();
    await this.#watching;
    await this.#delivery.end(graceMs);
  }

  async #run(onReady: () => void): Promise<void> {
    const { store } = this.#options;
    // The store of a server may still be made, by whoever comes first.
    const storage = patientStorage(await openStorage(store, { create: isUrl(store) }), {
      signal: this.#end.signal,
    });
    try {
      await this.#takeIn(storage);
      onReady();
      await this.#watch(storage);
    } finally {
      await storage.close();
    }
  }

  async #takeIn(storage: Storage): Promise<void> {
    for (const { definition } of await this.#studiesIn(storage)) {
      const { name } = definition;
      if (this.#known.has(name)) continue;
      this.#known.set(name, await knownStateOf(await Study.open({ storage, name }), storage));
    }
  }

  async #watch(storage: Storage): Promise<void> {
    const { signal } = this.#end;
    for (let isLast = false; !isLast;) {
      isLast = signal.aborted;
      const mark = await storage.changeMark();
      for (const { definition, version } of await this.#studiesIn(storage)) {
        const { name } = definition;
        const known = this.#known.get(name) ?? nothingKnown;
        if (this.#followed.has(name) || (known.isFinished && known.version === version)) continue;
        const following = this.#follow(storage, name, known).finally(() => this.#followed.delete(name));
        this.#followed.set(name, following);
      }
      if (!isLast) await storage.waitForChange(mark, { timeoutMs: longestWaitMs, signal });
    }
    await Promise.all(this.#followed.values());
  }

  async #follow(storage: Storage, name: string, known: KnownState): Promise<void> {
    const { kinds } = this.#options;
    const news = new StudyNews(await Study.open({ storage, name }), storage, known);
    try {
      for await (const notice of news.follow(this.#end.signal)) {
        if (kinds.includes(notice.event)) this.#delivery.add(notice);
      }
    } catch (error) {
      this.#warn(error);
    } finally {
      this.#known.set(name, news.known);
    }
  }

  async #studiesIn(storage: Storage): Promise<readonly StudyRecord[]> {
    const { studies } = this.#options;
    const all = await storage.listStudies();
    return all.filter(({ definition }) => studies?.includes(definition.name) ?? true);
  }

  #warn(error: unknown): void {
    this.#options.onWarning(`notifications: news may be missing: ${(error as Error).message}`);
  }
}
