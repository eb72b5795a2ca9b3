/** Writes to a store that is broken: it answers a report at once and writes it together with the next one. */
import type { Storage } from "../../../src/search/storage/index.ts";
import { writeForEver } from "./write-for-ever.ts";

function answeringTooEarly(storage: Storage): Storage {
  let write = async (): Promise<void> => undefined;
  const flush = async (): Promise<void> => {
    const pending = write;
    write = async () => undefined;
    await pending();
  };
  return new Proxy(storage, {
    get(target, name: keyof Storage) {
      if (name === "appendObservations") {
        return async (...given: Parameters<Storage["appendObservations"]>) => {
          await flush();
          write = () => target.appendObservations(...given);
        };
      }
      const method = target[name] as (...given: unknown[]) => Promise<unknown>;
      return async (...given: unknown[]) => {
        await flush();
        return method.apply(target, given);
      };
    },
  });
}

await writeForEver(answeringTooEarly);
