import { percent } from "../data-finding.ts";
import type { DataRule } from "./rule.ts";

export const constantPixels: DataRule = ({ features: { constant }, valueCount, isImage }) =>
  !isImage || constant === 0 || constant === valueCount
    ? []
    : [
        {
          severity: "note",
          message: `${constant} of ${valueCount} values are the same in every training example (${percent(constant / valueCount)}), as borders are.`,
          hint: "They cost time and teach nothing; a scaling by `feature` leaves them at 0.",
        },
      ];
