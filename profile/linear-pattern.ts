/** A pattern that is none of RE2's, or takes too much to match: `message` is a clause that says why. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/** RE2's own limits on a pattern: how deep groups nest, and how often something is repeated. */
const mostNested = 1000;
const mostRepeated = 1000;
/** Instructions of a pattern: tcmalloc's, which names all allocation functions, takes some thousand. */
const mostInstructions = 20_000;
/** Steps to match all texts that a pattern is given: about a second. */
const mostSteps = 20_000_000;

type Assertion = 'textStart' | 'textEnd' | 'lineStart' | 'lineEnd' | 'wordBoundary' | 'noWordBoundary';

type Node =
  | { kind: 'set'; has(character: number): boolean }
  | { kind: 'all'; parts: Node[] }
  | { kind: 'either'; parts: Node[] }
  | { kind: 'repeat'; part: Node; least: number; most: number }
  | { kind: 'assert'; assertion: Assertion };

/** A character that goes on with the next instruction, a place, a choice of two ways, or the end. */
type Instruction =
  | { op: 'set'; has(character: number): boolean }
  | { op: 'assert'; assertion: Assertion }
  | { op: 'split'; to: number; or: number }
  | { op: 'end' };

/**
 * A regular expression as RE2, and so Go, understands it, that matches whole texts.
 *
 * Patterns come with profiles of any origin. JavaScript's own engine understands other ones, and takes exponential time for
 * some; this one follows all ways through a pattern at once, so its time is that of pattern times text, and is limited.
 *
 * @see https://github.com/google/re2/wiki/Syntax
 */
export class LinearPattern {
  readonly #program: Instruction[];
  /** For each instruction the last round in which it was reached. */
  readonly #reached: Float64Array;
  #round = 0;
  #steps = 0;

  /** @throws PatternError */
  constructor(pattern: string) {
    this.#program = compile(new Parser(pattern).parse());
    this.#reached = new Float64Array(this.#program.length);
  }

