import type { Command } from "commander";

import { isUrl, systemClock } from "../../../base/index.ts";
import type { Storage } from "../../../search/storage/index.ts";
import { Study } from "../../../search/study/index.ts";
import {
  FilePlaces,
  findForeignLeftovers,
  findLeftovers,
  type Leftover,
  type Retention,
} from "../../worker/index.ts";
import type { CliContext } from "../context.ts";
import { parseCount } from "../context.ts";
import { formatBytes } from "../output/number.ts";
import { renderTable } from "../output/table.ts";
import { withExistingStore, withStudy } from "../records/open-study.ts";

interface GcOptions {
  readonly keepWeights?: number;
  readonly dropHistograms?: boolean;
  readonly dropLogs?: boolean;
  readonly dryRun?: boolean;
}

/** What is freed of one study and kind. */
interface Freed {
  readonly study: string;
  readonly kind: string;
  readonly files: number;
  readonly bytes: number;
}

export function registerGc(program: Command, context: CliContext): void {
  program
    .command("gc")
    .description("free the files that no trial needs any more; records are never touched")
    .argument("[study]", "name of the study (else all)")
    .option(
      "--keep-weights <n>",
      "keep what there is of the best trials' weights and histograms (default: of the best one)",
      parseCount("--keep-weights", 0),
    )
    .option("--drop-histograms", "also the histograms of all other finished trials")
    .option("--drop-logs", "also what the programs of finished trials printed, and their folders")
    .option("--dry-run", "say what would be freed, and free nothing")
    .addHelpText(
      "after",
      "\nWorkers may run meanwhile: what an unfinished trial needs to go on always stays.",
    )
    .action((name: string | undefined, options: GcOptions) => freeFiles(context, name, options));
}

async function freeFiles(context: CliContext, name: string | undefined, options: GcOptions): Promise<void> {
  const retention: Retention = {
    keepWeights: options.keepWeights ?? 1,
    dropHistograms: options.dropHistograms === true,
    dropLogs: options.dropLogs === true,
  };
  const isDry = options.dryRun === true;
  const free = async (leftovers: readonly Leftover[]) => {
    if (!isDry) for (const { remove } of leftovers) await remove();
    report(context, leftovers, isDry);
  };
  const places = new FilePlaces(context);
  const ofStudy = (study: Study, storage: Storage) =>
    findLeftovers({ study, storage, places, now: systemClock.now() }, retention);
  if (name !== undefined) {
    return withStudy(context, name, async ({ study, storage }) => free(await ofStudy(study, storage)));
  }
  await withExistingStore(context, "gc", async (storage) => {
    const isStoresOwn = context.files === undefined && !isUrl(context.store);
    const foreign = isStoresOwn
      ? await findForeignLeftovers(storage, { folder: places.local, retention })
      : [];
    const leftovers: Leftover[] = [...foreign];
    for (const { definition } of await storage.listStudies()) {
      leftovers.push(...(await ofStudy(await Study.open({ storage, name: definition.name }), storage)));
    }
    await free(leftovers);
  });
}

function report(context: CliContext, leftovers: readonly Leftover[], isDry: boolean): void {
  const groups = Map.groupBy(leftovers, ({ study, kind }) => JSON.stringify([study, kind]));
  const freed = [...groups.values()].map((group): Freed => {
    const { study, kind } = group[0]!;
    return { study, kind, files: group.length, bytes: bytesOf(group) };
  });
  const bytes = bytesOf(leftovers);
  if (context.isJson) return context.printJson({ dryRun: isDry, bytes, freed });
  if (leftovers.length === 0) return context.print("nothing can be freed.");
  const rows = freed.map((one) => [one.study, one.kind, String(one.files), formatBytes(one.bytes)]);
  context.print(
    renderTable(
      [
        { title: "study" },
        { title: "what" },
        { title: "files", align: "right" },
        { title: "size", align: "right" },
      ],
      rows,
      { style: context.styleOf("stdout"), width: context.width },
    ),
  );
  context.print(`\n${isDry ? "would free" : "freed"} ${formatBytes(bytes)}`);
}

function bytesOf(leftovers: readonly Leftover[]): number {
  return leftovers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
