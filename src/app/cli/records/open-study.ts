import { isUrl, systemClock, TunesmithError } from "../../../base/index.ts";
import { openStorage, type Storage } from "../../../search/storage/index.ts";
import { Study } from "../../../search/study/index.ts";
import { isStore, studyExists } from "../../worker/index.ts";
import type { CliContext } from "../context.ts";

/** Opens the store for a command that reads; null when there is none, which then is not created. */
export async function withStore<T>(
  context: CliContext,
  use: (storage: Storage | null) => Promise<T>,
): Promise<T> {
  if (!(await isStore(context.store))) return use(null);
  return withOpened(await openStorage(context.store, { create: false }), use);
}

async function withOpened<T>(storage: Storage, use: (storage: Storage) => Promise<T>): Promise<T> {
  try {
    return await use(storage);
  } finally {
    await storage.close();
  }
}

export interface OpenedStudy {
  readonly storage: Storage;
  readonly study: Study;
}

/** @throws STUDY_NOT_FOUND, also when there is no store. */
export async function withStudy<T>(
  context: CliContext,
  name: string,
  use: (opened: OpenedStudy) => Promise<T>,
): Promise<T> {
  return withStore(context, async (storage) => {
    if (storage === null) throw noStore(context, `study \`${name}\``, { study: name });
    return use({ storage, study: await Study.open({ storage, name, clock: systemClock }) });
  });
}

/** For a command about a store that must be there. @param what the error is about @throws STUDY_NOT_FOUND */
export async function withExistingStore<T>(
  context: CliContext,
  what: string,
  use: (storage: Storage) => Promise<T>,
): Promise<T> {
  return withStore(context, async (storage) => {
    if (storage === null) throw noStore(context, what);
    return use(storage);
  });
}

function noStore(
  context: CliContext,
  what: string,
  facts: Readonly<Record<string, unknown>> = {},
): TunesmithError {
  return new TunesmithError("STUDY_NOT_FOUND", {
    message: `${what}: there is no store in \`${context.shownStore}\`.`,
    hint: "Run a study first, or name the folder of its store by --store.",
    facts: { ...facts, store: context.shownStore },
  });
}

/** A trial's number as a person types it. @throws INVALID_USAGE */
export function parseTrialNumber(text: string): number {
  if (/^#?\d{1,9}$/.test(text)) return Number(text.replace("#", ""));
  throw new TunesmithError("INVALID_USAGE", {
    message: `trial: expected its number, 0 or more, got \`${text}\`.`,
  });
}

/** Before anything is read or started for a new study. @throws STUDY_EXISTS */
export async function checkStudyIsNew(context: CliContext, name: string): Promise<void> {
  const check = async (storage: Storage | null) => {
    const studies = (await storage?.listStudies()) ?? [];
    if (studies.some(({ definition }) => definition.name === name)) throw studyExists(name);
  };
  // A database is there before it is a store.
  if (isUrl(context.store) && context.store !== "memory:")
    await withOpened(await openStorage(context.store), check);
  else await withStore(context, check);
}
