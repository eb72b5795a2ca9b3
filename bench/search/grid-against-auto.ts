/**
 * A grid of 120 trials against the default sampler with 30, on Fashion-MNIST, both run by the command line as anybody would
 * (examples/grid-against-auto): best validation accuracy, the test accuracy of that configuration, and time.
 *
 *     node bench/search/grid-against-auto.ts
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { machine, table, writeFormatted } from "./results.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const store = mkdtempSync(join(tmpdir(), "tunesmith-bench-show-"));

function tunesmith<Result>(...words: readonly string[]): Result {
  const command = [`${root}bin/tunesmith.js`, "--store", store, "--json", "--quiet", ...words];
  const options = { encoding: "utf8", maxBuffer: 2 ** 30 } as const;
  return JSON.parse(execFileSync(process.execPath, command, options)) as Result;
}

interface Trial {
  readonly number: number;
  readonly objective: number | null;
  readonly parameters: Readonly<Record<string, unknown>>;
}

const measured = (name: string) => {
  const start = performance.now();
  const words = ["run", `${root}examples/grid-against-auto/${name}.yaml`, "--workers", "1"];
  tunesmith(...words);
  const seconds = (performance.now() - start) / 1000;
  const { trials } = tunesmith<{ trials: readonly Trial[] }>("trials", name);
  const { trial: best } = tunesmith<{ trial: Trial }>("best", name);
  const { test } = tunesmith<{ test: { metrics: Record<string, number> } }>("test", name);
  return { name, seconds, trials, best, test: test.metrics["test/accuracy"]! };
};

const percent = (share: number) => `${(100 * share).toFixed(2)} %`;

try {
  const [grid, auto] = [measured("grid"), measured("auto")];
  const caughtUp = auto.trials
    .toSorted((a, b) => a.number - b.number)
    .findIndex(({ objective }) => (objective ?? 0) >= grid.best.objective!);
  const rows = [grid, auto].map(({ name, seconds, trials, best, test }) => [
    name,
    String(trials.length),
    `${seconds.toFixed(0)} s`,
    percent(best.objective!),
    percent(test),
    Object.entries(best.parameters)
      .map(([path, value]) => `${path.split(".").at(-1)!} ${Number(Number(value).toPrecision(3))}`)
      .join(", "),
  ]);
  const document = [
    "## A grid against `auto`",
    "Four rates × five decays × six dropouts of a multilayer perceptron on a part of Fashion-MNIST, every combination, against the default sampler in the same ranges with a quarter of the trials: `examples/grid-against-auto/`. One worker each.",
    table(
      ["search", "trials", "time", "best validation accuracy", "its test accuracy", "configuration"],
      rows,
    ),
    caughtUp < 0
      ? "`auto` did not reach the best of the grid."
      : `\`auto\` had reached the best of the grid after ${caughtUp + 1} trials.`,
    `Measured on ${machine()}.`,
  ].join("\n\n");
  console.log(document);
  const path = fileURLToPath(new URL("results/grid-against-auto.md", import.meta.url));
  await writeFormatted(path, document, "markdown");
} finally {
  rmSync(store, { recursive: true });
}
