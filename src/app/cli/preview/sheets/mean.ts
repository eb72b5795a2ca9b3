import { drawContactSheet } from "../contact-sheet.ts";
import { pictureOf, rangeOf } from "../example-picture.ts";
import { requireImages, type Sheet, type SheetData } from "./sheet.ts";

const mostClasses = 60;

/** Mean and standard deviation of every pixel over the training split: of all examples, and of each class. */
export function drawMeans({ dataset, splits, name }: SheetData): Sheet {
  const shape = requireImages(dataset, "a mean image");
  const { task, examples } = dataset;
  const { indices } = splits.train;
  const groups = [
    { name: "all", indices },
    ...(task.kind === "classification" ? task.classes : []).slice(0, mostClasses).map((className, label) => ({
      name: className,
      indices: indices.filter((index) => examples.labels[index] === label),
    })),
  ].filter((group) => group.indices.length > 0);
  const moments = groups.map((group) =>
    momentsOf(examples.features, { indices: group.indices, size: shape[0] * shape[1] * shape[2] }),
  );
  const range = examples.features instanceof Uint8Array ? { low: 0, high: 255 } : rangeOf(examples.features);
  const widest = Math.max(...moments.map(({ deviation }) => deviation.reduce((a, b) => Math.max(a, b), 0)));
  const rows = groups.map((group, i) => ({
    name: group.name,
    tiles: [
      { picture: pictureOf(moments[i]!.mean, shape, range) },
      { picture: pictureOf(moments[i]!.deviation, shape, { low: 0, high: widest || 1 }) },
    ],
  }));
  const title = `${name}: mean and deviation`;
  return {
    canvas: drawContactSheet(rows, { title, columnTitles: ["mean", "deviation"] }),
    shown: groups.map((group) => ({ name: group.name, count: group.indices.length })),
  };
}

function momentsOf(
  features: ArrayLike<number>,
  { indices, size }: { readonly indices: Int32Array; readonly size: number },
) {
  const sum = new Float64Array(size);
  const squares = new Float64Array(size);
  for (const index of indices) {
    for (let place = 0; place < size; place++) {
      const value = features[index * size + place]!;
      sum[place]! += value;
      squares[place]! += value * value;
    }
  }
  const mean = sum.map((value) => value / indices.length);
  const deviation = squares.map((value, place) =>
    Math.sqrt(Math.max(0, value / indices.length - mean[place]! ** 2)),
  );
  return { mean, deviation };
}
