/**
 * How long a suggestion takes after 100, 1,000 and 10,000 finished trials in a mixed space of ten parameters, in time of the
 * processor, so that other programs count for little; by Optuna too where there is a peer's Python (TUNESMITH_PEERS).
 *
 *     node bench/search/suggestion-cost.ts [--samplers tpe,gp] [--keep]
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { toSeed } from "../../src/base/index.ts";
import { createSampler, type Configuration, type Evaluation } from "../../src/search/index.ts";
import { evaluation, question } from "../../src/testing/optimise.ts";
import { mixedSpace } from "./mixed-space.ts";
import { machine, table, writeFormatted } from "./results.ts";
import { median } from "./statistics.ts";

/** How far a sampler is measured: what is cubic in the number of trials is not meant for ten thousand of them. */
const sizes: Readonly<Record<string, readonly number[]>> = {
  random: [100, 1000, 10_000],
  tpe: [100, 1000, 10_000],
  gp: [100, 200, 1000],
  auto: [100, 200, 1000],
};
const suggestions: Readonly<Record<number, number>> = { 100: 40, 200: 40, 1000: 40, 10_000: 40 };

function lossOf(configuration: Configuration): number {
  const at = (name: string) => Number(configuration[name]);
  return (
    (Math.log10(at("rate")) + 3) ** 2 +
    (Math.log10(at("decay")) + 4) ** 2 / 4 +
    (at("dropout") - 0.2) ** 2 +
    (at("momentum") - 0.9) ** 2 +
    (Math.log2(at("width")) - 7) ** 2 / 9 +
    (at("layers") - 3) ** 2 / 9 +
    (configuration["optimizer"] === "adam" ? 0 : 0.3)
  );
}

const finished = (number: number, configuration: Configuration) =>
  evaluation({ number, configuration, losses: [lossOf(configuration)] });

/** Milliseconds of each suggestion after `size` trials that were drawn. */
function timesOf(name: string, size: number): number[] {
  const space = mixedSpace;
  const seed = toSeed(1);
  const random = createSampler({ name: "random", options: {} }, space);
  const history: Evaluation[] = [];
  for (let number = 0; number < size; number++) {
    history.push(finished(number, random.suggest(question({ number, seed, space }))!.configuration));
  }
  const sampler = createSampler({ name, options: {} }, space);
  return Array.from({ length: suggestions[size]! }, () => {
    const asked = question({ seed, space, history: [...history], maxTrials: size + suggestions[size]! });
    const before = process.cpuUsage();
    const { configuration } = sampler.suggest(asked)!;
    const { user, system } = process.cpuUsage(before);
    history.push(finished(history.length, configuration));
    return (user + system) / 1000;
  });
}

interface Cost {
  readonly sampler: string;
  readonly trials: number;
  readonly milliseconds: readonly number[];
}

const { values } = parseArgs({
  options: {
    samplers: { type: "string", default: "tpe,gp,auto" },
    keep: { type: "boolean", default: false },
  },
});
const costs: Cost[] = [];
for (const name of values.samplers.split(",")) {
  // Compiles what is measured next.
  timesOf(name, 100);
  for (const trials of sizes[name] ?? [100]) {
    costs.push({ sampler: name, trials, milliseconds: timesOf(name, trials) });
  }
}
const python = process.env.TUNESMITH_PEERS;
if (python === undefined)
  console.log("no peer: set TUNESMITH_PEERS to a Python with optuna (bench/README.md)");
else {
  const script = fileURLToPath(new URL("peers/suggestion_cost.py", import.meta.url));
  const output = execFileSync(python, [script], {
    encoding: "utf8",
    env: { ...process.env, OMP_NUM_THREADS: "1" },
  });
  costs.push(
    ...output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Cost),
  );
}

const text = (milliseconds: number) =>
  milliseconds < 10 ? milliseconds.toFixed(2) : milliseconds.toFixed(0);
const rows = costs.map(({ sampler, trials, milliseconds }) => {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const p95 = sorted[Math.ceil(0.95 * sorted.length) - 1]!;
  return [sampler, trials.toLocaleString("en"), text(median(sorted)), text(p95), text(milliseconds[0]!)];
});
const document = [
  "## Cost of a suggestion",
  `Milliseconds of one core's time for a suggestion in a mixed space of ten parameters, over ${suggestions[100]!} of them in a row; the first has to look at all earlier trials. Measured in one run on ${machine()}.`,
  table(["sampler", "finished trials", "median", "95 %", "first"], rows),
].join("\n\n");
console.log(document);
if (values.keep) {
  const path = fileURLToPath(new URL("results/suggestion-cost.md", import.meta.url));
  await writeFormatted(path, document, "markdown");
}
