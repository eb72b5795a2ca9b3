import { TunesmithError } from "../../../base/index.ts";
import type { PreprocessingDocument, ScalingName } from "./fields.ts";

/**
 * Constants in place of measured ones must be usable, and something must use them.
 *
 * @throws INVALID_DOCUMENT
 */
export function checkConstants(
  { mean, deviation }: PreprocessingDocument,
  { scaling, channels }: { readonly scaling: ScalingName; readonly channels: number },
): void {
  for (const [name, constants] of Object.entries({ mean, deviation })) {
    if (constants === undefined) continue;
    if (scaling !== "standardize") {
      throw invalid(
        `\`${name}\` goes with the scaling \`standardize\`, got it with \`${scaling}\``,
        `Set \`data.preprocessing.scaling\` to \`standardize\`, or leave \`${name}\` out.`,
      );
    }
    const each = [constants].flat();
    if (each.length !== 1 && each.length !== channels) {
      const rule = channels === 1 ? "one number" : `one number or ${channels}, one for each channel`;
      throw invalid(
        `\`${name}\` must be ${rule}, got ${each.length} numbers`,
        "Leave it out: then it is measured on the training split.",
      );
    }
    const wrong = each.find((value) => name === "deviation" && !(value > 0));
    if (wrong !== undefined) {
      throw invalid(
        `\`deviation\` must be above 0, got ${wrong}`,
        "Values are divided by it. Leave it out: then it is measured on the training split.",
      );
    }
  }
}

function invalid(rule: string, hint: string): TunesmithError {
  return new TunesmithError("INVALID_DOCUMENT", { message: `data.preprocessing: ${rule}.`, hint });
}
