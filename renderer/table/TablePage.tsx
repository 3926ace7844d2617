import { useCallback, useMemo } from 'react';
import type { Filter } from '../../shared/filter.ts';
import type { RowsPage, RowsRequest, TableColumn, TableName, TableRow } from '../../shared/tables.ts';
import { InlineError } from '../app/InlineError.tsx';
import { CopyIcon, FilterIcon, SettingsIcon } from '../app/icons.tsx';
import { patchText, type TextField } from '../filters/filterText.ts';
import { formatPlural } from '../format.ts';
import { copyText } from '../state/copyText.ts';
import { PAGE_TITLES } from '../state/pages.ts';
import { selectObject, zoomToSelection } from '../state/select.ts';
import { useTimeFormat } from '../state/useTimeFormat.ts';
import { announce, showError, type Viewer } from '../state/viewer.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { cellFilters } from './cellFilter.ts';
import { alignOf, cellText, cellTone, headerText } from './cellTexts.ts';
import { ColumnChooser } from './ColumnChooser.tsx';
import { movedTo, shownColumns, withFixed } from './columnOrder.ts';
import { copyRows } from './copyRows.ts';
import { EmptyTable } from './EmptyTable.tsx';
import { ExportMenu } from './ExportMenu.tsx';
import { Grid } from './Grid.tsx';
import type { GridActions, GridColumn, MenuItem } from './gridTypes.ts';
import { GROUP_COLUMNS, GroupKeys } from './GroupKeys.tsx';
import { Marked } from './Marked.tsx';
import { nextSort } from './nextSort.ts';
import { withAllBelow } from './openBelow.ts';
import { PairList } from './PairList.tsx';
import { countRows } from './rowRanges.ts';
import { ToolPopover } from './ToolPopover.tsx';
import { useFoundRows } from './useFoundRows.ts';
import { useSelectedRow } from './useSelectedRow.ts';

const NONE: ReadonlySet<string> = new Set();
const NO_COLUMNS: TableColumn[] = [];
/** Texts are not cut to less than this, px: narrower columns are of words ("leak", "open"), read whole or not at all. */
const LEAST_TEXT = 120;
const LEAST_SHARE = 0.45;

