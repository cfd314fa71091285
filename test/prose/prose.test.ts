import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const folder = join(import.meta.dirname, '../../scripts/prose');
const { check, checkMessages } = await import(join(folder, 'check.mjs'));
const { VFile } = await import('vfile');

/** The rules that a Markdown text breaks. */
async function broken(text: string): Promise<(string | undefined)[]> {
  const file = new VFile(text);
  await check(file);
  return file.messages.map(({ ruleId }: { ruleId?: string }) => ruleId);
}

describe('the linter of prose', () => {
  it.each([
    ['The map lies beside the code.', ['lies', 'beside']],
    ['The report tells which stacks ran.', ['tells']],
    ['This file is ours.', ['us']],
    ['What is missing is reported.', ['what']],
    ['The report shows what is missing.', ['what']],
    ['Where a key is given, it is used.', ['where']],
    ['Of Go’s four types, V8 has one.', ['inversion']],
    ['Dollars by function and line.', ['verb']],
    ['It reports the the error.', ['the']],
    ['A error is reported.', ['retext-indefinite-article']],
    ['- Nobody sees an item of a list.', ['nobody']],
    ['| a |\n| --- |\n| whoever reads a table |', ['nobody']],
    ['# Whatever is in a heading', ['nobody']],
  ])('%s', async (text, rules) => expect(await broken(text)).toEqual(rules));

  it.each([
    'What is missing?',
    'The stand-in for AWS runs in us-east-1.',
    'The command reads `what lies beside us`.',
    '```sh\nwhat lies beside us\n```',
    '**Least privilege.** A function may upload.',
  ])('nothing: %s', async (text) => expect(await broken(text)).toEqual([]));

  it('reports long sentences where there are too many of them, and very long ones always', async () => {
    const sentence = (words: number) => `It ${Array.from({ length: words - 2 }, (_, i) => `walks${i}`).join(' ')} on.`;
    const short = Array(20).fill(sentence(10));
    expect(await broken([...short, sentence(26)].join(' '))).toEqual([]);
    expect(await broken([...short, sentence(41)].join(' '))).toEqual(['length']);
    expect(await broken([...short, ...Array(5).fill(sentence(26))].join(' '))).toEqual(Array(5).fill('length'));
  });
});

describe('messages in code', () => {
  const broken = (value: string) => {
    const file = new VFile({ path: 'a.tsx', value });
    checkMessages(file);
    return file.messages.map(({ line, ruleId }: { line?: number; ruleId?: string }) => [line, ruleId]);
  };

  it('are literals, texts that are put together, and texts of JSX', () => {
    expect(broken("\nthrow new Error('The bucket lies in ' + region);")).toEqual([[2, 'lies']]);
    expect(broken(`f(\`The bucket \${name} \` + 'lies elsewhere');`)).toEqual([[1, 'lies']]);
    expect(broken(`f(ok ? \`\${name} is \${'what is left of it'}\` : '');`)).toEqual([[1, 'what']]);
    expect(broken('const a = <p>Nobody reads <b>the whole page</b></p>;')).toEqual([]);
    expect(broken('const a = <p>But nobody reads this page</p>;')).toEqual([[1, 'nobody']]);
  });

  it('are no names, keys and imports', () => {
    expect(broken("import a from 'what lies beside us';\nf('what', 'lies beside');")).toEqual([]);
  });
});
