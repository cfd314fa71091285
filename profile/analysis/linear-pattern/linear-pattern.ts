import { compilePattern, type Instruction } from './compile-pattern';
import { parsePattern } from './parse-pattern';
import { PatternError } from './pattern-error';
import type { Assertion } from './pattern-node';

/** Steps to match all texts that a pattern is given: about a second. */
const mostSteps = 20_000_000;

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
    this.#program = compilePattern(parsePattern(pattern));
    this.#reached = new Float64Array(this.#program.length);
  }

  /** @throws PatternError if all texts so far take too much */
  matches(text: string): boolean {
    const characters = Array.from(text, (each) => each.codePointAt(0) as number);
    let now = this.#reachable([0], characters, 0);
    for (let at = 0; at < characters.length && now.length > 0; at++) {
      const next: number[] = [];
      for (const pc of now) {
        const instruction = this.#program[pc] as Instruction;
        if (instruction.op === 'set' && instruction.has(characters[at])) next.push(pc + 1);
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
