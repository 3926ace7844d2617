import { describe, expect, it } from 'vitest';
import { addressBelow, addressProblem, redirectProblem, shownAddress, withoutSecrets } from './address.ts';
import { ownPathOf, placeKind } from './places.ts';

describe('placeKind', () => {
  it.each([
    ['C:\\x', 'local', 'foreign'],
    ['c:/x', 'local', 'foreign'],
    ['\\\\srv\\share', 'network', 'foreign'],
    ['//srv/share', 'network', 'local'],
    ['\\\\?\\C:\\x', 'local', 'foreign'],
    ['\\\\?\\UNC\\srv\\share', 'network', 'foreign'],
    ['\\\\.\\pipe\\x', 'network', 'foreign'],
    ['/opt/x', 'local', 'local'],
    ['symbols', 'local', 'local'],
  ])('%s', (path, onWindows, elsewhere) => {
    expect([placeKind(path, 'win32'), placeKind(path, 'linux')]).toEqual([onWindows, elsewhere]);
  });
});

describe('ownPathOf', () => {
  it.each([
    ['D:\\build\\app.pdb', true, false],
    ['D:/build/app.pdb', true, false],
    ['/home/me/app.pdb', false, true],
    ['app.pdb', false, false],
    ['..\\app.pdb', false, false],
    ['D:app.pdb', false, false],
    ['\\build\\app.pdb', false, false],
    ['\\\\srv\\share\\app.pdb', false, false],
    ['//srv/share/app.pdb', false, false],
    ['\\\\?\\C:\\app.pdb', false, false],
    ['\\\\.\\C:\\app.pdb', false, false],
    ['D:\\build:x\\app.pdb', false, false],
    ['D:\\build\\con.pdb', false, false],
    ['/net/srv/app.pdb', false, false],
    ['/dev/app.pdb', false, false],
    ['/home/../net/app.pdb', false, false],
    ['/./net/srv/app.pdb', false, false],
    ['/home//app.pdb', false, false],
    ['/NET/srv/app.pdb', false, false],
    ['/etc/passwd', false, false],
    ['C:\\Windows\\win.ini', false, false],
    ['/home/\u0000/app.pdb', false, false],
  ])('%j', (name, onWindows, elsewhere) => {
    expect([ownPathOf(name, 'win32') !== null, ownPathOf(name, 'linux') !== null]).toEqual([onWindows, elsewhere]);
  });
});

describe('addresses', () => {
  const LOCAL = 'http://127.0.0.1:8/s';
  const FAR = 'http://symbols.example/s';
  const SAFE = 'https://symbols.example/s';

  it.each([
    [SAFE, true, true],
    [FAR, false, true],
    [LOCAL, true, true],
    ['http://localhost/s', true, true],
    ['http://[::1]/s', true, true],
    ['http://2130706433/s', true, true],
    ['http://127.0.0.1.example/s', false, true],
    ['http://localhost.example/s', false, true],
    ['ftp://127.0.0.1/s', false, false],
  ])('may %s be asked', (url, usually, withHttp) => {
    expect([false, true].map((allow) => addressProblem(new URL(url), allow) === null)).toEqual([usually, withHttp]);
  });

  it.each([
    [SAFE, 'https://other.example/s', true, true],
    [SAFE, FAR, false, true],
    [SAFE, LOCAL, false, false],
    [SAFE, 'https://127.0.0.1/s', false, false],
    [LOCAL, SAFE, true, true],
    [LOCAL, FAR, false, true],
    [FAR, LOCAL, false, false],
    [LOCAL, 'http://localhost:9/s', true, true],
    [SAFE, 'file:///etc/passwd', false, false],
  ])('may %s send us to %s', (from, to, usually, withHttp) => {
    const results = [false, true].map((allow) => redirectProblem(new URL(from), new URL(to), allow) === null);
    expect(results).toEqual([usually, withHttp]);
  });

  it.each([
    ['srv*C:\\a*https://me:pw@x.example/s?sig=1;D:\\b', 'srv*C:\\a*https://…@x.example/s?…;D:\\b'],
    ['https://x.example/s', 'https://x.example/s'],
    ['srv*https://a?k*HTTP://u@b#t', 'srv*https://a?…*HTTP://…@b#…'],
    ['/home/me@work/x?y', '/home/me@work/x?y'],
  ])('in a path are printed without secrets: %s', (path, printed) => {
    expect(withoutSecrets(path)).toBe(printed);
  });

  it('are put together with every part encoded, and shown without secrets', () => {
    const url = addressBelow(new URL('https://me:pw@x.example/s//?sig=1#x'), ['a b+#?.pdb', 'K1', '..%2f']);
    expect(url.href).toBe('https://me:pw@x.example/s/a%20b%2B%23%3F.pdb/K1/..%252f?sig=1');
    expect(shownAddress(url)).toBe('https://x.example/s/a%20b%2B%23%3F.pdb/K1/..%252f');
  });
});
