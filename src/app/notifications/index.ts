export type { Channel } from "./channel.ts";
export { noticeKinds, type NoticeKind } from "./notice.ts";
export { Notifications, type NotificationsOptions, type NotifySettings } from "./notifications.ts";
export { notifyCommand } from "./notify-command.ts";
export { nothingKnown, type KnownState } from "./study-news.ts";
export { webhook } from "./webhook.ts";
