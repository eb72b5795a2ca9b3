/** What one worker process has for whatever study it serves: a back end, data, and leave to run code. */
import type { DataDocument, TrainingSplits } from "../../learning/data/index.ts";
import { loadRuntime, type Runtime } from "../../learning/runtime/index.ts";
import type { StudyDefinition } from "../../search/trial/index.ts";
import { isCommandDocument, loadCallbacks, sourceOptionsOf, type StudyCallbacks } from "../spec/index.ts";
import { checkCommand } from "./command/check-command.ts";
import type { WorkerSettings } from "./messages.ts";
import { Permission } from "./permission.ts";
import { SplitCache } from "./split-cache.ts";
import { dataOfAll } from "./study-data.ts";

/** What a study has on this machine. */
export interface StudyMeans {
  readonly splits: { splits(data: DataDocument): Promise<TrainingSplits> };
  readonly onEpoch: StudyCallbacks["onEpoch"];
}

export class Machine {
  readonly runtime: Runtime;
  readonly permission: Permission;
  readonly #dataDir: string | undefined;
  /** Of all studies without sources of their own: they may read the same data. */
  readonly #splits: Promise<SplitCache>;
  readonly #means = new Map<string, StudyMeans>();

  private constructor(runtime: Runtime, { dataDir, allowed }: WorkerSettings) {
    this.runtime = runtime;
    this.permission = new Permission(allowed);
    this.#dataDir = dataDir ?? undefined;
    this.#splits = sourceOptionsOf({}, { dataDir: this.#dataDir }).then((options) => new SplitCache(options));
  }

  /** @throws BACKEND_UNAVAILABLE */
  static async create(settings: WorkerSettings): Promise<Machine> {
    return new Machine(await loadRuntime({ backend: settings.backend ?? undefined }), settings);
  }

  /**
   * The study's code and the data that all its trials read; once for each name.
   *
   * @throws CODE_NOT_ALLOWED, INVALID_STUDY_FILE, DATA_NOT_FOUND, INVALID_DATA, INVALID_DOCUMENT
   */
  async meansOf(definition: StudyDefinition): Promise<StudyMeans> {
    const known = this.#means.get(definition.name);
    if (known !== undefined) return known;
    await this.permission.checkModules(definition);
    const { name, baseDocument, callbacks, sources } = definition;
    if (isCommandDocument(baseDocument)) {
      await this.permission.checkCommand(name, baseDocument);
      await checkCommand(baseDocument);
    }
    const { onEpoch } = callbacks === undefined ? {} : await loadCallbacks(callbacks.file);
    const splits =
      sources === undefined
        ? await this.#splits
        : new SplitCache(await sourceOptionsOf({ sources }, { dataDir: this.#dataDir }));
    const data = dataOfAll(definition);
    if (data !== null) await splits.splits(data);
    const means = { splits, onEpoch };
    this.#means.set(name, means);
    return means;
  }

  /** Of a study that is served no more. */
  forget(study: string): void {
    this.#means.delete(study);
  }
}
