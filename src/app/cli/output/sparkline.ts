const bars = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/** A curve in one line of at most `width` characters, its lowest value the lowest bar. Values that are missing are gaps. */
export function sparkline(values: readonly (number | null)[], width: number): string {
  if (values.length === 0 || width < 1) return "";
  const columns = Math.min(width, values.length);
  const shown = Array.from({ length: columns }, (_, i) => {
    // The last value of each column, so that the end of the curve is always there.
    const last = Math.floor(((i + 1) * values.length) / columns) - 1;
    return values[last] ?? null;
  });
  const finite = shown.filter((value): value is number => value !== null && Number.isFinite(value));
  const low = Math.min(...finite);
  const range = Math.max(...finite) - low;
  return shown
    .map((value) => {
      if (value === null || !Number.isFinite(value)) return " ";
      const level = range === 0 ? 3 : Math.round(((value - low) / range) * (bars.length - 1));
      return bars[level]!;
    })
    .join("");
}
