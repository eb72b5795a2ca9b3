/** A picture to draw on: rectangles, dots, other pictures, and text in letters of dots. */
import { glyphHeight, glyphOf, glyphWidth } from "./font.ts";

/** Red, green and blue, 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number];

export const white: Color = [255, 255, 255];
export const ink: Color = [32, 32, 36];
export const faintInk: Color = [110, 110, 118];
const paper: Color = [250, 250, 250];
export const line: Color = [222, 222, 226];

/** Pixels without transparency, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3] */
  readonly pixels: Uint8Array;
}

export interface TextOptions {
  readonly color?: Color;
  /** Pixels for a dot of a letter. Defaults to 1. */
  readonly scale?: number;
}

/** Columns of pixels from one letter to the next. */
const advance = (scale: number) => (glyphWidth + 1) * scale;

/** A letter and its accents are one. */
function lettersOf(text: string): string[] {
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
}

/** In pixels. */
export const textWidthOf = (text: string, scale = 1): number =>
  Math.max(0, lettersOf(text).length * advance(scale) - scale);
export const textHeight = (scale = 1): number => glyphHeight * scale;

/** The text, or as much of it as fits with … behind. */
export function fitted(text: string, width: number, scale = 1): string {
  const letters = lettersOf(text);
  if (textWidthOf(text, scale) <= width) return text;
  const fitting = Math.max(0, Math.floor((width + scale) / advance(scale)) - 1);
  return `${letters.slice(0, fitting).join("")}…`;
}

export class Canvas implements Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;

  constructor(width: number, height: number, background: Color = paper) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8Array(width * height * 3);
    this.rectangle({ x: 0, y: 0, width, height }, background);
  }

  /** What is outside of the canvas is not drawn. @param strength how much of what was there is covered, 0 to 1 */
  dot(x: number, y: number, [red, green, blue]: Color, strength = 1): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const place = (y * this.width + x) * 3;
    const mix = (at: number, value: number) => {
      this.pixels[at] = Math.round(this.pixels[at]! * (1 - strength) + value * strength);
    };
    mix(place, red);
    mix(place + 1, green);
    mix(place + 2, blue);
  }

  rectangle(
    { x, y, width, height }: { x: number; y: number; width: number; height: number },
    color: Color,
  ): void {
    for (let row = y; row < y + height; row++) {
      for (let column = x; column < x + width; column++) this.dot(column, row, color);
    }
  }

  /** A filled circle with a soft edge. */
  disc(x: number, y: number, { radius, color }: { readonly radius: number; readonly color: Color }): void {
    for (let row = Math.floor(y - radius - 1); row <= y + radius + 1; row++) {
      for (let column = Math.floor(x - radius - 1); column <= x + radius + 1; column++) {
        const inside = radius + 0.5 - Math.hypot(column - x, row - y);
        if (inside > 0) this.dot(column, row, color, Math.min(1, inside));
      }
    }
  }

  /** @param scale whole: each pixel becomes a square of so many. */
  picture(
    x: number,
    y: number,
    { picture, scale = 1 }: { readonly picture: Picture; readonly scale?: number },
  ): void {
    for (let row = 0; row < picture.height * scale; row++) {
      for (let column = 0; column < picture.width * scale; column++) {
        const from = (Math.floor(row / scale) * picture.width + Math.floor(column / scale)) * 3;
        const { pixels } = picture;
        this.dot(x + column, y + row, [pixels[from]!, pixels[from + 1]!, pixels[from + 2]!]);
      }
    }
  }

  text(x: number, y: number, text: string, { color = ink, scale = 1 }: TextOptions = {}): void {
    lettersOf(text).forEach((letter, index) => {
      glyphOf(letter).forEach((row, down) => {
        for (let dot = 0; dot < glyphWidth; dot++) {
          if (((row >> (glyphWidth - 1 - dot)) & 1) === 0) continue;
          this.rectangle(
            { x: x + index * advance(scale) + dot * scale, y: y + down * scale, width: scale, height: scale },
            color,
          );
        }
      });
    });
  }
}
