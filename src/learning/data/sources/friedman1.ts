/**
 * A regression problem that the project draws itself: y = 10 sin(pi x1 x2) + 20 (x3 - 1/2)^2 + 10 x4 + 5 x5 + noise, with ten
 * features even in [0, 1), of which the last five mean nothing, and standard normal noise. Targets have a variance of about
 * 24.8, of which the noise is 1: no model has an R squared much above 0.96 on new examples, and a linear one reaches
 * about 0.73. The sine, logarithm and cosine are those of the JavaScript engine, here and in the normal noise.
 *
 * @see Friedman 1991, "Multivariate Adaptive Regression Splines", section 4.3
 */
import { RandomStream, toSeed } from "../../../base/index.ts";
import { contentHash, floatSum } from "../content-hash.ts";
import type { TestSplitContent } from "../locked-split.ts";
import { drawnSource } from "./drawn-source.ts";

const featureCount = 10;
const shape = [featureCount];
const task = { kind: "regression", targetNames: ["y"] } as const;
const seed = toSeed(0);

/** Example `index` depends on the split's name and the index alone. */
function draw(split: "examples" | "test", count: number): TestSplitContent {
  const features = new Float32Array(count * featureCount);
  const labels = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    const stream = new RandomStream(seed, "friedman1", split, index);
    const noise = new RandomStream(seed, "friedman1", split, index, "noise");
    const x = Float32Array.from({ length: featureCount }, (_, feature) => stream.uniform(feature));
    features.set(x, index * featureCount);
    const [x1, x2, x3, x4, x5] = x as unknown as [number, number, number, number, number];
    labels[index] =
      10 * Math.sin(Math.PI * x1 * x2) + 20 * (x3 - 0.5) ** 2 + 10 * x4 + 5 * x5 + noise.normal(0);
  }
  return {
    examples: { count, shape, features, labels },
    contentHash: contentHash({ features: floatSum(features), labels: floatSum(labels) }),
  };
}

export const friedman1 = drawnSource({
  name: "friedman1",
  title: "Friedman's first regression problem, drawn by Tunesmith",
  task,
  shape,
  exampleCount: 4000,
  testCount: 1000,
  defaultScaling: "none",
  draw,
});
