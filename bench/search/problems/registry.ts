/** The problems, one line each. */
import { ackleyIrrelevant, ackleyMixed } from "./ackley.ts";
import { branin } from "./branin.ts";
import { conditionalAugmentation } from "./conditional-augmentation.ts";
import { conditionalLayers } from "./conditional-layers.ts";
import { conditionalOptimizer } from "./conditional-optimizer.ts";
import { divergence } from "./divergence.ts";
import { hartmann, noisyHartmann } from "./hartmann.ts";
import { heavyTail } from "./heavy-tail.ts";
import { integers } from "./integers.ts";
import { irrelevant } from "./irrelevant.ts";
import { noisyPerceptron, perceptron, perceptronAndTime } from "./perceptron.ts";
import type { Problem } from "./problem.ts";
import { rosenbrockLog } from "./rosenbrock-log.ts";
import { shares } from "./shares.ts";
import { smallGrid } from "./small-grid.ts";
import { tableProblem } from "./table.ts";
import { zdtMixed } from "./zdt-mixed.ts";

export const problems: readonly Problem[] = [
  branin,
  hartmann,
  rosenbrockLog,
  integers,
  perceptron,
  ackleyMixed,
  smallGrid,
  conditionalOptimizer,
  conditionalLayers,
  conditionalAugmentation,
  noisyPerceptron,
  noisyHartmann,
  divergence,
  heavyTail,
  ackleyIrrelevant,
  irrelevant,
  shares,
  zdtMixed,
  perceptronAndTime,
  tableProblem(
    "fashion-mlp",
    "756 trainings of perceptrons, six parameters; the noise of one seed is part of it",
  ),
  tableProblem("fashion-cnn", "240 trainings of convolutional networks, six parameters; the same"),
];
