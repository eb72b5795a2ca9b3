/** The registry of augmentations: what `data.augmentation` can ask for, in the order in which it is applied. */
import { z } from "zod";

import { affine } from "./affine.ts";
import type { Augmentation } from "./augmentation.ts";
import { brightness } from "./brightness.ts";
import { contrast } from "./contrast.ts";
import { cutmix } from "./cutmix.ts";
import { gaussianNoise } from "./gaussian-noise.ts";
import { horizontalFlip } from "./horizontal-flip.ts";
import { mixup } from "./mixup.ts";
import { paddedCrop } from "./padded-crop.ts";
import { randomErasing } from "./random-erasing.ts";
import { resizedCrop } from "./resized-crop.ts";
import { rotation } from "./rotation.ts";
import { shear } from "./shear.ts";
import { shift } from "./shift.ts";
import { verticalFlip } from "./vertical-flip.ts";
import { zoom } from "./zoom.ts";

/** Those that move pixels come first and `resizedCrop` is their last, so that what it shows is part of what they made. */
export const augmentations = {
  horizontalFlip,
  verticalFlip,
  rotation,
  shear,
  zoom,
  affine,
  shift,
  paddedCrop,
  resizedCrop,
  brightness,
  contrast,
  gaussianNoise,
  randomErasing,
} as const;

type Fields<Registry> = {
  [Name in keyof Registry]: Registry[Name] extends Augmentation<infer Schema> ? z.ZodOptional<Schema> : never;
};

const fields = Object.fromEntries(
  Object.entries(augmentations).map(([name, { schema }]) => [name, schema.optional()]),
) as Fields<typeof augmentations>;

/** The `data.augmentation` part of a document: an augmentation that is not named is not done. */
export const augmentationSchema = z.strictObject({
  ...fields,
  /** Each example with another one. When both are named, one of the two is drawn for each example. */
  mixup: mixup.optional(),
  cutmix: cutmix.optional(),
  /**
   * What is seen where an image was moved away: a value where bytes go from 0 to 1, or `edge`, the nearest pixel of the
   * image. Defaults to 0, black.
   */
  fill: z.union([z.literal("edge"), z.number()]).optional(),
});

export type AugmentationDocument = z.output<typeof augmentationSchema>;
