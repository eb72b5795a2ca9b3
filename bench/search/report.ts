/** Makes docs/benchmarks/search.md from what was measured: `node bench/search/report.ts`. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { problems } from "./problems/registry.ts";
import type { Problem } from "./problems/problem.ts";
import { readResult, table, writeFormatted, type Result } from "./results.ts";
import { checkpoints } from "./score.ts";
import { holm, mannWhitney, median } from "./statistics.ts";

/** Files of `results/` in the order of the columns. */
const columns = [
  "random",
  "sobol",
  "latin-hypercube",
  "cmaes",
  "local",
  "bohb",
  "nsga2",
  "nsga3",
  "tpe",
  "gp",
  "auto",
  "optuna-tpe",
  "optuna-gp",
  "optuna-nsga2",
];
const own = ["auto", "tpe"].find((name) => readResult(name) !== null)!;
const peer = "optuna-tpe";
const sections = ["schedulers", "suggestion-cost", "store", "grid-against-auto"];
const significance = 0.05;

/** Rounded: what differs by the order of additions is a tie. */
const scoresOf = (result: Result | null, problem: Problem, checkpoint: number): number[] | null =>
  result?.problems[problem.name]?.scores.map((row) => Number((row[checkpoint] ?? Infinity).toPrecision(7))) ??
  null;

/** Hypervolumes are kept negated. */
function text(value: number | null, { reference }: Problem): string {
  if (value === null) return "";
  if (!Number.isFinite(value)) return "none";
  const shown = reference === undefined ? value : -value;
  return Number(shown.toPrecision(4)).toString();
}

function medianOf(file: string, problem: Problem, checkpoint: number): number | null {
  const scores = scoresOf(readResult(file), problem, checkpoint);
  return scores === null ? null : median(scores);
}

/** The problems that both were measured on, at one checkpoint, judged together. */
function verdicts(ownFile: string, peerFile: string, checkpoint: number) {
  const compared = problems.flatMap((problem) => {
    const a = scoresOf(readResult(ownFile), problem, checkpoint);
    const b = scoresOf(readResult(peerFile), problem, checkpoint);
    return a === null || b === null ? [] : [{ problem, a, b, ...mannWhitney(a, b) }];
  });
  const adjusted = holm(compared.map(({ p }) => p));
  return compared.map((one, index) => ({ ...one, p: adjusted[index]! }));
}

function comparison(ownFile: string, peerFile: string): string {
  const all = checkpoints.flatMap((_, checkpoint) => verdicts(ownFile, peerFile, checkpoint));
  const rows = problems.flatMap((problem) => {
    const judged = all.filter((one) => one.problem === problem);
    if (judged.length === 0) return [];
    const join = (cell: (one: (typeof judged)[number]) => string) => judged.map(cell).join(" / ");
    return [
      [
        problem.name,
        problem.kind,
        join(({ a }) => text(median(a), problem)),
        join(({ b }) => text(median(b), problem)),
        join(({ p, isLower }) => (p >= significance ? "=" : isLower ? "**better**" : "worse")),
        join(({ p }) => (p < 0.001 ? "<0.001" : Number(p.toFixed(3)).toString())),
      ],
    ];
  });
  const title = (file: string) => readResult(file)!.sampler;
  return table(["problem", "kind", title(ownFile), title(peerFile), `${title(ownFile)} is`, "p"], rows);
}

/** On how many problems it is better, equal and worse than each of the others. */
function summary(ownFile: string): string {
  const others = columns.filter((file) => file !== ownFile && readResult(file) !== null);
  const rows = others.flatMap((file) => {
    const cells = checkpoints.map((_, checkpoint) => {
      const judged = verdicts(ownFile, file, checkpoint);
      const clear = judged.filter(({ p }) => p < significance);
      const better = clear.filter(({ isLower }) => isLower).length;
      return [better, judged.length - clear.length, clear.length - better].join(" / ");
    });
    return [[readResult(file)!.sampler, ...cells]];
  });
  return table(["against", ...checkpoints.map((count) => `after ${count} trials`)], rows);
}

function medians(checkpoint: number): string {
  const present = columns.filter((file) => readResult(file) !== null);
  const rows = problems.map((problem) => {
    const found = present.map((file) => medianOf(file, problem, checkpoint));
    const best = Math.min(...found.map((value) => value ?? Infinity));
    return [
      problem.name,
      ...found.map((value) => (value === best ? `**${text(value, problem)}**` : text(value, problem))),
    ];
  });
  return table(["problem", ...present.map((file) => readResult(file)!.sampler)], rows);
}

function environments(): string {
  const lines = columns.flatMap((file) => {
    const result = readResult(file);
    if (result === null) return [];
    const parts = Object.entries(result.environment).map(([key, value]) => `${key} ${value}`);
    const counts = new Set(Object.values(result.problems).map(({ scores }) => scores.length));
    return [`- ${result.sampler}: ${[...counts].join(" or ")} seeds; ${parts.join(", ")}`];
  });
  return lines.join("\n");
}

/** What the other benchmarks left: text that their scripts write. */
function section(name: string): string[] {
  const path = fileURLToPath(new URL(`results/${name}.md`, import.meta.url));
  return existsSync(path) ? [readFileSync(path, "utf8").trim()] : [];
}

const document = [
  "# Search: how good, how fast",
  "Generated by `node bench/search/report.ts` from `bench/search/results/`; [bench/README.md](../../bench/README.md) says how each file is measured.",
  "## Convergence",
  `A search of ${checkpoints.at(-1)!} trials is looked at after ${checkpoints.join(", ")} of them. What counts is the true loss of the configuration that it would hand over, that with the best loss it was told: noise that flatters helps nobody. Of two objectives it is the hypervolume of the front, where more is better; everywhere else less is better. Every search starts from nothing, one trial at a time; figures are medians over seeds. A trial that fails counts as a trial.`,
  table(
    ["problem", "kind", "what is hard"],
    problems.map(({ name, kind, challenge }) => [name, kind, challenge]),
  ),
  `### \`${own}\` against Optuna's default`,
  `Both as they are without any option. *p* is the two-sided probability of Mann and Whitney's test over the seeds, made larger by Holm's method for all problems at a checkpoint together; below ${significance} the sampler with the better ranks is called better. In \`shares\`, Optuna is told by how much the constraint is broken, and such a trial is one of its hundred: it has no constraints between parameters that keep from proposing them.`,
  comparison(own, peer),
  `### \`${own}\` against each of the others`,
  "Number of problems on which it is better / not clearly different / worse, by the same test.",
  summary(own),
  ...checkpoints.flatMap((count, checkpoint) => [`### Medians after ${count} trials`, medians(checkpoint)]),
  "An empty field: the sampler does not take such a space, or was not run on it.",
  environments(),
  ...sections.flatMap(section),
];

const path = fileURLToPath(new URL("../../docs/benchmarks/search.md", import.meta.url));
await writeFormatted(path, document.join("\n\n"), "markdown");
