import { describe, expect, it } from "vitest";

import { storageContract } from "../../../testing/storage-contract.ts";
import { studyFixture } from "../../../testing/study-fixture.ts";
import type { StudyId } from "../../trial/index.ts";
import { MemoryStorage } from "./memory-storage.ts";

storageContract({
  create: async () => ({ storage: new MemoryStorage() }),
  skip: [
    {
      test: "durability: everything acknowledged is there for the next connection",
      reason: "memory ends with its process",
    },
    {
      test: "durability: an opening is there for the next connection",
      reason: "memory ends with its process",
    },
  ],
});

describe("memory storage", () => {
  it("gives out records that nobody can change", async () => {
    const storage = new MemoryStorage();
    const definition = structuredClone(studyFixture()) as { description: string };
    const study = await storage.createStudy(definition as ReturnType<typeof studyFixture>, 0);
    definition.description = "changed";
    expect((await storage.getStudy("fixture")).definition.description).toBe("");
    expect(() => Object.assign(study.definition, { name: "changed" })).toThrow(TypeError);
  });

  it("calls an unknown study id a defect", async () => {
    await expect(new MemoryStorage().countTrials(9 as StudyId)).rejects.toThrow(
      expect.objectContaining({ code: "INTERNAL" }),
    );
  });
});
