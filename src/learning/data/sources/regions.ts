/**
 * A map of countries, as points of a square from -1 to 1: each point belongs to the country that it lies in.
 *
 * 1. Capitals are spread over the square: each is, of twenty places drawn, the one farthest from the capitals so far.
 * 2. Each country has its capital and three more towns near it, so its territory need not be convex, nor in one piece.
 * 3. A point is moved by two waves along each axis, and belongs to the country of the town nearest to where it then is: the
 *    waves make borders wobble.
 * 4. Noise moves the point after its country is decided, so close to a border nobody can be sure.
 *
 * A linear model can only give each country one convex piece with straight borders; a small network bends them.
 *
 * Accuracy on the test split, of seeds 0, 1 and 2, with coordinates as they are, Adam, rate 3e-3, batch 32, 100 epochs:
 * linear 0.796, 0.798, 0.798; one hidden layer of 8 0.873, 0.859, 0.872; two of 32 0.919, 0.910, 0.931.
 */
import { z } from "zod";

import { RandomStream, toSeed } from "../../../base/index.ts";
import { noiseSchema, numbered, planarFields, planarSource } from "../planar/planar-source.ts";
import { onCircle } from "../planar/turn.ts";
import { defineSourceKind } from "./source.ts";

type Place = readonly [x: number, y: number];

interface Town {
  readonly country: number;
  readonly at: Place;
}

const candidates = 20;
const townsPerCountry = 4;
/** As a part of the distance between capitals, were they on a grid. */
const townDistance = 0.6;
/** Of the waves: how far they move a point, and how many there are from one side of the square to the other. */
const waves = [
  { height: 0.16, count: 1.7 },
  { height: 0.07, count: 4.3 },
] as const;

function squaredDistance(a: Place, b: Place): number {
  const [x, y] = [a[0] - b[0], a[1] - b[1]];
  return x * x + y * y;
}

/** A place in the square, from two draws of the stream. */
const placeOf = (stream: RandomStream, index: number): Place => [
  2 * stream.uniform(2 * index) - 1,
  2 * stream.uniform(2 * index + 1) - 1,
];

function drawCapitals(seed: number, countries: number): Place[] {
  const stream = new RandomStream(toSeed(seed), "regions", "capitals");
  const capitals: Place[] = [];
  for (let country = 0; country < countries; country++) {
    const places = Array.from({ length: candidates }, (_, i) => placeOf(stream, candidates * country + i));
    const room = (place: Place) => Math.min(...capitals.map((other) => squaredDistance(place, other)));
    capitals.push(places.reduce((best, place) => (room(place) > room(best) ? place : best)));
  }
  return capitals;
}

function drawTowns(seed: number, countries: number): Town[] {
  const stream = new RandomStream(toSeed(seed), "regions", "towns");
  const reach = (townDistance * 2) / Math.sqrt(countries);
  return drawCapitals(seed, countries).flatMap((capital, country) =>
    Array.from({ length: townsPerCountry }, (_, town): Town => {
      if (town === 0) return { country, at: capital };
      const [x, y] = placeOf(stream, townsPerCountry * country + town);
      return { country, at: [capital[0] + reach * x, capital[1] + reach * y] };
    }),
  );
}

function moved([x, y]: Place): Place {
  let [movedX, movedY] = [x, y];
  for (const { height, count } of waves) {
    movedX += height * onCircle((count * y) / 2)[1];
    movedY += height * onCircle((count * x) / 2)[0];
  }
  return [movedX, movedY];
}

export const regions = defineSourceKind({
  schema: z.strictObject({
    kind: z.literal("regions"),
    ...planarFields,
    /** Defaults to 0.02. */
    noise: noiseSchema.default(0.02),
    /** How many countries. Defaults to 8. */
    classes: z.int().min(2).max(50).default(8),
  }),
  source: ({ count, seed, noise, classes }) => {
    const towns = drawTowns(seed, classes);
    return planarSource({
      name: "regions",
      title: "A map of countries",
      classes: numbered("country", classes),
      count,
      seed,
      noise,
      point: (_, uniform) => {
        const at: Place = [2 * uniform(0) - 1, 2 * uniform(1) - 1];
        const seen = moved(at);
        const nearest = towns.reduce((best, town) =>
          squaredDistance(seen, town.at) < squaredDistance(seen, best.at) ? town : best,
        );
        return { at, label: nearest.country };
      },
    });
  },
});
