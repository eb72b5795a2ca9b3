/** Records openings of the test split as fast as it can, once it is told to; then says which ordinals they got. */
import { once } from "node:events";

import { openStorage } from "../../../src/search/storage/index.ts";
import { openingFixture } from "../../../src/testing/study-fixture.ts";

const [folder, purpose] = process.argv.slice(2) as [string, string];
const storage = await openStorage(folder, { create: false });
const { id } = await storage.getStudy("fixture");
process.send!("ready");
await once(process, "message");
const ordinals: number[] = [];
for (let index = 0; index < 25; index++) {
  ordinals.push((await storage.recordTestOpening(id, openingFixture({ purpose }))).ordinal);
}
await storage.close();
process.send!(ordinals, () => process.disconnect());
