import { describe, expect, it } from 'vitest';
import { type DiffReport, diffMarkdown, diffText } from '../../../cli/diff/diff-report';
import type { ComparedRate } from '../../../profile/compare/regressions';

const rate = (id: string): ComparedRate => ({
  id,
  base: 1e6,
  target: 2e6,
  change: 1,
  falseDiscoveryRate: 0.01,
  detectable: 0.3,
});

function reportOf(name: string): DiffReport {
  const [slower, undecided] = [rate('slower'), rate('undecided')];
  return {
    title: 'Orders/Checkout',
    base: 'version 41',
    target: 'version 42',
    sampleType: { type: 'cpu', unit: 'nanoseconds' },
    rows: [{ name, file: '/var/task/index.js', base: 0.1, target: 0.2 }],
    gate: {
      verdict: 'regression',
      failOn: 0.1,
      per: 'invocation',
      regressions: [slower],
      undecided: [undecided],
      rates: [slower, undecided],
      functions: new Map([
        ['slower', { name, file: '' }],
        ['undecided', { name, file: '' }],
      ]),
    },
  };
}

describe('diffMarkdown', () => {
  it('has the names of functions in code spans only, where they are neither markup nor lines of their own', () => {
    const markdown = diffMarkdown(reportOf('<img src=x>`|\n# *Model*.<computed>'));
    const spans = markdown.match(/`[^`\n]*`/g) ?? [];
    const span = "`<img src=x>'¦\ufffd# *Model*.<computed>`";
    expect(spans.filter((each) => each === span)).toHaveLength(3);
    expect(markdown.replaceAll(span, '')).not.toMatch(/img|Model/);
  });
});

describe('diffText', () => {
  it('has the names of functions as they are, but for what would move the cursor', () => {
    const text = diffText(reportOf('a\x1b[2Jb'), { interactive: false, progress: false, color: false, width: 100 });
    expect(text).toContain('\n  a\ufffd[2Jb: 1 ms an invocation → 2 ms an invocation');
    expect(text).not.toContain('\x1b');
  });
});
