/** Mixtures as their contract says them. */
import { philoxBlock } from "../../../../base/index.ts";
import { mixFloats } from "../../../plan/index.ts";
import type { ReferenceCall, ReferenceKernel } from "../reference-kernel.ts";
import { augmentKernels } from "./augment.ts";
import { batchKernels } from "./batch.ts";
import { mixOf } from "./mix-of.ts";

function drawMixes({ buffers, slots, values, examples, stepOrder, isFirstChunk }: ReferenceCall): void {
  if (!isFirstChunk) return;
  const { width, height } = values as { width: number; height: number };
  const { partners = new Int32Array(0) } = examples;
  const [forMixup, forCutmix] = slots.probabilities as unknown as [number, number];
  const words = new Uint32Array(8);
  const draw = (number: number) => words[number]! / 2 ** 32;
  stepOrder.forEach((example, row) => {
    const mix = buffers.mixes!.subarray(row * mixFloats, (row + 1) * mixFloats).fill(0);
    for (const block of [0, 1]) {
      const counter = [block, example, slots.epoch![0]!, 0] as const;
      philoxBlock(counter, [slots.key![0]!, slots.key![1]!], { out: words, offset: 4 * block });
    }
    const isBox = forMixup > 0 && forCutmix > 0 ? draw(3) >= 0.5 : forCutmix > 0;
    if (partners.length === 0 || draw(0) >= (isBox ? forCutmix : forMixup)) return;
    const partner = partners[Math.floor(draw(1) * partners.length)]!;
    const quantiles = isBox ? slots.cutmixQuantiles! : slots.mixupQuantiles!;
    const place = draw(2) * (quantiles.length - 1);
    const [below, above] = quantiles.subarray(Math.floor(place));
    const share = 1 - (below! + (place % 1) * (above! - below!));
    mix.set([Math.floor(partner / 65_536), partner % 65_536, share]);
    if (!isBox) return;
    const side = (length: number, centre: number) => {
      const half = Math.floor(Math.floor(length * Math.sqrt(share)) / 2);
      return [Math.max(0, centre - half), Math.min(length, centre + half)] as const;
    };
    const [left, right] = side(width, Math.floor(draw(4) * width));
    const [top, bottom] = side(height, Math.floor(draw(5) * height));
    mix.set([((right - left) * (bottom - top)) / (width * height), 1, left, top, right, bottom], 2);
  });
}

function mixFeatures(call: ReferenceCall): void {
  const { buffers, values, batch } = call;
  const { width, height, channels, stride, primitives } = values as Record<string, number>;
  const gather: ReferenceKernel =
    primitives! > 0
      ? augmentKernels.gatherAugmented
      : buffers.featureScaling === undefined
        ? batchKernels.gatherBytes
        : batchKernels.gatherScaledBytes;
  for (let row = 0; row < batch; row++) {
    const { partner, share } = mixOf(call, row);
    if (share === 0) continue;
    const { featureScaling, ...others } = buffers;
    const scaling: ReferenceCall["buffers"] =
      featureScaling === undefined ? {} : { featureScaling, scaling: featureScaling };
    gather({
      ...call,
      buffers: { ...others, ...scaling, output: buffers.partner! },
      values: { ...values, features: width! * height! * channels! },
      batch: 1,
      order: Int32Array.of(partner),
    });
    const first = (call.chunkStart + row) * mixFloats;
    const [isBox, left, top, right, bottom] = buffers.mixes!.subarray(first + 3, first + 8);
    const own = buffers.features!.subarray(row * stride!, (row + 1) * stride!);
    buffers.partner!.forEach((value, at) => {
      const [x, y] = [Math.floor(at / channels!) % width!, Math.floor(at / (width! * channels!))];
      const isInside = left! <= x && x < right! && top! <= y && y < bottom!;
      if (isBox === 0) own[at] = (1 - share) * own[at]! + share * value;
      else if (isInside) own[at] = value;
    });
  }
}

export const mixKernels = { drawMixes, mixFeatures };
