import { describe, expect, it } from "vitest";

import { RandomStream, toSeed } from "../../base/index.ts";
import { augmented, drawnImage, imageSplits, rowsOf } from "../../testing/image-fixture.ts";
import { trainingDocument, trainingSplits, trainToEnd } from "../../testing/training-fixture.ts";
import { allRuntimes } from "../../testing/usable-runtimes.ts";
import { loadRuntime } from "../runtime/index.ts";
import { gatherBatch } from "./gather-batch.ts";
import { TrainingRun } from "./training-run.ts";

const runtimes = (await allRuntimes()).flatMap(({ name, runtime }) =>
  runtime === undefined ? [] : [{ name, runtime }],
);

const letter = drawnImage(
  "......", //
  ".####.",
  ".#....",
  ".###..",
  ".#....",
  ".#....",
  "......",
);
const splits = imageSplits([letter.pixels], letter);

/** Random images of bytes. */
function noise(count: number, shape: [number, number, number]) {
  const stream = new RandomStream(toSeed(1), "noise");
  const size = shape[0] * shape[1] * shape[2];
  return imageSplits(
    Array.from({ length: count }, (_, image) => {
      const valueOf = (__: unknown, at: number) => stream.integerBelow(256, image * size + at);
      return Array.from({ length: size }, valueOf);
    }),
    { shape },
  );
}

