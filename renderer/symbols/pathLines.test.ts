import { describe, expect, it } from 'vitest';
import { joinLines, lineProblem, pathLines, serversOf } from './pathLines.ts';

describe('a symbol path in lines', () => {
  it('has one element a line, and quotes keep a semicolon', () => {
    const path = 'D:\\out; srv*C:\\s*https://a.example/x ;;"C:\\a;b"';
    expect(pathLines(path)).toEqual(['D:\\out', 'srv*C:\\s*https://a.example/x', '"C:\\a;b"']);
    expect(joinLines(pathLines(path).join('\n'))).toBe('D:\\out;srv*C:\\s*https://a.example/x;"C:\\a;b"');
    expect(joinLines('\n a \r\n\n b;c\n')).toBe('a;b;c');
  });

  it('names what is plainly wrong', () => {
    expect(lineProblem('C:\\symbols')).toBeNull();
    expect(lineProblem('srv*C:\\s*https://a.example')).toBeNull();
    expect(lineProblem('cache*')).toBeNull();
    expect(lineProblem('server*C:\\s')).toContain('unknown');
    expect(lineProblem('srv*ftp://a.example')).toContain('https');
    expect(lineProblem('cache*https://a.example')).toContain('folder');
    expect(lineProblem('srv*https://')).toContain('no address');
  });

  it('tells whom a download would ask', () => {
    expect(serversOf('srv*;C:\\x;srv*C:\\s*https://a.example/y*https://msdl.microsoft.com/download/symbols')).toEqual([
      'msdl.microsoft.com',
      'a.example',
    ]);
    expect(serversOf('C:\\x;cache*D:\\c')).toEqual([]);
  });
});
