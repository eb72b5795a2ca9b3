/** The rules of the `search` part of a study file, apart from those of its parameters, which `search-parameter.ts` checks. */
import { z } from "zod";

import { samplerNames } from "../../search/samplers/index.ts";
import { schedulerNames } from "../../search/schedulers/index.ts";
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
  /** A logarithmic scale seen from the upper end. */
  reverse: z.boolean().optional(),
  mu: z.number().optional(),
  sigma: z.number().positive().optional(),
  a: z.number().positive().optional(),
  b: z.number().positive().optional(),
  /** The parameter counts only when these earlier ones have such values. */
  when: z.record(z.string(), z.json()).optional(),
});

const countSchema = z.int().min(1).max(1_000_000);

/** A name, or a mapping of it and options, which whoever is named checks. */
function choiceSchema(names: readonly string[]) {
  const name = z.enum(names as [string, ...string[]]);
  return z.union([name, z.object({ name }).catchall(z.json())]);
}

const reduceSchema = z
  .string()
  .refine(isReducer, "expected `last`, `best` or `mean-of-last-K` with K >= 1")
  .default("last");

const metricSchema = z.strictObject({
  name: z.string().min(1),
  goal: z.enum(["minimize", "maximize"]),
  reduce: reduceSchema,
});

const outcomeSchema = z
  .strictObject({
    metric: z.string().min(1),
    reduce: reduceSchema,
    min: z.number().exactOptional(),
    max: z.number().exactOptional(),
  })
  .refine(({ min, max }) => min !== undefined || max !== undefined, "expected `min`, `max` or both")
  .refine(
    ({ min, max }) => min === undefined || max === undefined || min <= max,
    "expected `min` to be at most `max`",
  );

const replicatesSchema = z.union([
  z.int().min(1).max(1000),
  z.strictObject({
    count: z.int().min(1).max(1000).optional(),
    over: z.enum(["seed", "data.fold"]).default("seed"),
    racing: z.boolean().default(true),
  }),
]);

const endWhenSchema = z
  .strictObject({
    target: z.number().exactOptional(),
    noImprovement: countSchema.exactOptional(),
    expectedImprovement: z.number().min(0).exactOptional(),
  })
  .refine(
    (rules) => Object.keys(rules).length > 0,
    "expected `target`, `noImprovement` or `expectedImprovement`",
  );

export const searchSchema = z.strictObject({
  /** The one that is left out chooses by space, budget and results, and says which and why. */
  method: choiceSchema(samplerNames).default("auto"),
  /** Which trials go on; all to their end where it is left out. */
  scheduler: choiceSchema(schedulerNames).optional(),
  metric: metricSchema,
  /** Traded off against `metric`. */
  otherMetrics: z.array(metricSchema).min(1).max(9).optional(),
  /** What a result must keep to be wanted. */
  outcomes: z.array(outcomeSchema).min(1).max(100).optional(),
  maxTrials: countSchema.optional(),
  /** W&B's name for `maxTrials`. */
  run_cap: countSchema.optional(),
  replicates: replicatesSchema.optional(),
  /** Configurations to try first; what they leave out is drawn. */
  initial: z.array(z.record(z.string(), z.json())).min(1).max(10_000).optional(),
  duplicates: z.enum(["skip", "reuse", "replicate"]).optional(),
  ordered: z.union([z.boolean(), z.int().min(1).max(1000)]).optional(),
  endWhen: endWhenSchema.optional(),
  /** Studies whose results the method learns from. */
  warmStart: z
    .array(
      z.union([
        z.string().min(1),
        z.strictObject({ study: z.string().min(1), store: z.string().min(1).optional() }),
      ]),
    )
    .min(1)
    .max(100)
    .optional(),
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

export type SearchFile = z.output<typeof searchSchema>;
export type ParameterEntry = z.output<typeof parameterSchema>;
