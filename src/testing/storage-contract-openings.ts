/** The laws of `Storage` about openings of the locked test split. */
import { expect, onTestFinished } from "vitest";

import { claim, newTrial, type StorageLaw } from "./storage-fixture.ts";
import { openingFixture, studyFixture } from "./study-fixture.ts";

export function openingLaws(law: StorageLaw): void {
  law(
    "openings: each is kept as it was, in order, with the study's next ordinal",
    async ({ storage }, id) => {
      expect(await storage.listTestOpenings(id)).toEqual([]);
      for (const number of [0, 1]) await storage.createTrial(id, newTrial(number), claim);
      const first = openingFixture({ trialNumber: 1 });
      expect(await storage.recordTestOpening(id, first)).toEqual({ ...first, ordinal: 1 });
      // A clock that was set back does not make it an earlier opening.
      const second = openingFixture({ trialNumber: 0, openedAt: first.openedAt - 1000, purpose: "again" });
      expect(await storage.recordTestOpening(id, second)).toEqual({ ...second, ordinal: 2 });
      expect(await storage.recordTestOpening(id, first)).toEqual({ ...first, ordinal: 3 });
      expect(await storage.listTestOpenings(id)).toEqual([
        { ...first, ordinal: 1 },
        { ...second, ordinal: 2 },
        { ...first, ordinal: 3 },
      ]);
    },
  );

  law("openings: every study counts its own", async ({ storage }, id) => {
    const other = await storage.createStudy(studyFixture({ name: "other" }), 950);
    for (const studyId of [id, other.id]) {
      await storage.createTrial(studyId, newTrial(0), claim);
      expect(await storage.recordTestOpening(studyId, openingFixture())).toMatchObject({ ordinal: 1 });
    }
    expect(await storage.listTestOpenings(other.id)).toHaveLength(1);
  });

  law("openings: at the same time they are counted apart", async ({ storage }, id) => {
    await storage.createTrial(id, newTrial(0), claim);
    const purposes = ["a", "b", "c", "d"];
    const records = await Promise.all(
      purposes.map((purpose) => storage.recordTestOpening(id, openingFixture({ purpose }))),
    );
    expect(records.map(({ ordinal }) => ordinal).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4]);
    expect(new Set((await storage.listTestOpenings(id)).map(({ purpose }) => purpose))).toEqual(
      new Set(purposes),
    );
  });

  law("openings: one that no record may hold is refused and leaves nothing", async ({ storage }, id) => {
    await expect(storage.recordTestOpening(id, openingFixture())).rejects.toThrow(
      expect.objectContaining({ code: "TRIAL_NOT_FOUND" }),
    );
    await storage.createTrial(id, newTrial(0), claim);
    for (const wrong of [{ purpose: " " }, { openedAt: 0.5 }, { examples: 0 }]) {
      await expect(storage.recordTestOpening(id, openingFixture(wrong))).rejects.toThrow(
        expect.objectContaining({ code: "INVALID_USAGE" }),
      );
    }
    expect(await storage.listTestOpenings(id)).toEqual([]);
  });

  law("openings: metrics that are not finite come back as they are", async ({ storage }, id) => {
    await storage.createTrial(id, newTrial(0), claim);
    const metrics = { a: Number.NaN, b: Number.POSITIVE_INFINITY, c: Number.NEGATIVE_INFINITY, d: 5e-324 };
    await storage.recordTestOpening(id, openingFixture({ metrics }));
    expect((await storage.listTestOpenings(id))[0]!.metrics).toEqual(metrics);
  });

  law("durability: an opening is there for the next connection", async (store, id) => {
    await store.storage.createTrial(id, newTrial(0), claim);
    await store.storage.recordTestOpening(id, openingFixture());
    await store.storage.close();
    const reopened = await store.reopen!();
    onTestFinished(() => reopened.close());
    expect(await reopened.listTestOpenings(id)).toEqual([{ ...openingFixture(), ordinal: 1 }]);
  });
}