describe.each(runtimes)("$name", ({ runtime }) => {
  const drawn = (augmentation: object, width = 6) =>
    rowsOf(augmented(splits, { augmentation, runtime }), width);

  it("a flipped letter is mirrored pixel by pixel", () => {
    expect(drawn({ horizontalFlip: { probability: 1 } })).toEqual([
      "......",
      ".####.",
      "....#.",
      "..###.",
      "....#.",
      "....#.",
      "......",
    ]);
    expect(drawn({ verticalFlip: { probability: 1 } })).toEqual([
      "......",
      ".#....",
      ".#....",
      ".###..",
      ".#....",
      ".####.",
      "......",
    ]);
  });

  it("positive degrees turn counter-clockwise: the letter's top goes to the left", () => {
    const square = drawnImage(
      ".....", //
      ".###.",
      ".#...",
      ".##..",
      ".#...",
    );
    const one = imageSplits([square.pixels], square);
    const turned = augmented(one, { augmentation: { rotation: { degrees: [90, 90] } }, runtime });
    expect(rowsOf(turned, 5)).toEqual([
      ".....", //
      ".#...",
      ".#.#.",
      ".####",
      ".....",
    ]);
  });

  it("a vertical bar turned by 90 degrees is horizontal, by 45 degrees a diagonal", () => {
    const bar = drawnImage(".....", "..#..", "..#..", "..#..", ".....");
    const one = imageSplits([bar.pixels], bar);
    const turned = (angle: number) =>
      augmented(one, { augmentation: { rotation: { degrees: [angle, angle] } }, runtime });
    expect(rowsOf(turned(90), 5)).toEqual([".....", ".....", ".###.", ".....", "....."]);
    expect(rowsOf(turned(-90), 5)).toEqual([".....", ".....", ".###.", ".....", "....."]);
    const diagonal = turned(45);
    // Counter-clockwise: the upper end goes to the left.
    expect(diagonal[5 + 1]).toBeGreaterThan(0.5);
    expect(diagonal[15 + 3]).toBeGreaterThan(0.5);
    expect(diagonal[5 + 3]).toBeLessThan(0.1);
  });

  it("a shift of whole pixels copies, and fills with black, a value or the edge", () => {
    const shift = { horizontal: [1 / 3, 1 / 3], vertical: [-1 / 7, -1 / 7] };
    const moved = ["...###", "...#..", "...###", "...#..", "...#..", "......", "......"];
    expect(drawn({ shift })).toEqual(moved);
    const white = augmented(splits, { augmentation: { shift, fill: 1 }, runtime });
    expect(rowsOf(white, 6)).toEqual(["##.###", "##.#..", "##.###", "##.#..", "##.#..", "##....", "######"]);
    const bar = drawnImage("#...", "#..#");
    const edge = augmented(imageSplits([bar.pixels], bar), {
      augmentation: { shift: { horizontal: [0.5, 0.5], vertical: 0 }, fill: "edge" },
      runtime,
    });
    expect(rowsOf(edge, 4)).toEqual(["###.", "###."]);
  });

  it("half a pixel's shift is the mean of two pixels", () => {
    const dot = drawnImage("....", ".#..", "....");
    const [one] = [imageSplits([dot.pixels], dot)];
    const values = augmented(one, {
      augmentation: { shift: { horizontal: [1 / 8, 1 / 8], vertical: 0 } },
      runtime,
    });
    expect([...values]).toEqual(
      [0, 0, 0, 0, 0, 0.5, 0.5, 0, 0, 0, 0, 0].map((value) => expect.closeTo(value, 6)),
    );
  });

  it("a shear moves the top to the right and the bottom to the left, as in italics", () => {
    const bar = drawnImage("..#..", "..#..", "..#..");
    const values = augmented(imageSplits([bar.pixels], bar), {
      augmentation: { shear: { horizontal: [45, 45] } },
      runtime,
    });
    const rounded = rowsOf(
      values.map((value) => Math.round(value)),
      5,
    );
    expect(rounded).toEqual(["...#.", "..#..", ".#..."]);
  });

  it("a zoom by two shows the middle half, by half leaves a black frame", () => {
    const square = drawnImage("....", ".##.", ".##.", "....");
    const one = imageSplits([square.pixels], square);
    const zoomed = (factor: number) =>
      augmented(one, { augmentation: { zoom: { factor: [factor, factor] } }, runtime });
    const larger = zoomed(2);
    expect(larger[5]).toBeCloseTo(1, 5);
    // A quarter of a pixel outside of the square in both directions.
    expect(larger[0]).toBeCloseTo(0.75 ** 2, 5);
    // Two pixels become one, read at the corner between four.
    expect(rowsOf(zoomed(0.5), 4)).toEqual(["....", ".++.", ".++.", "...."]);
    expect(zoomed(0.5)[5]).toBeCloseTo(0.25, 5);
  });

  it("a padded crop is a shift by whole pixels, and each of them comes up", () => {
    const dot = drawnImage(".....", ".....", "..#..", ".....", ".....");
    const one = imageSplits([dot.pixels], dot);
    const seen = new Set<number>();
    for (let epoch = 1; epoch <= 200; epoch++) {
      const values = augmented(one, { augmentation: { paddedCrop: { padding: 2 } }, runtime, epoch });
      expect(values.filter((value) => value === 1)).toHaveLength(1);
      seen.add(values.indexOf(1));
    }
    expect(seen.size).toBe(25);
  });

  it("a crop of all of the image is the image, and a smaller one has no black border", () => {
    const square = drawnImage("#.##", "##.#", ".###", "####");
    const one = imageSplits([square.pixels], square);
    const whole = augmented(one, { augmentation: { resizedCrop: { area: 1, ratio: 1 } }, runtime });
    expect(rowsOf(whole, 4)).toEqual(["#.##", "##.#", ".###", "####"]);
    const white = imageSplits([new Uint8Array(48).fill(255)], { shape: [6, 8, 1] });
    for (let epoch = 1; epoch <= 20; epoch++) {
      const values = augmented(white, { augmentation: { resizedCrop: { area: 0.1 } }, runtime, epoch });
      expect(Math.min(...values)).toBeGreaterThan(0.9999);
    }
  });

  it("brightness multiplies and contrast stretches about the mean, within the range of bytes", () => {
    const one = imageSplits([[0, 51, 102, 255]], { shape: [1, 4, 1] });
    const values = (augmentation: object) => [...augmented(one, { augmentation, runtime })];
    const near = (...expected: number[]) => expected.map((value) => expect.closeTo(value, 6));
    expect(values({ brightness: { factor: [1.5, 1.5] } })).toEqual(near(0, 0.3, 0.6, 1));
    expect(values({ contrast: { factor: [0.5, 0.5] } })).toEqual(near(0.2, 0.3, 0.4, 0.7));
    expect(values({ contrast: { factor: [2, 2] } })).toEqual(near(0, 0, 0.4, 1));
    expect(values({ contrast: { factor: [0, 0] } })).toEqual(near(0.4, 0.4, 0.4, 0.4));
    // In the registry's order, whatever the document's.
    const both = { contrast: { factor: [0.5, 0.5] }, brightness: { factor: [2, 2] } };
    expect(values(both)).toEqual(near(0.275, 0.475, 0.675, 0.775));
  });

  it("floats keep values beyond the range of bytes", () => {
    const one = imageSplits([[-1, 0, 2, 3]], { shape: [2, 2, 1], source: "floats" });
    const values = augmented(one, { augmentation: { brightness: { factor: [2, 2] } }, runtime });
    expect([...values]).toEqual([-2, 0, 4, 6]);
  });

  it("erasing covers one box of whole pixels and leaves the rest", () => {
    const white = imageSplits([new Uint8Array(10 * 12 * 2).fill(255)], { shape: [10, 12, 2] });
    const erase = { area: [0.1, 0.3], ratio: 2, probability: 1 };
    for (let epoch = 1; epoch <= 30; epoch++) {
      const values = augmented(white, { augmentation: { randomErasing: erase }, runtime, epoch });
      const covered = [...values].flatMap((value, at) => (value === 0 ? [Math.floor(at / 2)] : []));
      const columns = covered.map((at) => at % 12);
      const rows = covered.map((at) => Math.floor(at / 12));
      const width = Math.max(...columns) - Math.min(...columns) + 1;
      const height = Math.max(...rows) - Math.min(...rows) + 1;
      expect(covered).toHaveLength(2 * width * height);
      expect(width * height).toBeGreaterThan(0.05 * 120);
      expect(width * height).toBeLessThan(0.36 * 120);
    }
    const noisy = augmented(white, {
      augmentation: { randomErasing: { ...erase, area: [0.5, 0.5], ratio: 1, fill: "noise" } },
      runtime,
    });
    expect(new Set(noisy.filter((value) => value !== 1)).size).toBeGreaterThan(50);
  });

  it("neither order nor size of batches matters, only seed, epoch and example", () => {
    const images = noise(20, [9, 7, 3]);
    const augmentation = {
      horizontalFlip: {},
      rotation: {},
      resizedCrop: {},
      brightness: {},
      gaussianNoise: {},
      randomErasing: { fill: "noise" },
    };
    const size = 9 * 7 * 3;
    const all = augmented(images, { augmentation, runtime, epoch: 3 });
    const order = Array.from({ length: 150 }, (_, index) => (index * 7) % 20);
    const shuffled = augmented(images, { augmentation, runtime, epoch: 3, indices: order });
    for (const [row, example] of order.entries()) {
      expect(shuffled.subarray(row * size, (row + 1) * size)).toEqual(
        all.subarray(example * size, (example + 1) * size),
      );
    }
    for (const example of [0, 13]) {
      expect(augmented(images, { augmentation, runtime, epoch: 3, indices: [example] })).toEqual(
        all.subarray(example * size, (example + 1) * size),
      );
    }
    const others = [
      augmented(images, { augmentation, runtime, epoch: 4 }),
      augmented(images, { augmentation, runtime, epoch: 3, seed: 2 }),
    ];
    for (const other of others) {
      const equal = images.train.indices.filter((example) =>
        all
          .subarray(example * size, (example + 1) * size)
          .every((value, at) => value === other[example * size + at]),
      );
      expect(equal).toHaveLength(0);
    }
  });

  it("one more augmentation does not change what the others draw", () => {
    const alone = augmented(splits, { augmentation: { rotation: { degrees: 30 } }, runtime });
    const both = augmented(splits, {
      augmentation: {
        rotation: { degrees: 30 },
        horizontalFlip: { probability: 0 },
        brightness: { factor: 0 },
      },
      runtime,
    });
    expect(both).toEqual(alone);
  });

  it("probability 0 leaves what is gathered without augmentation, bit for bit; 1/2 changes half", () => {
    const images = noise(400, [4, 4, 1]);
    const plain = augmented(images, { augmentation: {}, runtime });
    const never = {
      rotation: { probability: 0 },
      gaussianNoise: { probability: 0 },
      paddedCrop: { padding: 0 },
    };
    expect(augmented(images, { augmentation: never, runtime })).toEqual(plain);
    const changes = (probability: number) => {
      const values = augmented(images, { augmentation: { horizontalFlip: { probability } }, runtime });
      return images.train.indices.filter((example) =>
        values
          .subarray(example * 16, (example + 1) * 16)
          .some((value, at) => value !== plain[example * 16 + at]),
      ).length;
    };
    expect(changes(1)).toBe(400);
    expect(changes(0)).toBe(0);
    // Four standard deviations are 40.
    expect(Math.abs(changes(0.5) - 200)).toBeLessThan(40);
  });
});

