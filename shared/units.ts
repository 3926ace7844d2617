/** A unit as the number of seconds that it has, or as the number of it that a second has: dividing keeps "5us" exactly 0.000005. */
const TIME_UNITS: Readonly<Record<string, { times: number } | { per: number }>> = {
  '': { times: 1 },
  s: { times: 1 },
  sec: { times: 1 },
  ms: { per: 1e3 },
  us: { per: 1e6 },
  µs: { per: 1e6 },
  ns: { per: 1e9 },
  min: { times: 60 },
  h: { times: 3600 },
};

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
  const name = (match?.[2] ?? '').toLowerCase().replace('μ', 'µ');
  const unit = Object.hasOwn(TIME_UNITS, name) ? TIME_UNITS[name] : undefined;
  const value = match === null ? null : parseNumber(match[1] ?? '');
  if (unit === undefined || value === null) return null;
  return 'per' in unit ? value / unit.per : value * unit.times;
}
