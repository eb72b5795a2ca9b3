/**
 * What lies in a folder of images: `train/CLASS/*` with `validation/` (or `val/`) and `test/` beside it, or `CLASS/*`. Images
 * may lie deeper than their class's folder. Nothing outside of the folder is ever read.
 */
import { realpathSync, readdirSync, statSync, type Dirent } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { setImmediate } from "node:timers/promises";

import type { SourceOptions } from "../sources/source.ts";
import { folderInvalid, folderUnreadable, listSome } from "./folder-errors.ts";

export interface ListedImage {
  /** Without links. */
  readonly path: string;
  /** To the folder, with slashes on every platform. */
  readonly relativePath: string;
  readonly label: number;
  readonly sizeBytes: number;
  /** When it was last changed, in nanoseconds since the Unix epoch. */
  readonly modifiedNs: bigint;
}

export interface ImageListing {
  /** Without links. */
  readonly root: string;
  readonly classes: readonly string[];
  /** Class by class, each by its paths; then those of the validation folder likewise. */
  readonly examples: readonly ListedImage[];
  /** How many of the examples the folder itself sets aside for validation: the last ones. */
  readonly validationCount: number;
  /** Null where there is no such folder. */
  readonly test: readonly ListedImage[] | null;
}

const extensions = new Set([".png", ".jpg", ".jpeg", ".webp"]);
const mostClasses = 256;
/** Files between two looks at the signal and the clock of others. */
const breathEvery = 2000;

type ListOptions = Pick<SourceOptions, "onReading" | "onWarning" | "signal">;

/** @throws DATA_NOT_FOUND when it cannot be read; INVALID_DATA when it is not folders of images */
export async function listImages(path: string, options: ListOptions): Promise<ImageListing> {
  const walk = new FolderWalk(path, options);
  const top = walk.foldersIn("");
  const isSplit = top.includes("train") && walk.foldersIn("train").length > 0;
  const listing = isSplit ? await listSplits(walk, top) : await listClasses(walk, top);
  walk.warnOfIgnored();
  return { root: walk.root, ...listing };
}

async function listClasses(walk: FolderWalk, top: readonly string[]): Promise<Omit<ImageListing, "root">> {
  const alone = top.find(
    (name) => ["test", "validation", "val"].includes(name) && walk.holdsOnlyFolders(name),
  );
  if (alone !== undefined) {
    throw walk.invalid(`\`${alone}/\` must stand beside \`train/\``, "no `train/` with folders of classes", {
      hint: "Put the classes to train on into `train/`.",
    });
  }
  const classes = checkedClasses(walk, "", top);
  const examples = await walk.imagesOf("", classes);
  return { classes, examples, validationCount: 0, test: null };
}

async function listSplits(walk: FolderWalk, top: readonly string[]): Promise<Omit<ImageListing, "root">> {
  const { validation, val, test } = Object.fromEntries(top.map((name) => [name, name]));
  if (validation !== undefined && val !== undefined) {
    throw walk.invalid("there must be one folder for validation", "`validation/` and `val/`", {
      hint: "Remove or rename one of them.",
    });
  }
  const others = top.filter((name) => !["train", "validation", "val", "test"].includes(name));
  walk.ignored.push(...others.map((name) => `${name}/`));
  const classes = checkedClasses(walk, "train", walk.foldersIn("train"));
  const read = async (split: string | undefined): Promise<ListedImage[] | null> => {
    if (split === undefined) return null;
    const found = walk.foldersIn(split);
    const unknown = found.filter((name) => !classes.includes(name));
    if (unknown.length > 0) {
      throw walk.invalid(
        `\`${split}/\` must hold the classes of \`train/\` and no others`,
        listSome(unknown.map((name) => `${split}/${name}/`)),
        { hint: "Rename or remove these folders, or put examples of these classes into `train/`." },
      );
    }
    const missing = classes.filter((name) => !found.includes(name));
    if (missing.length > 0) walk.warn(`\`${split}/\` has no folder for ${listSome(missing)}`);
    return walk.imagesOf(split, classes, found);
  };
  const train = await walk.imagesOf("train", classes);
  const own = (await read(validation ?? val)) ?? [];
  return {
    classes,
    examples: [...train, ...own],
    validationCount: own.length,
    test: await read(test),
  };
}

function checkedClasses(walk: FolderWalk, folder: string, classes: readonly string[]): readonly string[] {
  const where = folder === "" ? "it" : `\`${folder}/\``;
  if (classes.length === 0) {
    throw walk.invalid(`${where} must hold a folder of images for each class`, "no folder");
  }
  if (classes.length === 1) {
    throw walk.invalid(`${where} must hold at least two classes`, `one class only, \`${classes[0]}/\``);
  }
  if (classes.length > mostClasses) {
    throw walk.invalid(`${where} must hold at most ${mostClasses} classes`, `${classes.length}`);
  }
  return classes;
}

