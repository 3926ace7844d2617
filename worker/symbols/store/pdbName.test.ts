import { describe, expect, it } from 'vitest';
import { compressedName, safePdbName, storeKey } from './pdbName.ts';

describe('safePdbName', () => {
  it.each([
    ['ntkrnlmp.pdb', 'ntkrnlmp.pdb'],
    ['D:\\build\\out\\app.pdb', 'app.pdb'],
    ['/home/me/app.pdb', 'app.pdb'],
    ['..\\..\\app.pdb', 'app.pdb'],
    ['C:/x\\y/app.dll.pdb', 'app.dll.pdb'],
    ['My App (1) ä+#%.pdb', 'My App (1) ä+#%.pdb'],
    ['console.pdb', 'console.pdb'],
    ['com10.pdb', 'com10.pdb'],
    [`${'a'.repeat(251)}.pdb`, `${'a'.repeat(251)}.pdb`],
  ])('takes the base name of %j', (given, name) => {
    expect(safePdbName(given)).toEqual({ name });
  });

  it.each([
    ['', 'no file name'],
    ['C:\\x\\', 'no file name'],
    ['..', 'dot'],
    ['x\\..', 'dot'],
    ['.hidden', 'dot'],
    ['a.pdb.', 'ends with'],
    ['a.pdb ', 'ends with'],
    ['C:a.pdb', 'colon'],
    ['a.pdb:stream', 'colon'],
    ['a*.pdb', 'character'],
    ['a?.pdb', 'character'],
    ['a|b', 'character'],
    ['CON', 'device'],
    ['nul.pdb', 'device'],
    ['x\\NUL .pdb', 'device'],
    ['com1.tar.pdb', 'device'],
    ['LPT².pdb', 'device'],
    ['conin$', 'device'],
    ['a\u0000.pdb', 'control'],
    ['a\n.pdb', 'control'],
    ['a\ud800.pdb', 'broken'],
    ['a\u202ebdp.exe', 'direction'],
    [`${'ä'.repeat(126)}.pdb`, 'longer'],
  ])('refuses %j', (given, why) => {
    const checked = safePdbName(given);
    expect(checked).toEqual({ problem: expect.stringContaining(why) });
  });

  it('keeps its sentence short', () => {
    const checked = safePdbName('x'.repeat(100_000));
    expect('problem' in checked && checked.problem.length).toBeLessThan(200);
  });
});

describe('storeKey', () => {
  const guid = '3844dbb9-2017-4967-be7a-a4a2c20430fa';
  it('is the GUID in upper case and the age in hex', () => {
    expect(storeKey({ name: 'ntdll.pdb', guid, age: 2 })).toBe('3844DBB920174967BE7AA4A2C20430FA2');
    expect(storeKey({ name: 'ntdll.pdb', guid, age: 31 })).toBe('3844DBB920174967BE7AA4A2C20430FA1f');
  });
  it('takes no GUID that would be a path', () => {
    expect(() => storeKey({ name: 'x', guid: '../../../etc', age: 1 })).toThrow(RangeError);
  });
});

it('the compressed name ends with _', () => {
  expect(compressedName('app.pdb')).toBe('app.pd_');
});
