import { useCallback, useEffect, useMemo } from 'react';
import type { StackNode, StackTreePage as Page, StackTreeRequest } from '../../shared/stackTree.ts';
import { CopyIcon, ExpandIcon, FilterIcon } from '../app/icons.tsx';
import { InlineError } from '../app/InlineError.tsx';
import { formatCount, formatPlural } from '../format.ts';
import { copyText } from '../state/copyText.ts';
import { announce, showError } from '../state/viewer.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { copyRows } from '../table/copyRows.ts';
import { Grid } from '../table/Grid.tsx';
import type { GridActions, GridColumn } from '../table/gridTypes.ts';
import { Marked } from '../table/Marked.tsx';
import { hotPath, withAllBelow } from '../table/openBelow.ts';
import { useFoundRows } from '../table/useFoundRows.ts';
import { useHasStacks, NoStacksHere, NoStacksInTrace } from './NoStacks.tsx';
import { stackPath, stackText } from './stackPath.ts';
import { useStackOptions } from './stackRequest.ts';
import { StackTools } from './StackTools.tsx';

/** Rows of which the hot path begins with one; they come by count. */
const MOST_ROOTS = 1000;
/** Columns of counts, and of counts over a bar, px. */
const COUNT_WIDTH = 72;
const BAR_WIDTH = 110;

/** The stacks as a tree, row by row. */
export function StackTreePage() {
  const viewer = useViewer();
  const { filter, by, inverted, onlyLeaks, foldSystem } = useStackOptions();
  const openNodes = useViewerState('tables', (s) => s.stacks.openNodes);
  const widths = useViewerState('tables', (s) => s.stacks.widths);
  const stale = useViewerState('session', (s) => s.stale);
  const hasStacks = useHasStacks();

  const ask = useCallback(
    (open: ReadonlySet<string>, part: Pick<StackTreeRequest, 'firstRow' | 'rowCount' | 'find'>, signal: AbortSignal) =>
      viewer.host.query(
        'stackTree',
        { filter, by, inverted, onlyLeaks, foldSystem, openNodes: [...open], ...part },
        signal,
      ),
    [viewer, filter, by, inverted, onlyLeaks, foldSystem],
  );
  const found = useFoundRows<StackNode, Page>('stackTree', ask, openNodes);
  const { pages, page, version, find, cursor, goal, goTo, fetchTree } = found;

  const created = page?.created ?? 0;
  const leaked = page?.leaked ?? 0;
  const unit = by === 'any' ? 'event' : 'object';
  const columns = useMemo(
    () =>
      treeColumns({ created, leaked, unit, find }).map((column) => ({
        ...column,
        width: widths[column.id] ?? column.width,
        least: widths[column.id] ?? column.least,
      })),
    [created, leaked, unit, find, widths],
  );

  const setOpen = (open: ReadonlySet<string>) => viewer.tables.getState().setStacks({ openNodes: open });
  const fail = (error: unknown) => showError(viewer, error);
  const onlyNode = (node: StackNode) => {
    if (node.filter !== null) viewer.filter.getState().patch(node.filter);
    else
      announce(
        viewer,
        'Folded frames of several calls cannot be a filter: switch “Fold system” off, or take a frame below.',
      );
  };
  const openHotPath = async (node: StackNode | null, index: number) => {
    const from = node === null ? await fetchTree(openNodes, 0, MOST_ROOTS) : [node];
    // Where something leaks that is what one looks for, and of its calls the one of the user's own code.
    const leaks = from.some((row) => row.leaked > 0);
    const weight = (row: StackNode) => (leaks ? row.leaked : row.created);
    const hot = await hotPath(node, index, openNodes, weight, fetchTree, (row) => !row.system);
    setOpen(hot.open);
    goTo(hot.index);
  };
  const wanted = useViewerState('tables', (s) => s.hotPathWanted);
  useEffect(() => {
    if (!wanted || stale) return;
    viewer.tables.setState({ hotPathWanted: false });
    openHotPath(null, -1).then(
      () => document.querySelector<HTMLElement>('[data-testid="stacks-table"]')?.focus(),
      fail,
    );
    // What it opens is of the tree that is shown now.
  }, [wanted, stale, fetchTree]);
  const copyStack = (node: StackNode, index: number) => {
    stackPath(pages, index, node)
      .then((path) => copyText(stackText(path, inverted)))
      .then(() => announce(viewer, 'Copied the stack'), fail);
  };
  const actions: GridActions<StackNode> = {
    open: onlyNode,
    zoom: (node) => (node.children ? viewer.tables.getState().toggleNode(node.key) : onlyNode(node)),
    toggle: (node) => viewer.tables.getState().toggleNode(node.key),
    openBelow: (node, index) => void withAllBelow(node, index, openNodes, fetchTree).then(setOpen, fail),
    copy: () => void copyRows(viewer, columns, pages, cursor.selected),
    width: (column, width) => viewer.tables.getState().setStackWidth(column, width),
    menu: (node, index) => [
      { label: 'Only this node', run: () => onlyNode(node) },
      { label: 'Open the hot path', run: () => void openHotPath(node, index).catch(fail) },
      { label: 'Open everything below', run: () => actions.openBelow?.(node, index) },
      {
        label: 'Icicle from here',
        run: () => viewer.tables.getState().setStacks({ shape: 'icicle', root: node.key }),
      },
      null,
      { label: 'Copy the stack', run: () => copyStack(node, index) },
      { label: 'Copy rows', run: () => void copyRows(viewer, columns, pages, cursor.selected) },
    ],
  };

  const node = pages.row(cursor.active);
  const error = pages.error();
  if (!hasStacks) return <NoStacksInTrace />;
  return (
    <section className="stacks-page" aria-label="Stacks" data-version={version}>
      <StackTools>
        <span className="row-count" aria-live="polite">
          {page !== null &&
            `${formatPlural(page.created, unit)}, ${formatPlural(page.leaked, 'leak')}${page.withoutStack > 0 ? `, ${formatCount(page.withoutStack)} without a stack` : ''}`}
        </span>
        <button
          type="button"
          className="tool-button"
          title="Open the calls that most leaks (without leaks: most objects) come from"
          data-testid="hot-path"
          onClick={() => void openHotPath(node ?? null, cursor.active).catch(fail)}
        >
          <ExpandIcon /> <span>Hot path</span>
        </button>
        <button
          type="button"
          className="tool-button"
          disabled={node === undefined}
          title="Only the objects of the chosen node (Enter)"
          data-testid="only-node"
          onClick={() => node !== undefined && onlyNode(node)}
        >
          <FilterIcon /> <span>Only this</span>
        </button>
        <button
          type="button"
          className="tool-button"
          disabled={node === undefined}
          title="Copy the stack down to the chosen node"
          onClick={() => node !== undefined && copyStack(node, cursor.active)}
        >
          <CopyIcon /> <span>Copy stack</span>
        </button>
      </StackTools>
      {error !== null && <InlineError error={error} what="stacks" retry={pages.retry} />}
      {page === null && error === null && <p className="page-loading">Loading Stacks…</p>}
      <Grid
        label="Stacks"
        testId="stacks-table"
        rowTestId="stack-row"
        treeColumn={() => 'label'}
        indent
        columns={columns}
        sort={[]}
        pages={pages}
        cursor={cursor}
        actions={actions}
        rowClass={(row) => (row.system ? 'is-system' : '')}
        goal={goal}
        empty={<NoStacksHere />}
      />
    </section>
  );
}

