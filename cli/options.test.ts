import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { choice } from './choice.ts';
import {
  asTyped,
  FILTER_OPTIONS,
  nearestOption,
  normalizeArguments,
  parseFilterValue,
  parseRange,
  parseTop,
  typedOptions,
} from './options.ts';

const normalized = (line: string): string => normalizeArguments(line.split(' ')).join(' ');

describe('spellings', () => {
  it.each([
    ['dump x.etl -ObjectName *Signal* -pn cmd', 'dump x.etl --object-name=*Signal* --process=cmd'],
    ['dump x.etl -MINMAXID 5 9 y.etl', 'dump x.etl --min-max-id=5..9 y.etl'],
    ['totals x.etl -TopN 5 2 --by type', 'totals x.etl --top=5..2 --by type'],
    ['totals x.etl --top 5 --by type', 'totals x.etl --top=5 --by type'],
    [
      'dump x.etl -TimeFmt s -TimeDigits 7 -ProcessFmt s',
      'dump x.etl --time-format s --time-digits 7 --process-format s',
    ],
    ['dump x.etl -NewProcess -1 -CmdLine -k', 'dump x.etl --new-process=-1 --command-line=-k'],
    ['dump x.etl -NoCmdLine -ShowRef -ShowStack', 'dump x.etl --no-cmd-line --show-ref --show-stack'],
    ['dump x.etl -ObjctName x -h', 'dump x.etl --objct-name x -h'],
    ['dump -- -pn', 'dump -- -pn'],
    // only ETWAnalyzer's
    ['-dump ObjectRef -fd a.etl b.etl -Leak', 'dump a.etl b.etl --leak'],
    ['-fd a.etl -Dump OBJECTREF -recursive', 'dump a.etl --recursive'],
    ['.dump ObjectRef -filedir a.etl', 'dump a.etl'],
    ['-dump Version -fd a.etl -dll x.exe', 'modules a.etl --dll x.exe'],
    ['dump a.etl -csv y.csv -NoCSVSeparator', 'dump a.etl --format=csv --out=y.csv'],
    ['dump a.etl -Clip -PlainProcessNames -NoDigitSep', 'dump a.etl'],
    ['dump a.etl -ShowTotal Process', 'dump a.etl --show-total Process'],
    ['stacks a.etl -SymbolPath srv*C:\\S -Symbols', 'stacks a.etl --symbol-path=srv*C:\\S --symbols'],
    ['stacks a.etl -NoSymbols -Names full -AllowHttp', 'stacks a.etl --no-symbols --names full --allow-http'],
    [
      'stacks a.etl -symserver ms',
      'stacks a.etl --symbols --symbol-path=srv*https://msdl.microsoft.com/download/symbols',
    ],
    [
      'stacks a.etl -SymServer SRV*C:\\S*https://x.example/',
      'stacks a.etl --symbols --symbol-path=SRV*C:\\S*https://x.example/',
    ],
    ['stacks a.etl -symserver NtSymbolPath -symFolder C:\\S -symcache C:\\T', 'stacks a.etl --symbols'],
  ])('%s', (line, expected) => {
    expect(normalized(line)).toBe(expected);
  });

  it.each([
    ['-dump Cpu -fd x.etl', /none of ObjectRef, Version/],
    ['-dump ObjctRef -fd x.etl', /did you mean ObjectRef\?/],
    ['dump x.etl -TestsPerRun 5', /no test runs/],
    ['dump x.etl -csv -Leak', /-csv needs the name of a file/],
    ['dump x.etl -symserver -Leak', /-symserver needs MS, Google, NtSymbolPath or a symbol path/],
    ['dump x.etl -symserver syngo', /-symserver syngo: is not known; give MS, /],
    ['dump x.etl -symFolder', /-symFolder needs a folder/],
    ['dump x.etl --type --leak', /--type needs a value/],
    ['dump x.etl --min-max-id', /--min-max-id needs a value/],
  ])('%s is refused', (line, sentence) => {
    expect(() => normalized(line)).toThrow(sentence);
  });
});

describe('as typed', () => {
  const typed = typedOptions('dump x.etl -ShowTotal x --type y -ObjctName z -- -pn'.split(' '));

  it.each([
    ["option '--show-total <what>' argument", "option '-ShowTotal <what>' argument"],
    ["unknown option '--objct-name'", "unknown option '-ObjctName'"],
    ['--query and --type both', '--query and --type both'],
    ['--process', '--process'],
    ['a--show-total', 'a--show-total'],
  ])('%s', (sentence, expected) => {
    expect(asTyped(sentence, typed)).toBe(expected);
  });

  it.each([
    ['id', 'min-max-id'],
    ['MapSize', 'min-max-map-size'],
    ['typ', 'type'],
    ['p', 'process'],
    ['xyzzy', null],
  ])('the option nearest to %s', (word, option) => {
    expect(
      nearestOption(
        word,
        FILTER_OPTIONS.map(({ name }) => name),
      ),
    ).toBe(option);
  });
});

describe('values', () => {
  const value = (name: string, text: string): unknown => {
    const option = FILTER_OPTIONS.find((entry) => entry.name === name);
    return option && parseFilterValue(option, text);
  };

  it.each([
    ['type', '', /empty/],
    ['type', ' ', /empty/],
    ['type', ' ;; ', /nothing beside the ";"/],
    ['process', 'a;foo(12', /"foo\(12" has one bracket/],
    ['related-process', 'foo)', /one bracket/],
    ['type', 'a;!', /nothing behind the "!"/],
    ['object', '0x1?Z', /no hexadecimal number/],
    ['handle', '!0xQ', /no hexadecimal number/],
    ['ptr-in-map', '0x1*', /no address/],
    ['min-max-id', '9..5', /upside down/],
    ['min-max-duration', '-1s', /negative/],
    ['min-max-map-size', '5 elephants', /no number/],
    ['map', '2', /1 \(mappings only\) or 0/],
  ])('--%s %s is refused', (name, text, sentence) => {
    expect(() => value(name, text)).toThrow(InvalidArgumentError);
    expect(() => value(name, text)).toThrow(sentence);
  });

  it('are taken', () => {
    expect(value('process', 'foo (x86);a(5);b(9*')).toBe('foo (x86);a(5);b(9*');
    expect(value('object', '0xFFFF*;!0x12')).toBe('0xFFFF*;!0x12');
    expect(value('min-max-map-size', '1MB..2gb')).toEqual({ min: 2 ** 20, max: 2 ** 31 });
    expect(parseRange('5us', 'seconds').min).toBeCloseTo(5e-6, 12);
    expect(parseTop('5')).toEqual({ count: 5, skip: 0 });
    expect(parseTop('5..9')).toEqual({ count: 5, skip: 9 });
    expect(() => parseTop('0')).toThrow(/from 1/);
  });

  it('are names in any case, and the nearest is offered', () => {
    const parse = choice(['text', 'json'], { txt: 'text' });
    expect([parse('JSON'), parse('Txt')]).toEqual(['json', 'text']);
    expect(() => parse('jsno')).toThrow('"jsno" is none of text, json; did you mean json?');
    expect(() => parse('xml')).toThrow('"xml" is none of text, json.');
  });
});
