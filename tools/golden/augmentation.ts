/**
 * Writes `test/golden/augmentation.json`: an image moved by torchvision. Needs a Python with PyTorch and torchvision:
 *
 *     PYTHON=python3 node tools/golden/augmentation.ts
 */
import { normals } from "../../src/testing/kernel-cases/index.ts";
import { writeGolden } from "./write-golden.ts";

/** Height and width are even, so that the box of a crop in the middle lies at whole pixels, as torchvision's have to. */
const shape = [8, 12, 2];

await writeGolden("augmentation", {
  shape,
  /** [height, width, channels] */
  image: [...normals(8 * 12 * 2, "image")],
  /** Angles in degrees, counter-clockwise; shifts in pixels; shears horizontal and vertical in degrees. */
  affine: [
    { angle: 0, shift: [0, 0], zoom: 1, shear: [0, 0] },
    { angle: 30, shift: [0, 0], zoom: 1, shear: [0, 0] },
    { angle: -135, shift: [0, 0], zoom: 1, shear: [0, 0] },
    { angle: 0, shift: [2, -1], zoom: 1, shear: [0, 0] },
    { angle: 0, shift: [0, 0], zoom: 0.7, shear: [0, 0] },
    { angle: 0, shift: [0, 0], zoom: 1, shear: [20, 0] },
    { angle: 0, shift: [0, 0], zoom: 1, shear: [-15, 35] },
    { angle: 40, shift: [-3, 2], zoom: 1.3, shear: [25, 0] },
  ],
  /** Width / height of the largest box in the middle, as the box [top, left, height, width]. */
  crops: [
    { ratio: 3, box: [2, 0, 4, 12] },
    { ratio: 0.5, box: [0, 4, 8, 4] },
  ],
});
