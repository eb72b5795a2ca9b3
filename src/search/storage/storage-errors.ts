import { suggestName, TunesmithError } from "../../base/index.ts";
import type { Lease } from "./storage.ts";

export function studyExists(name: string): TunesmithError {
  return new TunesmithError("STUDY_EXISTS", {
    message: `study \`${name}\`: a name must be new in its store, got one that is taken.`,
    hint: "Resume that study, or choose another name.",
    facts: { study: name },
  });
}

export function studyNotFound(name: string, names: readonly string[]): TunesmithError {
  const suggestion = names.length === 0 ? "the store is empty." : suggestName(name, names);
  return new TunesmithError("STUDY_NOT_FOUND", {
    message: `study \`${name}\`: no study of that name is in the store${suggestion === "" ? "." : `; ${suggestion}`}`,
    facts: { study: name },
  });
}

export function trialNotFound(number: number, count: number): TunesmithError {
  return new TunesmithError("TRIAL_NOT_FOUND", {
    message: `trial ${number}: the study has ${count === 0 ? "no trials yet" : `trials 0 to ${count - 1}`}.`,
    facts: { number, count },
  });
}

export function leaseLost(lease: Lease): TunesmithError {
  return new TunesmithError("LEASE_LOST", {
    message: `trial with id ${lease.trialId}: attempt ${lease.attempt} no longer holds the lease; the write was refused.`,
    hint: "Stop this attempt: the trial ended, or waits for or belongs to another attempt.",
    facts: { trialId: lease.trialId, attempt: lease.attempt },
  });
}
