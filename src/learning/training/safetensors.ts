/**
 * The safetensors file format: eight bytes of header length, a JSON header, then the tensors' bytes. It holds nothing
 * that could be executed, and every array library reads it.
 *
 * @see https://github.com/huggingface/safetensors, section "Format"
 */
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
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(new TextDecoder().decode(file.subarray(lengthBytes, start))) as Record<
      string,
      unknown
    >;
  } catch (cause) {
    throw damaged("its header is not JSON", cause);
  }
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors = Object.entries(entries).map(([name, entry]) => [
    name,
    decodeTensor(file, start, { name, entry }),
  ]);
  return {
    tensors: Object.fromEntries(tensors) as Record<string, Tensor>,
    metadata: metadata as Record<string, string>,
  };
}

function decodeTensor(
  file: Uint8Array,
  start: number,
  { name, entry }: { name: string; entry: unknown },
): Tensor {
  const {
    dtype,
    shape,
    data_offsets: offsets,
  } = (entry ?? {}) as {
    dtype?: keyof typeof arrayTypes;
    shape?: number[];
    data_offsets?: [number, number];
  };
  const ArrayType = dtype === undefined ? undefined : arrayTypes[dtype];
  if (ArrayType === undefined || !Array.isArray(shape) || !Array.isArray(offsets)) {
    throw damaged(`tensor \`${name}\` is not described`);
  }
  const count = shape.reduce((product, size) => product * size, 1);
  const [from, to] = offsets;
  if (to - from !== count * ArrayType.BYTES_PER_ELEMENT || from < 0 || start + to > file.length) {
    throw damaged(`tensor \`${name}\` is cut off`);
  }
  // Not file.slice: of a Buffer that would be a view at an odd offset.
  const bytes = Uint8Array.from(file.subarray(start + from, start + to));
  return { shape, values: new ArrayType(bytes.buffer) };
}

function damaged(what: string, cause?: unknown): TunesmithError {
  return new TunesmithError("INVALID_CHECKPOINT", {
    message: `checkpoint: not a whole safetensors file: ${what}.`,
    hint: "Delete it; the training starts from its last whole checkpoint or from the beginning.",
    ...(cause === undefined ? {} : { cause }),
  });
}
