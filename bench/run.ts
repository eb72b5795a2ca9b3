/**
 * Measures Tunesmith against its peers in one run and prints a table. Without a peer's Python (TUNESMITH_PEERS) it prints
 * Tunesmith's own figures and says what is missing.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { printGatherShares } from "./gather.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const python = process.env.TUNESMITH_PEERS;
const repeat = (width: number, count: number) => Array.from({ length: count }, () => width).join("-");
/** Models, as `tunesmith bench step` takes them, with their batch sizes. */
const cases: readonly (readonly [model: string, ...batchSizes: number[]])[] = [
  ["mlp:784-128-64-10", 32, 128, 1024],
  [`mlp:784-${repeat(32, 6)}-10`, 32],
  [`mlp:2-${repeat(32, 6)}-10`, 32],
  [`mlp:784-${repeat(16, 100)}-10`, 32],
  [`mlp:784-${repeat(1024, 4)}-10`, 256],
  ["28x28x1:32c5-p2-64c5-p2-128-10", 64],
  ["32x32x3:resnet18", 32],
];
/** Turns that Tunesmith and the peer take. */
const turns = 3;

interface Step {
  readonly microsecondsPerStep: number;
  readonly shareOfPeak: number;
}

function tunesmith<Result>(...words: string[]): Result {
  const text = execFileSync(process.execPath, [`${root}bin/tunesmith.js`, ...words, "--json"], {
    encoding: "utf8",
  });
  return JSON.parse(text) as Result;
}

/** The fastest of the peer's variants. */
function peerStep(model: string, batchSize: number): number {
  const task = ["--model", model, "--batch-size", String(batchSize), "--rounds", "5"];
  const output = execFileSync(python!, [`${root}bench/peers/step.py`, ...task], { encoding: "utf8" });
  const lines = output.trim().split("\n");
  return Math.min(...lines.map((line) => (JSON.parse(line) as Step).microsecondsPerStep));
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

const { instructionSet, peakGflops } = tunesmith<{ instructionSet: string; peakGflops: number }>(
  "bench",
  "peak",
);
console.log(`peak of one core: ${peakGflops.toFixed(0)} GFLOP/s (${instructionSet})`);
if (python === undefined)
  console.log("no peer: set TUNESMITH_PEERS to a Python with torch (bench/README.md)");

/** `784-16-...-16-10` for a hundred layers in a row. */
const shortened = (model: string) =>
  model.replace(/(-\d+)\1{5,}/g, (run, layer: string) => `${layer}x${run.length / layer.length}`);

console.log("\nAdam, one thread, microseconds per step (share of peak)");
for (const [model, ...batchSizes] of cases) {
  for (const batchSize of batchSizes) {
    const words = ["bench", "step", "--model", model, "--batch-size", String(batchSize)];
    const own: Step[] = [];
    const peer: number[] = [];
    for (let turn = 0; turn < turns; turn++) {
      own.push(tunesmith<Step>(...words));
      if (python !== undefined) peer.push(peerStep(model, batchSize));
    }
    const wasm = tunesmith<Step>(...words, "--backend", "wasm");
    const microseconds = median(own.map((step) => step.microsecondsPerStep));
    const share = (100 * median(own.map((step) => step.shareOfPeak))).toFixed(0);
    const line = [
      `${shortened(model)}, batch ${batchSize}`.padEnd(44),
      `native ${microseconds.toFixed(0)} (${share} %)`,
      `wasm ${wasm.microsecondsPerStep.toFixed(0)} (${(100 * wasm.shareOfPeak).toFixed(0)} % of its own)`,
    ];
    if (peer.length > 0) {
      line.push(`PyTorch ${median(peer).toFixed(0)}`, `ratio ${(median(peer) / microseconds).toFixed(1)}`);
    }
    console.log(line.join("   "));
  }
}

const epoch = tunesmith<{ seconds: number; samples: number; data: string }>("bench", "epoch");
console.log(`\nepoch of ${epoch.samples} images (${epoch.data}), batch 32: ${epoch.seconds.toFixed(3)} s`);

await printGatherShares();

for (const script of ["suggestion-cost", "store"]) {
  console.log();
  execFileSync(process.execPath, [`${root}bench/search/${script}.ts`], { stdio: "inherit" });
}
