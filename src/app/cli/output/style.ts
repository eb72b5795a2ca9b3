/** Emphasis by meaning; how it looks is decided here, and without colour it is the text itself. */
export interface Style {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly accent: (text: string) => string;
}

const plain = (text: string): string => text;

const sgr = (code: number, reset: number) => (text: string) => `\u001B[${code}m${text}\u001B[${reset}m`;

export const plainStyle: Style = { strong: plain, faint: plain, good: plain, bad: plain, accent: plain };

export const colorStyle: Style = {
  strong: sgr(1, 22),
  faint: sgr(2, 22),
  good: sgr(32, 39),
  bad: sgr(31, 39),
  accent: sgr(36, 39),
};

/** `ESC [ ... m`. Written from parts, because a control character in a pattern is mostly a slip. */
export const emphasisPattern = "\\u001B\\[[0-9;]*m";

const emphasis = new RegExp(emphasisPattern, "g");
const emphasisParts = new RegExp(`(${emphasisPattern})`);

/** The text without its emphasis. */
function unstyled(text: string): string {
  return text.replaceAll(emphasis, "");
}

const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u;

/** Columns that the text takes on a terminal. */
export function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(unstyled(text))) width += wide.test(segment) ? 2 : 1;
  return width;
}

/** The text in at most `width` columns, its end replaced by … when it is longer. Emphasis is closed. */
export function fitText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = "";
  let used = 0;
  for (const part of text.split(emphasisParts)) {
    if (part.startsWith("\u001B")) {
      kept += part;
      continue;
    }
    for (const { segment } of new Intl.Segmenter().segment(part)) {
      used += textWidth(segment);
      if (used > width - 1) return `${kept}…${kept.includes("\u001B") ? "\u001B[0m" : ""}`;
      kept += segment;
    }
  }
  return kept;
}
