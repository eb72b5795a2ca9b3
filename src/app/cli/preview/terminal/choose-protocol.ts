/** How a terminal shows pictures. kitty, iterm: as files of pixels; blocks: half a letter for a pixel; none: not at all. */
export const protocolNames = ["kitty", "iterm", "blocks", "none"] as const;
export type ProtocolName = (typeof protocolNames)[number];

/**
 * What a terminal can do is told by its environment alone: a question to it would have to wait for an answer that most never
 * give. Within a multiplexer only letters get through.
 */
export function chooseProtocol(
  env: Readonly<Record<string, string | undefined>>,
  { isTerminal }: { readonly isTerminal: boolean },
): ProtocolName {
  const { TERM: term = "", TERM_PROGRAM: program = "" } = env;
  if (!isTerminal || term === "dumb") return "none";
  if (env["TMUX"] !== undefined || /^(screen|tmux)/.test(term)) return "blocks";
  if (env["KITTY_WINDOW_ID"] !== undefined || term === "xterm-kitty") return "kitty";
  if (program === "ghostty" || term === "xterm-ghostty") return "kitty";
  if (program === "iTerm.app" || program === "WezTerm") return "iterm";
  return "blocks";
}
