/** Units of ranges: ids, times in seconds, sizes in bytes. The same for the command line, the query text and the window. */
export type Unit = 'id' | 'seconds' | 'bytes';

/** Names and factors to the base unit; any case counts. '' is a number without a unit. */
export const UNITS: Readonly<Record<Unit, readonly (readonly [name: string, factor: number])[]>> = {
  id: [['', 1]],
  seconds: [
    ['s', 1],
    ['sec', 1],
    ['ms', 1e-3],
    ['us', 1e-6],
    ['ns', 1e-9],
    ['min', 60],
    ['h', 3600],
    ['', 1],
  ],
  bytes: [
    ['', 1],
    ['B', 1],
    ['KB', 1024],
    ['MB', 1024 ** 2],
    ['GB', 1024 ** 3],
    ['TB', 1024 ** 4],
  ],
};

/** Factor of a unit by its name, undefined where there is no such unit. */
export function unitFactor(unit: Unit, name: string): number | undefined {
  return UNITS[unit].find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1];
}

/** Small units divide, as 1e-6 is no exact double and 1e6 is: so 5us are the double that 0.000005 is. */
export function toBase(count: number, factor: number): number {
  return factor < 1 ? count / Math.round(1 / factor) : count * factor;
}

/** Commas between true groups of thousands: "1,000", "12,345,678.5", but not "0,500". */
const THOUSANDS = /^[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/;

/** A number that is not negative as people write it: "1,000" is a thousand, "0,5" a half. null for anything else. */
export function parseNumber(text: string): number | null {
  const trimmed = text.trim();
  const plain = THOUSANDS.test(trimmed) ? trimmed.replaceAll(',', '') : trimmed.replace(/^(\d*),(\d+)$/, '$1.$2');
  return /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : null;
}

/** A time in seconds, with or without one of the command line's units: "0.5", "5us", "10 ms", "1.5s", "2min". */
export function parseSeconds(text: string): number | null {
  const match = /^(.*?)\s*([a-zµμ]*)$/i.exec(text.trim());
  const factor = unitFactor('seconds', (match?.[2] ?? '').replace(/[µμ]/g, 'u'));
  const value = match === null ? null : parseNumber(match[1] ?? '');
  return factor === undefined || value === null ? null : toBase(value, factor);
}
