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

export const trainingDocumentSchema = z
  .strictObject({
    data: dataSchema,
    model: modelSchema,
    training: trainingSchema,
    /** Initial weights and the order of examples depend on it; the split has its own, `data.seed`. */
    seed: seedSchema.default("0"),
  })
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

/** With every default filled in. */
export type TrainingDocument = z.output<typeof trainingDocumentSchema>;

/** As a person writes it: defaults may be left out. */
export type TrainingDocumentInput = z.input<typeof trainingDocumentSchema>;
