import { describe, expect, it } from 'vitest';
import { nowMicros } from '../../../runtime/clock';
import { Invocations, MAX_INVOCATIONS } from '../../../runtime/invocations/invocations';

describe('invocations', () => {
  it('are taken once, the first of the instance as its cold start', () => {
    const invocations = new Invocations();
    for (const outcome of ['ok', 'error'] as const) invocations.end(invocations.begin(), outcome);
    const { parts } = invocations.take(nowMicros());
    expect(parts.map(({ invocation: { coldStart, outcome } }) => [coldStart, outcome])).toEqual([
      [true, 'ok'],
      [false, 'error'],
    ]);
    expect(invocations.take(nowMicros()).parts).toEqual([]);
  });

  it.each([
    [
      'both ids',
      'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
      '1-5759e988-bd862e3fe1be46a994272793',
    ],
    [
      'the trace wherever it is in the header',
      'Sampled=0;Root=1-5759e988-bd862e3fe1be46a994272793',
      '1-5759e988-bd862e3fe1be46a994272793',
    ],
    ['no trace where there is none', undefined, undefined],
    ['no trace where the header is another one', 'Root=<script>;Sampled=1', undefined],
    ['no trace where the header is cut', 'Root=1-5759e988-bd86', undefined],
  ])('record %s', (_name, header, traceId) => {
    const invocations = new Invocations();
    expect(invocations.begin(undefined, '8f507cfc-0000-4697-b07a-ac58fc914c95', header).request).toEqual({
      requestId: '8f507cfc-0000-4697-b07a-ac58fc914c95',
      ...(traceId && { traceId }),
    });
  });

  it.each([undefined, '', 'a b', '\u001b[31m', 'x'.repeat(65)])('record no request of the id %j', (id) => {
    expect(new Invocations().begin(undefined, id).request).toBeUndefined();
  });

  it('record no ids where they are not to', () => {
    expect(new Invocations(false, false).begin(undefined, 'a').request).toBeUndefined();
  });

  it('that still run are taken in parts', () => {
    const invocations = new Invocations();
    const invocation = invocations.begin(Date.now() + 1_000);
    const now = nowMicros();
    const [first] = invocations.take(now).parts;
    expect([first.start, first.end, first.invocation.outcome]).toEqual([invocation.start, now, 'running']);
    invocations.end(invocation, 'ok');
    const [second] = invocations.take(nowMicros()).parts;
    expect([second.start, second.end, second.invocation.outcome]).toEqual([now, invocation.end, 'ok']);
  });

  it('have timed out when they still run and Lambda leaves them no time', () => {
    const invocations = new Invocations();
    const invocation = invocations.begin(Date.now());
    const [part] = invocations.take(nowMicros()).parts;
    expect(part.invocation.outcome).toBe('timeout');
    invocations.end(invocation, 'ok');
    expect(invocations.take(nowMicros()).parts).toEqual([]);
  });

  it('end as the runtime client responds, or when it asks for the next event', () => {
    const invocations = new Invocations();
    const outcomes = () => invocations.take(nowMicros()).parts.map(({ invocation }) => invocation.outcome);
    invocations.asked();
    invocations.begin(undefined, 'responds');
    invocations.responded('another', 'error', true);
    invocations.responded('responds', 'error', true);
    invocations.asked();
    // Its end was not seen: R05.
    invocations.begin(undefined, 'asks');
    invocations.asked();
    invocations.begin(undefined, 'streams');
    invocations.responded('streams', 'ok', false);
    expect(outcomes()).toEqual(['error', 'ok', 'running']);
    invocations.responded('streams', 'error', false);
    invocations.asked();
    expect(outcomes()).toEqual(['error']);
  });

  it('are answered when the runtime client asks for the next event, whichever comes first', async () => {
    const invocations = new Invocations();
    expect(invocations.isObserved).toBe(false);
    invocations.asked();
    expect(invocations.isObserved).toBe(true);
    const order: string[] = [];
    invocations.begin(undefined, 'a');
    const answered = invocations.whenAnswered('a').then(() => order.push('a is answered'));
    invocations.responded('a', 'ok', true);
    await Promise.resolve();
    order.push('a has responded');
    invocations.asked();
    await answered;
    expect(order).toEqual(['a has responded', 'a is answered']);

    invocations.begin(undefined, 'b');
    invocations.asked();
    await invocations.whenAnswered('b');
    // A runtime that does not say which.
    invocations.begin();
    invocations.asked();
    await invocations.whenAnswered('c');
  });

  it('at the same time end each for itself', () => {
    const invocations = new Invocations(true);
    const ids = ['a', 'b'];
    for (const id of ids) {
      invocations.asked();
      invocations.begin(undefined, id);
    }
    invocations.responded('b', 'ok', false);
    expect(invocations.take(nowMicros()).parts.map(({ invocation }) => invocation.outcome)).toEqual(['running', 'ok']);
  });

  it('say which one runs', () => {
    const invocations = new Invocations();
    expect(invocations.running).toBeUndefined();
    const [first, second] = [invocations.begin(), invocations.begin()];
    expect(invocations.running).toBe(second);
    invocations.end(second, 'ok');
    expect(invocations.running).toBe(first);
    invocations.end(first, 'ok');
    expect(invocations.running).toBeUndefined();
  });

  it('are remembered up to a limit, and counted beyond it', () => {
    const invocations = new Invocations();
    for (let i = 0; i < MAX_INVOCATIONS; i++) {
      expect(invocations.isFull).toBe(false);
      invocations.end(invocations.begin(), 'ok');
    }
    expect(invocations.isFull).toBe(true);
    for (let i = 0; i < 3; i++) invocations.end(invocations.begin(), 'ok');
    const { parts, dropped } = invocations.take(nowMicros());
    expect([parts.length, dropped]).toEqual([MAX_INVOCATIONS, 3]);
    expect(invocations.isFull).toBe(false);
  });

  it('add up the time in those that have ended since the last snapshot', () => {
    const invocations = new Invocations();
    const ended = invocations.begin();
    invocations.end(ended, 'ok');
    invocations.begin();
    expect(invocations.activeMicros).toBe((ended.end ?? 0) - ended.start);
    invocations.take(nowMicros());
    expect(invocations.activeMicros).toBe(0);
  });
});
