import type { Histogram } from "../../../learning/training/index.ts";
import { formatNumber } from "./number.ts";
import { sparkline } from "./sparkline.ts";

/** Counts from most negative to most positive as bars, between the ends of the outermost bins. */
export function histogramBars({ bins, notFinite }: Histogram, width: number): string {
  if (bins.length === 0) return notFinite === 0 ? "nothing" : "nothing finite";
  const counts = bins.map(([, , count]) => count);
  // Bins outnumber the columns: each column shows what its bins hold together.
  const columns = Math.min(width, counts.length);
  const summed = Array.from({ length: columns }, (_, i) => {
    const from = Math.floor((i * counts.length) / columns);
    const to = Math.floor(((i + 1) * counts.length) / columns);
    return counts.slice(from, to).reduce((sum, count) => sum + count, 0);
  });
  const ends = `${formatNumber(bins[0]![0])} ${sparkline(summed, columns)} ${formatNumber(bins.at(-1)![1])}`;
  return notFinite === 0 ? ends : `${ends}, ${notFinite} not finite`;
}
