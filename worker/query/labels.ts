/** Names that are shown: a trace may have one of 32,000 characters, a window shows a line of them. */

const LONGEST_LABEL = 1000;

/** The beginning of a long text, with a "…" for the rest. */
export function shortened(text: string): string {
  if (text.length <= LONGEST_LABEL) return text;
  const last = text.charCodeAt(LONGEST_LABEL - 1);
  const isHalf = last >= 0xd800 && last < 0xdc00;
  return `${text.slice(0, isHalf ? LONGEST_LABEL - 1 : LONGEST_LABEL)}…`;
}
