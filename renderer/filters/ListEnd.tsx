/** What makes a list as high as all its rows, of which only those are made that are seen. */
export function ListEnd({ at }: { at: number }) {
  return <li aria-hidden="true" className="list-end" style={{ top: Math.max(0, at - 1) }} />;
}
