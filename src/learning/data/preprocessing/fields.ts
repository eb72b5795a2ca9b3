import { z } from "zod";

/**
 * none: values as they are; unit: to [0, 1] by the range that the type of the values has, so bytes / 255 and floats as they
 * are; standardize: less the mean, divided by the standard deviation; min-max: to [0, 1] by the smallest and largest value.
 */
const scalingNames = ["none", "unit", "standardize", "min-max"] as const;
export type ScalingName = (typeof scalingNames)[number];

const constantsSchema = z.union([z.number(), z.array(z.number()).min(1).max(65_536)]);

/** The `data.preprocessing` part of a document. Everything that is measured is measured on the training split alone. */
export const preprocessingSchema = z.strictObject({
  /** Defaults to what the source is made for: `unit` for images, `standardize` for tables. */
  scaling: z.enum(scalingNames).optional(),
  /**
   * Which values share a mean and deviation, or a range: `all`, those of a `channel` (of a table a column), or those of a
   * `feature`: a pixel's, as in a mean image. Defaults to `all` for images and to `feature` for tables.
   */
  per: z.enum(["all", "channel", "feature"]).optional(),
  /** Of `standardize`: in place of the measured mean, after bytes were divided by 255; one number or one for each channel. */
  mean: constantsSchema.optional(),
  /** Of `standardize`: in place of the measured standard deviation. */
  deviation: constantsSchema.optional(),
  /**
   * What stands in for a missing value of a column: the mean, median or most frequent value of the training split, or 0.
   * Defaults to `refuse`: an error that says where they are.
   */
  missing: z.enum(["refuse", "mean", "median", "most-frequent", "zero"]).default("refuse"),
  /** A column of names: a 0-1 column for each, or the name's number in alphabetical order. Defaults to `one-hot`. */
  categories: z.enum(["one-hot", "index"]).default("one-hot"),
});

export type PreprocessingDocument = z.output<typeof preprocessingSchema>;
