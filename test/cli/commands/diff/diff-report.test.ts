import { describe, expect, it } from 'vitest';
import { type DiffReport, diffMarkdown, diffText, type Gate } from '../../../../cli/commands/diff/diff-report';
import type { ComparedRate } from '../../../../profile/analysis/compare/regressions';

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

const plain = { interactive: false, progress: false, color: false, width: 100 };

describe('diffText', () => {
  it('says how large an increase could have been missed, or that any could', () => {
    const report = reportOf('render');
    const undecided = [0.3, Number.POSITIVE_INFINITY].map((detectable) => ({ ...rate('undecided'), detectable }));
    const text = diffText({ ...report, gate: { ...(report.gate as Gate), undecided } }, plain);
    expect(text).toContain('\n  render: found from +30% on, measured +100%\n');
    expect(text).toContain('\n  render: of any size it could have been missed, measured +100%\n');
  });

  it('says what an inconclusive gate lacks', () => {
    const report = reportOf('render');
    const gate: Gate = { ...(report.gate as Gate), verdict: 'inconclusive', regressions: [] };
    expect(diffText({ ...report, gate, snapshots: [5, 4] }, plain)).toContain('\nInconclusive: each side needs 5');
    expect(diffText({ ...report, gate, snapshots: [5, 5] }, plain)).toContain('\nInconclusive: nothing is slower by');
  });

  it('has the names of functions as they are, but for what would move the cursor', () => {
    const text = diffText(reportOf('a\x1b[2Jb'), plain);
    expect(text).toContain('\n  a\ufffd[2Jb: 1 ms an invocation → 2 ms an invocation');
    expect(text).not.toContain('\x1b');
  });
});
