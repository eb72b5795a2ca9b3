import type { Picture } from "../canvas.ts";
import type { ProtocolName } from "./choose-protocol.ts";
import { itermImage, kittyImage } from "./file-protocols.ts";
import { halfBlocks } from "./half-blocks.ts";

export interface RenderOptions {
  readonly protocol: ProtocolName;
  /** The same picture as a file; asked for only where the protocol needs it. */
  readonly png: () => Promise<Uint8Array>;
  /** Of the terminal. */
  readonly columns: number;
}

/** What to print so that a terminal shows the picture; empty for none. */
export async function renderPicture(
  picture: Picture,
  { protocol, png, columns }: RenderOptions,
): Promise<string> {
  switch (protocol) {
    case "kitty":
      return `${kittyImage(await png())}\n`;
    case "iterm":
      return `${itermImage(await png())}\n`;
    case "blocks":
      return `${halfBlocks(picture, columns)}\n`;
    case "none":
      return "";
    default:
      return protocol satisfies never;
  }
}
