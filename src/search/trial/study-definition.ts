/** The rules of a study definition, the same for a new study and for one that is read from a store. */
import { z } from "zod";

import { toSeed, TunesmithError, type Json, type Seed } from "../../base/index.ts";
import { parseCondition, parseSpace, type SearchSpace } from "../space/index.ts";
import { parseReducer } from "./reduce-curve.ts";
import type { LabelRule, StudyDefinition } from "./records.ts";

const jsonSchema: z.ZodType<Json> = z.json();

const codeFileSchema = z.object({ file: z.string().min(1) });

const choiceSchema = z.object({ name: z.string().min(1), options: z.record(z.string(), jsonSchema) });

const reducerSchema = z.string().transform(parseReducer);

const objectiveSchema = z.object({
  metric: z.string().min(1),
  direction: z.enum(["minimize", "maximize"]),
  reduce: reducerSchema,
});

const outcomeConstraintSchema = z
  .object({
    metric: z.string().min(1),
    reduce: reducerSchema,
    min: z.number().exactOptional(),
    max: z.number().exactOptional(),
  })
  .refine(({ min, max }) => min !== undefined || max !== undefined, "must have `min` or `max`");

/** Typed on command lines, in lists with commas. */
const labelSchema = z
  .string()
  .regex(/^[\w.-]{1,63}$/, "must be of letters, digits, `_`, `.` and `-`, at most 63 of them");

const configurationSchema = z.record(z.string(), jsonSchema);

const definitionSchema = z.object({
  // Names are printed in tables and typed on command lines.
  name: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^\p{Cc}]+$/u, "must not hold control characters")
    .refine((name) => name.trim() === name, "must not begin or end with white space"),
  description: z.string(),
  space: z.unknown(),
  sampler: choiceSchema,
  scheduler: choiceSchema.exactOptional(),
  objective: objectiveSchema,
  otherObjectives: z.array(objectiveSchema).exactOptional(),
  outcomeConstraints: z.array(outcomeConstraintSchema).exactOptional(),
  replicates: z
    .object({ count: z.int().min(2), over: z.enum(["seed", "data.fold"]), racing: z.boolean() })
    .exactOptional(),
  initial: z.array(configurationSchema).exactOptional(),
  prior: z
    .array(
      z.object({ parameters: configurationSchema, values: z.array(z.number()).min(1), source: z.string() }),
    )
    .exactOptional(),
  duplicates: z.enum(["skip", "reuse", "replicate"]).exactOptional(),
  ordered: z.int().min(1).exactOptional(),
  perturbed: z.array(z.string()).exactOptional(),
  endWhen: z
    .object({
      target: z.number().exactOptional(),
      noImprovement: z.int().min(1).exactOptional(),
      expectedImprovement: z.number().min(0).exactOptional(),
    })
    .exactOptional(),
  labels: z.array(z.object({ label: labelSchema, when: jsonSchema.exactOptional() })).exactOptional(),
  lengthPath: z.string().min(1).exactOptional(),
  seed: z.union([z.string(), z.number()]),
  maxTrials: z.int().min(1),
  baseDocument: jsonSchema,
  callbacks: codeFileSchema.exactOptional(),
  sources: codeFileSchema.exactOptional(),
});

/**
 * @throws INVALID_USAGE naming the field, INVALID_SPACE for the space.
 */
export function parseStudyDefinition(record: unknown): StudyDefinition {
  const parsed = definitionSchema.safeParse(record);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const received = issue.path.reduce<unknown>(
      (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
      record,
    );
    throw new TunesmithError("INVALID_USAGE", {
      message: `study definition: \`${issue.path.join(".")}\`: ${issue.message}, got ${JSON.stringify(received) ?? "nothing"}.`,
      facts: { path: issue.path.map(String) },
    });
  }
  const { labels, ...definition } = parsed.data;
  const space = parseSpace(definition.space);
  return {
    ...definition,
    space,
    ...(labels === undefined ? {} : { labels: labels.map((rule) => parseLabelRule(rule, space)) }),
    seed: toSeed(definition.seed) satisfies Seed,
  };
}

function parseLabelRule(
  { label, when }: { readonly label: string; readonly when?: Json },
  { parameters }: SearchSpace,
): LabelRule {
  if (when === undefined) return { label };
  const where = `label \`${label}\`: \`when\``;
  return { label, when: parseCondition(when, { declared: parameters, later: [], where }) };
}
