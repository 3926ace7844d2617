import { deflateRawSync } from 'node:zlib';
import { ByteWriter } from '../../../testing/byteWriter.ts';
import { blockChecksum } from '../cabinet.ts';

const BLOCK = 32_768;
const COMPRESSIONS = { none: 0, mszip: 1, quantum: 2, lzx: 3 };

export interface CabinetOptions {
  compression?: keyof typeof COMPRESSIONS;
  /** false: the checksums are 0, as they may be */
  checksums?: boolean;
  /** bytes for others behind the header, in each folder and in each block header */
  reserve?: [header: number, folder: number, block: number];
  /** header flags beside the one for `reserve` */
  flags?: number;
}

/** A cabinet of one folder with these files, in this order; MSZIP blocks look back into the block before, as in real ones. */
export function writeCabinet(files: { name: string; data: Uint8Array }[], options: CabinetOptions = {}): Buffer {
  const { compression = 'mszip', checksums = true, reserve, flags = 0 } = options;
  const data = Buffer.concat(files.map((file) => file.data));
  const blocks = Math.ceil(data.length / BLOCK);
  const out = new ByteWriter();
  out.bytes(Buffer.from('MSCF')).zeros(4).u32(0).zeros(4).u32(0).zeros(4).u8(3).u8(1);
  out
    .u16(1)
    .u16(files.length)
    .u16(flags | (reserve ? 4 : 0))
    .u16(7)
    .u16(0);
  if (reserve) out.u16(reserve[0]).u8(reserve[1]).u8(reserve[2]).fill(0xee, reserve[0]);
  const folderAt = out.length;
  out
    .u32(0)
    .u16(blocks)
    .u16(COMPRESSIONS[compression])
    .fill(0xee, reserve?.[1] ?? 0);
  out.patchU32(16, out.length);
  let start = 0;
  for (const file of files) {
    out.u32(file.data.length).u32(start).u16(0).u16(0x5a21).u16(0x6000).u16(0x20).latin1z(file.name);
    start += file.data.length;
  }
  out.patchU32(folderAt, out.length);
  for (let block = 0; block < blocks; block++) {
    const plain = data.subarray(block * BLOCK, (block + 1) * BLOCK);
    const packed = compression === 'mszip' ? mszip(plain, data.subarray((block - 1) * BLOCK, block * BLOCK)) : plain;
    const header = Buffer.alloc(8);
    header.writeUInt16LE(packed.length, 4);
    header.writeUInt16LE(plain.length, 6);
    if (checksums) header.writeUInt32LE(blockChecksum(header, packed), 0);
    out
      .bytes(header)
      .fill(0xee, reserve?.[2] ?? 0)
      .bytes(packed);
  }
  out.patchU32(8, out.length);
  return Buffer.from(out.toBytes());
}

function mszip(plain: Buffer, before: Buffer): Buffer {
  const packed = deflateRawSync(plain, before.length === 0 ? {} : { dictionary: before });
  return Buffer.concat([Buffer.from('CK'), packed]);
}
