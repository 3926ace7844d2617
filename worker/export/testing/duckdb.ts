/** DuckDB as an independent reader of what was exported: it runs the queries of docs/fleet. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DuckDBConnection } from '@duckdb/node-api';

export type DuckRow = Record<string, unknown>;

const QUERIES = fileURLToPath(new URL('../../../docs/fleet/', import.meta.url));

/** DuckDB's binary is a package for each kind of machine; not every machine has one. */
const library = await import('@duckdb/node-api').catch((error: unknown) => error as Error);

/** null where DuckDB is there, else why it cannot be used. */
export function duckdbMissing(): string | null {
  return library instanceof Error ? `skipped: no DuckDB on this machine (${library.message.split('\n')[0]})` : null;
}

/** The tables of all traces in a folder of exports, as views. */
export class Duck {
  private readonly connection: DuckDBConnection;

  private constructor(connection: DuckDBConnection) {
    this.connection = connection;
  }

  static async open(folder: string): Promise<Duck> {
    if (library instanceof Error) throw library;
    const instance = await library.DuckDBInstance.create(':memory:', { threads: '1' });
    const duck = new Duck(await instance.connect());
    await duck.connection.run(`SET VARIABLE fleet = '${folder.replaceAll("'", "''")}'`);
    await duck.connection.run(queryText('views'));
    return duck;
  }

  /** Rows by column name; what does not fit a number is decimal text. */
  async rows(sql: string): Promise<DuckRow[]> {
    const reader = await this.connection.runAndReadAll(sql);
    return reader.getRowObjectsJson();
  }

  /** The rows of one of docs/fleet/*.sql. */
  query(name: string): Promise<DuckRow[]> {
    return this.rows(queryText(name));
  }

  close(): void {
    this.connection.closeSync();
  }
}

export function queryText(name: string): string {
  return readFileSync(`${QUERIES}${name}.sql`, 'utf8');
}
