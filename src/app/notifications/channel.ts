import type { Notice } from "./notice.ts";

/** A way to tell somebody. */
export interface Channel {
  /** For people; holds no secret. */
  readonly name: string;
  /** @throws UndeliveredNotice */
  deliver(notice: Notice, signal: AbortSignal): Promise<void>;
}

/** Why a notice did not arrive, in words without a secret. */
export class UndeliveredNotice extends Error {
  override readonly name = "UndeliveredNotice";
  /** True when it may arrive the next time. */
  readonly isRetryable: boolean;

  constructor(message: string, { isRetryable }: { readonly isRetryable: boolean }) {
    super(message);
    this.isRetryable = isRetryable;
  }
}
