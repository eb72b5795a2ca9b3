/** Where a learning curve ends, from how completed ones that looked alike at this step went on. */
import type { StudentGuess } from "./student-mixture.ts";

/** A completed curve, cut at the step in question. */
export interface PeerCurve {
  /** Losses at the latest steps that both have, the last one at the step in question. */
  readonly recent: readonly number[];
  /** What its loss counted in the end. */
  readonly final: number;
}

/** A peer that is so far off, in spreads of all peers, counts for 60 % of one that is the same. */
const bandwidth = 0.5;
/** The spread of what similar peers did next that is expected before they tell, in spreads of where they are. */
const priorDeviation = 0.1;

/**
 * Null when nobody is alike. The weight is how many peers are, in whole ones.
 *
 * @param recent the curve's own losses at the same steps, one at least
 */
export function guessFromPeers(recent: readonly number[], peers: readonly PeerCurve[]): StudentGuess | null {
  if (peers.length < 2) return null;
  const spread = spreadOf(peers.map((peer) => peer.recent.at(-1)!));
  if (spread === 0) return null;
  const now = recent.at(-1)!;
  const likeness = peers.map((peer) => {
    const squares = peer.recent.map((loss, index) => ((loss - recent[index]!) / (spread * bandwidth)) ** 2);
    return Math.exp(-0.5 * (squares.reduce((sum, square) => sum + square, 0) / squares.length));
  });
  const count = likeness.reduce((sum, weight) => sum + weight, 0);
  if (count < 1e-3) return null;
  const changes = peers.map((peer) => peer.final - peer.recent.at(-1)!);
  const mean = changes.reduce((sum, change, index) => sum + likeness[index]! * change, 0) / count;
  const squares = changes.reduce((sum, change, index) => sum + likeness[index]! * (change - mean) ** 2, 0);
  const prior = (priorDeviation * spread) ** 2;
  const variance = ((prior + squares) / (1 + count)) * (1 + 1 / count);
  return { location: now + mean, scale: Math.sqrt(variance), degrees: 1 + count, weight: count };
}

function spreadOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const quantile = (share: number) => sorted[Math.round((sorted.length - 1) * share)]!;
  // Quartiles do not see the one that diverged; the whole range is for those that are all the same but a few.
  return quantile(0.75) - quantile(0.25) || quantile(1) - quantile(0);
}