describe("a training", () => {
  const images = trainingSplits({ shape: [6, 6, 1] });
  const augmentation = { rotation: { degrees: 90 }, gaussianNoise: {} };
  const training = { epochs: 2, optimizer: "sgd", learningRate: 1e-30, evaluateTrain: true } as const;
  const trained = async (part: object) => {
    const document = trainingDocument(training, {}, { augmentation: part });
    return trainToEnd({ document, splits: images, runtime: await loadRuntime() });
  };

  it("sees other images in every epoch, and is evaluated on the images as they are", async () => {
    const { history } = await trained(augmentation);
    const [first, second] = history.map(({ metrics }) => metrics) as [
      Record<string, number>,
      Record<string, number>,
    ];
    // With such a learning rate no weight moves.
    expect(second["train/loss"]).not.toBeCloseTo(first["train/loss"]!, 4);
    expect(second["train-evaluated/loss"]).toBe(first["train-evaluated/loss"]);
    const { history: plain } = await trained({});
    expect(plain[0]!.metrics["validation/loss"]).toBe(first["validation/loss"]);
    expect(plain[0]!.metrics["train-evaluated/loss"]).toBe(first["train-evaluated/loss"]);
    expect(plain[0]!.metrics["train/loss"]).not.toBeCloseTo(first["train/loss"]!, 4);
  });

  it("sees exactly what gatherBatch gives for the epoch", async () => {
    const document = trainingDocument({ epochs: 1 }, {}, { augmentation });
    const runtime = await loadRuntime();
    const { examples } = images.train;
    const { data, seed } = document;
    const indices = Array.from({ length: examples.count }, (_, index) => index);
    const seen = gatherBatch({ data, splits: images, runtime, seed, epoch: 1, indices });
    const prepared = { ...examples, features: seen };
    const already = {
      ...images,
      train: { ...images.train, examples: prepared },
      validation: { ...images.validation, examples: prepared },
    };
    const own = TrainingRun.create({ document, splits: images, runtime });
    const plain = TrainingRun.create({
      document: trainingDocument({ epochs: 1 }),
      splits: already,
      runtime,
    });
    const [first, second] = [await own.runEpoch(), await plain.runEpoch()];
    expect(second.metrics["train/loss"]).toBe(first.metrics["train/loss"]);
    expect(plain.weights()).toEqual(own.weights());
  });

  it("of examples that are no images is refused", async () => {
    const document = trainingDocument({}, {}, { augmentation });
    const runtime = await loadRuntime();
    expect(() => TrainingRun.create({ document, splits: trainingSplits(), runtime })).toThrow(
      expect.objectContaining({ code: "INVALID_DOCUMENT" }),
    );
  });
});
