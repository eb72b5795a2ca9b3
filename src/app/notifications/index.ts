export type { Channel } from "./channel.ts";
export { noticeKinds, type NoticeKind } from "./notice.ts";
export { Notifications, type NotifySettings } from "./notifications.ts";
export { notifyCommand } from "./notify-command.ts";
export { knownStateOf, nothingKnown, type KnownState } from "./watch-study.ts";
export { webhook } from "./webhook.ts";
