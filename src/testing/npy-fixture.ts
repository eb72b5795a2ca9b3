export interface NpyFixtureOptions {
  /** As NumPy writes it: `<f4`, `|u1`. */
  readonly type: "<f4" | "<f8" | "|u1" | "<i4";
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  /** Defaults to 1. */
  readonly version?: 1 | 2 | 3;
  /** In place of the header's text that goes with the rest. */
  readonly text?: string;
}

const arrays = { "<f4": Float32Array, "<f8": Float64Array, "|u1": Uint8Array, "<i4": Int32Array };

/** An array file of NumPy's format. */
export function npyFile({ type, shape, values, version = 1, text }: NpyFixtureOptions): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const dictionary = text ?? `{'descr': '${type}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const preamble = version === 1 ? 10 : 12;
  const header = Buffer.from(
    dictionary.padEnd(64 * Math.ceil((dictionary.length + 13) / 64) - preamble - 1) + "\n",
  );
  const start = new Uint8Array(preamble);
  start.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  const view = new DataView(start.buffer);
  if (version === 1) view.setUint16(8, header.length, true);
  else view.setUint32(8, header.length, true);
  const { buffer } = arrays[type].from(values);
  return new Uint8Array(Buffer.concat([start, header, new Uint8Array(buffer)]));
}
