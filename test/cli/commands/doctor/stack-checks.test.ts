import { describe, expect, it } from 'vitest';
import { offsetOf } from '../../../../cli/aws/clock';
import { checkClock, checkStack } from '../../../../cli/commands/doctor/stack-checks';
import { stackFacts } from './support/facts';

describe('the clock', () => {
  it.each([
    [undefined, undefined],
    [2000, undefined],
    [-90_000, 'warning'],
    [400_000, 'error'],
  ])('that is %s ms off: %s', (offset, level) => {
    expect(checkClock(offset)[0]?.level).toBe(level);
  });

  it('is behind where AWS is ahead', () => {
    expect(checkClock(90_000)[0].message).toMatch(/^The clock is 90 s behind AWS's/);
    expect(checkClock(-90_000)[0].message).toMatch(/^The clock is 90 s ahead of AWS's/);
  });

  it('is compared in the middle of a request, and of the second that the header names', () => {
    const at = Date.parse('2026-11-22T12:00:00Z');
    expect(offsetOf('Sun, 22 Nov 2026 12:00:00 GMT', at + 400, at + 600)).toBe(0);
    expect(offsetOf('Sun, 22 Nov 2026 12:10:00 GMT', at + 500, at + 500)).toBe(600_000);
    expect(offsetOf('soon', at, at)).toBeUndefined();
    expect(offsetOf(undefined, at, at)).toBeUndefined();
  });
});

describe('a stack', () => {
  const problem = { message: 'It is broken.', remedy: 'Mend it.' };
  const unnamed = { stack: undefined, stores: [] };

  it('with which all is well is said to be so', () => {
    expect(checkStack(stackFacts())).toEqual([
      { level: 'ok', check: 'stack-status', subject: 'stack', message: 'UPDATE_COMPLETE' },
      { level: 'ok', check: 'bucket', subject: 'bucket', message: 'orders-profiles can be listed.' },
    ]);
  });

  it.each([
    ['UPDATE_ROLLBACK_COMPLETE', {}, 'warning', /rolled back/, /describe-stack-events --stack-name Orders/],
    ['UPDATE_IN_PROGRESS', {}, 'warning', /deployment is in progress/, /Wait/],
    ['CREATE_IN_PROGRESS', unnamed, 'error', /deployment is in progress/, /Wait/],
    ['REVIEW_IN_PROGRESS', unnamed, 'error', /waits to be executed/, /Deploy it/],
    ['DELETE_IN_PROGRESS', {}, 'error', /being deleted \(DELETE_IN_PROGRESS\)/, /deploy it again/],
    ['ROLLBACK_COMPLETE', unnamed, 'error', /in status ROLLBACK_COMPLETE/, /delete it and deploy it again/],
    ['UPDATE_ROLLBACK_FAILED', {}, 'error', /rollback .* failed/, /continue-update-rollback --stack-name Orders/],
    ['CREATE_FAILED', unnamed, 'error', /in status CREATE_FAILED/, /delete it and deploy it again/],
  ])('in status %s', (status, more, level, message, remedy) => {
    const [finding, ...others] = checkStack(stackFacts([], { status, ...more })).filter((each) => each.level !== 'ok');
    expect(finding).toMatchObject({ level, check: 'stack-status' });
    expect(finding.message).toMatch(message);
    expect(finding.remedy).toMatch(remedy);
    expect(others).toEqual([]);
  });

  it('without outputs, with a bucket and no function, or with outputs that make no sense', () => {
    const of = (more: object) => checkStack(stackFacts([], more)).find(({ check }) => check === 'outputs');
    expect(of(unnamed)).toMatchObject({ level: 'error', remedy: expect.stringContaining('new ProfiledFunction') });
    const { stack } = stackFacts();
    expect(of({ stack: stack && { ...stack, functions: [] } })?.message).toContain('a bucket and no function');
    expect(of({ ...unnamed, outputsProblem: problem })).toMatchObject({ level: 'error', ...problem });
  });

  it('whose bucket cannot be seen, or lies elsewhere', () => {
    const of = (more: object) => checkStack(stackFacts([], { stores: [{ bucket: 'b', prefix: 'p', ...more }] })).at(-1);
    expect(of({ problem })).toEqual({ level: 'error', check: 'bucket', subject: 'bucket', ...problem });
    expect(of({ region: 'us-east-1' })).toMatchObject({
      level: 'warning',
      message: expect.stringMatching(/^b is in us-east-1, and the stack in eu-central-1/),
    });
    expect(of({})).toMatchObject({ level: 'ok' }); // it could be listed
  });
});
