/** The rules of a study file apart from those of its search parameters, which `search-parameter.ts` checks. */
import { z } from "zod";

import { toSeed, type Seed } from "../../base/index.ts";
import { trainingDocumentSchema } from "../../learning/training/index.ts";
import { samplerNames } from "../../search/samplers/index.ts";
import { isReducer } from "../../search/trial/index.ts";

/** The names by which W&B's sweep files call the shapes of a parameter. */
const distributionNames = [
  "constant",
  "categorical",
  "categorical_w_probabilities",
  "uniform",
  "int_uniform",
  "q_uniform",
  "log_uniform_values",
  "q_log_uniform_values",
  "inv_log_uniform_values",
  "normal",
  "q_normal",
  "log_normal",
  "q_log_normal",
  "beta",
  "q_beta",
] as const;

const seedSchema = z
  .union([z.string(), z.number()])
  .refine((value) => {
    try {
      toSeed(value);
      return true;
    } catch {
      return false;
    }
  }, "expected a whole number from 0 to 18446744073709551615 (in quotes when above 9007199254740991)")
  .transform((value): Seed => toSeed(value));

const parameterSchema = z.strictObject({
  distribution: z.enum([...distributionNames, "log_uniform"]).optional(),
  value: z.json().optional(),
  values: z.array(z.json()).min(1).optional(),
  /** The values have an order: neighbours are alike. */
  ordered: z.boolean().optional(),
  probabilities: z.array(z.number().min(0)).min(1).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  q: z.number().positive().optional(),
  mu: z.number().optional(),
  sigma: z.number().positive().optional(),
  a: z.number().positive().optional(),
  b: z.number().positive().optional(),
  /** The parameter counts only when these earlier ones have such values. */
  when: z.record(z.string(), z.json()).optional(),
});

const countSchema = z.int().min(1).max(1_000_000);

const searchSchema = z.strictObject({
  method: z.enum(samplerNames as [string, ...string[]]),
  metric: z.strictObject({
    name: z.string().min(1),
    goal: z.enum(["minimize", "maximize"]),
    reduce: z
      .string()
      .refine(isReducer, "expected `last`, `best` or `mean-of-last-K` with K >= 1")
      .default("last"),
  }),
  maxTrials: countSchema.optional(),
  /** W&B's name for `maxTrials`. */
  run_cap: countSchema.optional(),
  parameters: z.record(z.string(), parameterSchema),
  /** What every configuration keeps. */
  constraints: z
    .array(
      z.union([
        z.strictObject({ require: z.string().min(1) }),
        z.strictObject({ forbid: z.record(z.string(), z.json()) }),
      ]),
    )
    .max(100)
    .optional(),
  /** Values of the document that follow from others, by the path that they set. */
  derived: z.record(z.string(), z.string().min(1)).optional(),
});

export const studyFileSchema = z.strictObject({
  study: z
    .string()
    .max(100)
    .regex(
      /^[\p{L}\p{N}][\p{L}\p{N}._ -]*$/u,
      "expected a name of letters, digits, `.`, `_`, `-` and spaces that begins with a letter or digit",
    ),
  description: z.string().max(10_000).default(""),
  data: trainingDocumentSchema.shape.data,
  model: trainingDocumentSchema.shape.model,
  training: trainingDocumentSchema.shape.training,
  seed: seedSchema.default("0" as Seed),
  search: searchSchema,
});

export type StudyFile = z.output<typeof studyFileSchema>;
export type ParameterEntry = z.output<typeof parameterSchema>;
