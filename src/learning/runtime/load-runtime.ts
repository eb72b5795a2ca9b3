/**
 * Chooses where to compute: native, else relaxed WebAssembly behind a numeric self-test, else plain WebAssembly. A back
 * end that is asked for by name is never replaced by another.
 */
import { internalError, TunesmithError } from "../../base/index.ts";
import { createNativeRuntime, nativeInstructionSets } from "./native/native-runtime.ts";
import { referenceRuntime } from "./reference/reference-runtime.ts";
import type { BackendName, Runtime } from "./runtime.ts";
import { selfTest } from "./self-test.ts";
import { createWasmRuntime, wasmInstructionSets } from "./wasm/wasm-runtime.ts";

export interface RuntimeChoice {
  readonly backend?: BackendName | undefined;
  /** For example `avx2`; defaults to the fastest of the back end. */
  readonly instructionSet?: string | undefined;
}

/** One back end with one instruction set, and why it is not usable when it is not. */
export interface RuntimeReport {
  readonly backend: BackendName;
  readonly instructionSet: string;
  readonly isUsable: boolean;
  readonly reason: string | null;
}

interface Candidate {
  readonly backend: BackendName;
  readonly instructionSet: string;
  readonly create: () => Runtime;
}

/** Fastest first. */
const nativeSets = process.arch === "arm64" ? ["neon"] : ["avx512", "avx2", "sse2"];
const candidates: readonly Candidate[] = [
  ...nativeSets.map((set): Candidate => ({
    backend: "native",
    instructionSet: set,
    create: () => createNativeRuntime(set),
  })),
  ...wasmInstructionSets.map((set): Candidate => ({
    backend: "wasm",
    instructionSet: set,
    create: () => createWasmRuntime(set),
  })),
  { backend: "reference", instructionSet: "float64", create: () => referenceRuntime },
];

/**
 * The fastest runtime that works here, or the fastest of those asked for.
 *
 * @throws BACKEND_UNAVAILABLE when a back end was asked for and does not work.
 */
export function loadRuntime({ backend, instructionSet }: RuntimeChoice = {}): Promise<Runtime> {
  const wanted = candidates.filter(
    (candidate) =>
      (backend === undefined || candidate.backend === backend) &&
      (instructionSet === undefined || candidate.instructionSet === instructionSet),
  );
  let firstFailure: TunesmithError | undefined;
  for (const candidate of wanted) {
    try {
      return Promise.resolve(tryCandidate(candidate));
    } catch (error) {
      if (!(error instanceof TunesmithError) || error.code !== "BACKEND_UNAVAILABLE") throw error;
      firstFailure ??= error;
    }
  }
  return Promise.reject(
    firstFailure ??
      new TunesmithError("BACKEND_UNAVAILABLE", {
        message: `back end \`${backend ?? "any"}\`: there is no instruction set \`${instructionSet}\`.`,
      }),
  );
}

/** Every back end and instruction set, fastest first, with the reason why one cannot be used here. */
export function describeRuntimes(): Promise<RuntimeReport[]> {
  const nativeFailure = failureOf(() => void nativeInstructionSets());
  return Promise.resolve(
    candidates.map((candidate) => {
      const { backend, instructionSet } = candidate;
      const reason =
        (backend === "native" ? nativeFailure : null) ?? failureOf(() => void tryCandidate(candidate));
      return { backend, instructionSet, isUsable: reason === null, reason };
    }),
  );
}

function tryCandidate({ create }: Candidate): Runtime {
  const runtime = create();
  const failure = selfTest(runtime);
  if (failure !== null) {
    throw new TunesmithError("BACKEND_UNAVAILABLE", {
      message: `back end \`${runtime.backend}\` (${runtime.instructionSet}) fails its self-test: ${failure}`,
    });
  }
  return runtime;
}

function failureOf(action: () => void): string | null {
  try {
    action();
    return null;
  } catch (error) {
    if (error instanceof TunesmithError && error.code === "BACKEND_UNAVAILABLE") return error.message;
    throw internalError(`back end check failed: ${String(error)}`);
  }
}
