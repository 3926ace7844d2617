import { Name } from '../app/Name.tsx';

/** A frame where there is little room: the function first, for many are of one module. Each has at most `most` letters. */
export function FrameName({ text, most }: { text: string; most?: number }) {
  const at = text.indexOf('!');
  if (at < 0) return <Name text={text} most={most} />;
  return (
    <>
      <Name text={text.slice(at + 1)} most={most} />{' '}
      <span className="frame-module">
        <Name text={text.slice(0, at)} most={most} />
      </span>
    </>
  );
}
