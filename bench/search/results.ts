/** What was measured, one file for each sampler, so that a new one needs no measuring again of the others. */
import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { format } from "prettier";

export interface Result {
  /** As it is called in tables. */
  readonly sampler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, ProblemResult>>;
}

export interface ProblemResult {
  /** [seeds, checkpoints]; null where every trial until then had failed. */
  readonly scores: readonly (readonly (number | null)[])[];
  /** Of the processor, for all seeds together. */
  readonly seconds: number;
}

const pathOf = (name: string) => fileURLToPath(new URL(`results/${name}.json`, import.meta.url));

/** Null when it was not measured. */
export function readResult(name: string): Result | null {
  const path = pathOf(name);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Result) : null;
}

export async function writeResult(name: string, result: Result): Promise<void> {
  await writeFormatted(pathOf(name), JSON.stringify(result), "json");
}

/** Generated files are formatted as those that people write. */
export async function writeFormatted(path: string, text: string, parser: "json" | "markdown"): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, await format(text, { parser, printWidth: 110, proseWrap: "always" }));
}

export const machine = () => `${cpus()[0]!.model.trim()}, ${availableParallelism()} cores`;

const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;

/** In Markdown. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");
