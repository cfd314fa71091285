import {
  escapes,
  type Flags,
  type Has,
  hasIn,
  literal,
  negatedIf,
  perlClasses,
  posixClasses,
  set,
} from './character-sets';
import { PatternError } from './pattern-error';
import type { Assertion, PatternNode } from './pattern-node';

/** RE2's own limits on a pattern: how deep groups nest, and how often something is repeated. */
const mostNested = 1000;
const mostRepeated = 1000;

/**
 * What `pattern` means.
 *
 * @throws PatternError
 */
export function parsePattern(pattern: string): PatternNode {
  return new Parser(pattern).parse();
}

class Parser {
  #at = 0;
  #depth = 0;
  readonly #characters: string[];

  constructor(pattern: string) {
    this.#characters = Array.from(pattern);
  }

  parse(): PatternNode {
    const root = this.#either({ i: false, m: false, s: false });
    if (this.#at < this.#characters.length) throw new PatternError('a ) without a (');
    return root;
  }

  get #next(): string | undefined {
    return this.#characters[this.#at];
  }

  #take(text: string): boolean {
    if (this.#characters.slice(this.#at, this.#at + text.length).join('') !== text) return false;
    this.#at += text.length;
    return true;
  }

  /** @param flags - changed by what the group says of them */
  #either(flags: Flags): PatternNode {
    if (++this.#depth > mostNested) throw new PatternError('its groups are nested too deep');
    const parts: PatternNode[] = [];
    do parts.push(this.#sequence(flags));
    while (this.#take('|'));
    this.#depth--;
    return parts.length === 1 ? (parts[0] as PatternNode) : { kind: 'either', parts };
  }

  #sequence(flags: Flags): PatternNode {
    const parts: PatternNode[] = [];
    while (this.#next !== undefined && this.#next !== '|' && this.#next !== ')') {
      const part = this.#one(flags);
      if (part) parts.push(this.#repeated(part));
    }
    return { kind: 'all', parts };
  }

  #repeated(part: PatternNode): PatternNode {
    const times = this.#times();
    if (!times) return part;
    this.#take('?'); // lazy: what matches is the same
    if (this.#times()) throw new PatternError('a repetition of a repetition');
    return { kind: 'repeat', part, ...times };
  }

  #times(): { least: number; most: number } | undefined {
    if (this.#take('*')) return { least: 0, most: Number.POSITIVE_INFINITY };
    if (this.#take('+')) return { least: 1, most: Number.POSITIVE_INFINITY };
    if (this.#take('?')) return { least: 0, most: 1 };
    const match = /^\{(\d{1,5})(,(\d{0,5}))?\}/.exec(this.#characters.slice(this.#at, this.#at + 14).join(''));
    if (!match) return undefined; // the brace is one that is looked for
    this.#at += match[0].length;
    const least = Number(match[1]);
    const most = match[2] === undefined ? least : match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3]);
    const isOpen = most === Number.POSITIVE_INFINITY;
    if (least > mostRepeated || (!isOpen && (most > mostRepeated || most < least))) {
      throw new PatternError(`the repetition ${match[0]}`);
    }
    return { least, most };
  }

  /** Undefined: nothing that matches, flags for one. */
  #one(flags: Flags): PatternNode | undefined {
    const character = this.#characters[this.#at++];
    switch (character) {
      case '(':
        return this.#group(flags);
      case '[':
        return this.#class(flags);
      case '.': {
        const { s } = flags; // which may change behind it
        return set((each) => s || each !== 10, { ...flags, i: false });
      }
      case '^':
        return { kind: 'assert', assertion: flags.m ? 'lineStart' : 'textStart' };
      case '$':
        return { kind: 'assert', assertion: flags.m ? 'lineEnd' : 'textEnd' };
      case '*':
      case '+':
      case '?':
        throw new PatternError(`a ${character} that repeats nothing`);
      case '\\':
        return this.#escape(flags);
      default:
        return literal(character.codePointAt(0) as number, flags);
    }
  }

  #group(flags: Flags): PatternNode | undefined {
    const own = { ...flags };
    if (this.#take('?')) {
      const named = /^P?<\w+>/.exec(this.#characters.slice(this.#at, this.#at + 200).join(''));
      const flagged = /^([imsU]*)(?:-([imsU]+))?([:)])/.exec(this.#characters.slice(this.#at, this.#at + 20).join(''));
      if (named) this.#at += named[0].length;
      else if (flagged) {
        this.#at += flagged[0].length;
        const changed = flagged[3] === ')' ? flags : own;
        for (const flag of flagged[1]) if (flag !== 'U') changed[flag as keyof Flags] = true;
        for (const flag of flagged[2] ?? '') if (flag !== 'U') changed[flag as keyof Flags] = false;
        if (flagged[3] === ')') return undefined;
      } else throw new PatternError('a group of a kind that RE2 does not have');
    }
    const node = this.#either(own);
    if (!this.#take(')')) throw new PatternError('a ( without a )');
    return node;
  }

  #escape(flags: Flags): PatternNode {
    const character = this.#next;
    if (character === 'Q') return this.#quoted(flags);
    const assertions: Readonly<Record<string, Assertion>> = {
      A: 'textStart',
      z: 'textEnd',
      b: 'wordBoundary',
      B: 'noWordBoundary',
    };
    const assertion = character === undefined ? undefined : assertions[character];
    if (assertion) {
      this.#at++;
      return { kind: 'assert', assertion };
    }
    const item = this.#escaped();
    return typeof item === 'number' ? literal(item, flags) : set(item, { ...flags, i: false });
  }

  #quoted(flags: Flags): PatternNode {
    this.#at++;
    const parts: PatternNode[] = [];
    while (this.#next !== undefined && !this.#take('\\E')) {
      parts.push(literal(this.#characters[this.#at++].codePointAt(0) as number, flags));
    }
    return { kind: 'all', parts };
  }

  /** What follows a backslash, in a class or outside: a character, or a class of them. */
  #escaped(): number | Has {
    const character = this.#characters[this.#at++];
    if (character === undefined) throw new PatternError('a backslash at its end');
    const perl = perlClasses[character.toLowerCase()];
    if (perl) return negatedIf(character !== character.toLowerCase(), hasIn(perl));
    if (character === 'p' || character === 'P') return this.#unicode(character === 'P');
    if (character === 'x') return this.#hexadecimal();
    const octal = /^[0-7]{1,3}/.exec(this.#characters.slice(this.#at - 1, this.#at + 2).join(''))?.[0];
    if (octal && (octal.startsWith('0') || octal.length > 1)) {
      this.#at += octal.length - 1;
      return Number.parseInt(octal, 8);
    }
    const known = escapes[character];
    if (known !== undefined) return known;
    if (/^[0-9A-Za-z]$/.test(character)) throw new PatternError(`\\${character}, which RE2 does not have`);
    return character.codePointAt(0) as number;
  }

  #hexadecimal(): number {
    const rest = this.#characters.slice(this.#at, this.#at + 10).join('');
    const match = /^(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})/.exec(rest);
    const value = Number.parseInt(match?.[1] ?? match?.[2] ?? '', 16);
    if (!match || value > 0x10ffff) throw new PatternError('\\x without a number');
    this.#at += match[0].length;
    return value;
  }

  #unicode(isNegated: boolean): Has {
    const match = /^(?:([A-Z])|\{(\^?)(\w+)\})/.exec(this.#characters.slice(this.#at, this.#at + 50).join(''));
    const name = match?.[1] ?? match?.[3] ?? '';
    for (const property of [name, `Script=${name}`]) {
      try {
        const has = hasIn(new RegExp(`^\\p{${property}}$`, 'u'));
        this.#at += match?.[0].length ?? 0;
        return negatedIf(isNegated !== (match?.[2] === '^'), has);
      } catch {
        // It may be a script, or is nothing.
      }
    }
    throw new PatternError('a class of Unicode that does not exist');
  }

  #class(flags: Flags): PatternNode {
    const isNegated = this.#take('^');
    const items: Has[] = [];
    for (let first = true; first || this.#next !== ']'; first = false) {
      const posix = /^\[:(\^?)(\w+):\]/.exec(this.#characters.slice(this.#at, this.#at + 14).join(''));
      const known = posix && posixClasses[posix[2]];
      if (posix && known) {
        this.#at += posix[0].length;
        items.push(negatedIf(posix[1] === '^', hasIn(known)));
        continue;
      }
      const low = this.#classItem();
      if (typeof low !== 'number') {
        items.push(low);
        continue;
      }
      let high = low;
      if (this.#next === '-' && this.#characters[this.#at + 1] !== ']') {
        this.#at++;
        const end = this.#classItem();
        if (typeof end !== 'number' || end < low) throw new PatternError('a range that is none');
        high = end;
      }
      items.push((each) => each >= low && each <= high);
    }
    this.#at++;
    return set((each) => items.some((has) => has(each)), flags, isNegated);
  }

  #classItem(): number | Has {
    const character = this.#characters[this.#at++];
    if (character === undefined) throw new PatternError('a [ without a ]');
    return character === '\\' ? this.#escaped() : (character.codePointAt(0) as number);
  }
}
