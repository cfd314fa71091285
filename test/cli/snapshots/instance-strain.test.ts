import { describe, expect, it } from 'vitest';
import { InstanceStrains, strainTexts } from '../../../cli/snapshots/instance-strain';

const held = (ms: number) => ({ 'cost-longest-hold-ms': ms.toFixed(1) });
const leftOut = (responses: number) => ({ 'left-out': String(responses) });

function reportsOf(snapshots: [fn: string, instance: string, metadata: Record<string, string>][]) {
  const strains = new InstanceStrains();
  for (const [fn, instance, metadata] of snapshots) strains.add(fn, instance, metadata);
  return strains.reports();
}

describe('what profiling took of instances', () => {
  it('says nothing of instances within the plan, nor where older samplers do not tell', () => {
    expect(
      reportsOf([
        ['Checkout', 'a', { ...held(500), ...leftOut(19) }],
        ['Checkout', 'b', {}],
        ['Checkout', 'c', { 'left-out': 'many', 'cost-longest-hold-ms': 'NaN' }],
      ]),
    ).toEqual([]);
  });

  it('counts an instance once, with the figures of its latest snapshot, in whatever order they come', () => {
    const reports = reportsOf([
      ['Checkout', 'a', held(900)],
      ['Checkout', 'a', held(700)],
      ['Checkout', 'b', held(600)],
      ['Checkout', 'c', held(10)],
      ['Api', 'a', leftOut(30)],
      ['Api', 'a', leftOut(20)],
      ['Api', 'd', leftOut(25)],
    ]);
    expect(reports).toEqual([
      { function: 'Api', instances: 2, leftOut: { instances: 2, responses: 55 } },
      { function: 'Checkout', instances: 3, held: { instances: 2, longestMs: 900 } },
    ]);
  });

  it('says what happened and what to do, in a sentence each', () => {
    const [report] = reportsOf([
      ['Checkout', 'a', { ...held(812.4), ...leftOut(20) }],
      ['Checkout', 'b', {}],
    ]);
    expect(strainTexts(report)).toEqual([
      {
        message: 'Profiling held 1 of 2 instances for up to 812 ms after a response.',
        remedy: expect.stringContaining('More memory'),
      },
      {
        message: '1 of 2 instances had too little time for profiling after 20 responses.',
        remedy: expect.stringContaining('a longer timeout'),
      },
    ]);
  });
});