  /** @throws PatternError where all texts so far take too much */
  matches(text: string): boolean {
    const characters = Array.from(text, (each) => each.codePointAt(0) as number);
    let now = this.#reachable([0], characters, 0);
    for (let at = 0; at < characters.length && now.length > 0; at++) {
      const next: number[] = [];
      for (const pc of now) {
        const instruction = this.#program[pc] as Instruction;
        if (instruction.op === 'set' && instruction.has(characters[at] as number)) next.push(pc + 1);
      }
      now = this.#reachable(next, characters, at + 1);
    }
    return now.some((pc) => this.#program[pc]?.op === 'end');
  }

  /** All instructions that wait for a character, or end, on the ways from `from`. */
  #reachable(from: number[], characters: readonly number[], at: number): number[] {
    const round = ++this.#round;
    const waiting: number[] = [];
    const open = [...from];
    for (let pc = open.pop(); pc !== undefined; pc = open.pop()) {
      if (this.#reached[pc] === round) continue;
      this.#reached[pc] = round;
      if (++this.#steps > mostSteps) throw new PatternError('it takes too long to match');
      const instruction = this.#program[pc] as Instruction;
      if (instruction.op === 'split') open.push(instruction.to, instruction.or);
      else if (instruction.op !== 'assert') waiting.push(pc);
      else if (holds(instruction.assertion, characters, at)) open.push(pc + 1);
    }
    return waiting;
  }
}

function holds(assertion: Assertion, characters: readonly number[], at: number): boolean {
  const [before, after] = [characters[at - 1], characters[at]];
  switch (assertion) {
    case 'textStart':
      return at === 0;
    case 'textEnd':
      return at === characters.length;
    case 'lineStart':
      return at === 0 || before === 10;
    case 'lineEnd':
      return at === characters.length || after === 10;
    default:
      return (isWord(before) !== isWord(after)) === (assertion === 'wordBoundary');
  }
}

function isWord(character: number | undefined): boolean {
  return character !== undefined && /^\w$/.test(String.fromCodePoint(character));
}

function compile(root: Node): Instruction[] {
  const program: Instruction[] = [];
  let work = 0;
  const emit = (node: Node): void => {
    if (++work > mostInstructions || program.length > mostInstructions) throw new PatternError('it is too large');
    switch (node.kind) {
      case 'set':
        program.push({ op: 'set', has: node.has });
        break;
      case 'assert':
        program.push({ op: 'assert', assertion: node.assertion });
        break;
      case 'all':
        for (const part of node.parts) emit(part);
        break;
      case 'either':
        emitEither(node.parts);
        break;
      case 'repeat':
        emitRepeat(node.part, node.least, node.most);
    }
  };
  /** A choice whose first way is the next instruction; where the other one goes is set later. */
  const split = () => {
    const instruction = { op: 'split' as const, to: program.length + 1, or: 0 };
    program.push(instruction);
    return instruction;
  };
  const emitEither = (parts: Node[]): void => {
    const ends: { or: number; to: number }[] = [];
    for (const [i, part] of parts.entries()) {
      const choice = i < parts.length - 1 ? split() : undefined;
      emit(part);
      if (!choice) break;
      ends.push(split());
      choice.or = program.length;
    }
    for (const end of ends) end.to = end.or = program.length;
  };
  const emitRepeat = (part: Node, least: number, most: number): void => {
    for (let i = 0; i < least; i++) emit(part);
    if (most === Number.POSITIVE_INFINITY) {
      const start = program.length;
      const choice = split();
      emit(part);
      const back = split();
      back.to = back.or = start;
      choice.or = program.length;
      return;
    }
    const choices: { or: number }[] = [];
    for (let i = least; i < most; i++) {
      choices.push(split());
      emit(part);
    }
    for (const choice of choices) choice.or = program.length;
  };
  emit(root);
  program.push({ op: 'end' });
  return program;
}

interface Flags {
  /** Case does not matter. */
  i: boolean;
  /** `^` and `$` match at lines. */
  m: boolean;
  /** `.` matches line feeds. */
  s: boolean;
}

type Has = (character: number) => boolean;

const perlClasses: Readonly<Record<string, RegExp>> = { d: /^[0-9]$/, s: /^[\t\n\f\r ]$/, w: /^[0-9A-Za-z_]$/ };
const posixClasses: Readonly<Record<string, RegExp>> = {
  alnum: /^[0-9A-Za-z]$/,
  alpha: /^[A-Za-z]$/,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is the class
  ascii: /^[\x00-\x7F]$/,
  blank: /^[\t ]$/,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is the class
  cntrl: /^[\x00-\x1F\x7F]$/,
  digit: /^[0-9]$/,
  graph: /^[!-~]$/,
  lower: /^[a-z]$/,
  print: /^[ -~]$/,
  punct: /^[!-/:-@[-`{-~]$/,
  space: /^[\t\n\v\f\r ]$/,
  upper: /^[A-Z]$/,
  word: /^[0-9A-Za-z_]$/,
  xdigit: /^[0-9A-Fa-f]$/,
};
const escapes: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 };

class Parser {
  #at = 0;
  #depth = 0;
  readonly #characters: string[];

  constructor(pattern: string) {
    this.#characters = Array.from(pattern);
  }

  parse(): Node {
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
  #either(flags: Flags): Node {
    if (++this.#depth > mostNested) throw new PatternError('its groups are nested too deep');
    const parts: Node[] = [];
    do parts.push(this.#sequence(flags));
    while (this.#take('|'));
    this.#depth--;
    return parts.length === 1 ? (parts[0] as Node) : { kind: 'either', parts };
  }

  #sequence(flags: Flags): Node {
    const parts: Node[] = [];
    while (this.#next !== undefined && this.#next !== '|' && this.#next !== ')') {
      const part = this.#one(flags);
      if (part) parts.push(this.#repeated(part));
    }
    return { kind: 'all', parts };
  }

  #repeated(part: Node): Node {
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
  #one(flags: Flags): Node | undefined {
    const character = this.#characters[this.#at++] as string;
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

  #group(flags: Flags): Node | undefined {
    const own = { ...flags };
    if (this.#take('?')) {
      const named = /^P?<\w+>/.exec(this.#characters.slice(this.#at, this.#at + 200).join(''));
      const flagged = /^([imsU]*)(?:-([imsU]+))?([:)])/.exec(this.#characters.slice(this.#at, this.#at + 20).join(''));
      if (named) this.#at += named[0].length;
      else if (flagged) {
        this.#at += flagged[0].length;
        const changed = flagged[3] === ')' ? flags : own;
        for (const flag of flagged[1] as string) if (flag !== 'U') changed[flag as keyof Flags] = true;
        for (const flag of flagged[2] ?? '') if (flag !== 'U') changed[flag as keyof Flags] = false;
        if (flagged[3] === ')') return undefined;
      } else throw new PatternError('a group of a kind that RE2 does not have');
    }
    const node = this.#either(own);
    if (!this.#take(')')) throw new PatternError('a ( without a )');
    return node;
  }

  #escape(flags: Flags): Node {
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

  #quoted(flags: Flags): Node {
    this.#at++;
    const parts: Node[] = [];
    while (this.#next !== undefined && !this.#take('\\E')) {
      parts.push(literal((this.#characters[this.#at++] as string).codePointAt(0) as number, flags));
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

  #class(flags: Flags): Node {
    const isNegated = this.#take('^');
    const items: Has[] = [];
    for (let first = true; first || this.#next !== ']'; first = false) {
      const posix = /^\[:(\^?)(\w+):\]/.exec(this.#characters.slice(this.#at, this.#at + 14).join(''));
      const known = posix && posixClasses[posix[2] as string];
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

function literal(character: number, flags: Flags): Node {
  return set((each) => each === character, flags);
}

/** @param isNegated - characters that are not in it, in either case where case does not matter */
function set(has: Has, { i }: Flags, isNegated = false): Node {
  const folded: Has = i ? (each) => has(each) || casesOf(each).some(has) : has;
  return { kind: 'set', has: negatedIf(isNegated, folded) };
}

function casesOf(character: number): number[] {
  const text = String.fromCodePoint(character);
  return [text.toLowerCase(), text.toUpperCase()].map((each) => each.codePointAt(0) as number);
}

function hasIn(pattern: RegExp): Has {
  return (each) => pattern.test(String.fromCodePoint(each));
}

function negatedIf(isNegated: boolean, has: Has): Has {
  return isNegated ? (each) => !has(each) : has;
}
