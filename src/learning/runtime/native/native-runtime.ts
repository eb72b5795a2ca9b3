import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { totalmem } from "node:os";

import { TunesmithError } from "../../../base/index.ts";
import { encodePhase, type PhaseName, type Plan } from "../../plan/index.ts";
import { checkFingerprint } from "../check-fingerprint.ts";
import { coreBuild } from "../core-build.ts";
import { coreFile } from "../core-files.ts";
import { peakLoop, type PeakLoop } from "../peak-loop.ts";
import type { BatchSource, ExecuteOptions, Executor, Runtime } from "../runtime.ts";

/** The addon's functions; `kernels/addon.c`. */
interface NativeCore {
  /** Of the kernel table that it was built for. */
  readonly fingerprint: number | undefined;
  /** Usable here, slowest first. */
  instructionSets(): string[];
  execute(
    instructionSet: string,
    program: Int32Array,
    slots: Float64Array,
    arena: Float32Array,
    features: Uint8Array | Float32Array,
    labels: Uint8Array | Float32Array,
    order: Int32Array,
    partners: Int32Array,
    rates: Float64Array,
    /** batch size, chunk size, first, end, watched slot, rate slot */
    scalars: Int32Array,
  ): number;
  peak(instructionSet: string, iterations: number): number;
  allocate(bytes: number): ArrayBuffer;
  /** Absent where the system maps no files. */
  readonly map?: (
    path: string,
    offset: number,
    length: number,
    isLargerThanMemory: boolean,
  ) => ArrayBuffer | undefined;
}

const noRates = new Float64Array(0);
const noPartners = new Int32Array(0);

const vectorFloats: Readonly<Record<string, number>> = { sse2: 4, neon: 4, avx2: 8, avx512: 16 };

/** Why the build made no native core; null when it made one. */
function nativeBuildFailure(): string | null {
  try {
    const { reason } = JSON.parse(readFileSync(coreFile("native.json"), "utf8")) as { reason: string | null };
    return reason;
  } catch {
    return "the kernels have not been built; run `npm run build`.";
  }
}

function loadCore(): NativeCore {
  const failure = nativeBuildFailure();
  if (failure !== null) {
    throw new TunesmithError("BACKEND_UNAVAILABLE", { message: `native back end: ${failure}` });
  }
  const core = requireCore();
  checkFingerprint("native", core.fingerprint);
  return core;
}

function requireCore(): NativeCore {
  try {
    return createRequire(import.meta.url)(coreFile("native.node")) as NativeCore;
  } catch (cause) {
    throw new TunesmithError("BACKEND_UNAVAILABLE", {
      message: `native back end: the addon does not load: ${(cause as Error).message.split("\n")[0]}`,
      hint: "Rebuild it with `npm run build`.",
      cause,
    });
  }
}

/** The instruction sets that the native core can use here, slowest first. @throws BACKEND_UNAVAILABLE */
export function nativeInstructionSets(): string[] {
  return loadCore().instructionSets();
}

/** What this process may hold: the machine's memory, or what its container allows. */
function memoryBytes(): number {
  const allowed = process.constrainedMemory();
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
}

/**
 * A piece of a file as memory whose pages are read when they are looked at and which all processes share; what is written
 * there stays in this process. It goes with the last reference to it.
 *
 * A file that is made shorter while it is mapped ends the process when the lost part is looked at: map what is replaced
 * as a whole and never changed.
 *
 * @param offset a multiple of 65,536.
 * @param length at least 1.
 * @returns undefined where there is no native core, the system has no such thing, or the file is shorter.
 */
export function mapFile(path: string, offset: number, length: number): ArrayBuffer | undefined {
  try {
    return loadCore().map?.(path, offset, length, length > memoryBytes());
  } catch (error) {
    if (error instanceof TunesmithError && error.code === "BACKEND_UNAVAILABLE") return undefined;
    throw error;
  }
}

/**
 * @param instructionSet defaults to the fastest that the processor has.
 * @throws BACKEND_UNAVAILABLE
 */
export function createNativeRuntime(instructionSet?: string): Runtime {
  const core = loadCore();
  const usable = core.instructionSets();
  const chosen = instructionSet ?? usable.at(-1)!;
  if (!usable.includes(chosen)) {
    throw new TunesmithError("BACKEND_UNAVAILABLE", {
      message: `native back end: this machine has no \`${chosen}\`; it has ${usable.map((name) => `\`${name}\``).join(", ")}.`,
    });
  }
  return new NativeRuntime(core, chosen);
}

class NativeRuntime implements Runtime {
  readonly backend = "native";
  readonly build = coreBuild("native");
  readonly instructionSet: string;
  readonly peak: PeakLoop;
  readonly #core: NativeCore;

  constructor(core: NativeCore, instructionSet: string) {
    this.#core = core;
    this.instructionSet = instructionSet;
    this.peak = peakLoop(
      vectorFloats[instructionSet]!,
      (iterations) => void core.peak(instructionSet, iterations),
    );
  }

  createExecutor(plan: Plan, examples: BatchSource): Executor {
    return new NativeExecutor(this.#core, this.instructionSet, { plan, examples });
  }
}

class NativeExecutor implements Executor {
  readonly arena: Float32Array;
  readonly slots: Float64Array;
  readonly #core: NativeCore;
  readonly #instructionSet: string;
  readonly #examples: BatchSource;
  readonly #plan: Plan;
  readonly #programs: Readonly<Record<PhaseName, Int32Array>>;

  constructor(
    core: NativeCore,
    instructionSet: string,
    { plan, examples }: { plan: Plan; examples: BatchSource },
  ) {
    this.#core = core;
    this.#instructionSet = instructionSet;
    this.#examples = examples;
    this.#plan = plan;
    this.#programs = {
      train: encodePhase(plan, "train"),
      evaluate: encodePhase(plan, "evaluate"),
      measure: encodePhase(plan, "measure"),
    };
    this.arena = new Float32Array(core.allocate(plan.arenaFloats * Float32Array.BYTES_PER_ELEMENT));
    this.slots = new Float64Array(plan.slots.length);
  }

  execute(phase: PhaseName, { order, first, end, watchedSlot, rates }: ExecuteOptions): number {
    const { batchSize, chunkSize } = this.#plan.phases[phase];
    return this.#core.execute(
      this.#instructionSet,
      this.#programs[phase],
      this.slots,
      this.arena,
      this.#examples.features,
      this.#examples.labels,
      order,
      this.#examples.partners ?? noPartners,
      rates?.values ?? noRates,
      Int32Array.of(batchSize, chunkSize, first, end, watchedSlot, rates?.slot ?? -1),
    );
  }
}
