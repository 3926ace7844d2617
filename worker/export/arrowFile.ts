/** A table as an Arrow IPC file (also called Feather 2): a record batch a batch, so that memory does not grow with the rows. */
import { closeSync, openSync, writeSync } from 'node:fs';
import {
  Bool,
  Dictionary,
  Field,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  TimestampMicrosecond,
  Uint32,
  Uint64,
  Utf8,
  Vector,
  type Data,
  type DataType,
} from 'apache-arrow';
import {
  longOf,
  metadataPairs,
  type Column,
  type ExportTable,
  type TableMetadata,
  type WordColumn,
} from './columns.ts';
import type { WriteOptions, WrittenFile } from './outputFile.ts';

/** Rejects where the file cannot be written, with the error of the system. */
export async function writeArrow(
  path: string,
  table: ExportTable,
  metadata: TableMetadata,
  { batchRows, between }: WriteOptions,
): Promise<WrittenFile> {
  const writer = new BatchFile(path);
  try {
    const columns = table.columns.map(arrowColumn);
    const fields = columns.map(({ type }, at) => new Field(table.columns[at].name, type, table.columns[at].nullable));
    const schema = new Schema(fields, new Map(metadataPairs(table, metadata)));
    writer.begin(schema);
    let rows = 0;
    for (const batch of table.batches(batchRows)) {
      const children = columns.map(({ dataOf }) => dataOf(batch));
      const data = makeData({ type: new Struct(fields), length: batch.length, nullCount: 0, children });
      writer.write(new RecordBatch(schema, data));
      rows += batch.length;
      await between(rows);
    }
    writer.close();
    return { rows, bytes: writer.bytes };
  } finally {
    writer.closeFile();
  }
}

/** Writes to the file at once: the library's own streams take batches faster than a disk does, and keep them. */
class BatchFile extends RecordBatchFileWriter {
  bytes = 0;
  private readonly file: number;

  constructor(path: string) {
    super();
    this.file = openSync(path, 'w');
  }

  /** With a schema, so that a table without rows is a file, too. */
  begin(schema: Schema): void {
    this.reset(undefined, schema);
  }

  protected override _write(chunk: ArrayBufferView): this {
    const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let at = 0; at < bytes.length;) at += writeSync(this.file, bytes, at);
    this._position += bytes.length;
    this.bytes += bytes.length;
    return this;
  }

  closeFile(): void {
    closeSync(this.file);
  }
}

interface ArrowColumn {
  type: DataType;
  dataOf: (rows: Uint32Array) => Data;
}

function arrowColumn(column: Column, id: number): ArrowColumn {
  switch (column.type) {
    case 'word':
      return wordColumn(column, id);
    case 'text':
      return { type: new Utf8(), dataOf: (rows) => textData(rows.length, (at) => column.value(rows[at])) };
    case 'bool':
      return { type: new Bool(), dataOf: (rows) => boolData(rows.length, (at) => column.value(rows[at])) };
    case 'int32':
      return numberColumn(column.value, new Int32(), Int32Array);
    case 'uint32':
      return numberColumn(column.value, new Uint32(), Uint32Array);
    case 'bigint64':
      return numberColumn(column.value, new Int64(), BigInt64Array);
    case 'utcMicros':
      return numberColumn(column.value, new TimestampMicrosecond('UTC'), BigInt64Array);
    case 'int64':
      return numberColumn((row) => longOf(column.value(row)), new Int64(), BigInt64Array);
    case 'uint64': {
      const { high, low, has = () => true } = column;
      const whole = (row: number): bigint => (BigInt(high(row) >>> 0) << 32n) | BigInt(low(row) >>> 0);
      return numberColumn((row) => (has(row) ? whole(row) : null), new Uint64(), BigUint64Array);
    }
  }
}

/** An array of one of the number types. */
interface NumberArray<Value> {
  [at: number]: Value;
}

function numberColumn<Value extends number | bigint>(
  value: (row: number) => Value | null,
  type: DataType,
  ArrayType: new (length: number) => NumberArray<Value>,
): ArrowColumn {
  return {
    type,
    dataOf(rows) {
      const data = new ArrayType(rows.length);
      const nulls = new Nulls(rows.length);
      for (let at = 0; at < rows.length; at++) {
        const found = value(rows[at]);
        if (found === null) nulls.add(at);
        else data[at] = found;
      }
      // The types of the library do not say that the array is the one of the type.
      return makeData({ type: type as Uint32, length: rows.length, ...nulls.buffers(), data: data as never });
    },
  };
}

/** The texts are written before the first batch, equal ones once: readers that make categories of a dictionary (pandas) take no text twice. */
function wordColumn({ words, value }: WordColumn, id: number): ArrowColumn {
  const indexes = new Map<string, number>();
  for (const word of words) if (!indexes.has(word)) indexes.set(word, indexes.size);
  const indexOf = Int32Array.from(words, (word) => indexes.get(word) ?? 0);
  const unique = [...indexes.keys()];
  const dictionary = new Vector([textData(unique.length, (at) => unique[at])]);
  const type = new Dictionary(new Utf8(), new Int32(), id);
  return {
    type,
    dataOf(rows) {
      const data = new Int32Array(rows.length);
      const nulls = new Nulls(rows.length);
      for (let at = 0; at < rows.length; at++) {
        const word = value(rows[at]);
        if (word >= 0 && word < words.length) data[at] = indexOf[word];
        else nulls.add(at);
      }
      return makeData({ type, length: rows.length, ...nulls.buffers(), data, dictionary });
    },
  };
}

function boolData(length: number, value: (at: number) => boolean): Data<Bool> {
  const data = new Uint8Array((length + 7) >>> 3);
  for (let at = 0; at < length; at++) if (value(at)) data[at >>> 3] |= 1 << (at & 7);
  return makeData({ type: new Bool(), length, nullCount: 0, data });
}

/** UTF-16 as UTF-8 is at most this many bytes a unit. */
const MOST_BYTES_A_UNIT = 3;

function textData(length: number, value: (at: number) => string | null): Data<Utf8> {
  const encoder = new TextEncoder();
  const valueOffsets = new Int32Array(length + 1);
  const nulls = new Nulls(length);
  let bytes = new Uint8Array(1024);
  let end = 0;
  for (let at = 0; at < length; at++) {
    const text = value(at);
    if (text === null) nulls.add(at);
    else {
      const needed = end + text.length * MOST_BYTES_A_UNIT;
      if (needed > bytes.length) {
        const larger = new Uint8Array(needed * 2);
        larger.set(bytes.subarray(0, end));
        bytes = larger;
      }
      end += encoder.encodeInto(text, bytes.subarray(end)).written;
    }
    valueOffsets[at + 1] = end;
  }
  return makeData({ type: new Utf8(), length, ...nulls.buffers(), valueOffsets, data: bytes.subarray(0, end) });
}

/** Which values of a batch are null: a bit a value, 1 where there is one. */
class Nulls {
  private count = 0;
  private readonly bits: Uint8Array;

  constructor(length: number) {
    this.bits = new Uint8Array((length + 7) >>> 3).fill(0xff);
  }

  add(at: number): void {
    this.bits[at >>> 3] &= ~(1 << (at & 7));
    this.count++;
  }

  buffers(): { nullCount: number; nullBitmap?: Uint8Array } {
    return this.count === 0 ? { nullCount: 0 } : { nullCount: this.count, nullBitmap: this.bits };
  }
}
