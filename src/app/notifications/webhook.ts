import { TunesmithError } from "../../base/index.ts";
import { UndeliveredNotice, type Channel } from "./channel.ts";

/** What may be different a moment later: too early, too many, or a trouble of the server's own. */
const isPassing = (status: number) => [408, 425, 429].includes(status) || status >= 500;

/**
 * Posts notices as JSON. The address is a secret as a whole: whoever knows its path may post there, so only scheme and host
 * are ever printed.
 *
 * @param where the option, for the error
 * @throws INVALID_USAGE, without the address
 */
export function webhook(address: string, where: string): Channel {
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    const received = url === null ? "something else" : `one of \`${url.protocol}\``;
    throw new TunesmithError("INVALID_USAGE", {
      message: `${where}: expected an address of http or https, got ${received}.`,
      hint: "Give the whole address, such as https://example.com/hook.",
    });
  }
  if (url.username !== "" || url.password !== "") {
    throw new TunesmithError("INVALID_USAGE", {
      message: `${where}: expected an address without a user or password, got one with them.`,
      hint: "Put what the service asks for into its path or query.",
    });
  }
  const name = `webhook ${url.origin}`;
  return {
    name,
    async deliver(notice, signal) {
      let status: number;
      try {
        const response = await fetch(url, {
          method: "POST",
          headers: { "content-type": "application/json", "user-agent": "tunesmith" },
          body: JSON.stringify(notice),
          redirect: "manual",
          signal,
        });
        await response.body?.cancel();
        ({ status } = response);
      } catch (error) {
        throw new UndeliveredNotice(causeOf(error, signal), { isRetryable: true });
      }
      if (status >= 200 && status < 300) return;
      throw new UndeliveredNotice(`it answered with status ${status}`, { isRetryable: isPassing(status) });
    },
  };
}

/** `fetch` hides what happened in the cause, whose message may name the address. */
function causeOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return "it did not answer in time";
  const code = ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code;
  return code === undefined ? "it cannot be reached" : `it cannot be reached: ${code}`;
}
