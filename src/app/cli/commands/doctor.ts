import { access, constants, mkdtemp, rm } from "node:fs/promises";
import { arch, availableParallelism, cpus, freemem, platform, release, totalmem } from "node:os";
import { dirname, join, resolve } from "node:path";

import type { Command } from "commander";

import { datasetNames, describeDataset } from "../../../learning/data/index.ts";
import { describeRuntimes } from "../../../learning/runtime/index.ts";
import { isUrl } from "../../../base/index.ts";
import { describeServer } from "../../../search/storage/index.ts";
import { productVersion } from "../../product/index.ts";
import type { CliContext } from "../context.ts";
import { formatBytes } from "../output/number.ts";
import { renderFields } from "../output/table.ts";
import { withStore } from "../records/open-study.ts";

export function registerDoctor(program: Command, context: CliContext): void {
  program
    .command("doctor")
    .description("what works on this machine, and why something does not")
    .action(() => doctor(context));
}

async function doctor(context: CliContext): Promise<void> {
  const runtimes = await describeRuntimes();
  const used = runtimes.find(({ isUsable }) => isUsable);
  const { dataDir } = context;
  const datasets = await Promise.all(
    datasetNames.map(async (name) => ({
      name,
      location: (await describeDataset(name, { dataDir })).location,
    })),
  );
  const store = await checkStore(context);
  const system = {
    version: productVersion(),
    node: process.versions.node,
    platform: `${platform()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
  };
  context.exitStatus = store.problem === null && used !== undefined ? 0 : 3;
  if (context.isJson) {
    const inUse = used === undefined ? null : { backend: used.backend, instructionSet: used.instructionSet };
    return context.printJson({ ...system, inUse, runtimes, store, datasets });
  }
  const style = context.styleOf("stdout");
  const fields: (readonly [string, string])[] = [
    ["tunesmith", system.version],
    ["node", system.node],
    ["system", system.platform],
    ["processor", `${system.processor}, ${system.cores} cores`],
    ["memory", `${formatBytes(system.memoryBytes)}, ${formatBytes(system.freeMemoryBytes)} free`],
    ["store", store.problem === null ? `${store.path} ${style.good(store.state)}` : style.bad(store.problem)],
    ...datasets.map(
      ({ name, location }, i) => [i === 0 ? "data" : "", `${name}: ${dataText(location)}`] as const,
    ),
    ...runtimes.map(({ backend, instructionSet, isUsable, reason }, i) => {
      const name = `${backend} ${instructionSet}`;
      const isUsed = backend === used?.backend && instructionSet === used.instructionSet;
      const state = isUsed
        ? style.good("in use")
        : isUsable
          ? "works"
          : `${style.bad("not usable")}: ${reason ?? "no reason known"}`;
      return [i === 0 ? "back ends" : "", `${name}: ${state}`] as const;
    }),
  ];
  context.print(renderFields(fields, style));
}

function dataText({
  kind,
  isAtHand,
  files,
}: {
  kind: string;
  isAtHand: boolean;
  files: readonly { path: string }[];
}): string {
  if (kind === "embedded") return "built in";
  return isAtHand ? `at hand in ${dirname(files[0]?.path ?? "")}` : "would be downloaded";
}

interface StoreCheck {
  readonly path: string;
  readonly state: string;
  readonly problem: string | null;
}

/** A store that is there is opened; of one that is not, the nearest folder that exists is tried. */
async function checkStore(context: CliContext): Promise<StoreCheck> {
  const isServer = isUrl(context.store);
  const path = isServer ? context.shownStore : resolve(context.store);
  try {
    const studies = await withStore(context, async (storage) => (await storage?.listStudies())?.length);
    const found = isServer ? await serverText(context.store) : await checkWritable(path);
    const state =
      studies === undefined
        ? "can be created"
        : `${found}, ${studies} ${studies === 1 ? "study" : "studies"}`;
    return { path, state, problem: null };
  } catch (error) {
    return { path, state: "unusable", problem: `${path}: ${(error as Error).message}` };
  }
}

async function serverText(url: string): Promise<string> {
  const { version, roundTripMs } = await describeServer(url);
  return `answers in ${roundTripMs.toFixed(1)} ms (PostgreSQL ${version})`;
}

async function checkWritable(path: string): Promise<string> {
  const probe = await mkdtemp(join(await nearestFolder(path), ".tunesmith-doctor-"));
  await rm(probe, { recursive: true });
  return "is writable";
}

async function nearestFolder(path: string): Promise<string> {
  try {
    await access(path, constants.F_OK);
    return path;
  } catch {
    const parent = dirname(path);
    return parent === path ? path : nearestFolder(parent);
  }
}
