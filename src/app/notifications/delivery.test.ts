import { expect, it } from "vitest";

import { UndeliveredNotice, type Channel } from "./channel.ts";
import { Delivery } from "./delivery.ts";
import type { Notice } from "./notice.ts";

const notice = (sequence: number) => ({ sequence }) as Notice;

function setUp(deliver: Channel["deliver"]) {
  const warnings: string[] = [];
  const pauses: number[] = [];
  const delivery = new Delivery({
    channels: [{ name: "somebody", deliver }],
    onWarning: (message) => warnings.push(message),
    pause: async (ms) => void pauses.push(ms),
  });
  return { delivery, warnings, pauses };
}

const refuse = (isRetryable: boolean) => async () => {
  throw new UndeliveredNotice("it answered with status 503", { isRetryable });
};

it("delivers in order, and what fails for a moment a little later", async () => {
  const delivered: number[] = [];
  let failures = 2;
  const { delivery, warnings, pauses } = setUp(async ({ sequence }) => {
    if (failures-- > 0) await refuse(true)();
    delivered.push(sequence);
  });
  for (const sequence of [1, 2, 3]) delivery.add(notice(sequence));
  await delivery.end(1000);
  expect(delivered).toEqual([1, 2, 3]);
  expect(pauses).toEqual([1000, 5000]);
  expect(warnings).toEqual([]);
});

it.each([
  [true, 3],
  [false, 1],
])("gives up with one warning (retryable: %s), and goes on with the next", async (isRetryable, tries) => {
  let calls = 0;
  const { delivery, warnings } = setUp(async () => {
    calls += 1;
    await refuse(isRetryable)();
  });
  delivery.add(notice(1));
  delivery.add(notice(2));
  await delivery.end(1000);
  expect(calls).toBe(2 * tries);
  expect(warnings).toEqual(["somebody: a notification was not taken: it answered with status 503."]);
});

it("keeps a bounded number, and does not wait for ever at the end", async () => {
  const began = Promise.withResolvers<void>();
  const { delivery, warnings } = setUp(
    (_, signal) =>
      new Promise((resolve) => {
        began.resolve();
        signal.addEventListener("abort", () => resolve());
      }),
  );
  for (let sequence = 0; sequence < 120; sequence++) delivery.add(notice(sequence));
  await began.promise;
  await delivery.end(0);
  expect(warnings).toEqual([
    "somebody: more than 100 notifications wait; later ones are left out.",
    "somebody: 100 notifications could not be delivered in time.",
  ]);
});
