import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

import {
  configurationKey,
  parseSpace,
  type Configuration,
  type SearchSpace,
} from "../../../src/search/index.ts";
import type { Problem } from "./problem.ts";

/** Trainings of every point of a grid, as `curves/record.ts` writes them. */
export interface CurveTable {
  readonly study: string;
  /** A `SearchSpace` as a record. */
  readonly space: unknown;
  /** What was reported after every epoch, larger is better. */
  readonly metric: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly trials: readonly RecordedTrial[];
}

export interface RecordedTrial {
  readonly parameters: Configuration;
  /** By epoch from 1; null from where the training diverged. */
  readonly values: readonly (number | null)[];
}

export const curveFile = (name: string) => new URL(`../curves/${name}.json.gz`, import.meta.url);

export function readCurveTable(name: string): CurveTable {
  return JSON.parse(gunzipSync(readFileSync(curveFile(name))).toString()) as CurveTable;
}

/** Looks trainings up that were done before. The loss is the error after the last epoch. */
export function tableProblem(name: string, challenge: string): Problem {
  const table = readCurveTable(name);
  const space: SearchSpace = parseSpace(table.space);
  const errors = new Map(
    table.trials.map(({ parameters, values }) => {
      const last = values.at(-1) ?? null;
      return [configurationKey(parameters), last === null ? null : 1 - last];
    }),
  );
  return {
    name,
    kind: "real",
    challenge,
    space,
    evaluate(configuration) {
      const error = errors.get(configurationKey(configuration));
      if (error === undefined) throw new Error(`${name}: no training of ${configurationKey(configuration)}`);
      return error === null ? null : [error];
    },
  };
}
