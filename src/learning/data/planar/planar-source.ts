/**
 * Points of the plane with a class each, for teaching: a network's decisions can be drawn, and there is one thing to learn.
 *
 * Point i of a split is a function of the seed, the set's name, the split's name and i, made by additions, multiplications
 * and divisions alone, so that the bytes are the same on every machine. Noise moves a point after its class is decided.
 */
import { z } from "zod";

import { RandomStream, toSeed } from "../../../base/index.ts";
import { hashOfExamples } from "../content-hash.ts";
import { drawnSource } from "../sources/drawn-source.ts";
import type { DatasetSource } from "../sources/source.ts";

/** Fields that all planar sets have. */
export const planarFields = {
  /** Points to train and validate on; a quarter as many more are in the locked test split. Defaults to 4,000. */
  count: z.int().min(20).max(1_000_000).default(4000),
  /** Another seed draws another set of the same kind. Defaults to 0. */
  seed: z.int().min(0).default(0),
};

/** Standard deviation of what is added to each coordinate. */
export const noiseSchema = z.number().min(0).max(10);

export interface PlanarSet {
  readonly name: string;
  readonly title: string;
  readonly classes: readonly string[];
  readonly count: number;
  readonly seed: number;
  readonly noise: number;
  /** Where example `index` lies without noise. `uniform` gives its draws from [0, 1), numbered from 0 to 7. */
  readonly point: (index: number, uniform: (draw: number) => number) => PlanarPoint;
}

export interface PlanarPoint {
  readonly at: readonly [x: number, y: number];
  /** Index of its class. */
  readonly label: number;
}

const drawsPerPoint = 8;
const drawsPerNoise = 12;

export function planarSource({ name, title, classes, count, seed, noise, point }: PlanarSet): DatasetSource {
  const shape = [2];
  return drawnSource({
    name,
    title,
    task: { kind: "classification", classes },
    shape,
    exampleCount: count,
    testCount: Math.ceil(count / 4),
    defaultScaling: "standardize",
    draw(split, size) {
      const places = new RandomStream(toSeed(seed), name, split);
      const errors = new RandomStream(toSeed(seed), name, split, "noise");
      const features = new Float32Array(2 * size);
      const labels = new Uint8Array(size);
      for (let index = 0; index < size; index++) {
        const { at, label } = point(index, (draw) => places.uniform(drawsPerPoint * index + draw));
        features[2 * index] = at[0] + noise * nearlyNormal(errors, 2 * index);
        features[2 * index + 1] = at[1] + noise * nearlyNormal(errors, 2 * index + 1);
        labels[index] = label;
      }
      const examples = { count: size, shape, features, labels };
      return { examples, contentHash: hashOfExamples(examples) };
    },
  });
}

/** Mean 0, deviation 1, at most 6: the sum of twelve uniform numbers, less six. */
function nearlyNormal(stream: RandomStream, index: number): number {
  let sum = -6;
  for (let draw = 0; draw < drawsPerNoise; draw++) sum += stream.uniform(drawsPerNoise * index + draw);
  return sum;
}

/** `arm 1`, `arm 2` and so on. */
export function numbered(word: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${word} ${index + 1}`);
}
