/**
 * Names as people write them from names as linkers do. Full form: `EventManager::Create(int)`; the library leaves return type, access and
 * calling convention out. Short form: `EventManager::Create`, template arguments as `<...>`.
 */
import { demangle } from './library.ts';

export { undecorateProblem } from './library.ts';

/** Longer names are kept as they are: MSVC cuts its own at 4096. */
const MAX_LENGTH = 4096;
/** An undecorated name that is longer than this says less than its decorated form. */
const MAX_RESULT = 16 * 1024;

/**
 * The full form of a linker's name; a name that is not decorated, or in a way that is not known, comes back as it is.
 * @param is32BitX86 C names have decorations of their own there: `_f` (cdecl), `_f@8` (stdcall), `@f@8` (fastcall)
 */
export function undecorate(name: string, is32BitX86 = false): string {
  if (name.length > MAX_LENGTH) return name;
  const first = name.charCodeAt(0);
  if (first === QUESTION_MARK) return fullForm(name) ?? name;
  // Compilers other than MSVC's: Itanium names (_Z, MinGW) and Rust's (_R); 32-bit x86 puts one underscore more before them.
  if (first === UNDERSCORE && /^_{1,2}[ZR]/.test(name)) {
    const plain = demangle(name);
    if (plain !== null && plain.length <= MAX_RESULT && plain !== name.slice(1)) return plain;
  }
  return withoutCDecoration(name, is32BitX86);
}

const QUESTION_MARK = 0x3f;
const UNDERSCORE = 0x5f;

function fullForm(name: string): string | null {
  let plain = demangle(name);
  if (plain === null || plain.length === 0 || plain.length > MAX_RESULT) return null;
  if (name.startsWith('??$?0')) plain = withConstructorName(plain);
  return balanced(plain);
}

/** The library writes `X<int>::ctor<int>(int)` for constructors that are templates. */
function withConstructorName(plain: string): string {
  const at = plain.indexOf('::ctor<');
  const owner = at < 0 ? undefined : /([\w$]+)(<[^()]*>)?$/.exec(plain.slice(0, at))?.[1];
  return owner === undefined ? plain : `${plain.slice(0, at)}::${owner}${plain.slice(at + '::ctor'.length)}`;
}

/** Of a function that returns a function pointer the library leaves `f(void))(int)`. */
function balanced(plain: string): string {
  let depth = 0;
  for (let at = 0; at < plain.length; at++) {
    if (plain[at] === '(') depth++;
    else if (plain[at] === ')' && --depth < 0) return plain.slice(0, at);
  }
  return plain;
}

/** vectorcall (`f@@16`) is there on 64-bit x86 as well. */
function withoutCDecoration(name: string, is32BitX86: boolean): string {
  const at = name.lastIndexOf('@');
  if (at > 0 && /^\d{1,5}$/.test(name.slice(at + 1))) {
    if (name[at - 1] === '@') return at > 1 ? name.slice(0, at - 1) : name;
    if (name[0] === '@') return name.slice(1, at);
    if (name[0] === '_' && at > 1) return name.slice(1, at);
    return name;
  }
  return is32BitX86 && name.length > 1 && name[0] === '_' ? name.slice(1) : name;
}
