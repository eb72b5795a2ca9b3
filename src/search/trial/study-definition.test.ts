import { describe, expect, it } from "vitest";

import { studyFixture } from "../../testing/study-fixture.ts";
import { parseStudyDefinition } from "./study-definition.ts";

describe("parseStudyDefinition", () => {
  it("gives a definition back as it is, also from its JSON text", () => {
    const definition = studyFixture();
    expect(parseStudyDefinition(definition)).toEqual(definition);
    expect(parseStudyDefinition(JSON.parse(JSON.stringify(definition)))).toEqual(definition);
  });

  it.each([
    ["name", "", "name"],
    ["name", "a\nb", "name"],
    ["name", " a", "name"],
    ["maxTrials", 0, "maxTrials"],
    ["maxTrials", 1.5, "maxTrials"],
    ["objective", { metric: "m", direction: "up", reduce: "last" }, "objective.direction"],
    ["sampler", { name: "grid" }, "sampler.options"],
    ["baseDocument", undefined, "baseDocument"],
  ])("refuses %s = %j and names the field", (key, value, path) => {
    expect(() => parseStudyDefinition({ ...studyFixture(), [key]: value })).toThrow(
      expect.objectContaining({ code: "INVALID_USAGE", message: expect.stringContaining(`\`${path}\``) }),
    );
  });

  it("refuses a reducer, a seed and a space by their own rules", () => {
    const refused = (parts: object, code: string) =>
      expect(() => parseStudyDefinition({ ...studyFixture(), ...parts })).toThrow(
        expect.objectContaining({ code }),
      );
    refused({ objective: { metric: "m", direction: "maximize", reduce: "first" } }, "INVALID_USAGE");
    refused({ seed: "-1" }, "INVALID_USAGE");
    refused({ space: { parameters: [] } }, "INVALID_SPACE");
  });
});
