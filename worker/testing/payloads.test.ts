import { describe, expect, it } from 'vitest';
import { ByteWriter } from './byteWriter.ts';
import * as payloads from './payloads.ts';

function hex(write: (out: ByteWriter) => void): string {
  const out = new ByteWriter();
  write(out);
  return Buffer.from(out.toBytes()).toString('hex');
}

function bytes(text: string): string {
  return text.replaceAll(' ', '');
}

/** UTF-16 with its NUL, as hex. */
function wide(text: string): string {
  return Buffer.from(`${text}\0`, 'utf16le').toString('hex');
}

describe('the payloads recorded on Windows 10/11 (etl-format.md, section 4)', () => {
  it('CreateHandle', () => {
    const written = hex((out) =>
      payloads.writeHandle(out, 8, { object: 0xffffc283aee8cd60n, handle: 0x3a78, type: 16 }),
    );
    expect(written).toBe(bytes('60 cd e8 ae 83 c2 ff ff  78 3a 00 00  10 00 00 00'));
  });

  it('CloseHandle', () => {
    const written = hex((out) =>
      payloads.writeHandle(out, 8, { object: 0xffffc283aef90260n, handle: 0x4944, type: 16 }),
    );
    expect(written).toBe(bytes('60 02 f9 ae 83 c2 ff ff  44 49 00 00  10 00 00 00'));
  });

  it('CloseHandle with a name', () => {
    const written = hex((out) => payloads.writeHandle(out, 8, { object: 1n, handle: 4, type: 16, name: '\\X' }));
    expect(written).toBe(bytes('01 00 00 00 00 00 00 00  04 00 00 00  10 00') + wide('\\X'));
  });

  it('DuplicateHandle', () => {
    const fields = {
      object: 0xffffc283aeea3e60n,
      sourceHandle: 0x5648,
      targetHandle: 0x80001ddc,
      targetPid: 4,
      type: 16,
    };
    const recorded = bytes('60 3e ea ae 83 c2 ff ff  48 56 00 00  dc 1d 00 80  04 00 00 00  10 00');
    const written = hex((out) => payloads.writeDuplicate(out, 8, { ...fields, sourcePid: 20648 }));
    expect(written).toBe(`${recorded}a8500000`);
    expect(hex((out) => payloads.writeDuplicate(out, 8, { ...fields, sourcePid: null }))).toBe(recorded);
  });

  it('TypeDCEnd', () => {
    const written = hex((out) => payloads.writeTypeName(out, 8, 'Thread'));
    expect(written).toBe(bytes('08 00 00 00  54 00 68 00 72 00 65 00 61 00 64 00 00 00'));
  });

  it('HandleDCEnd', () => {
    const fields = { object: 0xffff810c862e09a0n, pid: 4, handle: 0x80000044, type: 19 };
    const name = '\\KernelObjects\\HighMemoryCondition';
    const written = hex((out) => payloads.writeHandleDC(out, 8, { ...fields, name }));
    expect(written).toBe(bytes('a0 09 2e 86 0c 81 ff ff  04 00 00 00  44 00 00 80  13 00') + wide(name));
  });

  it('ReferenceObject', () => {
    expect(payloads.tagOf('Dflt')).toBe(0x746c6644);
    const written = hex((out) =>
      payloads.writeReference(out, 8, { object: 0xffffa889b33d24b0n, tag: payloads.tagOf('Dflt'), count: 1 }),
    );
    expect(written).toBe(bytes('b0 24 3d b3 89 a8 ff ff  44 66 6c 74  01 00 00 00'));
  });

  it('CreateObject', () => {
    const written = hex((out) => payloads.writeObject(out, 8, { object: 0xffffa889a613c800n, type: 48 }));
    expect(written).toBe(bytes('00 c8 13 a6 89 a8 ff ff  30 00 00 00 00 00 00 00'));
  });

  it('MapFile', () => {
    const fields = {
      base: 0x2b93e7e0000n,
      fileKey: 0xffff82082c3ffb70n,
      miscInfo: 0x00c1000000000000n,
      size: 0x1000n,
      offset: 0n,
      pid: 6528,
    };
    const head = bytes(
      '00 00 7e 3e b9 02 00 00  70 fb 3f 2c 08 82 ff ff  00 00 00 00 00 00 c1 00  00 10 00 00 00 00 00 00',
    );
    const pid = bytes('80 19 00 00');
    expect(hex((out) => payloads.writeMapFile(out, 8, 3, fields))).toBe(head + '0000000000000000' + pid);
    expect(hex((out) => payloads.writeMapFile(out, 8, 2, fields))).toBe(head + pid);
  });
});

