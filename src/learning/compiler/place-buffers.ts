import {
  bufferAlignment,
  noBuffer,
  signatureOf,
  type PhaseName,
  type PlanBuffer,
  type PlanPhase,
} from "../plan/index.ts";
import type { UnplacedBuffer } from "./plan-draft.ts";

interface Lifetime {
  readonly buffer: number;
  readonly phase: PhaseName;
  first: number;
  last: number;
}

const align = (floats: number) => Math.ceil(floats / bufferAlignment) * bufferAlignment;

/**
 * Gives every buffer its place in one arena. Weights and state lie side by side for ever; temporary buffers take the
 * first gap among those alive at the same time, the largest first. Phases never run at once and share all of it.
 */
export function placeBuffers(
  buffers: readonly UnplacedBuffer[],
  phases: Readonly<Record<PhaseName, PlanPhase>>,
): { buffers: PlanBuffer[]; arenaFloats: number; liveFloats: number } {
  const offsets = new Array<number>(buffers.length).fill(0);
  let end = 0;
  buffers.forEach((buffer, id) => {
    if (buffer.region === "temporary") return;
    offsets[id] = end;
    end += align(buffer.floats);
  });

  const temporaryStart = end;
  const lifetimes = temporaryLifetimes(buffers, phases);
  lifetimes.sort((a, b) => buffers[b.buffer]!.floats - buffers[a.buffer]!.floats || a.buffer - b.buffer);
  const placed: Lifetime[] = [];
  for (const lifetime of lifetimes) {
    const neighbours = placed
      .filter(
        (other) =>
          other.phase === lifetime.phase && other.first <= lifetime.last && lifetime.first <= other.last,
      )
      .sort((a, b) => offsets[a.buffer]! - offsets[b.buffer]!);
    let offset = temporaryStart;
    for (const { buffer } of neighbours) {
      if (offset + buffers[lifetime.buffer]!.floats <= offsets[buffer]!) break;
      offset = Math.max(offset, offsets[buffer]! + align(buffers[buffer]!.floats));
    }
    offsets[lifetime.buffer] = offset;
    end = Math.max(end, offset + align(buffers[lifetime.buffer]!.floats));
    placed.push(lifetime);
  }
  return {
    buffers: buffers.map((buffer, id) => ({ ...buffer, offset: offsets[id]! })),
    arenaFloats: end,
    liveFloats: temporaryStart + mostAlive(buffers, lifetimes),
  };
}

/** Floats of the temporary buffers at the worst moment of any phase. */
function mostAlive(buffers: readonly UnplacedBuffer[], lifetimes: readonly Lifetime[]): number {
  const changes = new Map<string, Map<number, number>>();
  for (const { buffer, phase, first, last } of lifetimes) {
    const floats = align(buffers[buffer]!.floats);
    const ofPhase = changes.get(phase) ?? new Map<number, number>();
    changes.set(phase, ofPhase);
    ofPhase.set(first, (ofPhase.get(first) ?? 0) + floats);
    ofPhase.set(last + 1, (ofPhase.get(last + 1) ?? 0) - floats);
  }
  let most = 0;
  for (const ofPhase of changes.values()) {
    let alive = 0;
    for (const moment of [...ofPhase.keys()].sort((a, b) => a - b)) {
      alive += ofPhase.get(moment)!;
      most = Math.max(most, alive);
    }
  }
  return most;
}

function temporaryLifetimes(
  buffers: readonly UnplacedBuffer[],
  phases: Readonly<Record<PhaseName, PlanPhase>>,
): Lifetime[] {
  const lifetimes = new Map<number, Lifetime>();
  for (const phase of Object.keys(phases) as PhaseName[]) {
    const { batchSize, chunkSize } = phases[phase];
    phases[phase].calls.forEach((call, index) => {
      for (const [name, argument] of Object.entries(signatureOf(call.kernel).arguments)) {
        const id = call.arguments[name]!;
        if (argument.kind !== "buffer" || id === noBuffer || buffers[id]!.region !== "temporary") continue;
        const known = lifetimes.get(id);
        // What lasts from chunk to chunk is alive in all of a chunk, unless there is one alone.
        const isLasting = argument.access === "accumulate" && chunkSize < batchSize;
        const last = isLasting ? phases[phase].calls.length : index;
        if (known !== undefined) known.last = Math.max(known.last, last);
        else lifetimes.set(id, { buffer: id, phase, first: isLasting ? 0 : index, last });
      }
    });
  }
  return [...lifetimes.values()];
}
