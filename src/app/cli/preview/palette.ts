import type { Color } from "./canvas.ts";

/**
 * Eight colours that people with any kind of colour vision can tell apart, the strongest first.
 *
 * @see Okabe, Ito 2008, "Color Universal Design"
 */
const colors: readonly Color[] = [
  [0, 114, 178],
  [213, 94, 0],
  [0, 158, 115],
  [204, 121, 167],
  [230, 159, 0],
  [86, 180, 233],
  [0, 0, 0],
  [190, 178, 20],
];

/** With more classes than colours, the later ones are lighter versions of the first. */
export function colorOfClass(index: number): Color {
  const color = colors[index % colors.length]!;
  const lightness = Math.min(0.75, 0.35 * Math.floor(index / colors.length));
  return color.map((value) => Math.round(value + (255 - value) * lightness)) as unknown as Color;
}

/** From dark blue to yellow, brighter all the way, so that it reads in grey too. @param share 0 to 1 */
export function colorOfValue(share: number): Color {
  const stops: readonly Color[] = [
    [20, 30, 90],
    [0, 114, 150],
    [60, 165, 120],
    [240, 220, 60],
  ];
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(at));
  return stops[low]!.map((value, i) =>
    Math.round(value + (stops[low + 1]![i]! - value) * (at - low)),
  ) as unknown as Color;
}
