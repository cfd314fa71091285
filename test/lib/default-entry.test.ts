import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { callerFile, defaultEntry } from '../../lib/default-entry';
import { folderOfTest } from '../support/temporary-folder';

class Called {
  readonly file = callerFile(Called);
}

describe('callerFile', () => {
  it('is the file with `new`', () => {
    expect(new Called().file).toBe(__filename);
  });

  it('leaves the handling of stack traces as it was', () => {
    const limit = Error.stackTraceLimit;
    const prepare = Error.prepareStackTrace;
    Error.stackTraceLimit = 0;
    try {
      expect(new Called().file).toBe(__filename);
      expect(Error.stackTraceLimit).toBe(0);
      expect(Error.prepareStackTrace).toBe(prepare);
    } finally {
      Error.stackTraceLimit = limit;
    }
  });
});

describe('defaultEntry', () => {
  let folder: string;
  beforeEach(() => {
    folder = folderOfTest('default-entry');
  });

  it.each(['ts', 'js', 'mjs', 'mts', 'cts', 'cjs'])('finds a handler in a .%s file', (extension) => {
    const entry = join(folder, `my.stack.Orders.${extension}`);
    writeFileSync(entry, '');
    expect(defaultEntry('App/Orders', 'Orders', join(folder, 'my.stack.ts'))).toBe(entry);
  });

  it('prefers TypeScript to what was compiled from it', () => {
    for (const extension of ['js', 'ts']) writeFileSync(join(folder, `stack.Orders.${extension}`), '');
    expect(defaultEntry('App/Orders', 'Orders', join(folder, 'stack.js'))).toBe(join(folder, 'stack.Orders.ts'));
  });

  it('names the construct, the files that it looked for and the prop to set', () => {
    const find = () => defaultEntry('App/Orders', 'Orders', join(folder, 'stack.ts'));
    expect(find).toThrow('of App/Orders');
    expect(find).toThrow(join(folder, 'stack.Orders.mts'));
    expect(find).toThrow("set 'entry'");
  });

  it('asks for the entry when nobody knows the defining file', () => {
    expect(() => defaultEntry('App/Orders', 'Orders', undefined)).toThrow(
      "the file that defines App/Orders: set 'entry' to the path",
    );
  });
});
