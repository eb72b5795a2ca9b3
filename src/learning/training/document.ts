/**
 * The trial document: everything that a training's result depends on, as plain JSON. Two equal documents give
 * bit-identical results on one back end and instruction set.
 *
 * Every part is declared beside its implementation (data sets, models, optimisers); this file joins the declarations.
 */
import { z } from "zod";

import { dataSchema, datasetSource, seedSchema } from "../data/index.ts";
import { modelSchema } from "../model/index.ts";
import { lossProblem } from "./losses/check-loss.ts";
import { defaultLoss } from "./losses/index.ts";
import { trainingSchema } from "./recipe.ts";

const ownSchema = z.strictObject({
  data: dataSchema,
  model: modelSchema,
  training: trainingSchema,
  /** Initial weights and the order of examples depend on it; the split has its own, `data.seed`. */
  seed: seedSchema.default("0"),
});

/** Another training whose weights, and whose optimiser's state, are gone on from. */
export interface TrainingStart {
  readonly document: TrainingDocument;
  /** As many of its epochs are trained, whatever its own rules of stopping say. This document's epochs count on from there. */
  readonly epochs: number;
}

interface TrainingStartInput {
  readonly document: TrainingDocumentInput;
  readonly epochs: number;
}

/** With every default filled in. */
export interface TrainingDocument extends z.output<typeof ownSchema> {
  /** Absent: the weights are drawn from the seed. What may differ between the two documents: `checkStart`. */
  start?: TrainingStart;
}

/** As a person writes it: defaults may be left out. */
export interface TrainingDocumentInput extends z.input<typeof ownSchema> {
  start?: TrainingStartInput;
}

const startSchema: z.ZodType<TrainingStart, TrainingStartInput> = z.lazy(() =>
  z.strictObject({ document: trainingDocumentSchema, epochs: z.int().min(1).max(1_000_000) }),
);

export const trainingDocumentSchema = ownSchema
  .extend({ start: startSchema.exactOptional() })
  .overwrite((document) => {
    const taskKind = datasetSource(document.data.dataset)?.taskKind ?? null;
    // Of data that has to be read first, the loss is chosen when it is.
    if (document.training.loss !== undefined || taskKind === null) return document;
    return { ...document, training: { ...document.training, loss: defaultLoss(taskKind) } };
  })
  .superRefine(({ data, training }, context) => {
    const task = datasetSource(data.dataset)?.facts?.task;
    const problem = task === undefined ? undefined : lossProblem(training, task);
    if (problem === undefined) return;
    context.addIssue({ code: "custom", path: ["training", problem.key], message: problem.rule });
  });
