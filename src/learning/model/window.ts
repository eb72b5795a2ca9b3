/**
 * Where a kernel's windows lie over an image, one dimension at a time. Shared by everything that slides: a window begins
 * every `stride` pixels, reads `kernel` pixels that are `dilation` apart, and may reach over the image's border.
 */
import { z } from "zod";

/** Kernels and paddings that are larger ask for more memory than a machine has; the limit catches slips. */
const widestWindow = 1024;

const extent = z.int().min(1).max(widestWindow);
const margin = z.int().min(0).max(widestWindow);

/** Height and width of a window, or one number for both. */
export const kernelSchema = z.union([extent, z.tuple([extent, extent])]);

export const strideSchema = extent;

/**
 * valid: none. same: as much as gives ceil(size / stride) windows, on both sides alike and the odd pixel after, as in
 * TensorFlow and, for a stride of 1, in PyTorch. A number or [height, width]: so many pixels on either side.
 */
export const paddingSchema = z.union([z.enum(["valid", "same"]), margin, z.tuple([margin, margin])]);

export interface WindowSettings {
  readonly kernel: z.output<typeof kernelSchema>;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: z.output<typeof paddingSchema>;
}

/** The windows over an image. Sizes in pixels. */
export interface WindowGeometry {
  readonly height: number;
  readonly width: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly stride: number;
  readonly dilation: number;
  /** By how much the first window reaches over the border. */
  readonly top: number;
  readonly left: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

const pair = (value: number | readonly [number, number]): readonly [number, number] =>
  typeof value === "number" ? [value, value] : value;

/** @returns the windows over an image of that size; `outHeight` or `outWidth` is below 1 where none fits. */
export function windowGeometry(
  { kernel, stride, dilation, padding }: WindowSettings,
  [height, width]: readonly [number, number],
): WindowGeometry {
  const [kernelHeight, kernelWidth] = pair(kernel);
  const along = (size: number, taps: number, index: 0 | 1) => {
    const reach = (taps - 1) * dilation + 1;
    if (padding === "same") {
      const count = Math.ceil(size / stride);
      return { count, before: Math.floor(Math.max(0, (count - 1) * stride + reach - size) / 2) };
    }
    const before = padding === "valid" ? 0 : pair(padding)[index];
    return { count: Math.floor((size + 2 * before - reach) / stride) + 1, before };
  };
  const vertical = along(height, kernelHeight, 0);
  const horizontal = along(width, kernelWidth, 1);
  return {
    height,
    width,
    kernelHeight,
    kernelWidth,
    stride,
    dilation,
    top: vertical.before,
    left: horizontal.before,
    outHeight: vertical.count,
    outWidth: horizontal.count,
  };
}
