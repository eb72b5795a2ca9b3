/**
 * Handwritten digits and letters of some 3,600 people, in six arrangements, from one archive of 562 MB. Images lie in the files
 * column by column and are turned upright. The sum of the archive is known, as TensorFlow Datasets has it in
 * `url_checksums/emnist.txt`; those of the files in it are not, so files that were taken out by hand are checked for
 * their form, their number and gzip's own sum alone.
 *
 * @see Cohen, Afshar, Tapson, van Schaik 2017, "EMNIST: an extension of MNIST to handwritten letters"; the number of letters is
 *   that of the archive, which is larger than the paper's
 */
import { idxFilesSource } from "./idx-files.ts";

const digits = Array.from("0123456789");
const capitals = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
/** Small letters that do not look like their capitals. */
const different = Array.from("abdefghnqrt");
const all = [...digits, ...capitals, ...capitals.map((letter) => letter.toLowerCase())];

interface Arrangement {
  readonly title: string;
  readonly classes: readonly string[];
  readonly count: number;
  readonly testCount: number;
  readonly firstLabel?: number;
}

function arrangement(name: string, { title, classes, count, testCount, firstLabel = 0 }: Arrangement) {
  const pair = (split: "train" | "test", examples: number) => ({
    count: examples,
    images: { name: `emnist-${name}-${split}-images-idx3-ubyte` },
    labels: { name: `emnist-${name}-${split}-labels-idx1-ubyte` },
  });
  return idxFilesSource({
    name: `emnist-${name}`,
    title: `EMNIST: ${title}, grey, 28x28`,
    origin: {
      address: "https://www.nist.gov/itl/products-and-services/emnist-dataset",
      licence: "no terms stated; NIST Special Database 19",
    },
    classes,
    imageSize: [28, 28],
    firstLabel,
    isTransposed: true,
    files: {
      dataset: "emnist",
      archive: {
        name: "gzip.zip",
        address: "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip",
        sizeBytes: 561_753_746,
        sha256: "fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e",
        prefix: "gzip/",
      },
    },
    examples: pair("train", count),
    test: pair("test", testCount),
  });
}

export const emnistLetters = arrangement("letters", {
  title: "handwritten letters, capital and small as one",
  classes: capitals,
  count: 124_800,
  testCount: 20_800,
  firstLabel: 1,
});

export const emnistDigits = arrangement("digits", {
  title: "handwritten digits",
  classes: digits,
  count: 240_000,
  testCount: 40_000,
});

export const emnistMnist = arrangement("mnist", {
  title: "handwritten digits, as many as MNIST",
  classes: digits,
  count: 60_000,
  testCount: 10_000,
});

export const emnistBalanced = arrangement("balanced", {
  title: "handwritten digits and letters, equally many of each class",
  classes: [...digits, ...capitals, ...different],
  count: 112_800,
  testCount: 18_800,
});

export const emnistByMerge = arrangement("bymerge", {
  title: "handwritten digits and letters, alike capital and small ones merged",
  classes: [...digits, ...capitals, ...different],
  count: 697_932,
  testCount: 116_323,
});

export const emnistByClass = arrangement("byclass", {
  title: "handwritten digits, capital and small letters",
  classes: all,
  count: 697_932,
  testCount: 116_323,
});
