import { openStorage, type Storage } from "../../../search/storage/index.ts";
import type { PriorTrial, StudyDefinition } from "../../../search/trial/index.ts";
import { readPrior, type CheckedStudy } from "../../spec/index.ts";
import type { CliContext } from "../context.ts";

/**
 * The study's definition with the results of the studies that it is to learn from.
 *
 * @throws STUDY_NOT_FOUND, STORE_UNUSABLE, before anything is written
 */
export async function learnFromOthers(
  context: CliContext,
  { definition, warmStart }: CheckedStudy,
): Promise<StudyDefinition> {
  const prior: PriorTrial[] = [];
  for (const { study, store } of warmStart) {
    const storage: Storage = await openStorage(store ?? context.store, { create: false });
    try {
      const found = await readPrior(storage, study, definition);
      prior.push(...found.prior);
      const left = found.leftOut === 0 ? "" : `; ${found.leftOut} stand outside of the space`;
      context.note(
        `learning from ${found.taken} ${found.taken === 1 ? "trial" : "trials"} of ${study}${left}.`,
      );
    } finally {
      await storage.close();
    }
  }
  return prior.length === 0 ? definition : { ...definition, prior };
}
