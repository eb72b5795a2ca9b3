/** The registry of initializers: how the weights of dense layers and convolutions begin. */
import { constant } from "./constant.ts";
import { glorotNormal } from "./glorot-normal.ts";
import { glorotUniform } from "./glorot-uniform.ts";
import { heNormal } from "./he-normal.ts";
import { heUniform } from "./he-uniform.ts";
import type { Initializer } from "./initializer.ts";
import { lecunNormal } from "./lecun-normal.ts";
import type { InitializerName } from "./names.ts";
import { orthogonal } from "./orthogonal.ts";
import { torch } from "./torch.ts";
import { truncatedNormal } from "./truncated-normal.ts";
import { zeros } from "./zeros.ts";

export const initializers: Readonly<Record<InitializerName, Initializer>> = {
  torch,
  "he-normal": heNormal,
  "he-uniform": heUniform,
  "glorot-normal": glorotNormal,
  "glorot-uniform": glorotUniform,
  "lecun-normal": lecunNormal,
  orthogonal,
  "truncated-normal": truncatedNormal,
  zeros,
  constant,
};
