import { describe, expect, it } from 'vitest';
import { SideCollector } from '../../../../cli/commands/diff/side-collector';
import { wallProfile } from '../../support/profiles';

const render = new Map([['render', { name: 'render', file: '' }]]);
const something = { whole: 6, self: new Map([['render', 6]]), functions: render };
const nothing = { whole: 0, self: new Map<string, number>(), functions: render };

function collected(...snapshots: [values: typeof something, invocations: number | undefined][]) {
  const collector = new SideCollector({ text: 'version 41', takes: () => true, label: [] });
  for (const [values, invocations] of snapshots) {
    collector.begin(wallProfile(), 1);
    collector.add(values, invocations);
  }
  return collector.result();
}

describe('SideCollector', () => {
  it('has values per invocation where all snapshots tell their invocations', () => {
    expect(collected([something, 3], [something, 1]).perInvocation?.rateOf('render').rate).toBe(3);
    expect(collected([something, 3], [something, undefined]).perInvocation).toBeUndefined();
  });

  it('does not need the invocations of snapshots with nothing of what is wanted', () => {
    expect(collected([something, 3], [nothing, undefined]).perInvocation?.snapshots).toBe(1);
    expect(collected([something, 3], [nothing, 2]).perInvocation?.snapshots).toBe(2);
  });
});
