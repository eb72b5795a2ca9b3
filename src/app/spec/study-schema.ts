/** The rules of a study file as a whole; those of its `search` part are in `search-schema.ts`. */
import { z } from "zod";

import { toSeed, type Seed } from "../../base/index.ts";
import { trainingDocumentSchema } from "../../learning/training/index.ts";
import { commandPartSchema } from "./command/command-part.ts";
import { labelsSchema } from "./study-labels.ts";
import { searchSchema } from "./search-schema.ts";

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

/** What every study file says, whatever its trials run. */
const searchedShape = {
  study: z
    .string()
    .max(100)
    .regex(
      /^[\p{L}\p{N}][\p{L}\p{N}._ -]*$/u,
      "expected a name of letters, digits, `.`, `_`, `-` and spaces that begins with a letter or digit",
    ),
  description: z.string().max(10_000).default(""),
  seed: seedSchema.default("0" as Seed),
  /** What a worker must have to run trials. */
  labels: labelsSchema.optional(),
  search: searchSchema,
};

export const studyFileSchema = z.strictObject({
  ...searchedShape,
  data: trainingDocumentSchema.shape.data,
  model: trainingDocumentSchema.shape.model,
  training: trainingDocumentSchema.shape.training,
});

/** A study whose trials run a program. */
export const commandStudySchema = z.strictObject({ ...searchedShape, command: commandPartSchema });

export type SearchedFile = z.output<z.ZodObject<typeof searchedShape>>;
