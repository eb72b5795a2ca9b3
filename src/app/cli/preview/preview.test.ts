import { describe, expect, test } from "vitest";

import { loadSharp } from "../../../learning/data/index.ts";
import { Canvas, fitted, textHeight, textWidthOf, white, type Color, type Picture } from "./canvas.ts";
import { drawContactSheet } from "./contact-sheet.ts";
import { enlargementOf, pictureOf, rangeOf } from "./example-picture.ts";
import { glyphOf } from "./font.ts";
import { colorOfClass } from "./palette.ts";
import { encodePng } from "./png.ts";
import { drawScatter } from "./scatter.ts";
import { chooseProtocol } from "./terminal/choose-protocol.ts";
import { itermImage, kittyImage } from "./terminal/file-protocols.ts";
import { halfBlocks } from "./terminal/half-blocks.ts";
import { renderPicture } from "./terminal/render-picture.ts";

const escape = "\u001B";

/** One letter for each pixel: black, white, red. */
const pictureFrom = (...rows: string[]): Picture => ({
  width: rows[0]!.length,
  height: rows.length,
  pixels: Uint8Array.from(
    rows
      .join("")
      .split("")
      .flatMap((letter) => ({ k: [0, 0, 0], w: [255, 255, 255], r: [255, 0, 0] })[letter]!),
  ),
});

