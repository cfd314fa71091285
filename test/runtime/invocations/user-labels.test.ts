import { afterEach, describe, expect, it, vi } from 'vitest';
import { BoundedSets, LabelIntake } from '../../../runtime/invocations/user-labels';

afterEach(() => vi.restoreAllMocks());

describe('labels from the user’s code', () => {
  it('are taken as text', () => {
    const labels = { route: 'GET /orders', retry: 2, cached: false };
    expect(new LabelIntake().accept(labels)).toEqual({ route: 'GET /orders', retry: '2', cached: 'false' });
  });

  it.each([undefined, null, 'text', 7, () => {}])('are none when %s is passed', (labels) => {
    expect(new LabelIntake().accept(labels)).toEqual({});
  });

  it('are left out where pprof or anyone else could not tell what they mean', () => {
    const labels = { empty: '', none: undefined, nil: null, list: [1], object: {}, fn: () => 1, symbol: Symbol('x') };
    expect(new LabelIntake().accept(labels)).toEqual({});
  });

  it('are none where reading them throws', () => {
    const labels = {
      get route() {
        throw new Error('mine');
      },
    };
    expect(new LabelIntake().accept(labels)).toEqual({});
  });

  it('are cut at 64 characters', () => {
    const [[key, value]] = Object.entries(new LabelIntake().accept({ ['k'.repeat(99)]: 'v'.repeat(99) }));
    expect([key, value]).toEqual(['k'.repeat(64), 'v'.repeat(64)]);
  });

  it('have 8 keys at most, none of them the profiler’s own, and one line tells what is left out', () => {
    const lines: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
    const intake = new LabelIntake();
    expect(intake.accept({ outcome: 'fine', phase: 'x', slowest: 1, mine: 'y' })).toEqual({ mine: 'y' });
    const ten = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`k${i}`, 'v']));
    expect(Object.keys(intake.accept(ten))).toEqual(['k0', 'k1', 'k2', 'k3', 'k4', 'k5', 'k6']);
    expect(intake.accept({ mine: 'z', k9: 'v' })).toEqual({ mine: 'z' });
    expect(lines.filter((line) => line.includes('label-refused'))).toHaveLength(1);
    expect(JSON.parse(lines[0])).toMatchObject({ message: 'The label "outcome" is left out of the profiles.' });
  });
});

describe('the label sets of a snapshot', () => {
  it('are 64; of the others only the keys are kept', () => {
    const sets = new BoundedSets();
    const bounded = Array.from({ length: 100 }, (_, i) => sets.bound({ user: `u${i}` }).user);
    expect(bounded.slice(0, 64)).toEqual(Array.from({ length: 64 }, (_, i) => `u${i}`));
    expect(new Set(bounded.slice(64))).toEqual(new Set(['(other)']));
    expect(sets.bound({ user: 'u3' })).toEqual({ user: 'u3' });
    expect(sets.bound({})).toEqual({});
  });
});
