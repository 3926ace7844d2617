/** The ways in which a trace can fail to be read. A host maps them to an exit code or a message; the sentence is complete without it. */
export type TraceErrorCode =
  | 'notFound'
  | 'isFolder'
  | 'noPermission'
  | 'empty'
  | 'notEtl'
  | 'unsupportedCompression'
  | 'cancelled'
  | 'io'
  | 'internal';

/**
 * An error a person can act on: what is wrong, where (file, byte offset) and what to do, in one sentence.
 * `message` is that sentence; it crosses threads and sockets as {@link TraceErrorData}.
 */
export class TraceError extends Error {
  readonly code: TraceErrorCode;
  readonly file: string | null;
  /** Byte offset in the file where the problem stands, null where none can be named. */
  readonly offset: number | null;

  constructor(code: TraceErrorCode, message: string, file: string | null = null, offset: number | null = null) {
    super(message);
    this.name = 'TraceError';
    this.code = code;
    this.file = file;
    this.offset = offset;
  }

  toData(): TraceErrorData {
    return { code: this.code, message: this.message, file: this.file, offset: this.offset };
  }
}

export interface TraceErrorData {
  code: TraceErrorCode;
  message: string;
  file: string | null;
  offset: number | null;
}

/** Any thrown value as data; what is not a {@link TraceError} becomes `internal` with its message, never with a stack. */
export function errorData(error: unknown): TraceErrorData {
  if (error instanceof TraceError) return error.toData();
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message, file: null, offset: null };
}

export function errorFromData(data: TraceErrorData): TraceError {
  return new TraceError(data.code, data.message, data.file, data.offset);
}
