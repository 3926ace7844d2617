import { Name } from '../app/Name.tsx';

/** Characters of the end that stay where there is no room for all. */
const TAIL = 18;
const LEAST_CUT = 28;

/** A path whose end tells more than its beginning: what does not fit, or is beyond `most` letters, is left out before the end. */
export function LongName({ text, most }: { text: string; most?: number }) {
  if (text.length < LEAST_CUT) return <Name text={text} />;
  const at = endOf(text);
  return (
    <span className="long-name">
      <span>
        <Name text={text.slice(0, at)} most={most} />
      </span>
      <span>
        <Name text={text.slice(at)} />
      </span>
    </span>
  );
}

/** Where the end begins: not inside of a character of two units. */
function endOf(text: string): number {
  const at = text.length - TAIL;
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}
