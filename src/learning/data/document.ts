import { z } from "zod";

import { toSeed } from "../../base/index.ts";
import { datasetNames } from "./sources/registry.ts";

const isSeed = (value: string | number): boolean => {
  try {
    toSeed(value);
    return true;
  } catch {
    return false;
  }
};

/** A seed as a person writes it, to its one decimal text; so `7`, `"7"` and `"007"` are the same document. */
export const seedSchema = z
  .union([z.string(), z.number()])
  .refine(isSeed, "expected a whole number from 0 to 18446744073709551615")
  .transform((value): string => toSeed(value));

/** The `data` part of a document: which examples a training sees. How many there are is checked when they are split. */
export const dataSchema = z.strictObject({
  dataset: z.enum(datasetNames),
  /** Examples to train on. Defaults to all that validation leaves. */
  train: z.int().min(1).optional(),
  /** Examples to validate on. Defaults to 5,000, or to a sixth of a data set of fewer than 30,000. */
  validation: z.int().min(1).optional(),
  /** Decides which examples go where, and nothing else. */
  seed: seedSchema.default("0"),
});

/** With defaults filled in. */
export type DataDocument = z.output<typeof dataSchema>;
