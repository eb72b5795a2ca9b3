/**
 * Proves what every back end relies on: calls match their signatures, offsets are in range and aligned, buffers are
 * as large as their kernels need, temporary buffers are written before they are read, and buffers that are alive at the
 * same time never overlap. Runs after every pass in tests and once for every plan that is built.
 */
import { internalError } from "../../base/index.ts";
import type { BufferArgument } from "./kernel.ts";
import { kernelTable, signatureOf } from "./kernels/index.ts";
import {
  bufferAlignment,
  noBuffer,
  type KernelCall,
  type PhaseName,
  type Plan,
  type PlanBuffer,
} from "./plan.ts";

/** First and last call that touches a buffer. */
interface LiveRange {
  readonly buffer: number;
  first: number;
  last: number;
}

/** @throws INTERNAL naming the rule that is broken, the phase, the call and the buffers. */
export function verifyPlan(plan: Plan): void {
  verifyBuffers(plan);
  for (const phase of Object.keys(plan.phases) as PhaseName[]) {
    const liveRanges = new Map<number, LiveRange>();
    plan.phases[phase].calls.forEach((call, index) => {
      verifyCall(plan, phase, call, index, liveRanges);
    });
    verifyNoOverlap(plan, phase, [...liveRanges.values()]);
  }
}

function verifyBuffers(plan: Plan): void {
  plan.buffers.forEach((buffer, id) => {
    if (buffer.offset % bufferAlignment !== 0) {
      throw internalError(
        `buffer ${id} \`${buffer.name}\`: offset ${buffer.offset} is not a multiple of ${bufferAlignment}`,
      );
    }
    if (buffer.offset < 0 || buffer.floats < 0 || buffer.offset + buffer.floats > plan.arenaFloats) {
      throw internalError(
        `buffer ${id} \`${buffer.name}\`: [${buffer.offset}, ${buffer.offset + buffer.floats}) is outside the arena of ${plan.arenaFloats} floats`,
      );
    }
  });
}

function verifyCall(
  plan: Plan,
  phase: PhaseName,
  call: KernelCall,
  index: number,
  liveRanges: Map<number, LiveRange>,
): void {
  const where = `${phase} call ${index} \`${call.kernel}\``;
  if (!Object.hasOwn(kernelTable, call.kernel)) throw internalError(`${where}: unknown kernel`);
  const signature = signatureOf(call.kernel).arguments;
  const unexpected = Object.keys(call.arguments).filter((name) => !Object.hasOwn(signature, name));
  if (unexpected.length > 0) throw internalError(`${where}: unknown argument \`${unexpected[0]}\``);

  const { batchSize, chunkSize } = plan.phases[phase];
  const dimensions: Record<string, number> = { batch: chunkSize };
  for (const [name, argument] of Object.entries(signature)) {
    const value = call.arguments[name];
    if (value === undefined || !Number.isInteger(value))
      throw internalError(`${where}: argument \`${name}\` is missing or not a whole number`);
    if (argument.kind === "dimension") {
      if (value < argument.least) throw internalError(`${where}: dimension \`${name}\` is ${value}`);
      dimensions[name] = value;
    } else if (argument.kind === "choice" && argument.names[value] === undefined) {
      throw internalError(`${where}: \`${name}\` has no choice ${value}`);
    }
  }

  for (const [name, argument] of Object.entries(signature)) {
    if (argument.kind !== "slot") continue;
    const first = call.arguments[name]!;
    if (first < 0 || first + argument.count(dimensions) > plan.slots.length)
      throw internalError(`${where}: slots \`${name}\` are outside the ${plan.slots.length} of the plan`);
  }

  // Reads come first: a kernel may not count on its own output.
  const bufferArguments = Object.entries(signature).filter(
    (entry): entry is [string, BufferArgument] => entry[1].kind === "buffer",
  );
  bufferArguments.sort(([, a], [, b]) => Number(a.access === "write") - Number(b.access === "write"));
  for (const [name, argument] of bufferArguments) {
    const id = call.arguments[name]!;
    if (id === noBuffer) {
      if (!argument.isOptional) throw internalError(`${where}: buffer \`${name}\` is required`);
      continue;
    }
    const buffer = plan.buffers[id];
    if (buffer === undefined) throw internalError(`${where}: \`${name}\` refers to no buffer (${id})`);
    const needed = argument.floats(dimensions);
    if (buffer.floats < needed) {
      throw internalError(
        `${where}: \`${name}\` needs ${needed} floats, buffer ${id} \`${buffer.name}\` has ${buffer.floats}`,
      );
    }
    const range = liveRanges.get(id);
    if (range !== undefined) range.last = Math.max(range.last, index);
    else if (argument.access === "accumulate" && chunkSize < batchSize) {
      liveRanges.set(id, { buffer: id, first: 0, last: plan.phases[phase].calls.length });
    } else {
      const isWritten = argument.access === "write" || argument.access === "accumulate";
      if (buffer.region === "temporary" && !isWritten) {
        throw internalError(
          `${where}: \`${name}\` reads buffer ${id} \`${buffer.name}\` before it is written`,
        );
      }
      liveRanges.set(id, { buffer: id, first: index, last: index });
    }
  }
}

function verifyNoOverlap(plan: Plan, phase: PhaseName, liveRanges: readonly LiveRange[]): void {
  const lastCall = plan.phases[phase].calls.length;
  const ranges = liveRanges.filter((range) => plan.buffers[range.buffer]!.region === "temporary");
  plan.buffers.forEach((buffer, id) => {
    if (buffer.region !== "temporary") ranges.push({ buffer: id, first: 0, last: lastCall });
  });
  ranges.forEach((a, index) => {
    for (const b of ranges.slice(index + 1)) {
      const aliveTogether = a.first <= b.last && b.first <= a.last;
      if (aliveTogether && sharesMemory(plan.buffers[a.buffer]!, plan.buffers[b.buffer]!)) {
        throw internalError(
          `${phase}: arena overlap between buffers ${a.buffer} \`${plan.buffers[a.buffer]!.name}\` and ${b.buffer} \`${plan.buffers[b.buffer]!.name}\``,
        );
      }
    }
  });
}

function sharesMemory(a: PlanBuffer, b: PlanBuffer): boolean {
  return a.offset < b.offset + b.floats && b.offset < a.offset + a.floats;
}
