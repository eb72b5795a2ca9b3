/** Augmentation as its contract says it: every value of the new image is looked up in the old one. */
import { philoxBlock } from "../../../../base/index.ts";
import { augmentPrimitives, augmentPrimitiveSlots, type AugmentPrimitiveKind } from "../../../plan/index.ts";
import type { ReferenceCall } from "../reference-kernel.ts";

const kinds = Object.keys(augmentPrimitives) as AugmentPrimitiveKind[];
const attempts = 10;
const noiseBlock = 16;

/** A primitive that is done to one example. */
interface Step {
  readonly kind: AugmentPrimitiveKind;
  readonly settings: Readonly<Record<string, number>>;
  /** Word w of a block. */
  readonly word: (block: number, w: number) => number;
}

function stepsOf({ slots, values }: ReferenceCall, example: number): Step[] {
  return Array.from({ length: values.primitives! }, (_, index) => {
    const first = index * augmentPrimitiveSlots;
    const [kind, stream, probability, ...numbers] = slots.program!.subarray(
      first,
      first + augmentPrimitiveSlots,
    );
    const out = new Uint32Array(4);
    const word = (block: number, w: number) => {
      const counter = [block, example, slots.epoch![0]!, stream!] as const;
      philoxBlock(counter, [slots.key![0]!, slots.key![1]!], { out, offset: 0 });
      return out[w]!;
    };
    const names = augmentPrimitives[kinds[kind!]!];
    const settings = Object.fromEntries(names.map((name, place) => [name, numbers[place]!]));
    return { kind: kinds[kind!]!, settings, word, isDone: word(0, 0) / 2 ** 32 < probability! };
  }).filter(({ isDone }) => isDone);
}

/** Uniform over the range of two settings. */
function drawn({ settings, word }: Step, name: string, draw: number): number {
  const [low, high] =
    `${name}Low` in settings
      ? [settings[`${name}Low`]!, settings[`${name}High`]!]
      : [settings.low!, settings.high!];
  return low + (word(Math.floor(draw / 4), draw % 4) / 2 ** 32) * (high - low);
}

/** From a place of the image after a step to one of the image before it, both from the centre. */
type PlaceBefore = (x: number, y: number) => readonly [x: number, y: number];

interface Size {
  readonly width: number;
  readonly height: number;
}

function placeBefore(step: Step, size: Size): PlaceBefore | undefined {
  switch (step.kind) {
    case "flip":
      return step.settings.isVertical === 0 ? (x, y) => [-x, y] : (x, y) => [x, -y];
    case "affine": {
      const angle = 2 * Math.PI * drawn(step, "turns", 1);
      const [shiftX, shiftY, zoom] = [
        drawn(step, "shiftX", 2),
        drawn(step, "shiftY", 3),
        drawn(step, "zoom", 4),
      ];
      const leanX = Math.tan(2 * Math.PI * drawn(step, "shearX", 5));
      const leanY = Math.tan(2 * Math.PI * drawn(step, "shearY", 6));
      return (x, y) => {
        const [movedX, movedY] = [x - shiftX, y - shiftY];
        const turnedX = (Math.cos(angle) * movedX - Math.sin(angle) * movedY) / zoom;
        const turnedY = (Math.sin(angle) * movedX + Math.cos(angle) * movedY) / zoom;
        const upright = turnedY + leanY * turnedX;
        return [turnedX + leanX * upright, upright];
      };
    }
    case "jitter": {
      const pixels = step.settings.pixels!;
      const [shiftX, shiftY] = [1, 2].map(
        (w) => Math.floor((step.word(0, w) / 2 ** 32) * (2 * pixels + 1)) - pixels,
      ) as [number, number];
      return (x, y) => [x - shiftX, y - shiftY];
    }
    case "crop":
      return cropped(step, size);
    default:
      return undefined;
  }
}

/** Width and height of a box and where it was drawn in what is left of the image, from 0 to 1. */
function drawBox(step: Step, size: Size, attempt: number) {
  const first = 4 * (attempt + 1);
  const area = size.width * size.height * drawn(step, "area", first);
  const ratio = Math.exp(drawn(step, "logRatio", first + 1));
  return {
    width: Math.sqrt(area * ratio),
    height: Math.sqrt(area / ratio),
    left: step.word(attempt + 1, 2) / 2 ** 32,
    top: step.word(attempt + 1, 3) / 2 ** 32,
  };
}

function cropped(step: Step, size: Size): PlaceBefore {
  const boxes = Array.from({ length: attempts }, (_, attempt) => drawBox(step, size, attempt));
  const found = boxes.find(({ width, height }) => width <= size.width && height <= size.height);
  const ratio = size.width / size.height;
  const [least, most] = [Math.exp(step.settings.logRatioLow!), Math.exp(step.settings.logRatioHigh!)];
  const { width, height, left, top } = found ?? {
    width: ratio > most ? size.height * most : size.width,
    height: ratio < least ? size.width / least : size.height,
    left: 0.5,
    top: 0.5,
  };
  const inside = (place: number, all: number, part: number, shift: number) => {
    const reach = Math.max(0, (part - 1) / 2);
    return Math.min(reach, Math.max(-reach, (place * part) / all)) + (shift - 0.5) * (all - part);
  };
  return (x, y) => [inside(x, size.width, width, left), inside(y, size.height, height, top)];
}

