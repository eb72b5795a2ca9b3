/**
 * What an augmentation is: settings with defaults, and the primitive of the engine that they ask for.
 *
 * **Purity.** Which draw an example gets is a function of training seed, epoch, example and the augmentation's stream.
 */
import { z } from "zod";

/** Height, width, channels. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/** What the engine does to an image, with settings in the engine's units. Numbers are drawn uniformly from low to high. */
export type AugmentationPrimitive =
  /** Mirrors left and right, or with `isVertical` 1 top and bottom. */
  | Primitive<"flip", "isVertical">
  /** Leans, turns, scales and moves, in this order, about the centre: shears in turns, turns counter-clockwise, pixels. */
  | Primitive<
      "affine",
      | `turns${"Low" | "High"}`
      | `shift${"X" | "Y"}${"Low" | "High"}`
      | `zoom${"Low" | "High"}`
      | `shear${"X" | "Y"}${"Low" | "High"}`
    >
  /** Moves by whole pixels, at most so many in each direction. */
  | Primitive<"jitter", "pixels">
  /** Shows a part, by its share of the area and the logarithm of width / height; has to be the last that moves pixels. */
  | Primitive<"crop", `${"area" | "logRatio"}${"Low" | "High"}`>
  /** Multiplies all values. */
  | Primitive<"brightness", "low" | "high">
  /** Multiplies the distances of all values from their mean. */
  | Primitive<"contrast", "low" | "high">
  /** Adds normal numbers. */
  | Primitive<"noise", "deviation">
  /** Fills a box with one value, or with noise; its size as that of `crop`. */
  | Primitive<"erase", `${"area" | "logRatio"}${"Low" | "High"}` | "isNoise" | "fill">;

interface Primitive<Kind extends string, Setting extends string> {
  readonly kind: Kind;
  readonly settings: Readonly<Record<Setting, number>>;
}

export interface Augmentation<Schema extends z.ZodType<{ probability: number }>> {
  /** Which random numbers it takes. Never changed and never used again, so that a new one changes nobody's draws. */
  readonly stream: number;
  readonly schema: Schema;
  readonly lower: (settings: z.output<Schema>, shape: ImageShape) => AugmentationPrimitive;
}

export function defineAugmentation<Schema extends z.ZodType<{ probability: number }>>(
  augmentation: Augmentation<Schema>,
): Augmentation<Schema> {
  return augmentation;
}

/** How often an image of an epoch is changed, from 0 to 1. */
export const probability = z.number().min(0).max(1);

/** A number that says how far a range goes, or both ends of the range. */
export type Reach = number | readonly [low: number, high: number];

/** @param least smallest end of a range @param greatest largest end */
export function reach({
  number,
  least,
  greatest,
}: {
  /** What a single number may be. */
  readonly number: z.ZodNumber;
  readonly least: number;
  readonly greatest: number;
}) {
  const end = z.number().min(least).max(greatest);
  const range = z
    .tuple([end, end])
    .refine(([low, high]) => low <= high, "expected the smaller end of the range first");
  return z.union([number, range]);
}

/** `number` stands for [-number, number]. */
function aroundZero(value: Reach): readonly [low: number, high: number] {
  return typeof value === "number" ? [-value, value] : value;
}

/** `number` stands for [1 - number, 1 + number]. */
export function aroundOne(value: Reach): readonly [low: number, high: number] {
  return typeof value === "number" ? [1 - value, 1 + value] : value;
}

/** Natural logarithms of a range of width / height; `number` stands for [1 / number, number]. */
export function logRatios(value: Reach): { readonly logRatioLow: number; readonly logRatioHigh: number } {
  const [low, high] = typeof value === "number" ? [1 / value, value] : value;
  return { logRatioLow: Math.log(low), logRatioHigh: Math.log(high) };
}

/** Degrees as a number around 0 or a range. */
export const degrees = (greatest: number) =>
  reach({ number: z.number().min(0).max(greatest), least: -greatest, greatest });

/** A share of the image's width or height. */
export const shares = reach({ number: z.number().min(0).max(1), least: -1, greatest: 1 });

/** Factors around 1. */
export const factors = ({ least, greatest }: { readonly least: number; readonly greatest: number }) =>
  reach({
    number: z
      .number()
      .min(0)
      .max(1 - least),
    least,
    greatest,
  });

/** Width divided by height. */
export const ratios = reach({ number: z.number().min(1).max(100), least: 0.01, greatest: 100 });

/** No part of `affine` that is not asked for. */
export const unmoved = {
  turnsLow: 0,
  turnsHigh: 0,
  shiftXLow: 0,
  shiftXHigh: 0,
  shiftYLow: 0,
  shiftYHigh: 0,
  zoomLow: 1,
  zoomHigh: 1,
  shearXLow: 0,
  shearXHigh: 0,
  shearYLow: 0,
  shearYHigh: 0,
};

/** A range in degrees as settings of `affine`. */
export function inTurns<Name extends "turns" | "shearX" | "shearY">(name: Name, value: Reach) {
  return scaledRange(name, aroundZero(value), 1 / 360);
}

/** A range of shares of `pixels` as settings of `affine`. */
export function inPixels<Name extends "shiftX" | "shiftY">(name: Name, value: Reach, pixels: number) {
  return scaledRange(name, aroundZero(value), pixels);
}

function scaledRange<Name extends string>(name: Name, [low, high]: readonly [number, number], unit: number) {
  return { [`${name}Low`]: low * unit, [`${name}High`]: high * unit } as Record<
    `${Name}Low` | `${Name}High`,
    number
  >;
}
