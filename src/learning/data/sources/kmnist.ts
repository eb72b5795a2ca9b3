import { idxFilesSource } from "./idx-files.ts";

/**
 * Kuzushiji: ten characters of old Japanese cursive, each written in several quite different ways, so harder than digits. The
 * sums are of the compressed files, as TensorFlow Datasets has them in `url_checksums/kmnist.txt`.
 *
 * @see Clanuwat et al. 2018, "Deep Learning for Classical Japanese Literature"
 */
export const kmnist = idxFilesSource({
  name: "kmnist",
  title: "Kuzushiji-MNIST: cursive Japanese characters, grey, 28x28",
  origin: { address: "http://codh.rois.ac.jp/kmnist/", licence: "CC BY-SA 4.0" },
  classes: ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"],
  imageSize: [28, 28],
  files: {
    addresses: [
      "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
      "https://codh.rois.ac.jp/kmnist/dataset/kmnist/",
    ],
  },
  examples: {
    count: 60_000,
    images: {
      name: "train-images-idx3-ubyte",
      gzipSha256: "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
    },
    labels: {
      name: "train-labels-idx1-ubyte",
      gzipSha256: "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
    },
  },
  test: {
    count: 10_000,
    images: {
      name: "t10k-images-idx3-ubyte",
      gzipSha256: "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
    },
    labels: {
      name: "t10k-labels-idx1-ubyte",
      gzipSha256: "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
    },
  },
});