type Lookup = (x: number, y: number, c: number) => number;

/** The weights of the four pixels around a place. */
function between(pixel: Lookup, x: number, y: number, c: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [partX, partY] = [x - left, y - top];
  const upper = (1 - partX) * pixel(left, top, c) + partX * pixel(left + 1, top, c);
  const lower = (1 - partX) * pixel(left, top + 1, c) + partX * pixel(left + 1, top + 1, c);
  return (1 - partY) * upper + partY * lower;
}

function changeValues(image: Float64Array, step: Step, { range, ...size }: Size & { range: number }): void {
  switch (step.kind) {
    case "brightness": {
      const factor = drawn(step, "", 1);
      image.forEach((value, at) => (image[at] = value * factor));
      break;
    }
    case "contrast": {
      const factor = drawn(step, "", 1);
      const mean = image.reduce((sum, value) => sum + value, 0) / image.length;
      image.forEach((value, at) => (image[at] = mean + factor * (value - mean)));
      break;
    }
    case "noise":
      image.forEach((value, at) => (image[at] = value + normal(step, at) * step.settings.deviation! * range));
      break;
    case "erase":
      erase(image, step, { range, ...size });
      break;
    default:
  }
}

function normal({ word }: Step, at: number): number {
  const block = noiseBlock + 16 * Math.floor(at / 64) + (at % 16);
  const number = Math.floor((at % 64) / 16);
  const first = number < 2 ? 0 : 2;
  const radius = Math.sqrt(-2 * Math.log(((word(block, first) >>> 8) + 1) / 2 ** 24));
  const angle = (2 * Math.PI * (word(block, first + 1) >>> 8)) / 2 ** 24;
  return radius * (number % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
}

function erase(image: Float64Array, step: Step, { range, ...size }: Size & { range: number }): void {
  const channels = image.length / size.width / size.height;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const box = drawBox(step, size, attempt);
    const [width, height] = [Math.floor(box.width + 0.5), Math.floor(box.height + 0.5)];
    if (width < 1 || height < 1 || width > size.width || height > size.height) continue;
    const left = Math.floor(box.left * (size.width - width + 1));
    const top = Math.floor(box.top * (size.height - height + 1));
    for (let y = top; y < top + height; y++) {
      for (
        let at = (y * size.width + left) * channels;
        at < (y * size.width + left + width) * channels;
        at++
      ) {
        const noise = (step.word(noiseBlock + Math.floor(at / 4), at % 4) >>> 8) / 2 ** 24;
        image[at] = range * (step.settings.isNoise === 0 ? step.settings.fill! : noise);
      }
    }
    return;
  }
}

function gatherAugmented(call: ReferenceCall): void {
  const { buffers, slots, values, batch, examples, order } = call;
  const { width, height, channels, stride, source } = values as Record<string, number> & Size;
  const isBytes = source === 0;
  const range = isBytes ? 255 : 1;
  const [isEdge, fill] = slots.fill as unknown as [number, number];
  const [scale, shift] = slots.scaling as unknown as [number, number];
  const output = buffers.output!;
  output.fill(0, 0, batch * stride!);
  const inside = (place: number, count: number) => Math.min(count - 1, Math.max(0, place));
  for (let row = 0; row < batch; row++) {
    const example = order[row]!;
    const steps = stepsOf(call, example);
    const pixel: Lookup = (x, y, c) => {
      const [nearX, nearY] = [inside(x, width), inside(y, height)];
      if (isEdge === 0 && (nearX !== x || nearY !== y)) return range * fill;
      return examples.features[((example * height + nearY) * width + nearX) * channels! + c]!;
    };
    const places = steps.flatMap((step) => placeBefore(step, { width, height }) ?? []).reverse();
    const image = Float64Array.from({ length: width * height * channels! }, (_, at) => {
      const index = Math.floor(at / channels!);
      let place: readonly [number, number] = [
        (index % width) + 0.5 - width / 2,
        Math.floor(index / width) + 0.5 - height / 2,
      ];
      for (const before of places) place = before(...place);
      return between(pixel, place[0] + width / 2 - 0.5, place[1] + height / 2 - 0.5, at % channels!);
    });
    for (const step of steps) {
      changeValues(image, step, { width, height, range });
      if (isBytes) image.forEach((value, at) => (image[at] = Math.min(range, Math.max(0, value))));
    }
    image.forEach((value, at) => {
      const own = buffers.featureScaling;
      const [by, to] = own === undefined ? [scale, shift] : [own[at]!, own[stride! + at]!];
      output[row * stride! + at] = value * by + to;
    });
  }
}

export const augmentKernels = { gatherAugmented };