describe('other payloads', () => {
  const process: payloads.ProcessPayload = {
    uniqueKey: 0xffffaa0000000001n,
    pid: 1000,
    parentPid: 4,
    sessionId: 1,
    exitStatus: -1,
    directoryTableBase: 0x1aa000n,
    flags: 3,
    sid: [18],
    name: 'a.exe',
    commandLine: 'a b',
    packageName: 'P',
    applicationId: '!I',
  };
  const ids = 'e8030000' + '04000000' + '01000000' + 'ffffffff';
  const name = Buffer.from('a.exe\0').toString('hex');
  const sid8 = 'a00a29d90f8dffff' + '0000000000000000' + '010100000000000512000000';

  it.each([
    [1, '01000000' + '00aaffff' + ids + sid8 + name],
    [2, '01000000' + '00aaffff' + ids + sid8 + name + wide('a b')],
    [3, '01000000' + '00aaffff' + ids + '00a01a0000000000' + sid8 + name + wide('a b')],
    [
      4,
      '01000000' +
        '00aaffff' +
        ids +
        '00a01a0000000000' +
        '03000000' +
        sid8 +
        name +
        wide('a b') +
        wide('P') +
        wide('!I'),
    ],
  ])('Process version %i', (version, expected) => {
    expect(hex((out) => payloads.writeProcess(out, 8, version, process))).toBe(expected);
  });

  it('Process with 4-byte pointers and without a SID', () => {
    const written = hex((out) => payloads.writeProcess(out, 4, 2, { ...process, sid: null }));
    expect(written).toBe('01000000' + ids + '00000000' + name + wide('a b'));
  });

  it('refuses Process version 0, which the reference does not describe', () => {
    expect(() => hex((out) => payloads.writeProcess(out, 8, 0, process))).toThrow('version 0');
  });

  it('Image has its file name at 56 with 8-byte pointers and at 44 with 4-byte ones', () => {
    const image = { base: 0x10000n, size: 0x2000n, pid: 7, checksum: 1, timeStamp: 2, file: '\\a' };
    expect(hex((out) => payloads.writeImage(out, 8, image)).indexOf(wide('\\a'))).toBe(2 * 56);
    expect(hex((out) => payloads.writeImage(out, 4, image)).indexOf(wide('\\a'))).toBe(2 * 44);
  });

  it('Thread version 3 has 72 bytes, a context switch 24', () => {
    const thread = { pid: 1, tid: 2, startAddress: 3n };
    expect(hex((out) => payloads.writeThread(out, 8, thread)).length).toBe(144);
    expect(hex((out) => payloads.writeCSwitch(out, { newTid: 1, oldTid: 2 })).length).toBe(48);
  });

  it('DbgID_RSDS with the GUID in the order of Windows', () => {
    const guid = '8348fdb6-2dcd-41c1-8835-594844ce7143';
    const written = hex((out) =>
      payloads.writeImageIdDbgId(out, 8, { base: 1n, pid: 4, guid, age: 2, pdb: 'ntdll.pdb' }),
    );
    expect(written).toBe(
      '0100000000000000' +
        '04000000' +
        'b6fd4883' +
        'cd2dc1418835594844ce7143' +
        '02000000' +
        Buffer.from('ntdll.pdb\0').toString('hex'),
    );
  });
});
