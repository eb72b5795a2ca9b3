/**
 * 80 bits of an image that small changes leave alone: whether each of its lowest frequencies, by the cosine transform, is
 * stronger than that frequency usually is in the data set. The overall brightness is none of them.
 *
 * A picture moved by one pixel has other bits. So an image that is looked for is hashed in its moved versions too, which
 * costs little: moving the cosines is as good as moving the picture.
 */
import { imageShapeOf, type Unlabelled } from "./duplicates.ts";

/** Frequencies in each direction; the first of them is the mean. */
const frequencies = 9;
const bitCount = frequencies * frequencies - 1;
export const bandBits = 16;
export const bandCount = bitCount / bandBits;
/** Larger images are averaged down to this: the lowest frequencies are in there. */
const largestSide = 32;

/** A picture moved down and to the right by so many pixels. */
export type Move = readonly [down: number, right: number];

export const noMove: Move = [0, 0];

/** One of every two opposite moves: enough where each of two images is looked for among the other ones. */
export const halfOfMoves: readonly Move[] = [noMove, [0, 1], [1, -1], [1, 0], [1, 1]];
export const allMoves: readonly Move[] = [...halfOfMoves, [0, -1], [-1, 1], [-1, 0], [-1, -1]];

/** Takes images of one shape to their frequencies. */
export class Frequencies {
  readonly #set: Unlabelled;
  readonly #height: number;
  readonly #width: number;
  readonly #rows: ReadonlyMap<number, Float64Array>;
  readonly #columns: ReadonlyMap<number, Float64Array>;
  readonly #grey: Float64Array;
  readonly #half: ReadonlyMap<number, Float64Array>;
  readonly #moves: readonly Move[];
  /** Images were averaged down, so that a pixel is less than a step of what is hashed. */
  readonly isReduced: boolean;

  constructor(set: Unlabelled, moves: readonly Move[]) {
    const [height, width] = imageShapeOf(set)!;
    this.#set = set;
    this.#height = Math.min(height, largestSide);
    this.#width = Math.min(width, largestSide);
    this.isReduced = height > largestSide || width > largestSide;
    this.#moves = this.isReduced ? [noMove] : moves;
    const tables = (side: number, offsets: Iterable<number>) =>
      new Map([...new Set(offsets)].map((offset) => [offset, cosines(side, offset)]));
    this.#rows = tables(
      this.#height,
      this.#moves.map(([down]) => down),
    );
    this.#columns = tables(
      this.#width,
      this.#moves.map(([, right]) => right),
    );
    this.#grey = new Float64Array(this.#height * this.#width);
    this.#half = new Map(
      [...this.#columns.keys()].map((right) => [right, new Float64Array(this.#height * frequencies)]),
    );
  }

  get moves(): readonly Move[] {
    return this.#moves;
  }

  /** @param out [moves, 80] */
  of(index: number, out: Float64Array): void {
    this.#readGrey(index);
    const height = this.#height;
    const width = this.#width;
    const grey = this.#grey;
    for (const [right, half] of this.#half) {
      const table = this.#columns.get(right)!;
      for (let row = 0; row < height; row++) {
        for (let v = 0; v < frequencies; v++) {
          let sum = 0;
          for (let column = 0; column < width; column++) {
            sum += grey[row * width + column]! * table[v * width + column]!;
          }
          // By frequency first, so that the second pass reads straight on.
          half[v * height + row] = sum;
        }
      }
    }
    let at = 0;
    for (const [down, right] of this.#moves) {
      const half = this.#half.get(right)!;
      const table = this.#rows.get(down)!;
      for (let bit = 1; bit <= bitCount; bit++) {
        const u = Math.floor(bit / frequencies) * height;
        const v = (bit % frequencies) * height;
        let sum = 0;
        for (let row = 0; row < height; row++) sum += half[v + row]! * table[u + row]!;
        out[at++] = sum;
      }
    }
  }

  /** The mean over channels, averaged down where the image is large, less its own mean. */
  #readGrey(index: number): void {
    const [height, width, channels] = imageShapeOf(this.#set)!;
    const { features } = this.#set;
    const grey = this.#grey;
    const start = index * height * width * channels;
    let total = 0;
    if (!this.isReduced && channels === 1) {
      for (let i = 0; i < grey.length; i++) total += grey[i] = features[start + i]!;
    } else {
      for (let row = 0; row < this.#height; row++) {
        const [top, bottom] = pixelsOf(row, this.#height, height);
        for (let column = 0; column < this.#width; column++) {
          const [left, right] = pixelsOf(column, this.#width, width);
          let sum = 0;
          for (let y = top; y < bottom; y++) {
            const end = start + (y * width + right) * channels;
            for (let i = start + (y * width + left) * channels; i < end; i++) sum += features[i]!;
          }
          const mean = sum / ((bottom - top) * (right - left) * channels);
          total += grey[row * this.#width + column] = mean;
        }
      }
    }
    const mean = total / grey.length;
    for (let i = 0; i < grey.length; i++) grey[i]! -= mean;
  }
}

/** The pixels that cell `index` of `cells` stands for. */
function pixelsOf(index: number, cells: number, pixels: number): readonly [number, number] {
  return [Math.floor((index * pixels) / cells), Math.floor(((index + 1) * pixels) / cells)];
}

/** [frequencies, side]: cosines moved by an offset; what is moved out of the picture counts nothing. */
function cosines(side: number, offset: number): Float64Array {
  const table = new Float64Array(frequencies * side);
  for (let frequency = 0; frequency < frequencies; frequency++) {
    for (let i = 0; i < side; i++) {
      const place = i + offset;
      if (place < 0 || place >= side) continue;
      table[frequency * side + i] = Math.cos((Math.PI * frequency * (place + 0.5)) / side);
    }
  }
  return table;
}

/** Enough images to know what is usual. */
const sampledImages = 4000;

/** [80]: the median of each frequency over some images of the set. */
export function usualFrequencies(set: Unlabelled): Float64Array {
  const transform = new Frequencies(set, [noMove]);
  const step = Math.max(1, Math.floor(set.count / sampledImages));
  const sampled = Math.floor((set.count + step - 1) / step);
  const values = Array.from({ length: bitCount }, () => new Float64Array(sampled));
  const one = new Float64Array(bitCount);
  for (let i = 0; i < sampled; i++) {
    transform.of(i * step, one);
    for (let bit = 0; bit < bitCount; bit++) values[bit]![i] = one[bit]!;
  }
  return Float64Array.from(values, (column) => middleOf(column.sort()));
}

/** Between the two values in the middle, so that no image stands on the edge itself. */
function middleOf(sorted: Float64Array): number {
  const upper = Math.floor(sorted.length / 2);
  return upper === 0 ? 0 : (sorted[upper - 1]! + sorted[upper]!) / 2;
}

/** Writes the bits of each move. @param out [moves, 5 bands] */
export function hashFrequencies(strengths: Float64Array, usual: Float64Array, out: Uint16Array): void {
  let at = 0;
  for (let start = 0; start < strengths.length; start += bitCount) {
    for (let band = 0; band < bandCount; band++) {
      let bits = 0;
      for (let bit = band * bandBits; bit < (band + 1) * bandBits; bit++) {
        bits = (bits << 1) | Number(strengths[start + bit]! > usual[bit]!);
      }
      out[at++] = bits;
    }
  }
}
