import { hashJson } from "../../../base/index.ts";
import { kernelNames, signatureOf } from "./index.ts";

/** A number that stands for names, order and arguments of all kernels: a core that was built for others has another. */
export const kernelTableFingerprint = Number.parseInt(
  hashJson(
    kernelNames.map((name) => {
      const { runs, arguments: named } = signatureOf(name);
      const described = Object.entries(named).map(([argument, { kind, ...rest }]) => [
        argument,
        kind,
        ...("names" in rest ? rest.names : []),
      ]);
      return [name, runs, described];
    }),
  ).slice(0, 7),
  16,
);
