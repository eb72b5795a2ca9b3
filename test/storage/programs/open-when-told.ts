/** Opens each store that it is told to, adds a study, closes it, and answers with how that went. */
import { openStorage } from "../../../src/search/storage/index.ts";
import { studyFixture } from "../../../src/testing/study-fixture.ts";

process.on("message", (folder: string) => {
  const name = `by-${process.pid}`;
  openStorage(folder)
    .then(async (storage) => {
      await storage.createStudy(studyFixture({ name }), 0);
      await storage.close();
    })
    .then(
      () => process.send!("opened"),
      (error: unknown) => process.send!(String(error)),
    );
});
process.send!("ready");
