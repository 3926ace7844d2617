/** Writes MSF 7.00 containers: what the reader's tests and the bench make PDBs with. LLVM's tools read them too. */
import { open } from 'node:fs/promises';
import { ByteWriter } from '../../../testing/byteWriter.ts';

const MAGIC = 'Microsoft C/C++ MSF 7.00\r\n\x1aDS\0\0';

export interface MsfOptions {
  /** 512 … 65536, a power of two */
  pageSize?: number;
  /** the page where streams begin: a large one makes a large file, which writeMsf leaves sparse */
  firstPage?: number;
}

/** One stretch of the file. */
interface Piece {
  offset: number;
  bytes: Uint8Array;
}

interface Layout {
  size: number;
  pieces: Piece[];
}

/** The whole file in memory. */
export function msfBytes(streams: readonly Uint8Array[], options: MsfOptions = {}): Uint8Array {
  const { size, pieces } = layoutMsf(streams, options);
  const file = new Uint8Array(size);
  for (const { offset, bytes } of pieces) file.set(bytes, offset);
  return file;
}

/** Writes a file; what no stream claims is left sparse. */
export async function writeMsf(path: string, streams: readonly Uint8Array[], options: MsfOptions = {}): Promise<void> {
  const { size, pieces } = layoutMsf(streams, options);
  const file = await open(path, 'w');
  try {
    await file.truncate(size);
    for (const { offset, bytes } of pieces) await file.write(bytes, 0, bytes.length, offset);
  } finally {
    await file.close();
  }
}

function layoutMsf(streams: readonly Uint8Array[], { pageSize = 4096, firstPage = 3 }: MsfOptions): Layout {
  const pages = new PageAllocator(pageSize, firstPage);
  const pieces: Piece[] = [];
  const place = (bytes: Uint8Array): number[] => {
    const taken: number[] = [];
    for (let at = 0; at < bytes.length; at += pageSize) {
      const page = pages.next();
      taken.push(page);
      pieces.push({ offset: page * pageSize, bytes: bytes.subarray(at, at + pageSize) });
    }
    return taken;
  };

  const directory = new ByteWriter().u32(streams.length);
  for (const stream of streams) directory.u32(stream.length);
  for (const stream of streams) for (const page of place(stream)) directory.u32(page);
  const list = new ByteWriter();
  for (const page of place(directory.toBytes())) list.u32(page);
  const listPages = place(list.toBytes());

  const superblock = new ByteWriter().bytes(Buffer.from(MAGIC, 'latin1')).align(32);
  superblock.u32(pageSize).u32(1).u32(pages.count).u32(directory.length).u32(0);
  for (const page of listPages) superblock.u32(page);
  pieces.push({ offset: 0, bytes: superblock.toBytes() });
  return { size: pages.count * pageSize, pieces };
}

/** Pages 1 and 2 of every pageSize pages hold the map of free pages. */
class PageAllocator {
  count: number;
  private readonly pageSize: number;

  constructor(pageSize: number, firstPage: number) {
    this.pageSize = pageSize;
    this.count = firstPage;
  }

  next(): number {
    while (this.count % this.pageSize === 1 || this.count % this.pageSize === 2) this.count++;
    return this.count++;
  }
}
