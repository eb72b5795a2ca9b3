import type { ListedImage } from "./list-images.ts";
import { folderInvalid, listSome } from "./folder-errors.ts";

/** True for a regular expression with a capture. */
export function isGroupPattern(source: string): boolean {
  try {
    // An empty alternative always matches, and a match has an element for each capture.
    return new RegExp(`${source}|`).exec("")!.length > 1;
  } catch {
    return false;
  }
}

/**
 * [count], the number of each image's group, in the order in which groups first occur.
 *
 * @throws INVALID_DATA with the paths that do not match
 */
export function groupsOf(folder: string, images: readonly ListedImage[], pattern: string): Int32Array {
  const expression = new RegExp(pattern);
  const numbers = new Map<string, number>();
  const outside: string[] = [];
  const groups = Int32Array.from(images, ({ relativePath }) => {
    const group = expression.exec(relativePath)?.[1];
    if (group === undefined) {
      outside.push(relativePath);
      return -1;
    }
    const number = numbers.get(group) ?? numbers.size;
    numbers.set(group, number);
    return number;
  });
  if (outside.length === 0) return groups;
  throw folderInvalid(folder, {
    rule: `the path of every image must match \`group\`, /${pattern}/`,
    received: `${outside.length} that do not: ${listSome(outside)}`,
    hint: "Paths are relative to the folder, for example `train/cat/patient-7/1.png`; the first capture names the group.",
  });
}
