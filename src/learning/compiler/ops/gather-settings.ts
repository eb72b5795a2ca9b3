/** Slots and buffers that the gathering of examples is set by, the same ones for every kernel that gathers. */
import { augmentPrimitiveValues, noBuffer } from "../../plan/index.ts";
import type { GraphNode } from "../graph.ts";
import { rowFloats } from "../lowering.ts";
import type { Augmentation } from "../op-attributes.ts";
import type { PlanDraft } from "../plan-draft.ts";

/** With a space, so that no layer can have settings of this name. */
const settingsName = "data augmentation";

/** The buffer [2, features padded] with the scale of each feature, then the shift of each. */
export const inputScalingName = "input scaling";

/** Arguments of kernels that scale by one pair of numbers or by one for each feature. */
export function inputScalingOf(draft: PlanDraft, node: GraphNode<"features">) {
  const isUniform = node.attributes.scaling === "uniform";
  return {
    scaling: draft.slot("inputScale"),
    featureScaling: isUniform ? noBuffer : draft.state(inputScalingName, 2 * rowFloats(node)),
  };
}

/** Arguments of kernels that vary examples; without `augmentation` they do not. */
export function augmentationSettings(draft: PlanDraft, augmentation: Augmentation | undefined) {
  const { primitives, fill } = augmentation ?? { primitives: [], fill: 0 };
  const values = primitives.flatMap((primitive) => [...augmentPrimitiveValues(primitive)]);
  return {
    primitives: primitives.length,
    program: draft.settings(
      settingsName,
      Object.fromEntries(values.map((value, index) => [`program ${index}`, value])),
    ),
    fill: draft.settings(`${settingsName} fill`, {
      isEdge: fill === "edge" ? 1 : 0,
      value: fill === "edge" ? 0 : fill,
    }),
    key: draft.randomKey("augmentation"),
    epoch: draft.slot("epoch"),
  };
}
