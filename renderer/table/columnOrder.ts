import type { TableColumn } from '../../shared/tables.ts';

/** Columns as shown: those that the user chose in their order, or the table's own. Ids that the table does not have are passed over. */
export function shownColumns(
  columns: readonly TableColumn[],
  chosen: readonly string[] | null,
  fixed: ReadonlySet<string>,
): TableColumn[] {
  if (chosen === null) return columns.filter((column) => column.hidden !== true);
  const byId = new Map(columns.map((column) => [column.id, column]));
  const shown = chosen.filter((id) => !fixed.has(id)).flatMap((id) => byId.get(id) ?? []);
  return [...columns.filter((column) => fixed.has(column.id)), ...shown];
}

/** An id at another place among the others; `to` is its index afterwards. */
export function movedTo(ids: readonly string[], id: string, to: number): string[] {
  const others = ids.filter((other) => other !== id);
  others.splice(Math.max(0, Math.min(others.length, to)), 0, id);
  return others;
}

/** Chosen columns of a table with its fixed ones first: an export asks for columns by this list alone. */
export function withFixed(fixed: readonly string[], chosen: readonly string[], isFixed: ReadonlySet<string>): string[] {
  return [...fixed, ...chosen.filter((id) => !isFixed.has(id))];
}
