/**
 * Draws one digit as a person might have: a way of writing it, unsteady points, a slanted and shifted frame, a pen of
 * some width, a soft edge, sometimes a stray mark, faint or strong ink, and the noise of a cheap camera.
 *
 * The value of a pixel comes from its distance to the nearest stroke, so edges are smooth at every width. Only
 * operations that IEEE 754 rounds exactly are used (no sine, no exponential): the same bytes on every machine.
 */
import type { RandomStream } from "../../../base/index.ts";
import { glyphs, type Stroke } from "./glyphs.ts";

export const imageSide = 28;
const pixelCount = imageSide * imageSide;
/** Pieces per span of a curve; a span is about 7 pixels long, so a piece is shorter than the pen is wide. */
const piecesPerSpan = 4;

/** Numbers of a stream in the order in which they are asked for. */
class Draws {
  readonly #stream: RandomStream;
  #index = 0;

  constructor(stream: RandomStream) {
    this.#stream = stream;
  }

  word(): number {
    return this.#stream.uint32(this.#index++);
  }

  /** Uniform over [from, to). */
  between(from: number, to: number): number {
    return from + (to - from) * (this.word() / 0x1_0000_0000);
  }

  /** Between -1 and 1, mostly near 0: the mean of two uniform numbers. */
  around(): number {
    return this.between(-0.5, 0.5) + this.between(-0.5, 0.5);
  }
}

/** From the box of a glyph to pixels: x' = a x + b y + c, and the same for y. */
type Frame = readonly [number, number, number, number, number, number];

function drawFrame(draws: Draws): Frame {
  const height = draws.between(16, 22);
  const width = height * draws.between(0.6, 0.95);
  const slant = 0.4 * draws.around();
  // A rotation without sine and cosine: t is the tangent of half the angle.
  const t = 0.2 * draws.around();
  const cosine = (1 - t * t) / (1 + t * t);
  const sine = (2 * t) / (1 + t * t);
  const centreX = imageSide / 2 + 2.4 * draws.around();
  const centreY = imageSide / 2 + 2.4 * draws.around();
  // Of a point p in the box: rotate(scale(shear(p - 50))) + centre.
  const a = (cosine * width) / 100;
  const b = (-cosine * slant * width - sine * height) / 100;
  const d = (sine * width) / 100;
  const e = (-sine * slant * width + cosine * height) / 100;
  return [a, b, centreX - 50 * (a + b), d, e, centreY - 50 * (d + e)];
}

/** Points of a stroke in pixels, after jitter: x, y, x, y, ... */
function placePoints(
  stroke: Stroke,
  frame: Frame,
  { draws, jitter }: { draws: Draws; jitter: number },
): number[] {
  const placed: number[] = [];
  for (let i = 0; i < stroke.points.length; i += 2) {
    const x = stroke.points[i]! + jitter * draws.around();
    const y = stroke.points[i + 1]! + jitter * draws.around();
    placed.push(frame[0] * x + frame[1] * y + frame[2], frame[3] * x + frame[4] * y + frame[5]);
  }
  return placed;
}

/** A Catmull-Rom spline through the points, as a polyline; its ends are doubled. */
function smooth(points: readonly number[]): number[] {
  const count = points.length / 2;
  const at = (index: number, axis: number): number =>
    points[2 * Math.min(Math.max(index, 0), count - 1) + axis]!;
  const polyline: number[] = [points[0]!, points[1]!];
  for (let span = 0; span + 1 < count; span++) {
    for (let piece = 1; piece <= piecesPerSpan; piece++) {
      const t = piece / piecesPerSpan;
      for (const axis of [0, 1]) {
        const [p0, p1, p2, p3] = [at(span - 1, axis), at(span, axis), at(span + 1, axis), at(span + 2, axis)];
        const cubic = 3 * (p1 - p2) + p3 - p0;
        const square = 2 * p0 - 5 * p1 + 4 * p2 - p3;
        polyline.push(p1 + 0.5 * t * (p2 - p0 + t * (square + t * cubic)));
      }
    }
  }
  return polyline;
}

/** Lowers each pixel's squared distance to that to the segment, where it can matter: within `reach` of it. */
function approach(
  squares: Float64Array,
  [x0, y0, x1, y1]: readonly [number, number, number, number],
  reach: number,
): void {
  const dx = x1 - x0;
  const dy = y1 - y0;
  const lengthSquare = dx * dx + dy * dy;
  const left = Math.max(0, Math.floor(Math.min(x0, x1) - reach));
  const right = Math.min(imageSide - 1, Math.ceil(Math.max(x0, x1) + reach));
  const top = Math.max(0, Math.floor(Math.min(y0, y1) - reach));
  const bottom = Math.min(imageSide - 1, Math.ceil(Math.max(y0, y1) + reach));
  for (let row = top; row <= bottom; row++) {
    const py = row + 0.5 - y0;
    for (let column = left; column <= right; column++) {
      const px = column + 0.5 - x0;
      const along = lengthSquare > 0 ? Math.min(1, Math.max(0, (px * dx + py * dy) / lengthSquare)) : 0;
      const ex = px - along * dx;
      const ey = py - along * dy;
      const square = ex * ex + ey * ey;
      const pixel = row * imageSide + column;
      if (square < squares[pixel]!) squares[pixel] = square;
    }
  }
}

const squares = new Float64Array(pixelCount);

/**
 * Writes the image of `label` to `out[offset .. offset + 783]`, row-major, 255 for full ink.
 *
 * @param stream belongs to this image alone.
 */
export function drawDigit(
  label: number,
  stream: RandomStream,
  { out, offset }: { out: Uint8Array; offset: number },
): void {
  const draws = new Draws(stream);
  const ways = glyphs[label]!;
  const glyph = ways[Math.floor(draws.between(0, ways.length))]!;
  const frame = drawFrame(draws);
  const jitter = draws.between(4, 12);
  const halfWidth = draws.between(0.8, 1.8);
  const softness = draws.between(1, 2.5);
  const reach = halfWidth + softness;
  const polylines = glyph.map((stroke) => {
    const points = placePoints(stroke, frame, { draws, jitter });
    return stroke.isSmooth ? smooth(points) : points;
  });
  if (draws.between(0, 1) < 0.2) {
    const x = draws.between(0, imageSide);
    const y = draws.between(0, imageSide);
    polylines.push([x, y, x + 5 * draws.around(), y + 5 * draws.around()]);
  }
  squares.fill(Number.POSITIVE_INFINITY);
  for (const polyline of polylines) {
    for (let i = 0; i + 3 < polyline.length; i += 2) {
      approach(squares, [polyline[i]!, polyline[i + 1]!, polyline[i + 2]!, polyline[i + 3]!], reach);
    }
  }
  const paper = draws.between(0, 28);
  const ink = draws.between(150, 255) - paper;
  const noise = draws.between(4, 26);
  for (let pixel = 0; pixel < pixelCount; pixel++) {
    const distance = Math.sqrt(squares[pixel]!);
    const cover = Math.min(1, Math.max(0, (halfWidth - distance) / softness + 0.5));
    // The sum of four uniform bytes is nearly normal; 147.8 is its standard deviation, 510 its mean.
    const word = draws.word();
    const sum = (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24);
    const value = paper + ink * cover + (noise * (sum - 510)) / 147.8;
    out[offset + pixel] = Math.min(255, Math.max(0, Math.floor(value + 0.5)));
  }
}
