/**
 * Sine and cosine by additions and multiplications alone: `Math.sin` may differ in its last bit from one machine to the
 * next, and a data set's content hash must not.
 */

/** A point of the unit circle, `turns` of the full circle after (1, 0), to within 1e-12. */
export function onCircle(turns: number): readonly [x: number, y: number] {
  const eighths = Math.round(turns * 8);
  // At most a sixteenth of a turn, where seven terms of each series are enough.
  const angle = (turns - eighths / 8) * 2 * Math.PI;
  const square = angle * angle;
  let cosine = 1;
  let sine = 1;
  for (let term = 7; term > 0; term--) {
    cosine = 1 - (cosine * square) / ((2 * term - 1) * (2 * term));
    sine = 1 - (sine * square) / (2 * term * (2 * term + 1));
  }
  sine *= angle;
  const [x, y] = eighthsOfCircle[((eighths % 8) + 8) % 8]!;
  return [x * cosine - y * sine, x * sine + y * cosine];
}

const half = Math.SQRT1_2;

const eighthsOfCircle = [
  [1, 0],
  [half, half],
  [0, 1],
  [-half, half],
  [-1, 0],
  [-half, -half],
  [0, -1],
  [half, -half],
] as const;