class FolderWalk {
  readonly path: string;
  readonly root: string;
  /** Relative paths of files and folders that are no images. */
  readonly ignored: string[] = [];
  readonly #options: ListOptions;
  #count = 0;

  constructor(path: string, options: ListOptions) {
    this.path = path;
    this.#options = options;
    this.root = this.#reading(path, () => realpathSync(path));
    this.#options.signal?.throwIfAborted();
  }

  invalid(rule: string, received: string, { hint }: { readonly hint?: string } = {}): Error {
    return folderInvalid(this.path, { rule, received, hint });
  }

  warn(message: string): void {
    this.#options.onWarning?.(`image folder \`${this.path}\`: ${message}.`);
  }

  warnOfIgnored(): void {
    const { length } = this.ignored;
    if (length === 0) return;
    this.warn(
      `${length} ${length === 1 ? "entry is" : "entries are"} no PNG, JPEG or WebP and ignored: ${listSome(this.ignored)}`,
    );
  }

  /** Names of the folders in a folder, sorted; hidden ones are none. */
  foldersIn(folder: string): string[] {
    return this.#entriesIn(folder)
      .filter((entry) => this.#isFolder(folder, entry))
      .map(({ name }) => name);
  }

  holdsOnlyFolders(folder: string): boolean {
    const entries = this.#entriesIn(folder);
    return entries.length > 0 && entries.every((entry) => this.#isFolder(folder, entry));
  }

  /** Images of the classes that a folder has. */
  async imagesOf(
    folder: string,
    classes: readonly string[],
    found: readonly string[] = classes,
  ): Promise<ListedImage[]> {
    for (const { name } of this.#entriesIn(folder).filter((entry) => !this.#isFolder(folder, entry)))
      this.ignored.push(slashed(join(folder, name)));
    const images: ListedImage[] = [];
    const empty: string[] = [];
    for (const name of found) {
      const before = images.length;
      await this.#collect(join(folder, name), classes.indexOf(name), images);
      if (images.length === before) empty.push(`${slashed(join(folder, name))}/`);
    }
    if (empty.length > 0) {
      throw this.invalid("every class must have an image", `no PNG, JPEG or WebP in ${listSome(empty)}`, {
        hint: "Put images there, or remove the folder.",
      });
    }
    return images;
  }

  async #collect(folder: string, label: number, images: ListedImage[]): Promise<void> {
    for (const entry of this.#entriesIn(folder)) {
      const entryPath = join(folder, entry.name);
      if (this.#isFolder(folder, entry)) {
        await this.#collect(entryPath, label, images);
        continue;
      }
      if (!extensions.has(extname(entry.name).toLowerCase())) {
        this.ignored.push(slashed(entryPath));
        continue;
      }
      const path = entry.isSymbolicLink() ? this.#linked(entryPath) : join(this.root, entryPath);
      const { size, mtimeNs } = this.#reading(path, () => statSync(path, { bigint: true }));
      const relativePath = slashed(entryPath);
      images.push({ path, relativePath, label, sizeBytes: Number(size), modifiedNs: mtimeNs });
      this.#count += 1;
      if (this.#count % breathEvery === 0) {
        this.#options.onReading?.({ what: "listing images", done: this.#count, total: null });
        await setImmediate();
        this.#options.signal?.throwIfAborted();
      }
    }
  }

  /** Sorted by name in the order of their code units, the same on every machine. */
  #entriesIn(folder: string): Dirent[] {
    const path = join(this.root, folder);
    const entries = this.#reading(path, () => readdirSync(path, { withFileTypes: true }));
    return entries
      .filter(({ name }) => !name.startsWith("."))
      .sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
  }

  /** A link to a folder could leave it or go round in circles. */
  #isFolder(folder: string, entry: Dirent): boolean {
    if (!entry.isSymbolicLink()) return entry.isDirectory();
    const path = join(folder, entry.name);
    const target = this.#reading(path, () => statSync(join(this.root, path), { throwIfNoEntry: false }));
    if (target?.isDirectory() !== true) return false;
    throw this.invalid("links to folders are not followed", `\`${slashed(path)}\``, {
      hint: "Move the folder itself to where the link is.",
    });
  }

  /** Where a link to an image leads. */
  #linked(entryPath: string): string {
    const path = this.#reading(entryPath, () => realpathSync(join(this.root, entryPath)));
    const inside = relative(this.root, path);
    if (inside.startsWith("..") || inside === path) {
      throw this.invalid(
        "links must stay inside of it",
        `\`${slashed(entryPath)}\`, which leads to \`${path}\``,
        { hint: "Copy the image to where the link is." },
      );
    }
    return path;
  }

  #reading<Result>(path: string, read: () => Result): Result {
    try {
      return read();
    } catch (error) {
      throw folderUnreadable(this.path, path, error);
    }
  }
}

const slashed = (path: string): string => (sep === "/" ? path : path.replaceAll(sep, "/"));
