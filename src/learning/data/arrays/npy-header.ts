/**
 * The header of NumPy's array format: a magic, a version, and the text of a Python dictionary with the type of the values, their
 * order and the array's shape. The text is matched, never evaluated; objects are Python's pickles, which are programs, and
 * are refused.
 *
 * @see NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays"; numpy.lib.format for versions 2 and 3
 */
import { TunesmithError } from "../../../base/index.ts";

const magic = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);
/** The bytes that say how long the header is, with all before them. */
export const longestPreambleBytes = 12;
/** NumPy itself reads 10,000 at most. */
const longestTextBytes = 1 << 20;

/** Size of one value in bytes. */
const valueTypes = {
  b1: 1,
  u1: 1,
  u2: 2,
  u4: 4,
  u8: 8,
  i1: 1,
  i2: 2,
  i4: 4,
  i8: 8,
  f2: 2,
  f4: 4,
  f8: 8,
} as const;
export type ValueType = keyof typeof valueTypes;

export interface NpyHeader {
  readonly type: ValueType;
  readonly isBigEndian: boolean;
  /** The first dimension varies fastest, instead of the last. */
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  /** Where the values start. */
  readonly offset: number;
}

export function invalidArray(name: string, rule: string, hint: string): TunesmithError {
  return new TunesmithError("INVALID_DATA", {
    message: `array \`${name}\`: ${rule}.`,
    hint,
    facts: { array: name },
  });
}

const saveAgain = "Save the array again with `numpy.save` or `numpy.savez`.";

/**
 * How many bytes there are before the values.
 *
 * @param start the first bytes of the file: `longestPreambleBytes` of them, or all there are
 * @throws INVALID_DATA when it is no array file
 */
export function npyOffset(start: Uint8Array, name: string): number {
  if (!magic.every((byte, index) => start[index] === byte)) throw otherFile(start, name);
  const version = start[6]!;
  const preamble = version === 1 ? 10 : 12;
  if (version === undefined || version < 1 || version > 3) {
    throw invalidArray(name, `expected version 1, 2 or 3 of the format, got ${version ?? "none"}`, saveAgain);
  }
  if (start.length < preamble) throw invalidArray(name, "expected a whole header, got less", saveAgain);
  const view = new DataView(start.buffer, start.byteOffset, start.length);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > longestTextBytes) {
    throw invalidArray(
      name,
      `expected a header of at most ${longestTextBytes} bytes, got one of ${length}`,
      saveAgain,
    );
  }
  return preamble + length;
}

function otherFile(start: Uint8Array, name: string): TunesmithError {
  const startsWith = (...bytes: number[]) => bytes.every((byte, index) => start[index] === byte);
  if (startsWith(0x50, 0x4b)) {
    return invalidArray(name, "expected an array file (NPY), got an archive (NPZ)", "Say `kind: npz`.");
  }
  // The opening of a pickle of protocol 2 to 5; older ones have none.
  if (start[0] === 0x80 && start[1]! >= 2 && start[1]! <= 5) throw pickled(name);
  const received = start.length === 0 ? "an empty file" : Buffer.from(start.subarray(0, 6)).toString("hex");
  return invalidArray(
    name,
    `expected to start with the bytes 934e554d5059 (NPY), got ${received}`,
    saveAgain,
  );
}

function pickled(name: string): TunesmithError {
  return invalidArray(
    name,
    "expected numbers, got a pickled object, which is a program and is not run",
    "Save numbers: `numpy.save(path, numpy.asarray(values, dtype=numpy.float32), allow_pickle=False)`.",
  );
}

/**
 * @param start the file up to its values, as `npyOffset` counts
 * @throws INVALID_DATA when the header is damaged, or the values are no numbers
 */
export function parseNpyHeader(start: Uint8Array, name: string): NpyHeader {
  const offset = npyOffset(start.subarray(0, longestPreambleBytes), name);
  if (start.length < offset) throw invalidArray(name, "expected a whole header, got less", saveAgain);
  const text = Buffer.from(start.subarray(start[6] === 1 ? 10 : 12, offset)).toString("latin1");
  const field = (key: string, value: string) => new RegExp(`['"]${key}['"]\\s*:\\s*${value}`).exec(text);
  const order = field("fortran_order", "(True|False)\\b")?.[1];
  const shape = field("shape", "\\(([\\d\\s,]*)\\)")?.[1];
  const isStructured = field("descr", "\\[") !== null;
  const description = field("descr", "['\"]([^'\"]*)['\"]")?.[1];
  if (order === undefined || shape === undefined || (description === undefined && !isStructured)) {
    throw invalidArray(
      name,
      "expected a header with `descr`, `fortran_order` and `shape`, got another",
      saveAgain,
    );
  }
  if (isStructured) {
    throw invalidArray(
      name,
      "expected values of one type, got a structured type",
      "Save its fields as arrays of their own.",
    );
  }
  const [, endian, code, size] = /^([<>|=]?)(\?|[a-zA-Z])(\d*)$/.exec(description!) ?? [];
  if (code === "O") throw pickled(name);
  const type = code === "?" ? "b1" : `${code}${size}`;
  if (!Object.hasOwn(valueTypes, type)) {
    throw invalidArray(
      name,
      `expected values of a type among ${Object.keys(valueTypes).join(", ")}, got \`${description}\``,
      "Convert it, for example by `array.astype(numpy.float32)`.",
    );
  }
  const dimensions = shape.split(",").flatMap((part) => (part.trim() === "" ? [] : [Number(part)]));
  return {
    type: type as ValueType,
    isBigEndian: endian === ">",
    isFortran: order === "True",
    shape: dimensions,
    offset,
  };
}

/**
 * How many bytes the values take.
 *
 * @param held how many there are
 * @throws INVALID_DATA unless these are as many
 */
export function checkedSize({ type, shape }: NpyHeader, held: number, name: string): number {
  const size = shape.reduce((product, dimension) => product * dimension, valueTypes[type]);
  if (size === held) return size;
  throw invalidArray(
    name,
    `expected ${size} bytes for ${shape.join(" x ")} values of type ${type}, got ${held}`,
    held < size ? `The file ends too early: ${saveAgain.toLowerCase()}` : saveAgain,
  );
}
