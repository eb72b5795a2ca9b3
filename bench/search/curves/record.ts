/**
 * Packs a study's learning curves into NAME.json.gz, from a store in which it has run:
 *
 *     npx tunesmith --store STORE run bench/search/curves/fashion-mlp.yaml --workers 1
 *     node bench/search/curves/record.ts fashion-mlp STORE
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { loadStudyFile } from "../../../src/app/spec/index.ts";
import { serialiseSpace, type Configuration, type TrialState } from "../../../src/search/index.ts";
import { curveFile, type CurveTable } from "../problems/table.ts";

interface ExportedTrial {
  readonly state: TrialState;
  readonly parameters: Configuration;
  readonly environment: Readonly<Record<string, string>>;
  readonly document: { readonly training: { readonly epochs: number } };
  readonly curves: Readonly<Record<string, readonly (readonly [step: number, value: number | null])[]>>;
}

const [name, store] = process.argv.slice(2);
if (name === undefined || store === undefined) throw new Error("name a study and its store");
const file = fileURLToPath(new URL(`${name}.yaml`, import.meta.url));
const { definition } = await loadStudyFile(file);
const metric = definition.objective.metric;
const root = fileURLToPath(new URL("../../..", import.meta.url));
const words = ["--store", store, "export", name, "--format", "jsonl"];
const exported = execFileSync(process.execPath, [`${root}bin/tunesmith.js`, ...words], {
  encoding: "utf8",
  maxBuffer: 2 ** 30,
});
const trials = exported
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as ExportedTrial);

const unfinished = trials.filter(({ state }) => state !== "completed" && state !== "failed").length;
if (unfinished > 0 || trials.length < definition.maxTrials) {
  throw new Error(`${name}: ${trials.length - unfinished} of ${definition.maxTrials} trials are finished`);
}
const table: CurveTable = {
  study: name,
  space: serialiseSpace(definition.space),
  metric,
  environment: trials[0]!.environment,
  trials: trials.map(({ parameters, curves, document }) => ({
    parameters,
    values: Array.from({ length: document.training.epochs }, (_, index) => {
      const value = curves[metric]?.find(([step]) => step === index + 1)?.[1] ?? null;
      return value === null ? null : Number(value.toPrecision(5));
    }),
  })),
};
const packed = gzipSync(JSON.stringify(table), { level: 9 });
writeFileSync(curveFile(name), packed);
console.log(`${name}: ${trials.length} trainings, ${(packed.length / 1000).toFixed(0)} kB`);
