import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { datasetSourceContract } from "../../../testing/dataset-source-contract.ts";
import { imageFixture, pixelsFixture, writeFiles } from "../../../testing/image-files-fixture.ts";
import { temporaryFolder } from "../../../testing/temporary-folder.ts";
import { dataSchema } from "../document.ts";
import { openTestSplit } from "../open-test-split.ts";
import { datasetSource, type DatasetInput } from "./registry.ts";
import type { SourceOptions } from "./source.ts";

type Settings = Partial<Extract<DatasetInput, { kind: "image-folder" }>>;

/** A folder of images in two classes, and a cache of its own. */
async function folderOf(paths: readonly string[], others: Record<string, Uint8Array | string> = {}) {
  const root = temporaryFolder();
  const path = join(root, "animals");
  mkdirSync(path);
  for (const [index, name] of paths.entries()) writeFiles(path, { [name]: await imageFixture(index) });
  writeFiles(path, others);
  const warnings: string[] = [];
  const done: string[] = [];
  const options: SourceOptions = {
    cacheDir: join(root, "cache"),
    onWarning: (message) => warnings.push(message),
    onReading: ({ what, done: count, total }) => done.push(`${what} ${count}/${total}`),
  };
  const source = (settings: Settings = {}) =>
    datasetSource(dataSchema.parse({ dataset: { kind: "image-folder", path, ...settings } }).dataset)!;
  const load = (settings: Settings = {}, more: SourceOptions = {}) =>
    source(settings).load({ ...options, ...more });
  const cached = () => readdirSync(join(root, "cache", "decoded"));
  return { root, path, options, warnings, done, source, load, cached };
}

const plain = ["cat/1.png", "cat/2.png", "dog/1.png", "dog/deeper/2.png"];
const split = [
  "train/cat/1.png",
  "train/cat/2.png",
  "train/dog/1.png",
  "validation/cat/3.png",
  "validation/dog/2.png",
  "test/cat/4.png",
  "test/dog/3.png",
  "test/dog/4.png",
];

const pixelsOf = (...indices: number[]) => indices.flatMap((index) => [...pixelsFixture(index)]);

describe("contract", () => {
  let root: string;
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "tunesmith-images-"));
    for (const [index, name] of split.entries())
      writeFiles(root, { [`set/${name}`]: await imageFixture(index) });
  });
  afterAll(() => rmSync(root, { recursive: true }));
  datasetSourceContract({
    create: () =>
      datasetSource(
        dataSchema.parse({ dataset: { kind: "image-folder", path: join(root, "set") } }).dataset,
      )!,
    options: () => ({ cacheDir: join(root, "cache") }),
  });
});

