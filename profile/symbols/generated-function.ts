import type { Fn } from '../model/profile';

/** A function of a generated file as V8 sees it. */
export interface GeneratedFunction {
  /** Empty: it has none. */
  name: string;
  /** Where its parameters begin, from 1; column 0: unknown. */
  line: number;
  column: number;
  /** It is the body of the whole file, which V8 puts at its very beginning. */
  isFile: boolean;
}

/** What the runtime wrote into `fn.systemName`; of other profilers' functions what can be told. */
export function generatedFunction({ name, systemName, startLine }: Fn): GeneratedFunction {
  const match = /^(.*):(\d+):(\d+)$/s.exec(systemName);
  if (!match) return { name: name.startsWith('(') ? '' : name, line: startLine, column: 0, isFile: false };
  const [line, column] = [Number(match[2]), Number(match[3])];
  return { name: match[1], line, column, isFile: match[1] === '' && line === 1 && column === 1 };
}

/** The system name of a function of an original file, in the same form. */
export function systemNameOf(name: string, line: number, column: number): string {
  return `${name}:${line}:${column}`;
}
