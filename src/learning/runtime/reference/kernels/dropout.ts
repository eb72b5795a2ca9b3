import { philoxBlock } from "../../../../base/index.ts";
import type { ReferenceCall } from "../reference-kernel.ts";

function dropout({ buffers, slots, values, batch, chunkStart }: ReferenceCall): void {
  const { input, output } = buffers as Record<"input" | "output", Float64Array>;
  const { repeats, stride } = values as Record<"repeats" | "stride", number>;
  const rate = slots.rate![0]!;
  const step = slots.step![0]!;
  const key = [slots.key![0]!, slots.key![1]!] as const;
  const out = new Uint32Array(4);
  for (let row = 0; row < batch; row++) {
    for (let place = 0; place < stride; place++) {
      const block = Math.floor(place / 64) * 16 + (place % 16);
      const counter = [block, chunkStart + row, step % 2 ** 32, Math.floor(step / 2 ** 32)] as const;
      philoxBlock(counter, key, { out, offset: 0 });
      const isKept = out[Math.floor((place % 64) / 16)]! >= Math.floor(rate * 2 ** 32);
      for (let repeat = 0; repeat < repeats; repeat++) {
        const at = (row * repeats + repeat) * stride + place;
        output[at] = isKept ? input[at]! / (1 - rate) : 0;
      }
    }
  }
}

export const dropoutKernels = { dropout };
