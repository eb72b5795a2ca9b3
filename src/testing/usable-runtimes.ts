import { describeRuntimes, loadRuntime, type Runtime } from "../learning/runtime/index.ts";

export interface RuntimeUnderTest {
  /** For test names: `native avx2`. */
  readonly name: string;
  /** Undefined where this machine cannot run it. */
  readonly runtime: Runtime | undefined;
  readonly reason: string | null;
}

/** Every fast back end with every instruction set; to be compared with the reference. */
export async function runtimesUnderTest(): Promise<RuntimeUnderTest[]> {
  const reports = await describeRuntimes();
  return Promise.all(
    reports
      .filter(({ backend }) => backend !== "reference")
      .map(async ({ backend, instructionSet, isUsable, reason }) => ({
        name: `${backend} ${instructionSet}`,
        runtime: isUsable ? await loadRuntime({ backend, instructionSet }) : undefined,
        reason,
      })),
  );
}

/** The reference, which computes in float64, and every fast back end. */
export async function allRuntimes(): Promise<RuntimeUnderTest[]> {
  const runtime = await loadRuntime({ backend: "reference" });
  return [{ name: "reference", runtime, reason: null }, ...(await runtimesUnderTest())];
}
