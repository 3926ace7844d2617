import { fold } from '../../shared/textFilter.ts';
import { Name } from '../app/Name.tsx';

/** A text with what is searched marked in it, each place once. */
export function Marked({ text, find }: { text: string; find: string }) {
  const needle = fold(find);
  const folded = needle === '' ? '' : fold(text);
  const parts: { text: string; mark: boolean }[] = [];
  let from = 0;
  for (let at = needle === '' ? -1 : folded.indexOf(needle); at >= 0; at = folded.indexOf(needle, from)) {
    if (at > from) parts.push({ text: text.slice(from, at), mark: false });
    parts.push({ text: text.slice(at, at + needle.length), mark: true });
    from = at + needle.length;
  }
  if (parts.length === 0) return <Name text={text} />;
  if (from < text.length) parts.push({ text: text.slice(from), mark: false });
  return (
    <bdi>
      {parts.map((part, index) =>
        part.mark ? (
          <mark key={index}>
            <Name text={part.text} />
          </mark>
        ) : (
          <Name key={index} text={part.text} />
        ),
      )}
    </bdi>
  );
}
