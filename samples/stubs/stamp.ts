/**
 * Gives a PDB its identity and packs it small. A linker derives the GUID from what it linked and uses blocks of 4 KiB, most of them nearly
 * empty in a stub; here the streams are written anew in blocks of 512 bytes, the smallest that the format has (LLVM's documentation, "The MSF
 * File Format").
 */
const MAGIC = 'Microsoft C/C++ MSF 7.00\r\n\x1aDS\0\0\0';
const BLOCK = 512;
const SUPER_BLOCK = 56;
const NO_STREAM = 0xffffffff;
const PDB_STREAM = 1;
const DBI_STREAM = 3;

export interface Stamp {
  /** "xxxxxxxx-xxxx-…" */
  guid: string;
  age: number;
  /** time stamp of the image */
  signature: number;
}

/** `pdb`: what a linker wrote. Throws where it is no PDB. */
export function stampPdb(pdb: Uint8Array, { guid, age, signature }: Stamp): Uint8Array {
  const streams = readStreams(pdb);
  const info = viewOf(streams[PDB_STREAM]);
  info.setUint32(4, signature, true);
  info.setUint32(8, age, true);
  streams[PDB_STREAM].set(guidBytes(guid), 12);
  viewOf(streams[DBI_STREAM]).setUint32(8, age, true);
  return writeStreams(streams);
}

function readStreams(pdb: Uint8Array): Uint8Array[] {
  if (Buffer.from(pdb.subarray(0, MAGIC.length)).toString('latin1') !== MAGIC)
    throw new Error('the linker wrote no PDB');
  const file = viewOf(pdb);
  const blockSize = file.getUint32(32, true);
  const joinBlocks = (blocks: number[], size: number): Uint8Array =>
    Buffer.concat(blocks.map((block) => pdb.subarray(block * blockSize, (block + 1) * blockSize))).subarray(0, size);
  const blocksOf = (size: number): number => Math.ceil(size / blockSize);

  const directorySize = file.getUint32(44, true);
  const mapAt = file.getUint32(52, true) * blockSize;
  const directoryBlocks = Array.from({ length: blocksOf(directorySize) }, (_, i) =>
    file.getUint32(mapAt + 4 * i, true),
  );
  const directory = viewOf(joinBlocks(directoryBlocks, directorySize));
  const sizes = Array.from({ length: directory.getUint32(0, true) }, (_, i) => directory.getUint32(4 + 4 * i, true));
  let at = 4 + 4 * sizes.length;
  return sizes.map((size) => {
    if (size === NO_STREAM) return new Uint8Array(0);
    const blocks = Array.from({ length: blocksOf(size) }, (_, i) => directory.getUint32(at + 4 * i, true));
    at += 4 * blocks.length;
    return Uint8Array.from(joinBlocks(blocks, size));
  });
}

/** Super block, two maps of free blocks, the streams one after the other, the directory, the list of the directory's blocks. */
function writeStreams(streams: readonly Uint8Array[]): Uint8Array {
  const blocks: Uint8Array[] = [new Uint8Array(BLOCK), new Uint8Array(BLOCK), new Uint8Array(BLOCK)];
  const store = (bytes: Uint8Array): number[] =>
    Array.from({ length: Math.ceil(bytes.length / BLOCK) }, (_, i) => {
      const block = new Uint8Array(BLOCK);
      block.set(bytes.subarray(i * BLOCK, (i + 1) * BLOCK));
      return blocks.push(block) - 1;
    });
  const placed = streams.map(store);
  const directory = words([streams.length, ...streams.map((stream) => stream.length), ...placed.flat()]);
  const map = store(words(store(directory)));
  // Every BLOCK blocks another pair of maps of free blocks would stand.
  if (blocks.length > BLOCK || map.length > 1) throw new Error(`a stub PDB of ${blocks.length} blocks is too large`);

  const head = Buffer.from(blocks[0].buffer);
  head.write(MAGIC, 'latin1');
  head.set(words([BLOCK, 1, blocks.length, directory.length, 0, map[0]]), SUPER_BLOCK - 24);
  // A set bit is a free block.
  for (let block = 0; block < BLOCK * 8; block++) if (block >= blocks.length) blocks[1][block >> 3] |= 1 << (block & 7);
  return Buffer.concat(blocks);
}

function guidBytes(guid: string): Uint8Array {
  const bytes = Buffer.from(guid.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

function words(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = viewOf(bytes);
  values.forEach((value, i) => view.setUint32(4 * i, value, true));
  return bytes;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
