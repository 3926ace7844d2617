import { describe, expect, it } from 'vitest';
import { DEFAULT_SYMBOL_PATH, formatSymbolPath, parseSymbolPath, readSymbolPathOf } from './symbolPath.ts';

const CACHE = '/home/me/.cache/leaklanes/symbols';
const IMPLIED = { kind: 'folder', folder: CACHE, implied: true };
const MS = 'https://msdl.microsoft.com/download/symbols';
const parse = (text: string) => parseSymbolPath(text, { defaultCache: CACHE });
const folder = (path: string) => ({ kind: 'folder', folder: path });
const server = (url: string) => ({ kind: 'server', url });
const chain = (...stores: unknown[]) => ({ kind: 'server', stores });

describe('parseSymbolPath', () => {
  it.each([
    ['', []],
    [' ; ;', []],
    ['C:\\symbols', [folder('C:\\symbols')]],
    ['\\\\server\\share\\symbols', [folder('\\\\server\\share\\symbols')]],
    ['/opt/symbols;.', [folder('/opt/symbols'), folder('.')]],
    [' "C:\\My Symbols" ; D:\\x ', [folder('C:\\My Symbols'), folder('D:\\x')]],
    ['"C:\\a;b";D:\\x', [folder('C:\\a;b'), folder('D:\\x')]],
    ['"C:\\open quote;x', [folder('C:\\open quote;x')]],
    [DEFAULT_SYMBOL_PATH, [chain(IMPLIED, server(MS))]],
    [`srv*C:\\sym*${MS}`, [chain(folder('C:\\sym'), server(MS))]],
    [`SRV*C:\\a*\\\\srv\\share*${MS}`, [chain(folder('C:\\a'), folder('\\\\srv\\share'), server(MS))]],
    [`SymSrv*SYMSRV.DLL*C:\\a*${MS}`, [chain(folder('C:\\a'), server(MS))]],
    [`srv**${MS}`, [chain(IMPLIED, server(MS))]],
    [`srv***${MS}`, [chain(IMPLIED, server(MS))]],
    [`srv*C:\\a**${MS}`, [chain(folder('C:\\a'), IMPLIED, server(MS))]],
    ['srv*', [chain(IMPLIED, server(MS))]],
    ['srv**', [chain(IMPLIED)]],
    ['srv*C:\\a*', [chain(folder('C:\\a'))]],
    ['srv * "C:\\my sym" * https://x.example/s ', [chain(folder('C:\\my sym'), server('https://x.example/s'))]],
    ['HTTPS://x.example', [chain(IMPLIED, server('HTTPS://x.example'))]],
    ['http://127.0.0.1:8080/s', [chain(IMPLIED, server('http://127.0.0.1:8080/s'))]],
    [
      'srv*https://a.example*https://b.example',
      [chain(IMPLIED, server('https://a.example'), server('https://b.example'))],
    ],
    ['cache*', [{ kind: 'cache', folder: CACHE }]],
    [
      'Cache*C:\\c;srv*C:\\d*https://x',
      [{ kind: 'cache', folder: 'C:\\c' }, chain(folder('C:\\d'), server('https://x'))],
    ],
  ])('reads %j', (text, elements) => {
    expect(parse(text)).toEqual({ elements, problems: [] });
  });

  it.each([
    ['foo*C:\\x', '"foo*" is unknown'],
    ['symsrv*other.dll*C:\\x', 'only symsrv.dll'],
    ['symsrv*', 'only symsrv.dll'],
    ['ftp://x.example', 'ftp:'],
    ['srv*file:///c:/x', 'file:'],
    ['srv*C:\\a*https://', 'malformed'],
    ['https:x', 'malformed'],
    ['https://exa mple', 'malformed'],
    ['cache*C:\\a*C:\\b', 'one folder'],
    ['cache*https://x.example', 'not an address'],
    ['C:\\a\u0000b', 'control characters'],
    [`srv*${'C:\\a*'.repeat(10)}https://x`, 'more than 10 stores'],
  ])('says what is wrong with %j and uses the rest', (text, problem) => {
    const path = parse(`${text};C:\\good`);
    expect(path.elements).toEqual([folder('C:\\good')]);
    expect(path.problems).toEqual([expect.stringContaining(problem)]);
    expect(path.problems[0]).toMatch(/^Symbol path: ".*\.$/);
  });

  it('reads its own text as the same path', () => {
    const text = `"C:\\a;b";cache*C:\\c;srv*${MS};srv**;srv*C:\\a*;srv*C:\\a**https://x.example;\\\\s\\t;/opt/x;"srv*C:\\q;r*${MS}"`;
    const path = parse(text);
    expect(path.problems).toEqual([]);
    expect(parse(formatSymbolPath(path))).toEqual(path);
    expect(formatSymbolPath(parse(DEFAULT_SYMBOL_PATH))).toBe(`srv**${MS}`);
  });
});

describe('readSymbolPathOf', () => {
  it('takes both variables, the main one first', () => {
    expect(readSymbolPathOf({ _NT_ALT_SYMBOL_PATH: 'B', _NT_SYMBOL_PATH: 'A' })).toBe('A;B');
    expect(readSymbolPathOf({ _NT_ALT_SYMBOL_PATH: 'B', _NT_SYMBOL_PATH: ' ' })).toBe('B');
    expect(readSymbolPathOf({})).toBeNull();
  });
});
