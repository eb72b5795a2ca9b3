/**
 * What of a study's files nobody needs any more.
 *
 * Records are never touched, and nothing that a trial needs to go on. Workers may run meanwhile: the files are listed before
 * the trials are read, so a file belongs to a trial that is known, in a state that is at least as new as the file.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";

import type { Storage } from "../../../search/storage/index.ts";
import type { Study } from "../../../search/study/index.ts";
import { isFinished, type TrialRecord } from "../../../search/trial/index.ts";
import type { FilePlaces } from "../file-places.ts";
import { listFolder } from "../file-shelf.ts";
import { fileSafe, type ListedTrialFile } from "../trial-files.ts";

export type LeftoverKind = "checkpoints" | "inherit" | "weights" | "histograms" | "logs" | "commands";

export interface Leftover {
  readonly study: string;
  readonly kind: LeftoverKind;
  readonly sizeBytes: number;
  /** Nothing happens when it is gone already. */
  readonly remove: () => Promise<void>;
}

export interface Retention {
  /** Weights of so many of the best trials stay, as far as they were kept, and their histograms. */
  readonly keepWeights: number;
  /** True: those of all other finished trials go. */
  readonly dropHistograms: boolean;
  /** True: what finished trials' programs have printed, and their folders, go. */
  readonly dropLogs: boolean;
}

/** A file that is not whole and older than this was left by a process that died. */
const abandonedMs = 3600_000;

export interface StudyPlaces {
  readonly study: Study;
  readonly storage: Storage;
  readonly places: FilePlaces;
  readonly now: number;
}

export async function findLeftovers(opened: StudyPlaces, retention: Retention): Promise<Leftover[]> {
  const { study, storage, places } = opened;
  const { record } = study;
  const { name } = record.definition;
  const [checkpoints, inherit, weights] = await Promise.all(
    (["checkpoints", "inherit", "weights"] as const).map((kind) =>
      places.trialFiles(kind, { storage, study: record }).list(),
    ),
  );
  const local = await Promise.all(
    localKinds(retention).map(async (kind) => ({ kind, files: await listLocal(places, kind, name) })),
  );
  const trials = await storage.listTrials(record.id);
  const best = await bestTrials(study, retention.keepWeights);
  const { isFinished: isOver } = await study.progress();

  const hasEnded = (trial: number) => isFinished(trials[trial]?.state ?? "failed");
  const mayGo = ({ isWhole, writtenAt }: ListedTrialFile) => isWhole || opened.now - writtenAt > abandonedMs;
  const of = (kind: LeftoverKind, files: readonly (Omit<Leftover, "study" | "kind"> & { trial: number })[]) =>
    files.map(({ sizeBytes, remove }) => ({ study: name, kind, sizeBytes, remove }));
  return [
    ...of(
      "checkpoints",
      checkpoints!.filter((file) => hasEnded(file.trial) && mayGo(file)),
    ),
    // Heirs may be born as long as the population lives.
    ...of("inherit", isOver ? inherit!.filter(mayGo) : []),
    ...of(
      "weights",
      weights!.filter((file) => !best.has(file.trial) && hasEnded(file.trial) && mayGo(file)),
    ),
    ...local.flatMap(({ kind, files }) =>
      of(
        kind,
        files.filter(({ trial }) => hasEnded(trial) && !(kind === "histograms" && best.has(trial))),
      ),
    ),
  ];
}

function localKinds({ dropHistograms, dropLogs }: Retention) {
  return [
    ...(dropHistograms ? (["histograms"] as const) : []),
    ...(dropLogs ? (["logs", "commands"] as const) : []),
  ];
}

/** Files and folders that are called by their trial's number. */
async function listLocal(places: FilePlaces, kind: LeftoverKind, study: string) {
  const folder = join(places.local, kind, fileSafe(study));
  return (await listFolder(folder)).flatMap(({ name, sizeBytes }) => {
    const match = /^(\d+)(?:\..*)?$/.exec(name);
    if (match === null) return [];
    const remove = () => rm(join(folder, name), { recursive: true, force: true });
    return [{ trial: Number(match[1]), sizeBytes, remove }];
  });
}

/** The study's best trial, then those of the best configurations. */
async function bestTrials(study: Study, count: number): Promise<ReadonlySet<number>> {
  const best = await study.best();
  const ranked = (await study.configurations()).flatMap(({ mean, trials }) => (mean === null ? [] : trials));
  const all: TrialRecord["number"][] = [...(best === null ? [] : [best.trial.number]), ...ranked];
  return new Set([...new Set(all)].slice(0, count));
}
