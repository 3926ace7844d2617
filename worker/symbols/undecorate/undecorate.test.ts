/** Names in full and short form; beside them what llvm-undname says, and names that are made to hurt. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { shortName } from './shortName.ts';
import { undecorate, undecorateProblem } from './undecorate.ts';

/** Decorated, full, short. */
const NAMES: [string, string, string][] = [
  [
    '?GetOrCreateEvent@EventManager@@QEAAPEAXPEBD@Z',
    'EventManager::GetOrCreateEvent(char const*)',
    'EventManager::GetOrCreateEvent',
  ],
  ['?Create@EventManager@@SA?AV?$shared_ptr@X@std@@H@Z', 'EventManager::Create(int)', 'EventManager::Create'],
  [
    '??0?$vector@HV?$allocator@H@std@@@std@@QEAA@XZ',
    'std::vector<int, std::allocator<int> >::vector<int, std::allocator<int> >(void)',
    'std::vector<...>::vector<...>',
  ],
  ['??R<lambda_1>@?0??main@@9@QEBA@XZ', "`main'::`1'::<lambda_1>::operator()(void)", 'main::<lambda_1>::operator()'],
  ['??$invoke@V<lambda_1>@@@std@@YAXXZ', 'std::invoke<<lambda_1> >(void)', 'std::invoke<...>'],
  ['??1X@@UEAA@XZ', 'X::~X(void)', 'X::~X'],
  ['??_GX@@UEAAPEAXI@Z', "X::`scalar deleting destructor'(unsigned int)", "X::`scalar deleting destructor'"],
  ['?f@?A0x1234@@YAHXZ', "`anonymous namespace'::f(void)", "`anonymous namespace'::f"],
  ['?f@@YAXP6AHH@Z@Z', 'f(int (*)(int))', 'f'],
  ['?f@@YAP6AHH@ZXZ', 'f(void)', 'f'],
  ['??BX@@QEAAHXZ', 'X::operator int(void)', 'X::operator int'],
  ['??MX@@QEAA_NAEBU0@@Z', 'X::operator<(X const&)', 'X::operator<'],
  ['??6X@@QEAA_NAEBU0@@Z', 'X::operator<<(X const&)', 'X::operator<<'],
  ['??RX@@QEAAXP6AHH@Z@Z', 'X::operator()(int (*)(int))', 'X::operator()'],
  ['??CX@@QEAAPEAU0@XZ', 'X::operator->(void)', 'X::operator->'],
  ['??_UX@@SAPEAX_K@Z', 'X::operator new[](uint64_t)', 'X::operator new[]'],
  ['??$?0H@X@@QEAA@H@Z', 'X::X<int>(int)', 'X::X<...>'],
  ['??$?0H@?$A@H@n@@QEAA@H@Z', 'n::A<int>::A<int>(int)', 'n::A<...>::A<...>'],
  ['?dtor$2@?0??f@@YAXXZ@4HA', "`f(void)'::`1'::dtor$2", 'f::dtor$2'],
];

