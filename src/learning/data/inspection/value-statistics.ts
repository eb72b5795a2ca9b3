/** Statistics of some examples' values: of all together and of each channel. */
import type { Examples } from "../examples.ts";
import type { ValueStatistics } from "../preprocessing/fitted-preprocessing.ts";

export interface FeatureSummary {
  /** Bytes divided by 255; missing values left out. */
  readonly all: ValueStatistics;
  /** Of images; empty for others, whose columns are summed up one by one. */
  readonly channels: readonly ValueStatistics[];
  readonly missing: number;
  /** Pixels or columns whose value is the same in every example. */
  readonly constant: number;
  /** The largest distance of a value from the mean, in standard deviations of all values. */
  readonly farthest: number;
}

class Moments {
  count = 0;
  minimum = Number.POSITIVE_INFINITY;
  maximum = Number.NEGATIVE_INFINITY;
  /** Around the first value, so that large values of little spread keep their digits. */
  origin = 0;
  sum = 0;
  squares = 0;

  add(value: number): void {
    if (this.count === 0) this.origin = value;
    this.count += 1;
    if (value < this.minimum) this.minimum = value;
    if (value > this.maximum) this.maximum = value;
    const distance = value - this.origin;
    this.sum += distance;
    this.squares += distance * distance;
  }

  statistics(scale: number): ValueStatistics {
    const mean = this.sum / this.count;
    return {
      mean: (this.origin + mean) * scale,
      deviation: Math.sqrt(Math.max(0, this.squares / this.count - mean * mean)) * scale,
      minimum: this.minimum * scale,
      maximum: this.maximum * scale,
    };
  }
}

export function summarizeValues({ features, shape }: Examples, indices: Int32Array): FeatureSummary {
  const size = shape.reduce((product, side) => product * side, 1);
  const channels = shape.length === 3 ? shape[2]! : 1;
  const moments = Array.from({ length: channels }, () => new Moments());
  const first = new Float32Array(size).fill(Number.NaN);
  const varies = new Uint8Array(size);
  let missing = 0;
  for (const index of indices) {
    for (let place = 0; place < size; place++) {
      const value = features[index * size + place]!;
      if (value !== value) {
        missing += 1;
        continue;
      }
      moments[place % channels]!.add(value);
      if (value !== first[place]) {
        if (Number.isNaN(first[place])) first[place] = value;
        else varies[place] = 1;
      }
    }
  }
  const unit = features instanceof Uint8Array ? 1 / 255 : 1;
  const ofChannels = moments.map((one) => one.statistics(unit));
  const all = together(ofChannels);
  const reach = Math.max(all.maximum - all.mean, all.mean - all.minimum);
  return {
    all,
    channels: shape.length === 3 ? ofChannels : [],
    missing,
    constant: varies.reduce((count, flag) => count + 1 - flag, 0),
    farthest: all.deviation > 0 ? reach / all.deviation : 0,
  };
}

/** Statistics of equally many values each. */
function together(parts: readonly ValueStatistics[]): ValueStatistics {
  const mean = parts.reduce((sum, part) => sum + part.mean, 0) / parts.length;
  const variance =
    parts.reduce((sum, part) => sum + part.deviation ** 2 + (part.mean - mean) ** 2, 0) / parts.length;
  return {
    mean,
    deviation: Math.sqrt(variance),
    minimum: Math.min(...parts.map((part) => part.minimum)),
    maximum: Math.max(...parts.map((part) => part.maximum)),
  };
}
