import { displayName } from '../displayName.ts';

/** A name from a trace, of any direction and with any characters: it can neither hide nor rearrange what stands beside it. */
export function Name({ text, most }: { text: string; most?: number }) {
  return <bdi>{displayName(text, most)}</bdi>;
}
