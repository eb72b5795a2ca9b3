/** Pictures as files within the text. */

/** What the protocol takes at once. */
const kittyChunk = 4096;

/**
 * @see Kitty, "Terminal graphics protocol": f=100 is a PNG, a=T shows it, m=1 says that more of it follows
 */
export function kittyImage(png: Uint8Array): string {
  const text = Buffer.from(png).toString("base64");
  const chunks = Array.from({ length: Math.max(1, Math.ceil(text.length / kittyChunk)) }, (_, i) =>
    text.slice(i * kittyChunk, (i + 1) * kittyChunk),
  );
  return chunks
    .map((chunk, i) => {
      const more = i + 1 < chunks.length ? 1 : 0;
      const control = i === 0 ? `f=100,a=T,m=${more}` : `m=${more}`;
      return `\u001B_G${control};${chunk}\u001B\\`;
    })
    .join("");
}

/** @see iTerm2, "Images": an inline file ends with the bell */
export function itermImage(png: Uint8Array): string {
  const text = Buffer.from(png).toString("base64");
  return `\u001B]1337;File=inline=1;size=${png.length};preserveAspectRatio=1:${text}\u0007`;
}
