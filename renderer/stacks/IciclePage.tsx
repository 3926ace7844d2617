import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { fold } from '../../shared/textFilter.ts';
import type { IcicleBox } from '../../shared/stackTree.ts';
import { FilterIcon } from '../app/icons.tsx';
import { InlineError } from '../app/InlineError.tsx';
import { Name } from '../app/Name.tsx';
import { useElementSize } from '../app/useElementSize.ts';
import { displayName } from '../displayName.ts';
import { formatCount, formatPlural } from '../format.ts';
import { announce } from '../state/viewer.ts';
import { useServiceQuery } from '../state/useServiceQuery.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { boxByKey, levelsOf, pathTo } from './icicleLayout.ts';
import { NoStacksHere, NoStacksInTrace, useHasStacks } from './NoStacks.tsx';
import { useStackOptions } from './stackRequest.ts';
import { StackTools } from './StackTools.tsx';

const BOX_HEIGHT = 22;
/** Narrower boxes have no room for a letter. */
const NARROWEST_TEXT = 28;
/** Levels drawn beyond what is seen. */
const OVERSCAN = 4;
const MOST_WIDTH = 16_384;

/** A box that was zoomed to: what the breadcrumb shows. */
interface Crumb {
  key: string;
  label: string;
}

/** The stacks as boxes, each as wide as its count: a click zooms, the breadcrumb goes back. */
export function IciclePage() {
  const viewer = useViewer();
  const options = useStackOptions();
  const root = useViewerState('tables', (s) => s.stacks.root);
  const weight = useViewerState('tables', (s) => s.stacks.weight);
  const find = useViewerState('search', (s) => s.text);
  const hasStacks = useHasStacks();
  const plot = useRef<HTMLDivElement>(null);
  const size = useElementSize(plot);
  const width = Math.min(MOST_WIDTH, Math.floor(size.width));
  const { data, error, loading, retry } = useServiceQuery(
    'icicle',
    hasStacks && width > 0 ? { ...options, root, width, weight } : null,
    'icicle',
  );
  const [crumbs, setCrumbs] = useState<Crumb[]>([]);
  const [activeKey, setActiveKey] = useState('');
  const [scrollTop, setScrollTop] = useState(0);
  const levels = useMemo(() => levelsOf(data?.boxes ?? []), [data]);
  const top = levels[0]?.[0];
  const active = data?.boxes.find((box) => box.key === activeKey) ?? top;
  const trail = trailTo(crumbs, root, top);
  useEffect(() => setScrollTop(0), [root]);

  function zoomTo(box: IcicleBox): void {
    const known = crumbs.filter((crumb) => crumb.key !== '');
    const path = pathTo(levels, box).map(({ key, label }) => ({ key, label }));
    const at = known.findIndex((crumb) => crumb.key === path[0].key);
    setCrumbs([...(at < 0 ? [] : known.slice(0, at)), ...path.filter((crumb) => crumb.key !== '')]);
    setActiveKey(box.key);
    viewer.tables.getState().setStacks({ root: box.key });
  }

  function zoomOut(): void {
    const before = trail.at(-2);
    if (before === undefined) return;
    setActiveKey(before.key);
    viewer.tables.getState().setStacks({ root: before.key });
  }

  function onlyBox(box: IcicleBox): void {
    if (box.filter !== null) viewer.filter.getState().patch(box.filter);
    else
      announce(
        viewer,
        box.key === '' ? 'This is everything.' : 'Folded frames cannot be a filter: take a frame below.',
      );
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || active === undefined) return;
    const next = boxByKey(levels, active, event.key);
    if (next !== null) {
      setActiveKey(next.key);
      revealLevel(plot.current, next.depth);
    } else if (event.key === 'Enter' && !event.shiftKey) zoomTo(active);
    else if (event.key === 'Enter') onlyBox(active);
    else if (event.key === 'Backspace') zoomOut();
    else if (!event.key.startsWith('Arrow')) return;
    event.preventDefault();
  }

  if (!hasStacks) return <NoStacksInTrace />;
  const firstLevel = Math.floor(scrollTop / BOX_HEIGHT) - OVERSCAN;
  const lastLevel = Math.ceil((scrollTop + size.height) / BOX_HEIGHT) + OVERSCAN;
  const needle = fold(find);
  return (
    <section className="stacks-page" aria-label="Stacks">
      <StackTools>
        <span className="row-count" aria-live="polite">
          {active !== undefined && `${formatCount(active.created)} created, ${formatPlural(active.leaked, 'leak')}`}
        </span>
        <button
          type="button"
          className="tool-button"
          disabled={active === undefined || active.filter === null}
          title="Only the objects of the chosen box (Shift+Enter)"
          data-testid="only-node"
          onClick={() => active !== undefined && onlyBox(active)}
        >
          <FilterIcon /> <span>Only this</span>
        </button>
      </StackTools>
      <nav className="icicle-trail" aria-label="Zoomed to">
        {trail.map((crumb, at) =>
          at === trail.length - 1 ? (
            <b key={crumb.key} aria-current="location">
              <Name text={crumb.label} most={80} />
            </b>
          ) : (
            <button
              key={crumb.key}
              type="button"
              className="link-button"
              onClick={() => {
                setActiveKey(crumb.key);
                viewer.tables.getState().setStacks({ root: crumb.key });
              }}
            >
              <Name text={crumb.label} most={60} />
            </button>
          ),
        )}
      </nav>
      {error !== null && <InlineError error={error} what="the icicle" retry={retry} />}
      <div
        ref={plot}
        className="icicle"
        // A tree without a box is none.
        role={top === undefined ? 'group' : 'tree'}
        aria-label="Stacks as an icicle"
        aria-busy={loading}
        aria-activedescendant={active === undefined ? undefined : boxId(active)}
        tabIndex={0}
        data-testid="icicle"
        onKeyDown={onKeyDown}
        onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}
      >
        <div className="icicle-body" role="presentation" style={{ height: (data?.depth ?? 0) * BOX_HEIGHT }}>
          {data?.boxes
            .filter((box) => (box.depth >= firstLevel && box.depth <= lastLevel) || box === active)
            .map((box) => (
              <div
                key={box.key}
                id={boxId(box)}
                role="treeitem"
                aria-level={box.depth + 1}
                aria-selected={box === active}
                aria-label={describe(box)}
                title={`${displayName(box.label, 400)}\n${counts(box)}`}
                className={boxClass(box, box === active, needle !== '' && fold(box.label).includes(needle))}
                style={{ left: box.x0, width: Math.max(1, box.x1 - box.x0 - 1), top: box.depth * BOX_HEIGHT }}
                onClick={() => zoomTo(box)}
              >
                {box.leaked > 0 && (
                  <span
                    className="icicle-leak"
                    style={{ width: `${(box.leaked / Math.max(1, box.created)) * 100}%` }}
                  />
                )}
                {box.x1 - box.x0 >= NARROWEST_TEXT && <Name text={box.label} most={200} />}
              </div>
            ))}
        </div>
        {data !== null && data.boxes.length === 0 && (
          <div role="presentation">
            <NoStacksHere />
          </div>
        )}
      </div>
      {data !== null && data.omitted > 0 && (
        <p className="icicle-note">{formatPlural(data.omitted, 'call')} too narrow to be seen: zoom in.</p>
      )}
    </section>
  );
}

