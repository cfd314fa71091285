import { PatternError } from './pattern-error';
import type { Assertion, PatternNode } from './pattern-node';

/** Instructions of a pattern: tcmalloc's, which names all allocation functions, takes some thousand. */
const mostInstructions = 20_000;

/** A character that goes on with the next instruction, a place, a choice of two ways, or the end. */
export type Instruction =
  | { op: 'set'; has(character: number): boolean }
  | { op: 'assert'; assertion: Assertion }
  | { op: 'split'; to: number; or: number }
  | { op: 'end' };

/**
 * The instructions that follow all ways through a pattern.
 *
 * @throws PatternError
 */
export function compilePattern(root: PatternNode): Instruction[] {
  const program: Instruction[] = [];
  let work = 0;
  const emit = (node: PatternNode): void => {
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
  const emitEither = (parts: PatternNode[]): void => {
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
  const emitRepeat = (part: PatternNode, least: number, most: number): void => {
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
