/** Writes `kernels/abi.generated.h` from the kernel table, so that TypeScript and C cannot disagree on a call. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import {
  augmentPrimitives,
  augmentPrimitiveSlots,
  kernelNames,
  kernelTableFingerprint,
  optimizerSlots,
  signatureOf,
  type KernelArgument,
  type KernelName,
} from "../src/learning/plan/index.ts";

const headerPath = fileURLToPath(new URL("../kernels/abi.generated.h", import.meta.url));

const snakeCase = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** @param count NaN when it goes by a dimension */
function slotComment(count: number): string {
  if (count === 1) return "slot";
  return Number.isNaN(count) ? "slots" : `${count} slots`;
}

function argumentComment(argument: KernelArgument): string {
  switch (argument.kind) {
    case "buffer":
      return `${argument.access}s floats${argument.isOptional ? ", or -1" : ""}`;
    case "slot":
      return slotComment(argument.count({}));
    case "choice":
      return argument.names.map((name, index) => `${index} ${name}`).join(", ");
    case "dimension":
      return "";
    default:
      return argument satisfies never;
  }
}

function argumentStruct(name: KernelName): string {
  const fields = Object.entries(signatureOf(name).arguments).map(([field, argument]) => {
    const comment = argumentComment(argument);
    return `  int32_t ${snakeCase(field)};${comment === "" ? "" : ` // ${comment}`}`;
  });
  return `typedef struct {\n${fields.join("\n")}\n} ${snakeCase(name)}_arguments;`;
}

/** `enum { SGD_LEARNING_RATE, ... }` */
function slotEnum(optimizer: string, names: readonly string[]): string {
  const prefix = optimizer.toUpperCase();
  return `enum {\n${names.map((name) => `  ${prefix}_${snakeCase(name).toUpperCase()},`).join("\n")}\n};`;
}

export function kernelAbiHeader(): string {
  return `// Written by tools/generate-kernel-abi.ts from the kernel table in src/learning/plan/kernels/. Do not edit.
#pragma once
#include <stdint.h>

${kernelNames.map(argumentStruct).join("\n\n")}

// Each optimiser's slots in their order; all begin with the shared ones.
${Object.entries(optimizerSlots)
  .map(([optimizer, names]) => slotEnum(optimizer, names))
  .join("\n\n")}

// What augmentation is made of, and the slots of each primitive's settings in their order.
enum { AUGMENT_PRIMITIVE_SLOTS = ${augmentPrimitiveSlots} };
enum {
${Object.keys(augmentPrimitives)
  .map((kind) => `  AUGMENT_${kind.toUpperCase()},`)
  .join("\n")}
};
${Object.entries(augmentPrimitives)
  .map(([kind, names]) => slotEnum(kind, names))
  .join("\n")}

// Of this table; a plan of another one must not run on this core.
enum { KERNEL_TABLE_FINGERPRINT = ${kernelTableFingerprint} };

// Every kernel in the order of its opcode, and for which chunks of a step it runs.
#define FOR_EACH_KERNEL(X) \\
${kernelNames.map((name) => `  X(${snakeCase(name)}, ${signatureOf(name).runs === "each-chunk" ? "EACH_CHUNK" : "LAST_CHUNK"})`).join(" \\\n")}
`;
}

export function readKernelAbiHeader(): string {
  return readFileSync(headerPath, "utf8");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(headerPath, kernelAbiHeader());
