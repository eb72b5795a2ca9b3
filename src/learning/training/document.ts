/**
 * The trial document: everything that a training's result depends on, as plain JSON. Two equal documents give
 * bit-identical results on one back end and instruction set.
 *
 * Every part is declared beside its implementation (data sets, models, optimisers); this file joins the declarations.
 */
import { z } from "zod";

import { dataSchema, seedSchema, taskOfDataset } from "../data/index.ts";
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
    const loss = document.training.loss ?? defaultLoss(taskOfDataset(document.data.dataset).kind);
    return { ...document, training: { ...document.training, loss } };
  })
  .superRefine(({ data, training }, context) => {
    const problem = lossProblem(training, taskOfDataset(data.dataset));
    if (problem === undefined) return;
    context.addIssue({ code: "custom", path: ["training", problem.key], message: problem.rule });
  });

/** With every default filled in. */
export type TrainingDocument = z.output<typeof trainingDocumentSchema>;

/** As a person writes it: defaults may be left out. */
export type TrainingDocumentInput = z.input<typeof trainingDocumentSchema>;
