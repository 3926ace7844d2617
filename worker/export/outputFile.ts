/** What the writers of the formats have in common. */

export interface WriteOptions {
  /** rows of a batch */
  batchRows: number;
  /** Called after each batch with the rows so far; what it waits for lets others work, what it throws ends the file. */
  between: (rows: number) => Promise<void>;
}

export interface WrittenFile {
  rows: number;
  bytes: number;
}