/** A page with one table of the service: any rows, sorted and grouped by the worker, drawn as far as they are seen. */
export function TablePage({ table }: { table: TableName }) {
  const viewer = useViewer();
  const filter = useViewerState('filter', (s) => s.filter);
  const { sort, columns: chosen, widths } = useViewerState('tables', (s) => s.tables[table]);
  const groupBy = useViewerState('tables', (s) => s.groupBy);
  const openRows = useViewerState('tables', (s) => s.openRows);
  const selectedId = useViewerState('selection', (s) => s.id);
  const time = useTimeFormat();
  const isTree = table === 'groups';

  const ask = useCallback(
    (open: ReadonlySet<string>, part: Pick<RowsRequest, 'firstRow' | 'rowCount' | 'find'>, signal: AbortSignal) =>
      viewer.host.query(
        'rows',
        { table, filter, sort: [...sort], ...(isTree && { groupBy: [...groupBy], openRows: [...open] }), ...part },
        signal,
      ),
    // The levels of the groups are no concern of other tables.
    [viewer, table, filter, sort, isTree, isTree && groupBy],
  );
  const found = useFoundRows<TableRow, RowsPage>(`rows:${table}`, ask, isTree ? openRows : NONE);
  const { pages, page, version, find, cursor, goal, goTo, fetchTree } = found;
  useSelectedRow(table, goTo);

  const all = page?.columns ?? NO_COLUMNS;
  const fixed = isTree ? GROUP_COLUMNS : NONE;
  const shown = useMemo(() => shownColumns(all, chosen, fixed), [all, chosen, fixed]);
  const lastFixed = shown.findLastIndex(({ id }) => fixed.has(id));
  const columns = useMemo(
    () =>
      shown.map((column, at): GridColumn<TableRow> => {
        const index = all.indexOf(column);
        const text = (row: TableRow) =>
          isTree && fixed.has(column.id) && row.cells[index] === null ? '' : cellText(row.cells[index], column, time);
        return {
          id: column.id,
          header: headerText(column, time),
          title: column.title,
          width: widths[column.id] ?? column.width,
          least: widths[column.id] ?? leastWidth(column),
          align: alignOf(column),
          sortable: true,
          fixed: fixed.has(column.id),
          divider: isTree && at === lastFixed,
          className: (row) => cellTone(row.cells[index], column),
          text,
          cell: (row) => {
            const value = text(row);
            if (isTree && column.id === groupBy[row.depth]) return <GroupCell row={row} text={value} find={find} />;
            return value === '' ? null : <Marked text={value} find={find} />;
          },
        };
      }),
    [shown, all, fixed, isTree, lastFixed, time, widths, groupBy, find],
  );

  const tables = viewer.tables.getState;
  const onlyRow = (row: TableRow) => row.filter !== null && viewer.filter.getState().patch(row.filter);
  const setShown = (ids: readonly string[] | null) =>
    tables().setTable(table, {
      columns: ids === null || !isTree ? ids : withFixed(groupBy, ids, GROUP_COLUMNS),
    });
  const actions: GridActions<TableRow> = {
    activate: (row) => {
      if (row.id > 0) void selectObject(viewer, row.id, 'table');
    },
    open: (row) => {
      if (row.id > 0) focusDetails(viewer, row.id);
      else onlyRow(row);
    },
    zoom: (row) => {
      if (row.id > 0) void selectObject(viewer, row.id, 'table').then(() => zoomToSelection(viewer));
      else if (row.children) tables().toggleRow(row.key);
      else onlyRow(row);
    },
    toggle: (row) => tables().toggleRow(row.key),
    openBelow: (row, index) => {
      withAllBelow(row, index, openRows, fetchTree).then(
        (open) => viewer.tables.setState({ openRows: open }),
        (error: unknown) => showError(viewer, error),
      );
    },
    copy: () => void copyRows(viewer, columns, pages, cursor.selected),
    sort: (column, add) => {
      const of = all.find(({ id }) => id === column.id);
      if (of !== undefined) tables().setTable(table, { sort: nextSort(sort, of, add) });
    },
    width: (column, width) => tables().setWidth(table, column, width),
    move: (column, to) =>
      setShown(
        movedTo(
          shown.map(({ id }) => id),
          column,
          to,
        ),
      ),
    menu: (row, _index, column) => rowMenu(row, column),
  };

  function rowMenu(row: TableRow, column: GridColumn<TableRow>): MenuItem[] {
    const of = all.findIndex(({ id }) => id === column.id);
    const { only, exclude } = cellFilters(table, all[of], row.cells[of], row, viewer.filter.getState().filter);
    const patch = (wanted: typeof only): MenuItem[] =>
      wanted === null ? [] : [{ label: wanted.label, run: () => applyChange(viewer, wanted.change) }];
    const copyCell = () =>
      copyText(column.text(row)).then(
        () => announce(viewer, 'Copied the cell'),
        (error: unknown) => showError(viewer, error),
      );
    return [
      ...(row.id > 0
        ? [
            { label: 'Show its details', run: () => focusDetails(viewer, row.id) },
            { label: 'Zoom the lanes to it', run: () => actions.zoom?.(row) },
            null,
          ]
        : []),
      ...(row.filter === null ? [] : [{ label: 'Only this row', run: () => void onlyRow(row) }]),
      ...patch(only),
      ...patch(exclude),
      null,
      { label: 'Copy the cell', run: () => void copyCell() },
      {
        label: `Copy ${formatPlural(Math.max(1, countRows(cursor.selected)), 'row')}`,
        run: () => void copyRows(viewer, columns, pages, cursor.selected),
      },
    ];
  }

  const error = pages.error();
  const title = PAGE_TITLES[table];
  return (
    <section className="table-page" aria-label={`Page ${title}`} data-version={version}>
      <div className="page-tools">
        {isTree && <GroupKeys />}
        <span className="row-count" aria-live="polite" data-testid="row-count">
          {page === null ? '…' : formatPlural(page.total, 'row')}
          {countRows(cursor.selected) > 1 && `, ${formatPlural(countRows(cursor.selected), 'row')} selected`}
        </span>
        <span className="tools-gap" />
        {countRows(cursor.selected) > 0 && (
          <button type="button" className="tool-button" title="Copy the selected rows (Ctrl+C)" onClick={actions.copy}>
            <CopyIcon /> <span>Copy rows</span>
          </button>
        )}
        <ToolPopover label="Columns" title="Which columns are shown" icon={<SettingsIcon />} testId="columns">
          {() => (
            <ColumnChooser
              columns={all.filter(({ id }) => !fixed.has(id))}
              shown={shown.map(({ id }) => id).filter((id) => !fixed.has(id))}
              onChange={setShown}
            />
          )}
        </ToolPopover>
        <ExportMenu />
      </div>
      {table === 'inheritance' && <PairList />}
      {error !== null && <InlineError error={error} what={`rows of ${title}`} retry={pages.retry} />}
      {page === null && error === null && <p className="page-loading">Loading {title}…</p>}
      <Grid
        label={title}
        testId={`${table}-table`}
        rowTestId={table === 'objects' ? 'object-row' : 'table-row'}
        treeColumn={isTree ? (row) => groupBy[row.depth] ?? '' : null}
        columns={columns}
        sort={sort}
        pages={pages}
        cursor={cursor}
        actions={actions}
        rowId={(row) => row.id}
        rowClass={(row) => (row.id > 0 && row.id === selectedId ? 'is-object' : '')}
        goal={goal}
        empty={<EmptyTable table={table} />}
      />
    </section>
  );
}

/** px that a column of the service keeps where there is not room for all: text can be cut, numbers cannot. */
function leastWidth(column: TableColumn): number {
  const { width } = column;
  return alignOf(column) === 'right' || width <= LEAST_TEXT ? width : Math.max(LEAST_TEXT, width * LEAST_SHARE);
}

/** What a group is called, and a way to keep only that group. */
function GroupCell({ row, text, find }: { row: TableRow; text: string; find: string }) {
  const viewer = useViewer();
  return (
    <>
      <span className="group-name">
        <Marked text={text} find={find} />
      </span>
      {row.filter !== null && (
        <button
          type="button"
          className="row-filter"
          tabIndex={-1}
          title="Only this group (Enter)"
          aria-label="Only this group"
          onClick={(event) => {
            event.stopPropagation();
            viewer.filter.getState().patch(row.filter!);
          }}
          onDoubleClick={(event) => event.stopPropagation()}
        >
          <FilterIcon />
        </button>
      )}
    </>
  );
}

/** Puts a change of the filter into force; a text that is too long is told and not sent. */
function applyChange(viewer: Viewer, change: Partial<Filter>): void {
  for (const [field, value] of Object.entries(change)) {
    if (typeof value === 'string') patchText(viewer, field as TextField, value);
    else viewer.filter.getState().patch({ [field]: value });
  }
}

/** Selects an object and goes to its details, which open with it. */
function focusDetails(viewer: Viewer, id: number): void {
  void selectObject(viewer, id, 'table').then(() =>
    document.querySelector<HTMLElement>('[data-details-focus]')?.focus(),
  );
}
