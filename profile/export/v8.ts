import type { Frame } from '../model/frame-table';

/** A function in the formats of V8's inspector, which counts lines and columns from 0. */
export interface CallFrame {
  functionName: string;
  scriptId: string;
  url: string;
  lineNumber: number;
  columnNumber: number;
}

export const rootFrame: CallFrame = {
  functionName: '(root)',
  scriptId: '0',
  url: '',
  lineNumber: -1,
  columnNumber: -1,
};

/** The tools add an anonymous function's place themselves. */
export function callFrameOf({ name, file, line }: Frame): CallFrame {
  return {
    functionName: name.startsWith('(anonymous)') ? '' : name,
    scriptId: '0',
    url: file,
    lineNumber: line - 1,
    columnNumber: -1,
  };
}
