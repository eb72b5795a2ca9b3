import { TunesmithError } from "../../base/index.ts";
import type { GraphBuilder, NodeId } from "./graph.ts";
import type { Labelling, LossRule } from "./loss-rule.ts";
import { withPaddedRows } from "./ops/copy.ts";

export interface LossOptions {
  readonly loss: LossRule;
  readonly labelling: Labelling;
  /** With what the examples are mixed; undefined when they are not. */
  readonly mixes: NodeId | undefined;
}

/**
 * Appends the loss of a model's output.
 *
 * @returns its node
 * @throws SHAPE_MISMATCH when the model has another number of outputs than its examples have classes or values
 */
export function addLoss(
  builder: GraphBuilder,
  output: NodeId,
  { loss, labelling: { task, outputs }, mixes }: LossOptions,
): NodeId {
  const { shape } = builder.node(output);
  if (shape.length !== 1 || shape[0] !== outputs) {
    const each = task === "classification" ? "class" : "value to predict";
    throw new TunesmithError("SHAPE_MISMATCH", {
      message: `model: the last layer must give [batch, ${outputs}], one output for each ${each}, got [${["batch", ...shape].join(", ")}].`,
      hint: `End the model with a dense layer of ${outputs} units.`,
      facts: { expected: [outputs], received: shape },
    });
  }
  const predictions = withPaddedRows(builder, output);
  const scalar = { attributes: {}, shape: [] };
  const mixed = mixes === undefined ? [] : [mixes];
  if (loss.kind === "cross-entropy") {
    const labels = builder.add("labels", [], scalar);
    const { labelSmoothing, classWeights } = loss;
    return builder.add("softmaxCrossEntropy", [predictions, labels, ...mixed], {
      attributes: { labelSmoothing, classWeights },
      shape: [],
    });
  }
  const targets =
    task === "regression"
      ? builder.add("targets", mixed, { attributes: {}, shape: [outputs] })
      : builder.addLike("oneHot", [builder.add("labels", [], scalar), ...mixed], {
          attributes: {},
          like: predictions,
        });
  const { function: compared, delta } = loss;
  return builder.add("elementwiseLoss", [predictions, targets], {
    attributes: { function: compared, delta },
    shape: [],
  });
}
