import { internalError } from "../../base/index.ts";
import { kernelNames, signatureOf } from "./kernels/index.ts";
import { noBuffer, type PhaseName, type Plan } from "./plan.ts";

/**
 * A phase as the C core reads it: for each call its opcode and its arguments in the order of the kernel's signature,
 * every one a 32-bit word; buffers as arena offsets in floats.
 */
export function encodePhase(plan: Plan, phase: PhaseName): Int32Array<ArrayBuffer> {
  const words: number[] = [];
  for (const call of plan.phases[phase].calls) {
    words.push(kernelNames.indexOf(call.kernel));
    for (const [name, argument] of Object.entries(signatureOf(call.kernel).arguments)) {
      const value = call.arguments[name];
      if (value === undefined)
        throw internalError(`kernel \`${call.kernel}\`: argument \`${name}\` is missing`);
      words.push(argument.kind === "buffer" && value !== noBuffer ? plan.buffers[value]!.offset : value);
    }
  }
  return Int32Array.from(words);
}
