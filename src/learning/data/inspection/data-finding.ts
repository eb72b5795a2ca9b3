/** What somebody should know of data before a training. */
export interface DataFinding {
  /** Stable; names the rule. */
  readonly code: string;
  /** warning: results will be worse, or look better than they are. note: worth knowing. */
  readonly severity: "warning" | "note";
  /** One sentence: what is found and why it matters. */
  readonly message: string;
  /** The way out, or the next look. */
  readonly hint: string;
}

/** `1 example`, `2 examples` */
export const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

/** A share of examples as people read it: `0.26 %`, `12 %`. */
export function percent(share: number): string {
  const value = share * 100;
  return `${value >= 10 ? Math.round(value) : Number(value.toPrecision(2))} %`;
}
