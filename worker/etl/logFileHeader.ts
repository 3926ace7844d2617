import type { TraceHeader } from '../../shared/records.ts';

/** TRACE_LOGFILE_HEADER, the payload of the first event (etl-format.md, section 3), with what the reader needs beside the record. */
export interface LogFileHeader extends TraceHeader {
  /** size of the session's buffers, bytes */
  bufferSize: number;
  /** bit 0x04000000: buffers are compressed */
  mode: number;
  cpuMHz: number;
  startTimeLow: number;
  startTimeHigh: number;
}

/** Bytes of the header up to the names, by pointer size. */
function fixedSize(pointerSize: number): number {
  return offsets(pointerSize).names;
}

function offsets(pointerSize: number) {
  const timeZone = 56 + 2 * pointerSize;
  const boot = (timeZone + 172 + 7) & ~7;
  return { timeZone, boot, names: boot + 32 };
}

/**
 * Reads the header from its payload `[start, end)`. Returns null where the payload is too short or its pointer size is
 * neither 4 nor 8 (which tells a file that is no ETL).
 */
export function readLogFileHeader(view: DataView, start: number, end: number): LogFileHeader | null {
  if (end - start < 56) return null;
  const pointerSize = view.getUint32(start + 44, true);
  if (pointerSize !== 4 && pointerSize !== 8) return null;
  if (end - start < fixedSize(pointerSize)) return null;
  const { timeZone, boot, names } = offsets(pointerSize);
  const session = readText(view, start + names, end);
  const logFile = readText(view, session.end, end);
  return {
    pointerSize,
    bufferSize: view.getUint32(start, true),
    osBuild: view.getUint32(start + 8, true),
    processors: view.getUint32(start + 12, true),
    endTimeFiletime: view.getBigInt64(start + 16, true).toString(),
    mode: view.getUint32(start + 32, true),
    eventsLost: view.getUint32(start + 48, true),
    cpuMHz: view.getUint32(start + 52, true),
    timeZoneBiasMinutes: view.getInt32(start + timeZone, true),
    bootTimeFiletime: view.getBigInt64(start + boot, true).toString(),
    perfFreq: Number(view.getBigInt64(start + boot + 8, true)),
    startTimeFiletime: view.getBigInt64(start + boot + 16, true).toString(),
    startTimeLow: view.getUint32(start + boot + 16, true),
    startTimeHigh: view.getInt32(start + boot + 20, true),
    clockType: view.getUint32(start + boot + 24, true),
    buffersLost: view.getUint32(start + boot + 28, true),
    sessionName: session.text,
    logFileName: logFile.text,
  };
}

function readText(view: DataView, start: number, end: number): { text: string; end: number } {
  let text = '';
  let at = start;
  while (at + 2 <= end) {
    const unit = view.getUint16(at, true);
    at += 2;
    if (unit === 0) break;
    text += String.fromCharCode(unit);
  }
  return { text, end: at };
}
