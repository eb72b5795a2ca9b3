/** The rules of a study file's `command`: what its trials run, and how its metrics come. */
import { isAbsolute, normalize } from "node:path";

import { z } from "zod";

import { parseMetricPattern } from "./metric-pattern.ts";
import { durationSchema, sizeSchema } from "./quantities.ts";

const wordSchema = z.union([z.string(), z.number()]).transform(String);

const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected a name of letters, digits and `_`")
  .refine((name) => !name.startsWith("TUNESMITH_"), "expected a name that does not begin with `TUNESMITH_`");

const patternSchema = z.string().superRefine((text, context) => {
  const parsed = parseMetricPattern(text);
  if ("problem" in parsed) context.addIssue({ code: "custom", message: parsed.problem });
});

/** What is a file of the trial's folder, and no other file of this product's there. */
const metricsFileRule = "expected a path inside the trial's folder, such as `metrics.csv`";

function isMetricsFile(path: string): boolean {
  const plain = normalize(path);
  const isInside = !isAbsolute(plain) && plain.split(/[/\\]/)[0] !== ".." && !/^[A-Za-z]:/.test(plain);
  return (
    isInside && plain !== "." && !/[/\\]$/.test(plain) && plain !== "config.json" && !plain.includes("\0")
  );
}

export const metricsSchema = z.strictObject({
  /** Regular expressions over the lines that the program prints, by the metric whose values they find. */
  patterns: z.record(z.string().min(1), patternSchema).exactOptional(),
  /** Path of the file that the program writes, inside the trial's folder. */
  file: z.string().min(1).refine(isMetricsFile, metricsFileRule).exactOptional(),
  /** False: no port is opened for the trial. */
  http: z.boolean().exactOptional(),
  /** The name under which reports say their step, in place of `step`. */
  step: z.string().min(1).exactOptional(),
});

export const retriesSchema = z.int().min(0).max(100);

export const commandPartSchema = z.strictObject({
  /** The file that is run; its end says by what. */
  program: z.string().min(1).exactOptional(),
  /** The words of the command line in place of the usual ones. */
  run: z.array(wordSchema).min(1).exactOptional(),
  env: z
    .record(variableName, z.union([z.string(), z.number(), z.boolean()]).transform(String))
    .exactOptional(),
  /** Where it runs, relative to the study file. Defaults to the file's own folder. */
  folder: z.string().min(1).exactOptional(),
  /** A trial that takes longer has failed. Defaults to none. */
  timeLimit: durationSchema.exactOptional(),
  /** The same of memory that all its processes have together. */
  memoryLimit: sizeSchema.exactOptional(),
  /** What a program may take to end after SIGTERM. Defaults to 30 s. */
  grace: durationSchema.exactOptional(),
  /** How often a failed program is tried again. Defaults to 0. */
  retries: retriesSchema.exactOptional(),
  metrics: metricsSchema.exactOptional(),
});

export type CommandPart = z.output<typeof commandPartSchema>;
export type CommandPartInput = z.input<typeof commandPartSchema>;
