import { afterEach, describe, expect, it } from 'vitest';
import { nowMicros } from '../../runtime/clock';
import { Invocations } from '../../runtime/invocations/invocations';
import { setLabels, withLabels } from '../../runtime/public';
import { offerUserApi } from '../../runtime/user-api';

afterEach(() => {
  Reflect.deleteProperty(globalThis, Symbol.for('profiled-fn.runtime'));
});

/** An invocation, with the labels that hold one after the other. */
function invoked() {
  const invocations = new Invocations();
  offerUserApi(invocations, () => undefined);
  const invocation = invocations.begin();
  return { invocations, invocation, labels: () => invocation.timeline.changes.map(({ labels }) => labels) };
}

const later = () => new Promise((resolve) => setTimeout(resolve, 1));

describe('profiled-fn/runtime where nothing is profiled', () => {
  it('does nothing but call the function', async () => {
    expect(setLabels({ route: 'a' })).toBeUndefined();
    expect(withLabels({ route: 'a' }, () => 7)).toBe(7);
    await expect(withLabels({ route: 'a' }, async () => 8)).resolves.toBe(8);
    const error = new Error('mine');
    const failing = () => {
      throw error;
    };
    expect(() => withLabels({ route: 'a' }, failing)).toThrow(error);
  });
});

describe('profiled-fn/runtime in a profiled function', () => {
  it('labels the rest of the invocation', () => {
    const { labels } = invoked();
    setLabels({ route: 'GET /orders', items: 3 });
    expect(labels()).toEqual([{ route: 'GET /orders', items: '3' }]);
  });

  it('labels nothing between invocations', () => {
    const { invocations, invocation, labels } = invoked();
    invocations.end(invocation, 'ok');
    setLabels({ route: 'a' });
    expect(withLabels({ route: 'a' }, () => 7)).toBe(7);
    expect(labels()).toEqual([]);
  });

  it('labels a function while it runs, whether it returns or throws', () => {
    const { labels } = invoked();
    expect(withLabels({ step: 'parse' }, () => 7)).toBe(7);
    const error = new Error('mine');
    const failing = () => {
      throw error;
    };
    expect(() => withLabels({ step: 'fail' }, failing)).toThrow(error);
    expect(labels()).toEqual([{ step: 'parse' }, {}, { step: 'fail' }, {}]);
  });

  it('labels until a promise has settled, and passes on how it did', async () => {
    const { labels } = invoked();
    const render = withLabels({ step: 'render' }, async () => {
      await later();
      return 'page';
    });
    expect(labels()).toEqual([{ step: 'render' }]);
    await expect(render).resolves.toBe('page');
    expect(labels()).toEqual([{ step: 'render' }, {}]);
    await expect(withLabels({ step: 'fail' }, () => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
    expect(labels()).toEqual([{ step: 'render' }, {}, { step: 'fail' }, {}]);
  });

  it('knows which call is inside which, across awaits, and what runs at the same time', async () => {
    const { invocation } = invoked();
    await withLabels({ step: 'all' }, async () => {
      await later();
      await Promise.all([1, 2].map((shard) => withLabels({ shard }, later)));
    });
    const sets = invocation.timeline.changes.map(({ labels }) => labels);
    expect(sets.slice(0, 2)).toEqual([{ step: 'all' }, { step: 'all', shard: '1' }]);
    expect(sets).toContainEqual({ step: 'all', shard: '2' });
    expect(sets.at(-1)).toEqual({});
    // With both pending there is no shard; step is everywhere until the end.
    const both = sets.findIndex((labels) => labels.shard === '2') + 1;
    expect(sets[both]).toEqual({ step: 'all' });
    expect(sets.slice(0, -1).every(({ step }) => step === 'all')).toBe(true);
  });

  it('does not mistake a promise that settles later for the next invocation’s', async () => {
    const { invocations, invocation } = invoked();
    const stray = withLabels({ step: 'stray' }, later);
    invocations.end(invocation, 'ok');
    const next = invocations.begin();
    await stray;
    expect(next.timeline.changes).toEqual([]);
    expect(invocations.take(nowMicros()).parts).toHaveLength(2);
  });
});
