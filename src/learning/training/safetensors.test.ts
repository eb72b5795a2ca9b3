import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { decodeTensors, encodeTensors, type TensorFile } from "./safetensors.ts";

const name = fc
  .string({ minLength: 1, maxLength: 12 })
  .filter((text) => text !== "__metadata__" && text !== "__proto__");

const tensor = fc
  .tuple(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 3 }), fc.boolean(), fc.nat())
  .map(([shape, isDouble, seed]) => {
    const count = shape.reduce((product, size) => product * size, 1);
    const special = [Number.NaN, Infinity, -Infinity, -0, 5e-324, 1e-45, seed, Math.PI];
    const content = Array.from({ length: count }, (_, index) => special[(seed + index) % special.length]!);
    return { shape, values: isDouble ? Float64Array.from(content) : Float32Array.from(content) };
  });

const file: fc.Arbitrary<TensorFile> = fc.record({
  tensors: fc.dictionary(name, tensor, { noNullPrototype: true, maxKeys: 5 }),
  metadata: fc.dictionary(name, fc.string(), { noNullPrototype: true, maxKeys: 3 }),
});

const small: TensorFile = {
  tensors: {
    weight: { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) },
    slots: { shape: [2], values: Float64Array.of(0.1, 1e300) },
  },
  metadata: { format: "test" },
};

const invalid = expect.objectContaining({
  code: "INVALID_CHECKPOINT",
  hint: expect.stringMatching(/^Delete it/),
});

/** A file with any header. */
function withHeader(header: string, content = new Uint8Array(8)): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + content.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(content, 8 + text.length);
  return bytes;
}

describe("safetensors", () => {
  it("come back bit for bit", () => {
    fc.assert(
      fc.property(file, (content) => {
        expect(decodeTensors(encodeTensors(content))).toEqual(content);
      }),
      { seed: 1 },
    );
  });

  it("are laid out as the format says: length, header, tensors without gaps", () => {
    const bytes = encodeTensors(small);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)).toString()) as object;
    expect(header).toEqual({
      __metadata__: { format: "test" },
      weight: { dtype: "F32", shape: [2, 3], data_offsets: [0, 24] },
      slots: { dtype: "F64", shape: [2], data_offsets: [24, 40] },
    });
    expect(bytes).toHaveLength(8 + length + 40);
    expect((8 + length) % 8).toBe(0);
    const view = new DataView(bytes.buffer, 8 + length);
    expect(Array.from({ length: 6 }, (_, index) => view.getFloat32(4 * index, true))).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
    expect([view.getFloat64(24, true), view.getFloat64(32, true)]).toEqual([0.1, 1e300]);
  });

  it("are read from the middle of a larger buffer", () => {
    const bytes = encodeTensors(small);
    const larger = Buffer.alloc(bytes.length + 20);
    larger.set(bytes, 13);
    expect(decodeTensors(larger.subarray(13, 13 + bytes.length))).toEqual(small);
  });

  it("cut off anywhere are refused", () => {
    const bytes = encodeTensors(small);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeTensors(bytes.subarray(0, length)), `${length} bytes`).toThrow(invalid);
    }
  });

  it("with a changed header are read or refused, and never break", () => {
    const bytes = encodeTensors(small);
    const header = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    fc.assert(
      fc.property(fc.nat({ max: 7 + header }), fc.nat({ max: 255 }), (at, value) => {
        const changed = bytes.slice();
        changed[at] = value;
        try {
          decodeTensors(changed);
        } catch (error) {
          expect(error).toEqual(invalid);
        }
      }),
      { seed: 2, numRuns: 2000 },
    );
  });

  it.each([
    ["nothing", new Uint8Array()],
    ["random bytes", Uint8Array.from({ length: 200 }, (_, index) => (index * 97 + 13) % 256)],
    ["text", new TextEncoder().encode("this is a text and no file of tensors at all")],
    ["a header that is null", withHeader("null")],
    ["a header that is a list", withHeader("[]")],
    ["a header that is no JSON", withHeader("{")],
    ["metadata that is no text", withHeader('{"__metadata__":{"history":1}}')],
    ["a tensor of an unknown type", withHeader('{"x":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}')],
    [
      "a tensor of the type of a method",
      withHeader('{"x":{"dtype":"toString","shape":[2],"data_offsets":[0,8]}}'),
    ],
    ["a tensor that is null", withHeader('{"x":null}')],
    ["a tensor without offsets", withHeader('{"x":{"dtype":"F32","shape":[2]}}')],
    ["offsets that are text", withHeader('{"x":{"dtype":"F32","shape":[2],"data_offsets":["0","8"]}}')],
    ["a negative offset", withHeader('{"x":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}')],
    ["half an offset", withHeader('{"x":{"dtype":"F32","shape":[2],"data_offsets":[-0.5,7.5]}}')],
    ["offsets past the end", withHeader('{"x":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}')],
    ["a shape of another size", withHeader('{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}')],
    ["a negative shape", withHeader('{"x":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}}')],
  ])("refuse %s", (_what, bytes) => {
    expect(() => decodeTensors(bytes)).toThrow(invalid);
  });
});
