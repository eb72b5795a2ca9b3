/** Images moved by forced angles, shifts, factors and boxes, against torchvision. */
import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { augmented, imageSplits } from "../../testing/image-fixture.ts";
import { allRuntimes } from "../../testing/usable-runtimes.ts";

interface Golden {
  readonly versions: { readonly torchvision: string };
  readonly shape: readonly [number, number, number];
  readonly image: readonly number[];
  readonly affine: readonly {
    readonly angle: number;
    readonly shift: readonly [number, number];
    readonly zoom: number;
    readonly shear: readonly [number, number];
    readonly values: readonly number[];
  }[];
  readonly crops: readonly { readonly ratio: number; readonly values: readonly number[] }[];
}

const golden = JSON.parse(
  readFileSync(new URL("../../../test/golden/augmentation.json", import.meta.url), "utf8"),
) as Golden;
const [height, width] = golden.shape;
const splits = imageSplits([golden.image], { shape: golden.shape, source: "floats" });

/** Both sides compute places of up to 12 pixels in float32, and values differ by some units from pixel to pixel. */
const tolerance = 2e-5;

const cases = [
  ...golden.affine.map(({ angle, shift, zoom, shear, values }) => ({
    what: `${angle} degrees, shift ${shift.join(", ")}, zoom ${zoom}, shear ${shear.join(", ")}`,
    values,
    augmentation: {
      shear: { horizontal: [shear[0], shear[0]], vertical: [shear[1], shear[1]] },
      affine: { degrees: [angle, angle], shift: 0, zoom: [zoom, zoom] },
      shift: {
        horizontal: [shift[0] / width, shift[0] / width],
        vertical: [shift[1] / height, shift[1] / height],
      },
    },
  })),
  ...golden.crops.map(({ ratio, values }) => ({
    what: `crop of ratio ${ratio}`,
    values,
    // A box of all of the area never fits, so it is the largest one in the middle.
    augmentation: { resizedCrop: { area: 1, ratio: [ratio, ratio] } },
  })),
];

describe.each(await allRuntimes())("$name", ({ name, runtime, reason }) => {
  it.for(cases)(
    `an image is moved as by torchvision ${golden.versions.torchvision}: $what`,
    ({ augmentation, values }, { skip }) => {
      if (runtime === undefined) return skip(`${name}: ${reason}`);
      const moved = augmented(splits, { augmentation, runtime });
      moved.forEach((value, at) => {
        expect(Math.abs(value - values[at]!), `value ${at}: ${value} for ${values[at]}`).toBeLessThan(
          tolerance,
        );
      });
    },
  );
});