describe('C++ names', () => {
  it.each(NAMES)('%s', (decorated, full, short) => {
    expect(undecorate(decorated)).toBe(full);
    expect(shortName(full)).toBe(short);
    expect(undecorateProblem()).toBeNull();
  });

  it('mean what llvm-undname says', () => {
    let judge: string;
    const names = NAMES.map(([decorated]) => decorated);
    const leftOut = ['access-specifier', 'calling-convention', 'return-type', 'member-type'].map(
      (part) => `--no-${part}`,
    );
    try {
      judge = execFileSync('llvm-undname', [...leftOut, ...names], { encoding: 'utf8' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      process.stdout.write('not compared with llvm-undname: it is not installed\n');
      return;
    }
    // Of a template constructor of a template class the judge repeats the arguments of the class.
    const plain = (name: string): string =>
      shortName(name.replaceAll(/\b(?:class|struct|enum|union) /g, ''))
        .replaceAll(' ', '')
        .replace('dtor', 'destructor')
        .replace('<...><...>', '<...>');
    const blocks = judge.trim().split('\n\n');
    const differing = blocks
      .map((block) => block.split('\n'))
      .filter(([name, said]) => plain(undecorate(name)) !== plain(said))
      .map(([name]) => name);
    expect(differing).toEqual([]);
  });
});

describe('other names', () => {
  it.each([
    ['main', false, 'main'],
    ['_main', false, '_main'],
    ['_main', true, 'main'],
    ['_CreateEventW@16', true, 'CreateEventW'],
    ['@fast@8', true, 'fast'],
    ['vector@@16', false, 'vector'],
    ['_ReadBarrier', false, '_ReadBarrier'],
    ['_Z3fooi', false, 'foo(int)'],
    ['__ZN3foo3barE', true, 'foo::bar'],
    ['@', false, '@'],
    ['@8', false, '@8'],
    ['@@8', false, '@@8'],
    ['_', true, '_'],
    ['_@8', true, '_@8'],
    ['', false, ''],
    ['name@with@at', false, 'name@with@at'],
    ['?notReally', false, '?notReally'],
  ])('%s (32-bit x86: %s) is %s', (name, is32BitX86, plain) => {
    expect(undecorate(name, is32BitX86)).toBe(plain);
  });
});

describe('short form', () => {
  it.each([
    ['public: static void * __ptr64 __cdecl EventManager::Create(int)', 'EventManager::Create'],
    ['operator new', 'operator new'],
    ["`anonymous namespace'::Pool<4>::take(void) const", "`anonymous namespace'::Pool<...>::take"],
    ['std::operator==<char, std::char_traits<char> >(int)', 'std::operator==<...>'],
    ['A::operator<=><int>(A const&)', 'A::operator<=><...>'],
    ["events::invoke<`lambda at main.cpp:20:16' &>", 'events::invoke<...>'],
    ['A::operator std::vector<int> (void)', 'A::operator std::vector<int>'],
    ['ILT(f(int))', 'ILT(f)'],
    ['KiSystemServiceCopyEnd', 'KiSystemServiceCopyEnd'],
    ['broken<', 'broken<...>'],
    ['broken`', 'broken`'],
    [' ', ' '],
  ])('%s → %s', (full, short) => {
    expect(shortName(full)).toBe(short);
  });
});

describe('names that are made to hurt', () => {
  const backReferences = (levels: number, width: number): string =>
    `?f@@YAXPEAH${Array.from({ length: levels }, (_, i) => `P6AX${String(i).repeat(width)}@Z`).join('')}@Z`;

  it.each([
    ['nested templates', `?f@@YAX${'V?$a@'.repeat(800)}`],
    ['nested functions', '?f@@YAXP6A'.repeat(400)],
    ['question marks', '?'.repeat(4000)],
    ['800 bytes that stand for 100^8', backReferences(8, 100)],
    ['3600 bytes that stand for 400^9', backReferences(9, 400)],
    ['Itanium back references', `_ZN${'S_'.repeat(1500)}`],
    ['Rust nesting', `_RNvC${'N'.repeat(3000)}`],
    ['longer than any compiler writes', `?f@@YAX${'PEA'.repeat(100_000)}H@Z`],
  ])('%s: stay as they are, and the next name is read', (_, name) => {
    expect(undecorate(name)).toBe(name);
    expect(undecorate('?x@@YAXXZ')).toBe('x(void)');
  });

  it('what is no text is no trouble', () => {
    expect(undecorate('?\0\ud800\uffff@@YAXXZ')).toContain('(void)');
  });

  it('shortening is done in time that grows with the length', () => {
    for (const part of ['`', '<', '(', 'operator', "`a'::", '<>::', ' ', "a<b>::`1'::"]) {
      expect(shortName(part.repeat(20_000)).length).toBeLessThanOrEqual(part.length * 20_000);
    }
  });
});
