import { expect, it } from "vitest";

import { kernelAbiHeader, readKernelAbiHeader } from "../../tools/generate-kernel-abi.ts";

it("kernels/abi.generated.h is what the kernel table says (node tools/generate-kernel-abi.ts writes it)", () => {
  expect(readKernelAbiHeader()).toBe(kernelAbiHeader());
});
