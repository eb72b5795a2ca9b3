import { Option, type Command } from "commander";

import {
  backendNames,
  loadRuntime,
  type BackendName,
  type Runtime,
} from "../../../learning/runtime/index.ts";
import { parseBenchModel } from "../bench/bench-model.ts";
import { measureEpoch } from "../bench/measure-epoch.ts";
import { measurePeak } from "../bench/measure-peak.ts";
import { measureStep } from "../bench/measure-step.ts";
import { parseCount, type CliContext } from "../context.ts";
import { renderFields } from "../output/table.ts";

interface BenchOptions {
  readonly backend?: BackendName;
  readonly instructionSet?: string;
}

interface StepOptions extends BenchOptions {
  readonly model: string;
  readonly batchSize: number;
}

export function registerBench(program: Command, context: CliContext): void {
  const bench = program.command("bench").description("measure the speed of this machine, on one core");
  addBackendOptions(bench.command("peak").description("the most multiply-adds that one core can do")).action(
    async (options: BenchOptions) => {
      const runtime = await loadRuntime(options);
      const peakGflops = measurePeak(runtime);
      report(context, runtime, { peakGflops }, [["peak", `${peakGflops.toFixed(1)} GFLOP/s`]]);
    },
  );
  addBackendOptions(
    bench
      .command("step")
      .description("one Adam step of a model, gather included, and its share of the peak")
      .option(
        "--model <model>",
        "INPUT:MODEL, such as 28x28x1:32c5-p2-64c5-p2-128-10 or 32x32x3:resnet18",
        "mlp:784-128-64-10",
      )
      .option("--batch-size <n>", "examples per step", parseCount("--batch-size"), 32),
  ).action(async (options: StepOptions) => {
    const model = parseBenchModel(options.model);
    const runtime = await loadRuntime(options);
    const measured = measureStep(model, runtime, options);
    report(context, runtime, { model: model.text, batchSize: options.batchSize, ...measured }, [
      ["model", `${model.text}, batch ${options.batchSize}`],
      ["step", `${measured.microsecondsPerStep.toFixed(1)} us`],
      [
        "speed",
        `${measured.gflops.toFixed(1)} GFLOP/s, ${(100 * measured.shareOfPeak).toFixed(1)} % of the peak`,
      ],
      ["peak", `${measured.peakGflops.toFixed(1)} GFLOP/s`],
      [
        "memory",
        `${(measured.arenaBytes / 1e6).toFixed(1)} MB, ${(measured.arenaBytes / measured.liveBytes).toFixed(2)} times what is alive at once`,
      ],
    ]);
  });
  addBackendOptions(
    bench.command("epoch").description("60,000 images at batch 32, shuffle and gather included"),
  ).action(async (options: BenchOptions) => {
    const runtime = await loadRuntime(options);
    const measured = await measureEpoch(runtime, { dataDir: context.dataDir });
    report(context, runtime, measured, [
      ["model", `${measured.model}, batch ${measured.batchSize}`],
      ["data", `${measured.samples} images, ${measured.data}`],
      ["epoch", `${measured.seconds.toFixed(4)} s`],
    ]);
  });
}

function addBackendOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--backend <name>", "where to compute (default: the fastest)").choices(backendNames),
    )
    .option("--instruction-set <name>", "for example avx2 (default: the back end's fastest)");
}

function report(
  context: CliContext,
  { backend, instructionSet }: Runtime,
  values: object,
  fields: readonly (readonly [string, string])[],
): void {
  if (context.isJson) context.printJson({ backend, instructionSet, ...values });
  else
    context.print(
      renderFields([["back end", `${backend} ${instructionSet}`], ...fields], context.styleOf("stdout")),
    );
}
