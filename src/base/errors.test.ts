import { describe, expect, it } from "vitest";

import { errorCodes, type ErrorCode } from "./error-codes.ts";
import { internalError, TunesmithError } from "./errors.ts";

/** Exit statuses that each kind may have: `docs/guide/command-line.md`. */
const statuses = { user: [2, 4], state: [3, 5], internal: [70] };

describe("errorCodes", () => {
  it.each(Object.entries(errorCodes))("%s has an exit status of its kind and a meaning", (_code, info) => {
    expect(statuses[info.kind]).toContain(info.exitStatus);
    expect(info.meaning).toMatch(/^[A-Z].*\.$/);
  });
});

describe("TunesmithError", () => {
  it.each(Object.keys(errorCodes) as ErrorCode[])("%s knows its kind and exit status", (code) => {
    const error = new TunesmithError(code, { message: "where: rule, got 1." });
    expect(error).toMatchObject({
      name: "TunesmithError",
      code,
      message: "where: rule, got 1.",
      hint: undefined,
      facts: {},
      isRetryable: false,
      kind: errorCodes[code].kind,
      exitStatus: errorCodes[code].exitStatus,
    });
    expect("cause" in error).toBe(false);
  });

  it("keeps hint, facts and cause", () => {
    const cause = new Error("disk full");
    const error = new TunesmithError("STORE_UNUSABLE", {
      message: "store: it cannot be written.",
      hint: "Free some space.",
      facts: { path: "x" },
      cause,
      isRetryable: true,
    });
    expect(error).toMatchObject({ hint: "Free some space.", facts: { path: "x" }, cause, isRetryable: true });
    expect(error).toBeInstanceOf(Error);
  });
});

describe("internalError", () => {
  it("says that it is a defect and asks for a report", () => {
    const error = internalError("arena overlap between buffers 12 and 15", { first: 12 });
    expect(error).toMatchObject({
      code: "INTERNAL",
      message: "internal: arena overlap between buffers 12 and 15",
      facts: { first: 12 },
      exitStatus: 70,
    });
    expect(error.hint).toContain("report");
  });
});
