import { imageShapeOf, type Unlabelled } from "./duplicates.ts";
import type { Move } from "./perceptual-hash.ts";

/** Mean squared difference from the mean, in units of a byte's range, below which there is nothing to recognise. */
const flatContrast = (2 / 255) ** 2;

/**
 * How different two pictures are: the sum of squared differences when both are brought to mean 0 and sum of squares 1.
 * 0 for the same picture, also when it is brighter or of more contrast, about 2 for two that have nothing in common.
 */
export class PixelDistance {
  readonly #set: Unlabelled;
  readonly #others: Unlabelled;
  readonly #height: number;
  readonly #width: number;
  readonly #channels: number;
  readonly #own: Contrasts;
  readonly #otherContrasts: Contrasts;

  constructor(set: Unlabelled, others: Unlabelled) {
    this.#set = set;
    this.#others = others;
    [this.#height, this.#width, this.#channels] = imageShapeOf(set)!;
    this.#own = contrastsOf(set);
    this.#otherContrasts = set === others ? this.#own : contrastsOf(others);
  }

  /** One of the others shows nothing but noise, and so looks like every such picture. */
  isFlat(other: number): boolean {
    const perPixel = this.#otherContrasts.squares[other]! / (this.#height * this.#width * this.#channels);
    const range = this.#others.features instanceof Uint8Array ? 255 : 1;
    return !(perPixel >= flatContrast * range ** 2);
  }

  /**
   * Where both pictures overlap, the second one moved; at least `limit` when it is found to be more.
   *
   * @param index of the set. @param other of the others
   */
  of(
    index: number,
    other: number,
    { move: [down, right], limit }: { readonly move: Move; readonly limit: number },
  ): number {
    const height = this.#height;
    const width = this.#width;
    const channels = this.#channels;
    const a = this.#set.features;
    const b = this.#others.features;
    const size = height * width * channels;
    const scale = 1 / Math.sqrt(this.#own.squares[index]!);
    const otherScale = 1 / Math.sqrt(this.#otherContrasts.squares[other]!);
    const brighter = this.#own.means[index]! * scale - this.#otherContrasts.means[other]! * otherScale;
    const top = Math.max(0, down);
    const bottom = height + Math.min(0, down);
    const left = Math.max(0, right);
    const length = (width - Math.abs(right)) * channels;
    let [sum, squares] = [0, 0];
    for (let row = top; row < bottom; row++) {
      let i = index * size + (row * width + left) * channels;
      let j = other * size + ((row - down) * width + left - right) * channels;
      for (const end = i + length; i < end; i++, j++) {
        const difference = a[i]! * scale - b[j]! * otherScale - brighter;
        sum += difference;
        squares += difference * difference;
      }
      // What the mean can still explain is bounded by the rows so far, so this never gives up too early.
      if (squares - (sum * sum) / ((row - top + 1) * length) > limit) return Number.POSITIVE_INFINITY;
    }
    return Math.max(0, squares - (sum * sum) / ((bottom - top) * length));
  }
}

interface Contrasts {
  readonly means: Float64Array;
  /** Summed squared differences from the mean. */
  readonly squares: Float64Array;
}

function contrastsOf({ features, count }: Unlabelled): Contrasts {
  const size = features.length / count;
  const means = new Float64Array(count);
  const squares = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    let [sum, sumOfSquares] = [0, 0];
    for (let i = index * size; i < (index + 1) * size; i++) {
      const value = features[i]!;
      sum += value;
      sumOfSquares += value * value;
    }
    means[index] = sum / size;
    squares[index] = Math.max(0, sumOfSquares - (sum * sum) / size);
  }
  return { means, squares };
}