/** The way to the shown root: what was zoomed through, or where that is not known the root alone. */
function trailTo(crumbs: readonly Crumb[], root: string, top: IcicleBox | undefined): Crumb[] {
  const all = { key: '', label: 'All' };
  if (root === '') return [all];
  const at = crumbs.findIndex((crumb) => crumb.key === root);
  return at < 0 ? [all, { key: root, label: top?.label ?? '…' }] : [all, ...crumbs.slice(0, at + 1)];
}

function revealLevel(element: HTMLElement | null, depth: number): void {
  if (element === null) return;
  const y = depth * BOX_HEIGHT;
  if (y < element.scrollTop) element.scrollTo({ top: y });
  else if (y + BOX_HEIGHT > element.scrollTop + element.clientHeight)
    element.scrollTo({ top: y + BOX_HEIGHT - element.clientHeight });
}

const boxId = (box: IcicleBox) => `icicle-${box.key === '' ? 'all' : box.key}`;

function boxClass(box: IcicleBox, active: boolean, hit: boolean): string {
  return `icicle-box${box.system || box.key === '' ? ' is-system' : ''}${active ? ' is-active' : ''}${hit ? ' is-hit' : ''}`;
}

function counts(box: IcicleBox): string {
  return `${formatCount(box.created)} created, ${formatCount(box.openAtEnd)} open at the end, ${formatCount(box.leaked)} leaked, ${formatCount(box.leakedAtExit)} at exit`;
}

function describe(box: IcicleBox): string {
  return `${displayName(box.label, 200)}: ${counts(box)}`;
}
