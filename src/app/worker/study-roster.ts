import type { TunesmithError } from "../../base/index.ts";
import { Study } from "../../search/study/index.ts";
import type { StudyId, StudyRecord } from "../../search/trial/index.ts";
import type { Assignment, StudyMessage } from "./messages.ts";
import { isUnfit, ServedStudy, type ServedStudyOptions } from "./served-study.ts";

interface RosterOptions extends Omit<ServedStudyOptions, "send"> {
  readonly assignment: Assignment;
  readonly send: (message: StudyMessage) => void;
}

/** The studies that a worker process serves now: those that it is named or all, without what has ended or is not for it. */
export class StudyRoster {
  readonly #options: RosterOptions;
  #open: readonly ServedStudy[] = [];
  readonly #served = new Map<StudyId, ServedStudy>();
  /** By the version in which a study was found to be over, or not for this machine: until it is changed. */
  readonly #over = new Map<StudyId, number>();
  readonly #left = new Map<StudyId, number>();

  constructor(options: RosterOptions) {
    this.#options = options;
  }

  /** As `refresh` found them, the oldest first. */
  get open(): readonly ServedStudy[] {
    return this.#open;
  }

  /** Looks for studies that are new or have trials again, and drops those that have not. */
  async refresh(): Promise<readonly ServedStudy[]> {
    const open: ServedStudy[] = [];
    for (const record of await this.#wanted()) {
      const served = await this.#serve(record);
      if (served !== undefined) open.push(served);
    }
    this.#open = open;
    return open;
  }

  /** For this machine the study is over. */
  leave({ name, study }: Pick<ServedStudy, "name" | "study">, error: TunesmithError): void {
    this.#leave(study.record, error);
    this.#open = this.#open.filter((served) => served.name !== name);
  }

  async #wanted(): Promise<readonly StudyRecord[]> {
    const { storage, assignment } = this.#options;
    const { studies } = assignment;
    if (studies?.length === 1) return [await storage.getStudy(studies[0]!)];
    const all = await storage.listStudies();
    return all.filter(({ definition }) => studies?.includes(definition.name) ?? true);
  }

  async #serve(record: StudyRecord): Promise<ServedStudy | undefined> {
    const { id, version, stopRequested, ended } = record;
    if (stopRequested || this.#left.get(id) === version) return undefined;
    // An end that came early can be taken back, and trials can be asked for after it.
    if (this.#over.get(id) === version && ended === null) return undefined;
    if (await this.#isOver(record)) {
      this.#over.set(id, version);
      // Whoever ran the last trial may be gone.
      await this.#served.get(id)?.removeLeftovers();
      this.#forget(record);
      return undefined;
    }
    try {
      const served = this.#served.get(id) ?? (await ServedStudy.open(record, this.#options));
      this.#served.set(id, served);
      return served;
    } catch (error) {
      if (!isUnfit(error)) throw error;
      this.#leave(record, error);
      return undefined;
    }
  }

  async #isOver({ id, definition }: StudyRecord): Promise<boolean> {
    const { storage } = this.#options;
    const study = this.#served.get(id)?.study ?? (await Study.open({ storage, name: definition.name }));
    return (await study.progress()).isFinished;
  }

  #leave(record: StudyRecord, { code, message, hint }: TunesmithError): void {
    this.#left.set(record.id, record.version);
    this.#forget(record);
    this.#options.send({
      kind: "study-left",
      study: record.definition.name,
      code,
      message,
      hint: hint ?? null,
    });
  }

  #forget({ id, definition }: StudyRecord): void {
    this.#served.delete(id);
    this.#options.machine.forget(definition.name);
  }
}