const at = ({ width, pixels }: Picture, x: number, y: number) => [
  ...pixels.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

describe("terminal pictures", () => {
  test("a kitty picture is one file, cut into pieces of 4096 letters", () => {
    expect(kittyImage(Uint8Array.of(1, 2, 3))).toBe(`${escape}_Gf=100,a=T,m=0;AQID${escape}\\`);
    const long = kittyImage(new Uint8Array(3500)).split(`${escape}\\`);
    expect(long).toHaveLength(3);
    expect(long[0]).toBe(`${escape}_Gf=100,a=T,m=1;${"A".repeat(4096)}`);
    expect(long[1]).toMatch(new RegExp(`^${escape}_Gm=0;A+=?=?$`));
  });

  test("an iTerm2 picture is an inline file with its size", () => {
    expect(itermImage(Uint8Array.of(1, 2, 3))).toBe(
      `${escape}]1337;File=inline=1;size=3;preserveAspectRatio=1:AQID\u0007`,
    );
  });

  test("half blocks are two pixels each; a colour is said when it changes", () => {
    const picture = pictureFrom("kkw", "rrw", "kww");
    expect(halfBlocks(picture, 80)).toBe(
      [
        `${escape}[38;2;0;0;0m${escape}[48;2;255;0;0m▀▀${escape}[38;2;255;255;255m${escape}[48;2;255;255;255m▀${escape}[0m`,
        `${escape}[38;2;0;0;0m${escape}[49m▀${escape}[38;2;255;255;255m▀▀${escape}[0m`,
      ].join("\n"),
    );
  });

  test("a picture that is wider than the terminal is averaged down", () => {
    expect(halfBlocks(pictureFrom("kwkw", "kwkw", "kkkk", "kkkk"), 2)).toBe(
      `${escape}[38;2;128;128;128m${escape}[48;2;0;0;0m▀▀${escape}[0m`,
    );
  });

  test.each([
    [{ TERM: "xterm-kitty" }, "kitty"],
    [{ TERM: "xterm-256color", KITTY_WINDOW_ID: "1" }, "kitty"],
    [{ TERM: "xterm-256color", TERM_PROGRAM: "ghostty" }, "kitty"],
    [{ TERM_PROGRAM: "iTerm.app" }, "iterm"],
    [{ TERM_PROGRAM: "WezTerm" }, "iterm"],
    [{ TERM: "xterm-256color" }, "blocks"],
    [{ TERM: "tmux-256color", KITTY_WINDOW_ID: "1" }, "blocks"],
    [{ TERM: "dumb" }, "none"],
  ] as const)("%j shows pictures by %s", (env, protocol) => {
    expect(chooseProtocol(env, { isTerminal: true })).toBe(protocol);
    expect(chooseProtocol(env, { isTerminal: false })).toBe("none");
  });

  test("a file is made only where it is shown", async () => {
    const picture = pictureFrom("k");
    const png = () => Promise.reject(new Error("made"));
    expect(await renderPicture(picture, { protocol: "none", png, columns: 9 })).toBe("");
    expect(await renderPicture(picture, { protocol: "blocks", png, columns: 9 })).toContain("▀");
    await expect(renderPicture(picture, { protocol: "kitty", png, columns: 9 })).rejects.toThrow("made");
  });
});

describe("drawing", () => {
  test("letters are the dots of their rows, left to right", () => {
    const canvas = new Canvas(6, 9, white);
    canvas.text(0, 0, "L", { color: [0, 0, 0] });
    const rows = Array.from({ length: 7 }, (_, y) =>
      Array.from({ length: 5 }, (_unused, x) => (at(canvas, x, y)[0] === 0 ? "#" : ".")).join(""),
    );
    expect(rows).toEqual([...Array.from({ length: 6 }, () => "#...."), "#####"]);
  });

  test("every printable letter has a glyph of its own, accents are left out, and others are a box", () => {
    const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
    const drawn = printable.map((letter) => glyphOf(letter).join());
    expect(new Set(drawn).size).toBe(95);
    expect(drawn).not.toContain(glyphOf("漢").join());
    expect(glyphOf("é")).toEqual(glyphOf("e"));
    for (const letter of printable) {
      for (const row of glyphOf(letter)) expect(row).toBeLessThan(32);
      expect(glyphOf(letter).length).toBeLessThanOrEqual(textHeight());
    }
  });

  test("text is cut to its width", () => {
    expect(fitted("Ankle boot", textWidthOf("Ankle boot"))).toBe("Ankle boot");
    const cut = fitted("Ankle boot", 40);
    expect(cut).toMatch(/^Ankl.*…$/);
    expect(textWidthOf(cut)).toBeLessThanOrEqual(40);
  });

  test("what is outside of the canvas is not drawn, and dots mix", () => {
    const canvas = new Canvas(2, 2, white);
    canvas.rectangle({ x: -5, y: 1, width: 6, height: 9 }, [0, 0, 0]);
    canvas.dot(1, 0, [0, 0, 0], 0.5);
    expect([at(canvas, 0, 0), at(canvas, 1, 0), at(canvas, 0, 1), at(canvas, 1, 1)]).toEqual([
      [255, 255, 255],
      [128, 128, 128],
      [0, 0, 0],
      [255, 255, 255],
    ]);
  });

  test("an image is neither mirrored nor turned, and its channels are red, green and blue", () => {
    const grey = pictureOf([0, 255, 128, 64], [2, 2, 1], rangeOf(new Uint8Array(1)));
    expect([at(grey, 0, 0), at(grey, 1, 0), at(grey, 0, 1)].map(([red]) => red)).toEqual([0, 255, 128]);
    const color = pictureOf([255, 0, 0, 0, 0, 255], [1, 2, 3], { low: 0, high: 255 });
    expect([at(color, 0, 0), at(color, 1, 0)]).toEqual([
      [255, 0, 0],
      [0, 0, 255],
    ]);
  });

  test("floats are shown from their lowest to their highest, large images averaged down, small ones enlarged", () => {
    const range = rangeOf(Float32Array.of(-1, 3, Number.NaN));
    expect(range).toEqual({ low: -1, high: 3 });
    const large = pictureOf(new Float32Array(200 * 100), [200, 100, 1], { low: 0, high: 1 });
    expect([large.height, large.width]).toEqual([67, 34]);
    expect(enlargementOf({ width: 28, height: 28 })).toBe(3);
    expect(enlargementOf({ width: 96, height: 60 })).toBe(1);
  });

  test("a sheet has its pictures where rows and columns say", () => {
    const tile = { picture: pictureFrom("rr", "rr") };
    const sheet = drawContactSheet(
      [
        { name: "one", tiles: [tile, tile] },
        { name: "two", tiles: [tile] },
      ],
      { title: "made" },
    );
    const reds = (x: number, y: number) => at(sheet, x, y).join() === "255,0,0";
    let count = 0;
    for (let y = 0; y < sheet.height; y++) for (let x = 0; x < sheet.width; x++) count += Number(reds(x, y));
    expect(count).toBe(3 * 84 * 84);
    expect(reds(sheet.width - 13, sheet.height - 13)).toBe(false);
    expect(reds(sheet.width - 13, sheet.height - 13 - 90)).toBe(true);
  });

  test("points lie where their values are, up is more, in their class's colour", () => {
    const examples = {
      count: 2,
      shape: [2],
      features: Float32Array.of(0, 0, 1, 1),
      labels: Uint8Array.of(0, 1),
    };
    const task = { kind: "classification", classes: ["low", "high"] } as const;
    const canvas = drawScatter({ examples, indices: Int32Array.of(0, 1) }, { task, title: "two" });
    const find = (color: Color, isWanted: (x: number) => boolean) => {
      for (let y = 45; y < canvas.height; y++) {
        for (let x = 0; x < canvas.width; x++)
          if (isWanted(x) && at(canvas, x, y).join() === color.join()) return { x, y };
      }
      return undefined;
    };
    const isPlot = (x: number) => x < 560;
    const low = find(colorOfClass(0), isPlot)!;
    const high = find(colorOfClass(1), isPlot)!;
    expect(low.x).toBeLessThan(100);
    expect(low.y).toBeGreaterThan(500);
    expect(high.x).toBeGreaterThan(500);
    expect(high.y).toBeLessThan(110);
  });

  test("a file holds the very pixels, whether its colours fit into a palette or not", async () => {
    const sharp = await loadSharp();
    const few = drawContactSheet([{ name: "Ångström", tiles: [{ picture: pictureFrom("kwr", "rwk") }] }], {
      title: "few colours",
    });
    const many = new Canvas(40, 40);
    for (let i = 0; i < 1600; i++) many.dot(i % 40, Math.floor(i / 40), [i % 256, (i * 7) % 256, i >> 3]);
    for (const canvas of [few, many]) {
      const { data, info } = await sharp(await encodePng(canvas))
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([canvas.width, canvas.height]);
      expect(Buffer.compare(data, Buffer.from(canvas.pixels))).toBe(0);
    }
  });
});
