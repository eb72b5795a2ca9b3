/** Every fast back end against the reference, kernel by kernel. */
import { describe, expect, it } from "vitest";

import { kernelCases, type KernelCase } from "../../testing/kernel-cases/index.ts";
import { runKernel, type KernelOutcome } from "../../testing/plan-fixture.ts";
import { runtimesUnderTest } from "../../testing/usable-runtimes.ts";
import { kernelNames } from "../plan/index.ts";
import { referenceRuntime } from "./reference/reference-runtime.ts";

function normalisedError(received: ArrayLike<number>, expected: ArrayLike<number>): number {
  let error = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    error += (received[i]! - expected[i]!) ** 2;
    size += expected[i]! ** 2;
  }
  return error === 0 ? 0 : error / size;
}

const contentOf = (outcome: KernelOutcome, name: string) => outcome.buffers[name] ?? outcome.slots[name];

const references = new Map<KernelCase, KernelOutcome>();
function referenceOf(one: KernelCase): KernelOutcome {
  if (!references.has(one)) references.set(one, runKernel(referenceRuntime, one.run));
  return references.get(one)!;
}

it.each(kernelNames)("there are cases of %s, and each of its outputs is looked at", (kernel) => {
  const { outputs, cases } = kernelCases[kernel];
  const compared = cases.flatMap(({ run }) => outputs.filter((output) => !run.without?.includes(output)));
  expect(cases.length).toBeGreaterThan(0);
  expect(new Set(compared)).toEqual(new Set(outputs));
});

const runtimes = await runtimesUnderTest();

describe.each(runtimes)("$name", ({ name, runtime, reason }) => {
  it.for(kernelNames)("%s agrees with the reference", (kernel, { skip }) => {
    if (runtime === undefined) return skip(`${name}: ${reason}`);
    for (const one of kernelCases[kernel].cases) {
      const received = runKernel(runtime, one.run);
      for (const output of kernelCases[kernel].outputs) {
        const expected = contentOf(referenceOf(one), output);
        if (expected === undefined) continue;
        const error = normalisedError(contentOf(received, output)!, expected);
        expect(error, `${one.name}: \`${output}\``).toBeLessThanOrEqual(kernelCases[kernel].bound);
      }
    }
  });
});

it.for(kernelNames)("%s gives the same bits by AVX2 and AVX-512", (kernel, { skip }) => {
  const [narrow, wide] = ["native avx2", "native avx512"].map((wanted) =>
    runtimes.find(({ name }) => name === wanted),
  );
  if (narrow?.runtime === undefined || wide?.runtime === undefined) {
    return skip(narrow?.reason ?? wide?.reason ?? "this processor has other instruction sets");
  }
  for (const one of kernelCases[kernel].cases) {
    const received = runKernel(wide.runtime, one.run);
    const expected = runKernel(narrow.runtime, one.run);
    for (const output of kernelCases[kernel].outputs) {
      expect(contentOf(received, output), `${one.name}: \`${output}\``).toEqual(contentOf(expected, output));
    }
  }
});
