/**
 * How well a text fits what was typed: all words of it must be found, in any order and case. Higher is better; null where it does not
 * fit. A word counts most at the start of the text, then at the start of a word, then anywhere, then as starts of words.
 */
export function fuzzyScore(text: string, typed: string): number | null {
  const words = typed
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const lower = text.toLowerCase();
  let score = 0;
  for (const word of words) {
    const fit = wordScore(lower, word);
    if (fit === null) return null;
    score += fit;
  }
  // Of equals the shorter.
  return score - text.length / 1000;
}

function wordScore(text: string, word: string): number | null {
  if (text.startsWith(word)) return 100;
  if (startsAWord(text, word)) return 80;
  if (text.includes(word)) return 50;
  return fromStarts(text, word) ? 10 : null;
}

function startsAWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (isStart(text, at)) return true;
  }
  return false;
}

/** "nl" and "nele" are in "next leak": from a start of a word on, letters beside each other or at another start. */
function fromStarts(text: string, word: string): boolean {
  const follows = (typed: number, at: number): boolean => {
    if (typed === word.length) return true;
    if (at > 0 && text[at] === word[typed] && follows(typed + 1, at + 1)) return true;
    for (let next = at; next < text.length; next++) {
      if (text[next] === word[typed] && isStart(text, next) && follows(typed + 1, next + 1)) return true;
    }
    return false;
  };
  return follows(0, 0);
}

function isStart(text: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1]);
}
