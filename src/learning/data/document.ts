import { z } from "zod";

import { toSeed } from "../../base/index.ts";
import { augmentationSchema } from "./augmentations/index.ts";
import { preprocessingSchema } from "./preprocessing/fields.ts";
import { datasetSchema, datasetSource } from "./sources/registry.ts";
import { splitProblems } from "./splits/split-problems.ts";

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

/** So many examples, or a share of them between 0 and 1. */
const sizeSchema = z.union([z.int().min(1), z.number().gt(0).lt(1)]);

/** The `data` part of a document: which examples a training sees. How many there are is checked when they are split. */
export const dataSchema = z
  .strictObject({
    /** A data set by name, or `kind` and settings of a source. */
    dataset: datasetSchema,
    /** What the content must be, as `data info` prints it; `run` fills it in for files of a person's own. */
    contentHash: z
      .string()
      .regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits")
      .optional(),
    /** Examples to train on, or their share of what the test split leaves. Defaults to all that validation leaves. */
    train: sizeSchema.optional(),
    /** Examples to validate on. Defaults to 5,000, or to a sixth of a data set of fewer than 30,000. */
    validation: sizeSchema.optional(),
    /**
     * Examples to hold out for the final test, or their share of all; 0 for none. Of a source that has a test split of its
     * own, how many of that, or which share of it. Defaults to all of the source's own, where it has none to a sixth of
     * its examples, at most 10,000.
     */
    test: z.union([z.literal(0), sizeSchema]).optional(),
    /** Gives every split the same shares of classes. Defaults to false. */
    stratified: z.boolean().default(false),
    /** For cross-validation: into how many parts the examples are cut, one of which is for validation. */
    folds: z.int().min(2).max(1000).optional(),
    /** Which of the `folds` validates, counted from 0. Defaults to 0. */
    fold: z.int().min(0).max(999).default(0),
    /** Decides which examples go where, and nothing else. */
    seed: seedSchema.default("0"),
    /** shuffle: each example once an epoch; balanced: as many draws, each class as often as the others. */
    sampling: z.enum(["shuffle", "balanced"]).default("shuffle"),
    preprocessing: preprocessingSchema.prefault({}),
    /** How training examples are varied in every epoch. Defaults to not at all. */
    augmentation: augmentationSchema.prefault({}),
  })
  .overwrite((data) => {
    // A source of the study file is not known here; what it does by default is asked when it is read.
    const scaling = data.preprocessing.scaling ?? datasetSource(data.dataset)?.defaultScaling;
    return scaling === undefined ? data : { ...data, preprocessing: { ...data.preprocessing, scaling } };
  })
  .superRefine((data, context) => {
    for (const { field, rule } of splitProblems(data)) {
      context.addIssue({ code: "custom", path: [field], message: rule });
    }
  });

/** With defaults filled in. */
export type DataDocument = z.output<typeof dataSchema>;