interface Totals {
  created: number;
  leaked: number;
  unit: string;
  find: string;
}

function treeColumns({ created, leaked, unit, find }: Totals): GridColumn<StackNode>[] {
  const count = (
    id: string,
    header: string,
    title: string,
    value: (node: StackNode) => number,
    whole: number | null,
    leak = false,
  ): GridColumn<StackNode> => ({
    id,
    header,
    title,
    width: whole === null ? COUNT_WIDTH : BAR_WIDTH,
    least: whole === null ? COUNT_WIDTH : BAR_WIDTH,
    align: 'right',
    sortable: false,
    fixed: true,
    className: (node) => (value(node) === 0 ? 'is-faint' : leak ? 'is-leak' : ''),
    text: (node) => formatCount(value(node)),
    cell: (node) => <Bar value={value(node)} whole={whole} leak={leak} />,
  });
  return [
    {
      id: 'label',
      header: 'Call',
      title: 'Calls; siblings by count',
      width: 480,
      least: 300,
      align: 'left',
      sortable: false,
      fixed: true,
      text: (node) => node.label,
      cell: (node) => <Marked text={node.label} find={find} />,
    },
    count('created', unit === 'event' ? 'Events' : 'Created', `${unit}s under it`, (node) => node.created, created),
    count('leaked', 'Leaked', 'Those that leak', (node) => node.leaked, leaked, true),
    count('open', 'Open', 'Those that are open when the trace ends', (node) => node.openAtEnd, null),
    count('atExit', 'At exit', 'Those that only the end of a process closed', (node) => node.leakedAtExit, null, true),
    count('self', 'Self', 'Those whose stack ends here', (node) => node.self, null),
  ];
}

/** A count over a bar of its share of the whole. */
function Bar({ value, whole, leak }: { value: number; whole: number | null; leak: boolean }) {
  return (
    <span className="stack-count">
      {whole !== null && whole > 0 && value > 0 && (
        <span
          className={`stack-bar${leak ? ' is-leak' : ''}`}
          style={{ width: `${(value / whole) * 100}%` }}
          aria-hidden="true"
        />
      )}
      <span>{formatCount(value)}</span>
    </span>
  );
}
