/**
 * The safetensors file format: eight bytes of header length, a JSON header, then the tensors' bytes. It holds nothing
 * that could be executed, and every array library reads it.
 *
 * @see https://github.com/huggingface/safetensors, section "Format"
 */
import { z } from "zod";

import { TunesmithError } from "../../base/index.ts";

export interface Tensor {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Float32Array | Float64Array;
}

export interface TensorFile {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

const lengthBytes = 8;
/** As the format's reference implementation has it. */
const longestHeader = 100_000_000;

const arrayTypes = { F32: Float32Array, F64: Float64Array } as const;

const entrySchema = z.object({
  dtype: z.enum(["F32", "F64"]),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
const headerSchema = z
  .object({ __metadata__: z.record(z.string(), z.string()).default({}) })
  .catchall(entrySchema);

export function encodeTensors({ tensors, metadata }: TensorFile): Uint8Array<ArrayBuffer> {
  let end = 0;
  const header: Record<string, unknown> = { __metadata__: metadata };
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    const dtype = values instanceof Float64Array ? "F64" : "F32";
    header[name] = { dtype, shape, data_offsets: [end, end + values.byteLength] };
    end += values.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Blanks at the end put the tensors on an eight-byte boundary.
  const headerBytes = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(lengthBytes + headerBytes + end).fill(
    0x20,
    lengthBytes,
    lengthBytes + headerBytes,
  );
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.set(text, lengthBytes);
  let offset = lengthBytes + headerBytes;
  for (const { values } of Object.values(tensors)) {
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
    offset += values.byteLength;
  }
  return file;
}

/** @throws INVALID_CHECKPOINT when the file is cut off or is something else. */
export function decodeTensors(file: Uint8Array): TensorFile {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const headerBytes = file.length < lengthBytes ? NaN : Number(view.getBigUint64(0, true));
  if (!(headerBytes <= longestHeader && lengthBytes + headerBytes <= file.length))
    throw damaged("its header is cut off");
  const start = lengthBytes + headerBytes;
  const { __metadata__: metadata, ...entries } = decodeHeader(file.subarray(lengthBytes, start));
  const tensors = Object.entries(entries).map(([name, entry]) => {
    const { dtype, shape, data_offsets: offsets } = entry;
    const ArrayType = arrayTypes[dtype];
    const count = shape.reduce((product, size) => product * size, 1);
    const [from, to] = offsets;
    if (to - from !== count * ArrayType.BYTES_PER_ELEMENT || start + to > file.length) {
      throw damaged(`tensor \`${name}\` is cut off`);
    }
    // A copy of its own: the bytes may lie unaligned in a larger buffer.
    const bytes = new Uint8Array(file.subarray(start + from, start + to));
    return [name, { shape, values: new ArrayType(bytes.buffer) }] as const;
  });
  return { tensors: Object.fromEntries(tensors), metadata };
}

function decodeHeader(bytes: Uint8Array): z.output<typeof headerSchema> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw damaged("its header is not JSON", cause);
  }
  const { data, error } = headerSchema.safeParse(header);
  if (data !== undefined) return data;
  const where = error.issues[0]?.path[0];
  throw damaged(
    where === undefined ? "its header lists no tensors" : `\`${String(where)}\` is not described`,
  );
}

function damaged(what: string, cause?: unknown): TunesmithError {
  return new TunesmithError("INVALID_CHECKPOINT", {
    message: `checkpoint: not a whole safetensors file: ${what}.`,
    hint: "Delete it; the training starts from its last whole checkpoint or from the beginning.",
    ...(cause === undefined ? {} : { cause }),
  });
}
