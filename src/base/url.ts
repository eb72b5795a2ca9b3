/** True of `scheme:...`; one letter before the colon is a drive of Windows. */
export function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(text);
}

/** What may be printed of a text that may be a URL: without its password, and without parameters, which may hold one as well. */
export function withoutSecrets(text: string): string {
  if (!isUrl(text) || !text.includes("//")) return text;
  // Of what is no URL nobody knows where its password stands.
  if (!URL.canParse(text)) return `${text.slice(0, text.indexOf(":"))}://...`;
  const { protocol, username, host, pathname } = new URL(text);
  return `${protocol}//${username === "" ? "" : `${username}@`}${host}${pathname}`;
}
