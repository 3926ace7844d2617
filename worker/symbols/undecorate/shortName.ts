/** The short form of an undecorated name: no parameters, no return type, template arguments as `<...>`. */

/**
 * `std::vector<int, std::allocator<int> >::push_back(int const&)` → `std::vector<...>::push_back`;
 * `` `main'::`1'::<lambda_1>::operator()(void) `` → `main::<lambda_1>::operator()`. A name that is short already comes back as it is.
 * `ILT(…)`, a jump of the incremental linker (pdb/functions.ts), keeps its mark. Linear in the length of the name.
 */
export function shortName(fullForm: string): string {
  if (!/[(<` ]/.test(fullForm)) return fullForm;
  const jump = /^ILT\((.*)\)$/s.exec(fullForm);
  return jump === null ? shortened(fullForm) : `ILT(${shortened(jump[1])})`;
}

function shortened(name: string): string {
  return new Shortener(name).run() || name;
}

/** Reads a name from left to right; what it keeps is in `kept`. */
class Shortener {
  private readonly text: string;
  private at = 0;
  private readonly kept: string[] = [];

  constructor(text: string) {
    this.text = text;
  }

  run(): string {
    const { text } = this;
    while (this.at < text.length) {
      const char = text[this.at];
      if (this.isOperator()) this.keepOperator();
      else if (char === '`') this.keepQuoted();
      else if (char === '<') this.keepAngles();
      // A destructor's or a cast's parentheses stand behind the name: what follows them is `const` and the like, or the rest of a type.
      else if (char === '(' && this.kept.length > 0) break;
      else if (char === ' ') this.space();
      else this.keep(char);
    }
    return this.kept.join('').trimEnd();
  }

  private keep(char: string): void {
    this.kept.push(char);
    this.at++;
  }

  /** What stood before a space is return type, access or calling convention. */
  private space(): void {
    this.at++;
    this.kept.length = 0;
  }

  private isOperator(): boolean {
    if (!this.text.startsWith('operator', this.at)) return false;
    const before = this.text[this.at - 1];
    return (before === undefined || !isWord(before)) && !isWord(this.text[this.at + 8] ?? '');
  }

  /** `operator<`, `operator()`, `operator new[]`, `operator int`: to the parameters or template arguments. */
  private keepOperator(): void {
    const { text } = this;
    const start = this.at;
    this.at += 8;
    if (text[this.at] === ' ') {
      this.skipType();
    } else {
      OPERATOR.lastIndex = this.at;
      this.at += OPERATOR.exec(text)?.[0].length ?? 0;
    }
    this.kept.push(text.slice(start, this.at));
  }

  /** The type of a cast operator, or `new[]`. */
  private skipType(): void {
    while (this.at < this.text.length && this.text[this.at] !== '(') {
      if (this.text[this.at] === '<') this.skip('<', '>');
      else this.at++;
    }
  }

  /** `` `anonymous namespace' `` and `` `scalar deleting destructor' `` are kept, the numbers of scopes (`` `1' ``) are not. */
  private keepQuoted(): void {
    const start = this.at;
    this.skip('`', "'");
    const inner = this.text.slice(start + 1, this.at - 1);
    if (!this.text.startsWith('::', this.at)) this.kept.push(this.text.slice(start, this.at));
    else if (/^\d+$/.test(inner)) this.at += 2;
    else if (inner === 'anonymous namespace' || inner === '') this.kept.push(this.text.slice(start, this.at));
    else this.kept.push(nesting(inner) < MAX_NESTING ? shortName(inner) : inner);
  }

  /** Arguments stand behind a name; `<lambda_1>` is a name itself. */
  private keepAngles(): void {
    const start = this.at;
    this.skip('<', '>');
    const last = this.kept.at(-1);
    const isName = last === undefined || last === ':';
    this.kept.push(isName ? this.text.slice(start, this.at) : '<...>');
  }

  /** To behind the closing mark; to the end where there is none. */
  private skip(open: string, close: string): void {
    let depth = 0;
    for (; this.at < this.text.length; this.at++) {
      const char = this.text[this.at];
      if (char === open) depth++;
      else if (char === close && this.text[this.at - 1] !== '-' && --depth === 0) {
        this.at++;
        return;
      }
    }
  }
}

const OPERATOR = /\(\)|\[\]|->\*?|<=>|(?:<<|>>)=?|&&|\|\||\+\+|--|[-+*/%^&|!=<>]=|""\w+|[-+*/%^&|~!=<>,]/y;
/** Quotes in quotes (a lambda in a lambda) are shortened to this depth. */
const MAX_NESTING = 16;

function nesting(text: string): number {
  return text.split('`').length - 1;
}

function isWord(char: string): boolean {
  return /[\w$]/.test(char);
}
