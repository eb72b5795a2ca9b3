import { Option, type Command } from "commander";

import { splitWords, suggestName, TunesmithError } from "../../base/index.ts";
import {
  noticeKinds,
  notifyCommand,
  webhook,
  type NoticeKind,
  type NotifySettings,
} from "../notifications/index.ts";

export interface NotifyOptions {
  readonly notifyWebhook?: string;
  readonly notifyCommand?: string;
  readonly notifyOn?: readonly NoticeKind[];
}

export function addNotifyOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--notify-webhook <url>", "post news of the study to this address as JSON").env(
        "TUNESMITH_NOTIFY_WEBHOOK",
      ),
    )
    .option("--notify-command <words>", "run this program for each piece of news; no shell reads the words")
    .option("--notify-on <kinds>", `of ${noticeKinds.join(", ")} (default: all)`, parseKinds);
}

/** Null when nobody is to be told. @throws INVALID_USAGE */
export function notifySettings({
  notifyWebhook,
  notifyCommand: words,
  notifyOn,
}: NotifyOptions): NotifySettings | null {
  const channels = [
    ...(notifyWebhook === undefined ? [] : [webhook(notifyWebhook, "--notify-webhook")]),
    ...(words === undefined ? [] : [notifyCommand(parseWords(words))]),
  ];
  if (channels.length > 0) return { channels, kinds: notifyOn ?? noticeKinds };
  if (notifyOn === undefined) return null;
  throw new TunesmithError("INVALID_USAGE", {
    message: "--notify-on: it needs somebody to tell, got neither --notify-webhook nor --notify-command.",
    hint: "Give one of them, or leave out --notify-on.",
  });
}

function parseWords(text: string): readonly [string, ...string[]] {
  const [program, ...rest] = splitWords(text);
  if (program !== undefined && program !== "") return [program, ...rest];
  throw new TunesmithError("INVALID_USAGE", {
    message: `--notify-command: expected a program and its arguments, got \`${text}\`.`,
  });
}

function parseKinds(text: string): readonly NoticeKind[] {
  return text.split(",").map((word) => {
    const kind = noticeKinds.find((name) => name === word.trim());
    if (kind !== undefined) return kind;
    throw new TunesmithError("INVALID_USAGE", {
      message: `--notify-on: unknown kind of news \`${word.trim()}\`; ${suggestName(word.trim(), noticeKinds)}`,
    });
  });
}