describe("folders", () => {
  test("folders by class, sorted by name, hold the examples in the order of their paths", async () => {
    const { load, warnings } = await folderOf(plain);
    const { examples, task, shape, test: hidden, groups, ownValidation } = await load();
    expect(task).toEqual({ kind: "classification", classes: ["cat", "dog"] });
    expect(shape).toEqual([4, 5, 3]);
    expect([...examples.labels]).toEqual([0, 0, 1, 1]);
    expect([...examples.features]).toEqual(pixelsOf(0, 1, 2, 3));
    expect({ hidden, groups, ownValidation }).toEqual({
      hidden: null,
      groups: undefined,
      ownValidation: undefined,
    });
    expect(warnings).toEqual([]);
  });

  test.each([["validation"], ["val"]])(
    "train, %s and test folders are the data set's own splits",
    async (name) => {
      const { load } = await folderOf(split.map((path) => path.replace("validation", name)));
      const { examples, ownValidation, test: hidden } = await load();
      expect([...examples.labels]).toEqual([0, 0, 1, 0, 1]);
      expect([...examples.features]).toEqual(pixelsOf(0, 1, 2, 3, 4));
      expect([...ownValidation!]).toEqual([3, 4]);
      const opened = await openTestSplit(hidden!, { purpose: "test", now: 0 });
      expect([...opened.examples.labels]).toEqual([0, 1, 1]);
      expect([...opened.examples.features]).toEqual(pixelsOf(5, 6, 7));
      expect(opened.opening.contentHash).toMatch(/^[0-9a-f]{64}$/);
    },
  );

  test("a class may be called train", async () => {
    const { load } = await folderOf(["train/1.png", "tram/1.png"]);
    expect((await load()).task).toMatchObject({ classes: ["train", "tram"] });
  });

  test("hidden files say nothing; other files are counted in a warning and left alone", async () => {
    const { load, warnings } = await folderOf(plain, {
      "notes.txt": "x",
      "cat/.DS_Store": "x",
      ".git/config": "x",
      "dog/Thumbs.db": "x",
      "dog/deeper/image.gif": "x",
    });
    expect((await load()).examples.count).toBe(4);
    expect(warnings).toEqual([
      expect.stringMatching(
        /animals`: 3 entries are no PNG, JPEG or WebP and ignored: `notes.txt`, `dog\/Thumbs.db`, `dog\/deeper\/image.gif`\./,
      ),
    ]);
  });

  test("a class without a test folder is a warning", async () => {
    const { load, warnings } = await folderOf(split.filter((path) => !path.startsWith("test/cat")));
    await load();
    expect(warnings).toEqual([expect.stringMatching(/`test\/` has no folder for `cat`\./)]);
  });

  test("links to images inside are followed, those that lead out are refused", async () => {
    const { load, path, root } = await folderOf(plain);
    symlinkSync(join("..", "cat", "1.png"), join(path, "dog", "3.png"));
    expect((await load()).examples.count).toBe(5);
    writeFileSync(join(root, "secret.png"), await imageFixture(9));
    symlinkSync(join(root, "secret.png"), join(path, "dog", "4.png"));
    await expect(load()).rejects.toMatchObject({
      code: "INVALID_DATA",
      message: expect.stringMatching(
        /links must stay inside of it, got `dog\/4.png`, which leads to `.*secret.png`/,
      ),
    });
  });

  test("links to folders are refused, so that no walk goes round in circles", async () => {
    const { load, path } = await folderOf(plain);
    symlinkSync("..", join(path, "dog", "again"));
    await expect(load()).rejects.toMatchObject({
      message: expect.stringMatching(/links to folders are not followed, got `dog\/again`/),
    });
  });

  test("groups are the first capture of a pattern over the paths", async () => {
    const { load } = await folderOf(["cat/p1-a.png", "cat/p2-a.png", "dog/p1-b.png", "dog/p3-a.png"]);
    expect([...(await load({ group: "(p[0-9]+)-" })).groups!]).toEqual([0, 1, 0, 2]);
    await expect(load({ group: "(p[12])-" })).rejects.toMatchObject({
      message: expect.stringMatching(
        /must match `group`, \/\(p\[12\]\)-\/, got 1 that do not: `dog\/p3-a.png`/,
      ),
    });
    const dataset = { kind: "image-folder", path: "/x", group: "p[0-9]" };
    expect(JSON.stringify(dataSchema.safeParse({ dataset }).error)).toMatch(
      /regular expression with a capture/,
    );
  });

  test("a folder that moved into the data folder is found by its name", async () => {
    const { root, source, options } = await folderOf(plain);
    const moved = { kind: "image-folder", path: "/nowhere/animals" };
    const there = datasetSource(dataSchema.parse({ dataset: moved }).dataset)!;
    const dataDir = root;
    expect((await there.load({ ...options, dataDir })).examples.count).toBe(4);
    expect(await there.locate({ dataDir })).toMatchObject({
      isAtHand: true,
      files: [{ path: join(root, "animals") }],
    });
    expect(await there.locate({})).toMatchObject({ isAtHand: false });
    expect(source().name).toBe("animals");
  });
});

describe("refused folders", () => {
  test.each<[string, readonly string[], RegExp]>([
    ["no classes", [], /it must hold a folder of images for each class, got no folder/],
    ["one class only", ["cat/1.png"], /at least two classes, got one class only, `cat\/`/],
    ["one class to train on", ["train/cat/1.png"], /`train\/` must hold at least two classes, got one class/],
    [
      "a class of the test split that is not trained on",
      [...split, "test/fox/1.png"],
      /`test\/` must hold the classes of `train\/` and no others, got `test\/fox\/`/,
    ],
    ["no train folder", ["test/cat/1.png", "cat/1.png"], /`test\/` must stand beside `train\/`, got no/],
    [
      "two validation folders",
      [...split, "val/cat/1.png"],
      /one folder for validation, got `validation\/` and `val\/`/,
    ],
    [
      "too many classes",
      Array.from({ length: 257 }, (_, index) => `class-${index}/1.png`),
      /at most 256 classes, got 257/,
    ],
  ])("%s", async (_, paths, message) => {
    const { load } = await folderOf(paths);
    await expect(load({ size: 4 })).rejects.toMatchObject({
      code: "INVALID_DATA",
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/./),
    });
  });

  test("empty class folders are all named", async () => {
    const { load, path } = await folderOf(plain, { "fox/notes.txt": "no image" });
    mkdirSync(join(path, "hen"));
    await expect(load()).rejects.toMatchObject({
      code: "INVALID_DATA",
      message: expect.stringMatching(
        /every class must have an image, got no PNG, JPEG or WebP in `fox\/`, `hen\/`/,
      ),
    });
  });

  test("a path that is not there, or no folder", async () => {
    const { load, path } = await folderOf(plain);
    await expect(load({ path: `${path}s` })).rejects.toMatchObject({
      code: "DATA_NOT_FOUND",
      message: expect.stringMatching(/animalss` must be readable, got ENOENT/),
    });
    await expect(load({ path: join(path, "cat/1.png") })).rejects.toMatchObject({
      code: "DATA_NOT_FOUND",
      message: expect.stringMatching(/must be readable, got ENOTDIR/),
    });
  });

  test("a folder that may not be read", async () => {
    const { load, path } = await folderOf(plain);
    chmodSync(join(path, "dog"), 0);
    const isRoot = process.geteuid!() === 0;
    // The superuser may read everything, so the test is somebody else for a moment.
    if (isRoot) for (const folder of [join(path, ".."), path, join(path, "cat")]) chmodSync(folder, 0o755);
    if (isRoot) process.seteuid!(65_534);
    try {
      await expect(load()).rejects.toMatchObject({
        code: "DATA_NOT_FOUND",
        message: expect.stringMatching(/dog` must be readable, got EACCES/),
        hint: "Let yourself read it.",
      });
    } finally {
      if (isRoot) process.seteuid!(0);
      chmodSync(join(path, "dog"), 0o755);
    }
  });

  test("mixed sizes without a rule are listed with the way out", async () => {
    const { load, path } = await folderOf(plain);
    writeFileSync(join(path, "dog", "wide.png"), await imageFixture(7, { width: 9 }));
    await expect(load()).rejects.toMatchObject({
      code: "INVALID_DATA",
      message: expect.stringMatching(
        /without `size`, all images must have one height and width, got 4 x 5 \(4, as `cat\/1.png`\), 4 x 9 \(1, as `dog\/wide.png`\)/,
      ),
      hint: expect.stringMatching(/Set `size`/),
    });
    const { shape, examples } = await load({ size: [3, 6], channels: "grey" });
    expect(shape).toEqual([3, 6, 1]);
    expect(examples).toMatchObject({ count: 5, shape });
  });

  test("test images of another size are refused when the split is opened", async () => {
    const { load, path } = await folderOf(split);
    for (const name of ["cat/4.png", "dog/3.png", "dog/4.png"])
      writeFileSync(join(path, "test", name), await imageFixture(7, { width: 9 }));
    const dataset = await load();
    await expect(openTestSplit(dataset.test!, { purpose: "test", now: 0 })).rejects.toMatchObject({
      message: expect.stringMatching(/got 4 x 9 \(3, as `test\/cat\/4.png`\), 4 x 5/),
    });
  });
});

describe("unreadable images", () => {
  const broken = { "dog/broken.png": "x", "dog/cut.png": "", "cat/3.jpg": "no image" };

  test("are an error that counts and names them", async () => {
    const { load, cached } = await folderOf(plain, broken);
    await expect(load()).rejects.toMatchObject({
      code: "INVALID_DATA",
      message: expect.stringMatching(
        /got 3 of 7 cannot be read: `cat\/3.jpg` \(neither PNG nor JPEG nor WebP\), `dog\/broken.png` .*, `dog\/cut.png` \(an empty file\)/,
      ),
      hint: expect.stringMatching(/skipUnreadable: true/),
      facts: { count: 3 },
    });
    expect(cached()).toEqual([]);
  });

  test("are left out when the document says so, with a warning on every load", async () => {
    const { load, warnings } = await folderOf(plain, broken);
    for (let time = 0; time < 2; time++) {
      warnings.length = 0;
      const { examples, groups } = await load({ skipUnreadable: true, group: "([0-9])[.]png" });
      expect([...examples.labels]).toEqual([0, 0, 1, 1]);
      expect([...examples.features]).toEqual(pixelsOf(0, 1, 2, 3));
      expect([...groups!]).toEqual([0, 1, 0, 1]);
      expect(warnings).toEqual([expect.stringMatching(/3 of 7 cannot be read: .*; they are left out\./)]);
    }
  });

  test("must leave every class an image", async () => {
    const { load } = await folderOf(["cat/1.png"], { "dog/1.png": "x" });
    await expect(load({ skipUnreadable: true })).rejects.toMatchObject({
      message: expect.stringMatching(/every class must have an image that can be read, got none in `dog`/),
    });
  });

  test("of the test folder are nobody's business before it is opened", async () => {
    const { load } = await folderOf(split, { "test/cat/broken.png": "x" });
    const dataset = await load();
    expect(dataset.test!.count).toBe(4);
    await expect(openTestSplit(dataset.test!, { purpose: "test", now: 0 })).rejects.toMatchObject({
      message: expect.stringMatching(/1 of 4 cannot be read: `test\/cat\/broken.png`/),
    });
  });
});

describe("the decoded cache", () => {
  test("a folder is decoded once: the second load finds it, also after the first process", async () => {
    const { load, done, cached } = await folderOf(plain);
    const first = await load();
    expect(done).toEqual(expect.arrayContaining(["reading image sizes 4/4", "decoding images 4/4"]));
    done.length = 0;
    const second = await load();
    expect(done).toEqual([]);
    expect(second.contentHash).toBe(first.contentHash);
    expect([...second.examples.features]).toEqual([...first.examples.features]);
    expect(cached()).toHaveLength(1);
  });

  test("the test split has an entry of its own, made when it is opened", async () => {
    const { load, done, cached } = await folderOf(split);
    const dataset = await load();
    expect(cached()).toHaveLength(1);
    await openTestSplit(dataset.test!, { purpose: "test", now: 0 });
    expect(cached()).toHaveLength(2);
    done.length = 0;
    await openTestSplit(dataset.test!, { purpose: "test", now: 0 });
    expect(done).toEqual([]);
  });

  test("another setting, a changed file, a new file and a removed file are decoded anew", async () => {
    const { load, path, done } = await folderOf(plain);
    const decodes = async (settings: Settings = {}) => {
      done.length = 0;
      await load(settings);
      return done.length > 0;
    };
    expect(await decodes()).toBe(true);
    expect(await decodes()).toBe(false);
    expect(await decodes({ channels: "grey" })).toBe(true);
    expect(await decodes({ size: 3 })).toBe(true);
    expect(await decodes({ size: 3, resize: "cover" })).toBe(true);
    expect(await decodes({ group: "(.)[.]png" })).toBe(false);
    const file = join(path, "cat", "1.png");
    utimesSync(file, 5, 6);
    expect(await decodes()).toBe(true);
    writeFileSync(join(path, "cat", "9.png"), readFileSync(file));
    expect(await decodes()).toBe(true);
    rmSync(file);
    expect(await decodes()).toBe(true);
    expect(await decodes()).toBe(false);
  });

  test("the content hash follows from pixels and labels, not from where they lay", async () => {
    const first = await folderOf(plain);
    const second = await folderOf(plain);
    expect((await second.load()).contentHash).toBe((await first.load()).contentHash);
    writeFileSync(join(second.path, "cat", "1.png"), await imageFixture(50));
    expect((await second.load()).contentHash).not.toBe((await first.load()).contentHash);
  });

  test("an abort ends the decoding with its reason and leaves nothing", async () => {
    const { load, cached } = await folderOf(plain);
    const controller = new AbortController();
    const onReading = ({ what, done }: { what: string; done: number }) => {
      if (what === "decoding images" && done === 2) controller.abort(new Error("interrupted"));
    };
    await expect(load({}, { onReading, signal: controller.signal })).rejects.toThrow("interrupted");
    expect(cached()).toEqual([]);
  });
});
