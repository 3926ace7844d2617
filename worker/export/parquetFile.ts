/** A table as a Parquet file: a row group a batch, so that memory does not grow with the rows. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { ByteWriter, ParquetWriter, type ColumnSource, type SchemaElement } from 'hyparquet-writer';
import { longOf, metadataPairs, type Column, type ExportTable, type TableMetadata } from './columns.ts';
import type { WriteOptions, WrittenFile } from './outputFile.ts';

type Encoding = ColumnSource['encoding'];

/** Rejects where the file cannot be written, with the error of the system. */
export async function writeParquet(
  path: string,
  table: ExportTable,
  metadata: TableMetadata,
  { batchRows, between }: WriteOptions,
): Promise<WrittenFile> {
  const file = new FileBytes(path);
  try {
    const parquet = new ParquetWriter({
      writer: file,
      schema: [
        { name: 'leaklanes', num_children: table.columns.length },
        ...table.columns.map((column) => schemaElement(column)),
      ],
      codec: 'SNAPPY',
      kvMetadata: metadataPairs(table, metadata).map(([key, value]) => ({ key, value })),
      createdBy: metadata.program,
    });
    let rows = 0;
    for (const batch of table.batches(batchRows)) {
      const columnData = table.columns.map((column) => columnSource(column, batch));
      await parquet.write({ columnData, rowGroupSize: batch.length });
      rows += batch.length;
      await between(rows);
    }
    await parquet.finish();
    return { rows, bytes: file.offset };
  } finally {
    file.close();
  }
}

/** The values are made when the library comes to the column, so that those of one column at a time are there. */
function columnSource(column: Column, batch: Uint32Array): ColumnSource {
  return {
    name: column.name,
    get data() {
      return valuesOf(column, batch);
    },
    encoding: encodingOf(column),
    offsetIndex: false,
  };
}

/** The writer's memory goes to the file after each row group. */
class FileBytes extends ByteWriter {
  private readonly file: number;

  constructor(path: string) {
    super(1 << 20);
    this.file = openSync(path, 'w');
  }

  flush(): void {
    const bytes = new Uint8Array(this.buffer, 0, this.index);
    for (let at = 0; at < bytes.length;) at += writeSync(this.file, bytes, at);
    this.index = 0;
  }

  override finish(): void {
    this.flush();
  }

  close(): void {
    closeSync(this.file);
  }
}

function schemaElement({ name, type, nullable }: Column): SchemaElement {
  const repetition_type = nullable ? 'OPTIONAL' : 'REQUIRED';
  switch (type) {
    case 'text':
    case 'word':
      return { name, repetition_type, type: 'BYTE_ARRAY', converted_type: 'UTF8' };
    case 'bool':
      return { name, repetition_type, type: 'BOOLEAN' };
    case 'int32':
      return { name, repetition_type, type: 'INT32' };
    case 'uint32':
      return { name, repetition_type, type: 'INT32', converted_type: 'UINT_32' };
    case 'int64':
    case 'bigint64':
      return { name, repetition_type, type: 'INT64' };
    case 'uint64':
      return { name, repetition_type, type: 'INT64', converted_type: 'UINT_64' };
    case 'utcMicros':
      return { name, repetition_type, type: 'INT64', converted_type: 'TIMESTAMP_MICROS' };
  }
}

/** Neighbours in a column without nulls are near to each other where it is in order of the rows: ids, and times of events. */
function encodingOf({ type, nullable, name }: Column): Encoding {
  return !nullable && (name === 'event_id' || (type === 'int64' && name === 'ns')) ? 'DELTA_BINARY_PACKED' : undefined;
}

type Values = ColumnSource['data'];

/** The values of the rows, as the library wants them: null for none, bigint for 64 bits. */
function valuesOf(column: Column, rows: Uint32Array): Values {
  const { length } = rows;
  switch (column.type) {
    case 'word': {
      const { words, value } = column;
      return fill<string | null>(length, (at) => words[value(rows[at])] ?? null);
    }
    case 'text':
      return fill(length, (at) => column.value(rows[at]));
    case 'bool':
      return fill(length, (at) => column.value(rows[at]));
    case 'int32':
    case 'uint32':
      return fill(length, (at) => column.value(rows[at]));
    case 'bigint64':
    case 'utcMicros':
      return fill(length, (at) => column.value(rows[at]));
    case 'int64':
      return fill(length, (at) => longOf(column.value(rows[at])));
    case 'uint64': {
      const { high, low, has } = column;
      const halves = new Uint32Array(2);
      const whole = new BigUint64Array(halves.buffer);
      return fill(length, (at) => {
        if (has !== undefined && !has(rows[at])) return null;
        halves[LOW] = low(rows[at]);
        halves[1 - LOW] = high(rows[at]);
        return whole[0];
      });
    }
  }
}

/** Place of the low half in 64 bits of this machine. */
const LOW = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;

function fill<Value>(length: number, value: (at: number) => Value): Value[] {
  const values = new Array<Value>(length);
  for (let at = 0; at < length; at++) values[at] = value(at);
  return values;
}
