/**
 * Data that the study draws itself: the course of a signal over 64 points, and which of three machines made it. A source is
 * one object; its content must be the same in every process, so chance comes from named streams.
 */
import { defineSource, defineStudy, RandomStream, toSeed } from "tunesmith";

const points = 64;
const perMachine = 40;

/** One period's course, from a phase in [0, 1). */
const shapes = {
  sine: (phase: number) => Math.sin(2 * Math.PI * phase),
  square: (phase: number) => (phase < 0.5 ? 1 : -1),
  sawtooth: (phase: number) => 2 * phase - 1,
};
const classes = Object.keys(shapes) as (keyof typeof shapes)[];

/** Signals of one machine share a frequency, so a split must not tear them apart: they are a group. */
function draw(name: string, machines: number) {
  const count = machines * perMachine;
  const features = new Float32Array(count * points);
  const labels = new Uint8Array(count);
  const groups = Int32Array.from({ length: count }, (_, index) => Math.floor(index / perMachine));
  for (let index = 0; index < count; index++) {
    const machine = new RandomStream(toSeed(0), name, "machine", groups[index]!);
    const signal = new RandomStream(toSeed(0), name, "signal", index);
    const frequency = 1 + 3 * machine.uniform(0);
    labels[index] = index % classes.length;
    const shape = shapes[classes[index % classes.length]!];
    for (let point = 0; point < points; point++) {
      const phase = (signal.uniform(0) + (frequency * point) / points) % 1;
      features[index * points + point] = shape(phase) + 0.5 * signal.normal(point + 1);
    }
  }
  return { features, labels, groups };
}

const signals = defineSource({
  name: "signals",
  title: "Three shapes of a noisy signal, from many machines",
  task: { kind: "classification", classes },
  shape: [points],
  load: () => draw("examples", 90),
  loadTest: () => draw("test", 30),
});

export const ownSource = defineStudy({
  study: "own-source",
  description: "Rate and weight decay of a network on signals that the study draws",
  data: { dataset: signals, validation: 0.2 },
  model: { kind: "mlp", hidden: [64, 64] },
  training: { epochs: 30, batchSize: 32 },
  search: {
    method: "random",
    metric: { name: "validation/accuracy", goal: "maximize", reduce: "best" },
    maxTrials: 8,
    parameters: {
      "training.learningRate": { min: 1e-4, max: 1e-2, distribution: "log_uniform_values" },
      "training.weightDecay": { min: 1e-5, max: 1e-2, distribution: "log_uniform_values" },
    },
  },
});
