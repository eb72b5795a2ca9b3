/**
 * Runs a sampler on the problems, from every seed, and keeps how good it was after 25, 50 and 100 trials.
 *
 *     node bench/search/convergence.ts tpe [--problems branin,integers] [--seeds 20] [--options '{"candidates":64}' --as tpe-64]
 *
 * `node bench/search/report.ts` makes the tables.
 */
import { parseArgs } from "node:util";

import { toSeed, TunesmithError, type Json } from "../../src/base/index.ts";
import { createSampler, type SamplerChoice } from "../../src/search/index.ts";
import { problems } from "./problems/registry.ts";
import type { Problem } from "./problems/problem.ts";
import { machine, readResult, writeResult, type ProblemResult } from "./results.ts";
import { checkpoints, mostSeeds, scoreOf } from "./score.ts";
import { search } from "./search.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    problems: { type: "string" },
    seeds: { type: "string", default: String(mostSeeds) },
    options: { type: "string", default: "{}" },
    as: { type: "string" },
  },
});
const [name] = positionals;
if (name === undefined) throw new Error("name a sampler: node bench/search/convergence.ts tpe");
const choice: SamplerChoice = { name, options: JSON.parse(values.options) as Record<string, Json> };
const chosen = values.problems?.split(",");
const seeds = Number(values.seeds);

function scoresOf(problem: Problem, seedNumber: number): (number | null)[] {
  const seed = toSeed(seedNumber);
  const told = search(createSampler(choice, problem.space), problem, { trials: checkpoints.at(-1)!, seed });
  return checkpoints.map((count) => {
    const score = scoreOf(problem, told.slice(0, count));
    return Number.isFinite(score) ? Number(score.toPrecision(7)) : null;
  });
}

const of = (problem: Problem) => chosen === undefined || chosen.includes(problem.name);
const file = values.as ?? name;
for (const problem of problems.filter(of)) {
  const before = process.cpuUsage();
  let scores: ProblemResult["scores"];
  try {
    scores = Array.from({ length: seeds }, (_, index) => scoresOf(problem, index + 1));
  } catch (error) {
    if (!(error instanceof TunesmithError)) throw error;
    console.log(`${problem.name}: left out, because ${error.message}`);
    continue;
  }
  const { user, system } = process.cpuUsage(before);
  const seconds = Number(((user + system) / 1e6).toFixed(1));
  const measured = readResult(file)?.problems;
  await writeResult(file, {
    sampler: file,
    environment: { node: process.version, machine: machine() },
    problems: { ...measured, [problem.name]: { scores, seconds } },
  });
  console.log(`${problem.name}: ${seconds} s`);
}
