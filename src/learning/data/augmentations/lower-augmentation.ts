import { TunesmithError } from "../../../base/index.ts";
import type { Augmentation, AugmentationPrimitive, ImageShape } from "./augmentation.ts";
import { augmentations, type AugmentationDocument } from "./index.ts";

/** A primitive with how often it is done and where its random numbers come from. */
export type DrawnPrimitive = AugmentationPrimitive & {
  readonly probability: number;
  readonly stream: number;
};

/** What the engine does to each training example. */
export interface AugmentationProgram {
  /** In order. */
  readonly primitives: readonly DrawnPrimitive[];
  /** What lies outside of an image: its own edge, or a value. */
  readonly fill: "edge" | number;
}

/**
 * The program of a document; undefined when it asks for no augmentation.
 *
 * @param shape of one example
 * @throws INVALID_DOCUMENT when examples are no images.
 */
export function lowerAugmentation(
  document: AugmentationDocument,
  shape: readonly number[],
): AugmentationProgram | undefined {
  const { fill = 0, ...asked } = document;
  const names = Object.keys(augmentations).filter((name) => asked[name as keyof typeof asked] !== undefined);
  if (names.length === 0) return undefined;
  if (shape.length !== 3) {
    throw new TunesmithError("INVALID_DOCUMENT", {
      message: `data.augmentation: \`${names[0]}\` is for images of shape [height, width, channels], got examples of shape [${shape.join(", ")}].`,
      hint: "Leave `data.augmentation` out.",
      facts: { augmentations: names, shape },
    });
  }
  const registry = augmentations as unknown as Readonly<Record<string, Augmentation<never>>>;
  const primitives = names.map((name) => {
    const { lower, stream } = registry[name]!;
    const settings = asked[name as keyof typeof asked]!;
    const primitive = lower(settings as never, shape as unknown as ImageShape);
    return { ...primitive, probability: settings.probability, stream };
  });
  return { primitives, fill };
}
